// Which encoding of a file to send, and which part of it: Accept-Encoding, If-None-Match and Range, as pure
// functions over hostile text. Called by static_files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gs::http {

enum class Encoding : std::uint8_t { identity, gzip, brotli };

/// The name in Content-Encoding; empty for identity.
[[nodiscard]] std::string_view name_of(Encoding encoding);

struct AvailableEncodings {
    bool gzip = false;
    bool brotli = false;
};

/// The best of identity and the available ones by the client's q values; among equals brotli, then gzip, then
/// identity. Nothing when the client refuses all of them. RFC 9110 section 12.5.3.
[[nodiscard]] std::optional<Encoding> choose_encoding(std::string_view accept_encoding,
                                                      AvailableEncodings available);

/// Whether an If-None-Match list names the tag, compared weakly. RFC 9110 section 13.1.2.
[[nodiscard]] bool matches_etag(std::string_view if_none_match, std::string_view etag);

struct ByteRange {
    enum class Kind : std::uint8_t { whole, part, unsatisfiable };
    Kind kind = Kind::whole;
    std::size_t offset = 0;
    std::size_t size = 0;
};

/// A single range of a file of `size` bytes. Several ranges, other units and bad syntax mean the whole file,
/// as if no Range had come. RFC 9110 section 14.2.
[[nodiscard]] ByteRange parse_range(std::string_view range, std::size_t size);

}  // namespace gs::http
