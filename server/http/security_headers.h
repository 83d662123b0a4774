// The headers that make browsers stricter, in one table: every answer of the server gets them, whatever the
// handler did; answers that are plain bytes only those that mean something there. Called by the server for
// each Response before it is written; pure.
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

/// Whether no browser makes a document of the answer, whatever else it says: plain bytes that "nosniff" keeps
/// what they are. Chunks of matches go out by the thousand, and their headers would be as large as they are.
[[nodiscard]] bool is_only_data(const Response& response);

/// Of the table what concerns data: it is never guessed at, and no other site embeds it.
void add_data_security_headers(Response& response, Hsts hsts);

/// Adds every header of the table that the handler has not set itself. `policy` is the value for
/// Content-Security-Policy. Hsts::on is for TLS with a real certificate: a development certificate would lock
/// the browser out of plain HTTP on that host for months.
void add_security_headers(Response& response, std::string_view policy, Hsts hsts);

}  // namespace gs::http
