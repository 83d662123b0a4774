// Answers with bytes that are kept in memory and named by a strong ETag: whole, a part of them, or nothing
// new (RFC 9110 sections 13 and 14). Called by static files and by whoever serves pieces of matches.
#pragma once

#include "server/http/message.h"

#include <string_view>

namespace gs::http {

/// Fills `response`, which has its other fields already, with `content`: 200, 206, 304 or 416 by
/// If-None-Match, Range and If-Range.
[[nodiscard]] Response respond_with_part(const Request& request, const SharedText& content,
                                         std::string_view etag, Response response);

}  // namespace gs::http
