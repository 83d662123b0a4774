// The headers that make browsers stricter, in one table: every answer of the server gets them, whatever the
// handler did. Called by the server for each Response before it is written; pure.
#pragma once

#include "server/http/message.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gs::http {

/// The policy that all pages live under: no inline scripts or styles, no plugins, no frames, forms only to
/// us; WebAssembly may be compiled, workers come from us. `connect` adds sources to connect-src beside
/// 'self': the QUIC origin, and "ws://host" where a browser does not count it under 'self'.
[[nodiscard]] std::string content_security_policy(std::span<const std::string> connect);

enum class Hsts : std::uint8_t { off, on };

/// Adds every header of the table that the handler has not set itself. `policy` is the value for
/// Content-Security-Policy. Hsts::on is for TLS with a real certificate: a development certificate would lock
/// the browser out of plain HTTP on that host for months.
void add_security_headers(Response& response, std::string_view policy, Hsts hsts);

}  // namespace gs::http
