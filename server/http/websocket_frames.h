// The few bytes of RFC 6455 that this server writes itself: frame heads (a server's frames are not masked),
// and what our close codes are on a WebSocket. Reading frames is Boost.Beast's work. Pure functions.
#pragma once

#include "server/net/session.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gs::http {

enum class Opcode : std::uint8_t { text = 1, binary = 2, ping = 9 };

/// Appends the head of a whole, unfragmented frame (RFC 6455 section 5.2).
void append_frame_head(std::string& out, Opcode opcode, std::size_t payload_bytes);

/// 1000 for 0, 4000 + N for an application code N up to 999, 4999 above (docs/protocol.md, "Closing").
[[nodiscard]] std::uint16_t close_code_from(std::uint32_t application_code);

/// The application code in a close code of the peer: 0 for 1000, 1001 (the page goes away), 1005 (none) and
/// codes that mean nothing to us; nothing for those that report an error of the transport.
[[nodiscard]] std::optional<std::uint32_t> application_code_from(std::uint16_t close_code);

/// The longest prefix of `text` within `bytes_max` that ends between two characters; empty if `text` is not
/// UTF-8, because a browser fails the connection on such a reason.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t bytes_max);

}  // namespace gs::http
