// Every number of HTTP/3 and WebTransport that we send or recognise, in one table: drafts move, and when they
// do, this is the place. Sources: RFC 9000, RFC 9114, RFC 9204, RFC 9220, RFC 9297 and
// draft-ietf-webtrans-http3 (-02 is what browsers speak today; the later ids stand beside it).
#pragma once

#include <cstdint>

namespace gs::quic {

// RFC 9114 section 11.2.2, RFC 9220, RFC 9297 section 2.1.1, draft-ietf-webtrans-http3.
namespace setting {
inline constexpr std::uint64_t qpack_max_table_capacity = 0x01;
inline constexpr std::uint64_t max_field_section_size = 0x06;
inline constexpr std::uint64_t qpack_blocked_streams = 0x07;
inline constexpr std::uint64_t enable_connect_protocol = 0x08;
inline constexpr std::uint64_t h3_datagram = 0x33;
inline constexpr std::uint64_t enable_webtransport_draft02 = 0x2b603742;
inline constexpr std::uint64_t webtransport_max_sessions_draft07 = 0xc671706a;
}  // namespace setting

// RFC 9114 section 7.2; draft-ietf-webtrans-http3-02 section 4.2.
namespace frame {
inline constexpr std::uint64_t data = 0x00;
inline constexpr std::uint64_t headers = 0x01;
inline constexpr std::uint64_t cancel_push = 0x03;
inline constexpr std::uint64_t settings = 0x04;
inline constexpr std::uint64_t push_promise = 0x05;
inline constexpr std::uint64_t goaway = 0x07;
inline constexpr std::uint64_t max_push_id = 0x0d;
inline constexpr std::uint64_t webtransport_stream = 0x41;

/// Types of HTTP/2 that must never appear (RFC 9114 section 7.2.8).
[[nodiscard]] inline constexpr bool is_forbidden(std::uint64_t type) {
    return type == 0x02 || type == 0x06 || type == 0x08 || type == 0x09;
}
}  // namespace frame

// Unidirectional stream types: RFC 9114 section 6.2, RFC 9204 section 4.2, draft-ietf-webtrans-http3.
namespace stream_type {
inline constexpr std::uint64_t control = 0x00;
inline constexpr std::uint64_t push = 0x01;
inline constexpr std::uint64_t qpack_encoder = 0x02;
inline constexpr std::uint64_t qpack_decoder = 0x03;
inline constexpr std::uint64_t webtransport = 0x54;
}  // namespace stream_type

// draft-ietf-webtrans-http3 section 5 and 6.
namespace capsule_type {
inline constexpr std::uint64_t close_session = 0x2843;
inline constexpr std::uint64_t drain_session = 0x78ae;
}  // namespace capsule_type

// RFC 9114 section 8.1, RFC 9204 section 8.3, RFC 9297 section 5.2, draft-ietf-webtrans-http3 section 8.
namespace h3_error {
inline constexpr std::uint64_t datagram_error = 0x33;
inline constexpr std::uint64_t no_error = 0x100;
inline constexpr std::uint64_t general_protocol_error = 0x101;
inline constexpr std::uint64_t internal_error = 0x102;
inline constexpr std::uint64_t stream_creation_error = 0x103;
inline constexpr std::uint64_t closed_critical_stream = 0x104;
inline constexpr std::uint64_t frame_unexpected = 0x105;
inline constexpr std::uint64_t frame_error = 0x106;
inline constexpr std::uint64_t excessive_load = 0x107;
inline constexpr std::uint64_t id_error = 0x108;
inline constexpr std::uint64_t settings_error = 0x109;
inline constexpr std::uint64_t missing_settings = 0x10a;
inline constexpr std::uint64_t request_rejected = 0x10b;
inline constexpr std::uint64_t request_cancelled = 0x10c;
inline constexpr std::uint64_t request_incomplete = 0x10d;
inline constexpr std::uint64_t message_error = 0x10e;
inline constexpr std::uint64_t qpack_decompression_failed = 0x200;
inline constexpr std::uint64_t qpack_encoder_stream_error = 0x201;
inline constexpr std::uint64_t webtransport_buffered_stream_rejected = 0x3994bd84;
inline constexpr std::uint64_t webtransport_session_gone = 0x170d7b68;

inline constexpr std::uint64_t webtransport_first = 0x52e4a40fa8db;

/// Application stream code n to its HTTP/3 code (draft section 4.3): every 31st codepoint is reserved for
/// greasing.
[[nodiscard]] inline constexpr std::uint64_t from_application(std::uint32_t code) {
    return webtransport_first + code + code / 0x1e;
}

/// The inverse; codes outside the range (and the greased ones) become 0.
[[nodiscard]] inline constexpr std::uint32_t to_application(std::uint64_t code) {
    if (code < webtransport_first || code > from_application(0xffffffff) || (code - 0x21) % 0x1f == 0)
        return 0;
    const std::uint64_t shifted = code - webtransport_first;
    return static_cast<std::uint32_t>(shifted - shifted / 0x1f);
}
}  // namespace h3_error

}  // namespace gs::quic
