// Field sections from strangers: what is read is within the bounds and reads back the same when written
// again.
#include "core/base/assert.h"
#include "server/quic/field_section.h"
#include "server/quic/http3_frames.h"
#include "server/quic/wire_ids.h"

#include <cstddef>
#include <cstdint>

namespace {

using namespace gs;

ByteView unframed(const std::vector<std::byte>& encoded) {
    ByteView input(encoded);
    quic::FrameReader frames;
    GS_ASSERT(frames.next(input) == quic::FrameReader::Event::begin, "a frame begins");
    GS_ASSERT(frames.type() == quic::frame::headers && frames.length() == input.size(), "one HEADERS frame");
    return input;
}

void check_error(std::uint64_t code) {
    GS_ASSERT(code == quic::h3_error::qpack_decompression_failed || code == quic::h3_error::excessive_load ||
                  code == quic::h3_error::message_error,
              "errors are HTTP/3 codes");
}

void check_request(ByteView section) {
    const auto head = quic::decode_request(section);
    if (!head) return check_error(head.error());
    const std::size_t size = head->method.size() + head->protocol.size() + head->scheme.size() +
                             head->authority.size() + head->path.size() + head->origin.size();
    GS_ASSERT(size <= quic::field_section_decoded_bytes_max, "what is decoded is bounded");
    GS_ASSERT(
        !head->method.empty() && !head->scheme.empty() && !head->authority.empty() && !head->path.empty(),
        "a request is whole");
    const auto encoded = quic::encode_connect(head->authority, head->path, head->origin);
    const auto again = quic::decode_request(unframed(encoded));
    if (!again) {
        // Huffman code unfolds: without it the same may be too large.
        GS_ASSERT(encoded.size() > quic::field_section_bytes_max, "only size makes a difference");
        return;
    }
    GS_ASSERT(
        again->authority == head->authority && again->path == head->path && again->origin == head->origin,
        "written and read again it is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView section = bytes_of(data, size);
    check_request(section);
    const auto status = quic::decode_response(section);
    if (!status) {
        check_error(status.error());
        return 0;
    }
    GS_ASSERT(*status >= 100 && *status <= 999, "a status has three digits");
    GS_ASSERT(quic::decode_response(unframed(quic::encode_response(*status))) == *status, "it reads back");
    return 0;
}
