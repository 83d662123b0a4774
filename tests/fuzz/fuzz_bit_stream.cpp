// A reader on hostile bytes, with calls that the input chooses: it never reads past the end, stays failed
// once it failed, and whatever it read is written as the same bits again (there is one form of everything).
#include "core/base/assert.h"
#include "core/wire/bit_stream.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <array>
#include <vector>

namespace {

using namespace gs;

struct Call {
    unsigned kind;
    unsigned detail;
};

/// One value, read or written.
template <class Stream>
bool serialize(Stream& s, Call call, std::uint64_t& value) {
    switch (call.kind % 7) {
        case 0:
            return s.bits(value, call.detail % 65);
        case 1: {
            bool flag = value != 0;
            if (!s.boolean(flag)) return false;
            value = flag ? 1 : 0;
            return true;
        }
        case 2: {
            auto number = static_cast<std::int32_t>(value);
            const auto min = -static_cast<std::int32_t>(call.detail * 1000);
            if (!s.integer(number, min, static_cast<std::int32_t>(call.detail * call.detail))) return false;
            value = static_cast<std::uint64_t>(number);
            return true;
        }
        case 3:
            return s.varint(value);
        case 4: {
            auto number = static_cast<std::int16_t>(value);
            if (!s.signed_varint(number)) return false;
            value = static_cast<std::uint64_t>(number);
            return true;
        }
        case 5: {
            auto number = std::bit_cast<float>(static_cast<std::uint32_t>(value));
            if (!s.f32(number)) return false;
            value = std::bit_cast<std::uint32_t>(number);
            return true;
        }
        default:
            return s.align();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    std::vector<Call> calls(input.u8() % 64);
    for (Call& call : calls)
        call = {.kind = input.u8(), .detail = input.u8()};
    const ByteView view = input.bytes(4096);
    // Of exactly their size, so that a sanitizer sees a read past the end.
    const std::vector<std::byte> bytes(view.begin(), view.end());
    wire::BitReader reader(bytes);
    std::vector<std::uint64_t> values;
    for (const Call call : calls) {
        std::uint64_t value = 0;
        if (!serialize(reader, call, value)) break;
        GS_ASSERT(reader.ok() && reader.position() <= bytes.size(), "what was read was there");
        values.push_back(value);
    }
    if (!reader.ok()) {
        bool flag = false;
        GS_ASSERT(!reader.boolean(flag) && !reader.align(), "a stream that failed stays failed");
    }
    std::vector<std::byte> again(4096, std::byte{0xff});
    wire::BitWriter writer(again);
    wire::BitMeasurer measurer;
    for (std::size_t index = 0; index < values.size(); ++index) {
        std::uint64_t measured = values[index];
        GS_ASSERT(serialize(writer, calls[index], values[index]), "what was read is written");
        GS_ASSERT(serialize(measurer, calls[index], measured), "and measured");
    }
    GS_ASSERT(measurer.size() == writer.size(), "as long as it was measured");
    wire::BitReader second(writer.written());
    for (std::size_t index = 0; index < values.size(); ++index) {
        std::uint64_t value = 0;
        GS_ASSERT(serialize(second, calls[index], value) && value == values[index], "and read again");
    }
    // All but the last byte, which the reader may have used in part.
    if (writer.size() > 1) {
        GS_ASSERT(std::equal(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(writer.size() - 1),
                             bytes.begin()),
                  "in the same form");
    }
    return 0;
}
