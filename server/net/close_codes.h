// The application close codes of this server, as the page reads them on both transports (docs/protocol.md,
// "Close codes"). WebTransport carries the number itself; WebSocket, which leaves applications 4000 to 4999
// (RFC 6455 section 7.4.2), carries 4000 + the number.
#pragma once

#include <cstdint>

namespace gs::net::close_code {

inline constexpr std::uint32_t done = 0;         // an orderly end
inline constexpr std::uint32_t going_away = 1;   // the server stops or restarts: come back in a moment
inline constexpr std::uint32_t too_much = 2;     // the client sent more than the server holds for one visitor
inline constexpr std::uint32_t bad_message = 4;  // what the client sent is not part of the protocol
inline constexpr std::uint32_t timed_out = 5;    // nothing has come from the client for a while

}  // namespace gs::net::close_code
