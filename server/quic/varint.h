// QUIC variable-length integers (RFC 9000 section 16): the two high bits of the first byte say 1, 2, 4 or 8
// bytes.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace gs::quic {

inline constexpr std::uint64_t varint_max = (std::uint64_t{1} << 62) - 1;
inline constexpr std::size_t varint_bytes_max = 8;

/// Bytes that a varint starting with `first` takes.
[[nodiscard]] inline constexpr std::size_t varint_length(std::byte first) {
    return std::size_t{1} << (std::to_integer<unsigned>(first) >> 6);
}

/// Bytes that `value` takes when written.
[[nodiscard]] inline constexpr std::size_t varint_size(std::uint64_t value) {
    if (value < 64) return 1;
    if (value < 16384) return 2;
    return value < (std::uint64_t{1} << 30) ? 4 : 8;
}

/// Takes a varint from the front of `input`; nothing (and `input` unchanged) when it is not whole yet.
[[nodiscard]] std::optional<std::uint64_t> take_varint(ByteView& input);

/// Writes `value` (at most varint_max) to the front of `to` and returns the bytes used.
std::size_t put_varint(MutableBytes to, std::uint64_t value);

/// Collects a varint whose bytes arrive one by one, as on a stream.
class VarintReader {
  public:
    /// Takes bytes from the front of `input`; the value once it is whole, and the reader is empty again.
    [[nodiscard]] std::optional<std::uint64_t> take(ByteView& input);

    [[nodiscard]] bool empty() const { return filled_ == 0; }

  private:
    std::byte bytes_[varint_bytes_max] = {};
    std::size_t filled_ = 0;
};

}  // namespace gs::quic
