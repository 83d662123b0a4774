// Request and Response: what a handler gets and gives back, free of any HTTP library.
// The parser fills a Request after every check has passed, the router hands it to one handler, and the
// connection writes the Response. Both are plain values without threads or owners.
// Not here: how bytes become a Request (request_parser.h) and which headers every answer gets
// (security_headers.h).
#pragma once

#include "server/net/address.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
enum class Scheme : std::uint8_t { http, https };
enum class Version : std::uint8_t { http_1_0, http_1_1 };

[[nodiscard]] std::string_view name_of(Method method);
[[nodiscard]] std::optional<Method> method_from(std::string_view name);
/// Whether the method may change something: all but GET, HEAD and OPTIONS (RFC 9110 section 9.2.1).
[[nodiscard]] bool changes_state(Method method);
[[nodiscard]] std::string_view name_of(Scheme scheme);
/// The reason phrase of RFC 9110 section 15; "Error" for statuses this server never sends.
[[nodiscard]] std::string_view reason_of(int status);

struct HeaderField {
    std::string name;
    std::string value;
};

struct PathParameter {
    std::string name;
    std::string value;
};

struct Request {
    Method method = Method::get;
    Version version = Version::http_1_1;
    Scheme scheme = Scheme::http;      // as the client sees it: a trusted proxy may have ended TLS
    std::string path;                  // starts with '/', percent-decoded, valid UTF-8, no dot segments
    std::string query;                 // as sent, without the '?'
    std::string host;                  // "play.example.org:8443" as the client named us; checked characters
    net::Address peer;                 // the client, behind trusted proxies
    std::vector<HeaderField> headers;  // names in lower case, in the order they came
    std::string body;
    std::vector<PathParameter> path_parameters;  // set by the router

    /// The first field of that lower-case name; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view lower_name) const;
    [[nodiscard]] bool has_header(std::string_view lower_name) const;
    /// All fields of that name joined with ", " (RFC 9110 section 5.3).
    [[nodiscard]] std::string joined_header(std::string_view lower_name) const;
    /// Whether a comma-separated field has the token, whatever its case: has_token("connection", "close").
    [[nodiscard]] bool has_token(std::string_view lower_name, std::string_view token) const;
    /// The value of `{name}` in the route's pattern; empty when the pattern has no such name.
    [[nodiscard]] std::string_view path_parameter(std::string_view name) const;
    /// A decoded value of the query; nothing when it is missing or badly encoded.
    [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const;
    /// A decoded value of an application/x-www-form-urlencoded body, as query_parameter().
    [[nodiscard]] std::optional<std::string> form_value(std::string_view name) const;
    /// The value of one cookie as sent; empty when it is missing.
    [[nodiscard]] std::string_view cookie(std::string_view name) const;
};

/// What an error answer says. `title` is the same for every occurrence, `detail` is about this one.
struct Problem {
    std::string title;
    std::string detail;
};

/// Bytes kept by many answers at once, as a file in memory is.
using SharedText = std::shared_ptr<const std::string>;

struct Response {
    int status = 200;
    std::vector<HeaderField> headers;
    std::string body;
    // Sent instead of `body` when set: `shared_size` bytes from `shared_offset`.
    SharedText shared_body = nullptr;
    std::size_t shared_offset = 0;
    std::size_t shared_size = 0;
    // When set, the body is made from it: problem details under /api, a page elsewhere (error_pages.h).
    std::optional<Problem> problem = std::nullopt;

    [[nodiscard]] static Response html(std::string body, int status = 200);
    [[nodiscard]] static Response text(std::string body, int status = 200);
    /// `body` is serialized JSON.
    [[nodiscard]] static Response json(std::string body, int status = 200);
    [[nodiscard]] static Response no_content();
    /// 303 by default: the browser continues with GET. `location` is a path or URL made by us.
    [[nodiscard]] static Response redirect(std::string location, int status = 303);
    /// An error with the usual title of `status`; `detail` is one plain sentence for a person.
    [[nodiscard]] static Response error(int status, std::string detail);
    [[nodiscard]] static Response error(int status, std::string title, std::string detail);

    /// Adds a field, or replaces the one of that name whatever its case.
    Response& set(std::string_view name, std::string value);
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] std::size_t body_size() const { return shared_body ? shared_size : body.size(); }
};

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace gs::http
