// Takes an input apart into numbers and bytes; when it is used up, everything is zero and empty.
#pragma once

#include "core/base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gs::fuzz {

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(bytes_of(data, size)) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::uint8_t u8() {
        const ByteView byte = bytes(1);
        return byte.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(byte[0]);
    }
    std::uint16_t u16() {
        const unsigned high = u8();
        return static_cast<std::uint16_t>(high << 8 | u8());
    }
    /// At most `count` bytes, as many as there are.
    ByteView bytes(std::size_t count) {
        const ByteView taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

  private:
    ByteView rest_;
};

}  // namespace gs::fuzz
