// Writes the head of an answer as HTTP/1.1 bytes. Called by HttpConnection after finish_response(); pure.
#pragma once

#include "server/http/counters.h"
#include "server/http/message.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gs::http {

enum class AfterResponse : std::uint8_t { keep_alive, close };

struct ResponseFraming {
    AfterResponse after = AfterResponse::keep_alive;
    std::string_view date = {};  // left out when empty
};

/// Appends status line and fields to `out`, with Content-Length, Date and Connection added. A field whose
/// name or value has a control character would let its author write a second answer: it is left out and
/// counted.
void write_head(const Response& response, const ResponseFraming& framing, Counters& counters,
                std::string& out);

/// Whether the answer to `method` with `status` has a body on the wire (RFC 9112 section 6.3).
[[nodiscard]] bool has_body(Method method, int status);

}  // namespace gs::http
