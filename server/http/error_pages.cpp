#include "server/http/error_pages.h"

#include "server/http/request_target.h"

namespace gs::http {
namespace {

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string minimal_page(int status, std::string_view title, std::string_view detail) {
    return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + std::to_string(status) + " " +
           html_escaped(title) + "</title><h1>" + html_escaped(title) + "</h1><p>" + html_escaped(detail) +
           "</p></html>\n";
}

}  // namespace

bool is_api_path(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

std::string json_string(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (!is_valid_utf8(text)) return "\"\\ufffd\"";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

void render_problem(Response& response, std::string_view path, const ErrorPage& page) {
    if (!response.problem) return;
    const Problem& problem = *response.problem;
    if (is_api_path(path)) {
        // The type "about:blank" (the default) says: the status and title mean what HTTP says they mean.
        response.body = "{\"type\":\"about:blank\",\"title\":" + json_string(problem.title) +
                        ",\"status\":" + std::to_string(response.status) +
                        ",\"detail\":" + json_string(problem.detail) + "}\n";
        response.set("Content-Type", "application/problem+json");
    } else {
        response.body = page ? page(response.status, problem.title, problem.detail)
                             : minimal_page(response.status, problem.title, problem.detail);
        response.set("Content-Type", "text/html; charset=utf-8");
    }
    if (response.header("Cache-Control").empty()) response.set("Cache-Control", "no-store");
    response.problem.reset();
}

}  // namespace gs::http
