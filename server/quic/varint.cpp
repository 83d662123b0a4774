#include "server/quic/varint.h"

#include "core/base/assert.h"

#include <algorithm>

namespace gs::quic {

std::optional<std::uint64_t> take_varint(ByteView& input) {
    if (input.empty()) return std::nullopt;
    const std::size_t length = varint_length(input.front());
    if (input.size() < length) return std::nullopt;
    std::uint64_t value = std::to_integer<std::uint64_t>(input.front() & std::byte{0x3f});
    for (std::size_t i = 1; i < length; ++i) {
        value = value << 8 | std::to_integer<std::uint64_t>(input[i]);
    }
    input = input.subspan(length);
    return value;
}

std::size_t put_varint(MutableBytes to, std::uint64_t value) {
    GS_ASSERT(value <= varint_max, "a varint holds 62 bits");
    const std::size_t length = varint_size(value);
    GS_ASSERT(to.size() >= length, "room for the varint");
    for (std::size_t i = 0; i < length; ++i) {
        to[i] = static_cast<std::byte>(value >> (8 * (length - 1 - i)));
    }
    const unsigned log2_length = length == 1 ? 0 : length == 2 ? 1 : length == 4 ? 2 : 3;
    to[0] |= static_cast<std::byte>(log2_length << 6);
    return length;
}

std::optional<std::uint64_t> VarintReader::take(ByteView& input) {
    while (!input.empty()) {
        bytes_[filled_++] = input.front();
        input = input.subspan(1);
        const std::size_t length = varint_length(bytes_[0]);
        if (filled_ == length) {
            filled_ = 0;
            ByteView whole = ByteView(bytes_).first(length);
            return take_varint(whole);
        }
    }
    return std::nullopt;
}

}  // namespace gs::quic
