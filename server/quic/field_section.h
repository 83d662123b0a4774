// Header sections of HTTP/3 (RFC 9114 section 4, QPACK RFC 9204 without dynamic table): reading a request or
// a response head within fixed bounds, and writing the few we send. The only file that uses nghttp3. Not its
// job: whether a request is allowed (http3_connection.h).
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gs::quic {

/// A field section as it stands on the wire; browsers send under 1 KiB on a CONNECT.
inline constexpr std::size_t field_section_bytes_max = 8 * 1024;
/// Names, values and 32 per field, decoded (RFC 9114 section 4.2.2): bounds what a small section can unfold
/// to.
inline constexpr std::size_t field_section_decoded_bytes_max = 16 * 1024;
inline constexpr std::size_t field_count_max = 64;

struct RequestHead {
    std::string method;
    std::string protocol;
    std::string scheme;
    std::string authority;
    std::string path;
    std::string origin;
};

/// Reads a request's field section. Errors are HTTP/3 codes: qpack_decompression_failed and excessive_load
/// end the connection, message_error only the stream (malformed request, RFC 9114 section 4.1.2).
[[nodiscard]] std::expected<RequestHead, std::uint64_t> decode_request(ByteView section);

/// Reads a response's status; same errors.
[[nodiscard]] std::expected<int, std::uint64_t> decode_response(ByteView section);

/// A HEADERS frame with just this status.
[[nodiscard]] std::vector<std::byte> encode_response(int status);

/// A HEADERS frame with an extended CONNECT for WebTransport (RFC 9220, draft-ietf-webtrans-http3-02
/// section 3.3). `origin` may be empty: then none is sent.
[[nodiscard]] std::vector<std::byte> encode_connect(std::string_view authority, std::string_view path,
                                                    std::string_view origin);

}  // namespace gs::quic
