// Bytes of HTTP/3 as a peer would send them, right or wrong on purpose: varints, frames, capsules, settings
// and field sections written out of their parts. For tests; the server's own encoders are in http3_frames.h,
// field_section.h and capsule.h and are tested against these.
#pragma once

#include "core/base/bytes.h"
#include "server/quic/varint.h"
#include "server/quic/wire_ids.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gs::quic::script {

inline std::string varint(std::uint64_t value) {
    std::byte bytes[varint_bytes_max];
    const std::size_t size = put_varint(bytes, value);
    return std::string(text_of(ByteView(bytes).first(size)));
}

inline std::string text_of_bytes(const std::vector<std::byte>& bytes) { return std::string(text_of(bytes)); }

/// Type, length, payload: the shape of frames and of capsules.
inline std::string type_length_value(std::uint64_t type, std::string_view value) {
    return varint(type) + varint(value.size()) + std::string(value);
}

inline std::string data_frame(std::string_view payload) { return type_length_value(frame::data, payload); }

inline std::string settings_frame(
    std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> settings = {}) {
    std::string payload;
    for (const auto& [id, value] : settings)
        payload += varint(id) + varint(value);
    return type_length_value(frame::settings, payload);
}

/// The beginning of a browser's control stream.
inline std::string control_start() {
    return varint(stream_type::control) + settings_frame({{setting::enable_connect_protocol, 1},
                                                          {setting::h3_datagram, 1},
                                                          {setting::enable_webtransport_draft02, 1}});
}

using Field = std::pair<std::string_view, std::string_view>;

/// A prefixed integer (RFC 9204 section 4.1.1) of `bits` bits behind the pattern in `first`.
inline std::string prefixed(unsigned first, unsigned bits, std::size_t value) {
    const std::size_t limit = (std::size_t{1} << bits) - 1;
    if (value < limit) return {static_cast<char>(first | value)};
    std::string out{static_cast<char>(first | limit)};
    for (value -= limit; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(0x80 | (value & 0x7f)));
    out.push_back(static_cast<char>(value));
    return out;
}

/// A field section of literal fields, without Huffman coding and without a dynamic table.
inline std::string section(const std::vector<Field>& fields) {
    std::string out(2, '\0');
    for (const auto& [name, value] : fields) {
        out += prefixed(0x20, 3, name.size());
        out += name;
        out += prefixed(0x00, 7, value.size());
        out += value;
    }
    return out;
}

inline std::string headers_frame(const std::vector<Field>& fields) {
    return type_length_value(frame::headers, section(fields));
}

/// What a browser asks with; fields behind the pseudo-header ones may be added.
inline std::vector<Field> connect_fields(std::string_view path = "/wt",
                                         std::string_view origin = "https://play.example") {
    return {{":method", "CONNECT"}, {":protocol", "webtransport"},
            {":scheme", "https"},   {":authority", "a:8443"},
            {":path", path},        {"origin", origin},
            {"user-agent", "test"}, {"sec-webtransport-http3-draft02", "1"}};
}

inline std::string connect_request(std::string_view path = "/wt",
                                   std::string_view origin = "https://play.example") {
    return headers_frame(connect_fields(path, origin));
}

inline std::string close_capsule(std::uint32_t code, std::string_view reason) {
    std::string value;
    for (int shift = 24; shift >= 0; shift -= 8)
        value.push_back(static_cast<char>(code >> shift));
    value += reason;
    return type_length_value(capsule_type::close_session, value);
}

/// The heads of WebTransport streams of the session with this CONNECT stream.
inline std::string unidirectional_head(std::uint64_t session = 0) {
    return varint(stream_type::webtransport) + varint(session);
}
inline std::string bidirectional_head(std::uint64_t session = 0) {
    return varint(frame::webtransport_stream) + varint(session);
}

inline std::string datagram(std::string_view payload, std::uint64_t session = 0) {
    return varint(session / 4) + std::string(payload);
}

/// Types of the form 0x1f * n + 0x21 mean nothing and must be skipped (RFC 9114 section 7.2.8).
inline constexpr std::uint64_t grease(std::uint64_t n) { return 0x1f * n + 0x21; }

}  // namespace gs::quic::script
