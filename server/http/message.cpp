#include "server/http/message.h"

#include "server/http/request_target.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> method_names{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
    {Method::options, "OPTIONS"},
}};

constexpr std::array<std::pair<int, std::string_view>, 32> reasons{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Calls `visit` with each trimmed part of a list until it returns true; whether one did.
template <typename Visit>
bool any_part(std::string_view list, char separator, Visit visit) {
    while (true) {
        const std::size_t end = list.find(separator);
        if (visit(trimmed(list.substr(0, end)))) return true;
        if (end == std::string_view::npos) return false;
        list.remove_prefix(end + 1);
    }
}

std::optional<std::string> encoded_value(std::string_view form, std::string_view name) {
    std::optional<std::string> found;
    any_part(form, '&', [&](std::string_view pair) {
        const std::size_t equals = pair.find('=');
        const auto key = decode_form(pair.substr(0, equals));
        if (!key || *key != name) return false;
        found = equals == std::string_view::npos ? std::string() : decode_form(pair.substr(equals + 1));
        return true;
    });
    return found;
}

}  // namespace

std::string_view name_of(Method method) {
    for (const auto& [value, name] : method_names) {
        if (value == method) return name;
    }
    return {};
}

std::optional<Method> method_from(std::string_view name) {
    for (const auto& [value, known] : method_names) {
        if (known == name) return value;
    }
    return std::nullopt;
}

bool changes_state(Method method) {
    return method != Method::get && method != Method::head && method != Method::options;
}

std::string_view name_of(Scheme scheme) { return scheme == Scheme::https ? "https" : "http"; }

std::string_view reason_of(int status) {
    for (const auto& [value, reason] : reasons) {
        if (value == status) return reason;
    }
    return "Error";
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view Request::header(std::string_view lower_name) const {
    for (const HeaderField& field : headers) {
        if (field.name == lower_name) return field.value;
    }
    return {};
}

bool Request::has_header(std::string_view lower_name) const {
    return std::ranges::any_of(headers, [&](const HeaderField& field) { return field.name == lower_name; });
}

std::string Request::joined_header(std::string_view lower_name) const {
    std::string joined;
    bool first = true;
    for (const HeaderField& field : headers) {
        if (field.name != lower_name) continue;
        if (!first) joined += ", ";
        joined += field.value;
        first = false;
    }
    return joined;
}

bool Request::has_token(std::string_view lower_name, std::string_view token) const {
    return std::ranges::any_of(headers, [&](const HeaderField& field) {
        return field.name == lower_name && any_part(field.value, ',', [&](std::string_view part) {
                   return equal_ignoring_case(part, token);
               });
    });
}

std::string_view Request::path_parameter(std::string_view name) const {
    for (const PathParameter& parameter : path_parameters) {
        if (parameter.name == name) return parameter.value;
    }
    return {};
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    return encoded_value(query, name);
}

std::optional<std::string> Request::form_value(std::string_view name) const {
    return encoded_value(body, name);
}

std::string_view Request::cookie(std::string_view name) const {
    std::string_view found;
    for (const HeaderField& field : headers) {
        if (field.name != "cookie") continue;
        const bool here = any_part(field.value, ';', [&](std::string_view pair) {
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) return false;
            found = pair.substr(equals + 1);
            return true;
        });
        if (here) break;
    }
    return found;
}

namespace {

Response with_type(std::string body, int status, std::string_view type) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.set("Content-Type", std::string(type));
    return response;
}

}  // namespace

Response Response::html(std::string body, int status) {
    return with_type(std::move(body), status, "text/html; charset=utf-8");
}

Response Response::text(std::string body, int status) {
    return with_type(std::move(body), status, "text/plain; charset=utf-8");
}

Response Response::json(std::string body, int status) {
    return with_type(std::move(body), status, "application/json");
}

Response Response::no_content() {
    Response response;
    response.status = 204;
    return response;
}

Response Response::redirect(std::string location, int status) {
    Response response;
    response.status = status;
    response.set("Location", std::move(location));
    return response;
}

Response Response::error(int status, std::string detail) {
    return error(status, std::string(reason_of(status)), std::move(detail));
}

Response Response::error(int status, std::string title, std::string detail) {
    Response response;
    response.status = status;
    response.problem = Problem{.title = std::move(title), .detail = std::move(detail)};
    return response;
}

Response& Response::set(std::string_view name, std::string value) {
    for (HeaderField& field : headers) {
        if (equal_ignoring_case(field.name, name)) {
            field.value = std::move(value);
            return *this;
        }
    }
    headers.push_back({std::string(name), std::move(value)});
    return *this;
}

std::string_view Response::header(std::string_view name) const {
    for (const HeaderField& field : headers) {
        if (equal_ignoring_case(field.name, name)) return field.value;
    }
    return {};
}

}  // namespace gs::http
