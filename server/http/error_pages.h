// The bodies of error answers: problem details (RFC 9457) for programs under /api, a page for people
// elsewhere. Called by the server for every Response with a Problem; pure.
#pragma once

#include "server/http/message.h"

#include <functional>
#include <string>
#include <string_view>

namespace gs::http {

using ErrorPage = std::function<std::string(int status, std::string_view title, std::string_view detail)>;

/// Whether errors of this path are for programs.
[[nodiscard]] bool is_api_path(std::string_view path);

/// Makes body and Content-Type of a response with a problem; leaves others alone. `page` may be empty.
void render_problem(Response& response, std::string_view path, const ErrorPage& page);

/// `text` as a JSON string with its quotes. What is not UTF-8 comes out as U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace gs::http
