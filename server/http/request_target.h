// The request target: from "/rooms/4%20u?x=1" or "http://host/…" to a decoded path, and the decoding.
// Called by the parser on hostile text; pure functions. What cannot be read in exactly one way is refused, so
// no later code has to think of dot segments, encoded slashes or control characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gs::http {

struct RequestTarget {
    std::string path;       // decoded, starts with '/', valid UTF-8; "*" for the asterisk form
    std::string query;      // as sent, without '?'
    std::string authority;  // of the absolute form, lower case; else empty
};

/// Origin form, absolute form (http and https) and "*" (RFC 9112 section 3.2). Nothing for everything else:
/// the authority form, fragments, bad escapes, encoded slashes, backslashes, control characters, dot
/// segments, text that is not UTF-8.
[[nodiscard]] std::optional<RequestTarget> parse_target(std::string_view target);

/// A Host value or authority: a name, an IPv4 or a bracketed IPv6 literal, with or without a port.
[[nodiscard]] bool is_valid_host(std::string_view host);

/// Decodes %XX; nothing on a bad escape.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text);
/// Decodes %XX and '+', as in application/x-www-form-urlencoded; nothing on a bad escape or bad UTF-8.
[[nodiscard]] std::optional<std::string> decode_form(std::string_view text);

/// Well-formed UTF-8 without surrogates and overlong forms (RFC 3629).
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace gs::http
