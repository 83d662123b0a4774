#include "server/http/dispatch.h"

#include "server/http/response_writer.h"
#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace gs::http {
namespace {

Request request_for(Method method, std::string path) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    return request;
}

class Dispatch : public ::testing::Test {
  protected:
    Dispatch() {
        site_.options.origins = net::OriginPolicy({"http://allowed.example"});
        site_.router.get("/rooms/{id}", [](const Request& request) {
            return Response::text("room " + std::string(request.path_parameter("id")));
        });
        site_.router.get("/rooms/new", [](const Request&) { return Response::text("form"); });
        site_.router.post("/rooms/{id}", [](const Request&) { return Response::redirect("/rooms/7"); });
        site_.router.get("/throws", [](const Request&) -> Response { throw std::runtime_error("secret"); });
        site_.router.get("/api/v1/gone",
                         [](const Request&) { return Response::error(410, "The room \"x\" has ended."); });
    }

    Response answer(Method method, std::string path, std::string origin = {}) {
        Request request = request_for(method, std::move(path));
        if (!origin.empty()) request.headers.push_back({"origin", std::move(origin)});
        Response response = dispatch(site_, request);
        finish_response(site_, request, Hsts::off, response);
        return response;
    }

    Site site_;
};

TEST_F(Dispatch, prefers_an_exact_segment_over_a_parameter) {
    EXPECT_EQ(answer(Method::get, "/rooms/new").body, "form");
    EXPECT_EQ(answer(Method::get, "/rooms/42").body, "room 42");
    EXPECT_EQ(answer(Method::get, "/rooms/").status, 404);
    EXPECT_EQ(answer(Method::get, "/rooms/42/").status, 404);
    EXPECT_EQ(answer(Method::get, "/rooms/42/watch").status, 404);
}

TEST_F(Dispatch, answers_unknown_methods_with_the_known_ones) {
    const Response wrong = answer(Method::put, "/rooms/42");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
    const Response options = answer(Method::options, "/rooms/42");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(answer(Method::head, "/rooms/42").status, 200);
    EXPECT_EQ(answer(Method::options, "*").status, 204);
}

TEST_F(Dispatch, refuses_state_changes_from_other_sites_only) {
    EXPECT_EQ(answer(Method::post, "/rooms/1", "http://evil.example").status, 403);
    EXPECT_EQ(answer(Method::post, "/rooms/1", "null").status, 403);
    EXPECT_EQ(site_.counters.requests_refused_origin, 2u);
    EXPECT_EQ(answer(Method::post, "/rooms/1", "http://allowed.example").status, 303);
    EXPECT_EQ(answer(Method::post, "/rooms/1").status, 303);
    EXPECT_EQ(answer(Method::get, "/rooms/1", "http://evil.example").status, 200);
}

TEST_F(Dispatch, answers_programs_with_problem_details) {
    const Response response = answer(Method::get, "/api/v1/gone");
    EXPECT_EQ(response.status, 410);
    EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.body,
              "{\"type\":\"about:blank\",\"title\":\"Gone\",\"status\":410,"
              "\"detail\":\"The room \\\"x\\\" has ended.\"}\n");
    EXPECT_EQ(answer(Method::get, "/api/v1/missing").header("Content-Type"), "application/problem+json");
}

TEST_F(Dispatch, answers_people_with_a_page) {
    EXPECT_EQ(answer(Method::get, "/missing").header("Content-Type"), "text/html; charset=utf-8");
    site_.options.error_page = [](int status, std::string_view title, std::string_view) {
        return "page " + std::to_string(status) + " " + std::string(title);
    };
    EXPECT_EQ(answer(Method::get, "/missing").body, "page 404 Not Found");
}

TEST_F(Dispatch, keeps_to_itself_what_a_handler_threw) {
    const Response response = answer(Method::get, "/throws");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(site_.counters.handler_failures, 1u);
}

TEST_F(Dispatch, gives_every_answer_the_security_headers) {
    for (const char* path : {"/rooms/42", "/missing", "/api/v1/missing", "/throws"}) {
        const Response response = answer(Method::get, path);
        EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff") << path;
        EXPECT_NE(response.header("Content-Security-Policy").find("frame-ancestors 'none'"),
                  std::string::npos);
        EXPECT_NE(response.header("Content-Security-Policy").find("'wasm-unsafe-eval'"), std::string::npos);
        EXPECT_EQ(response.header("Content-Security-Policy").find("unsafe-inline"), std::string::npos);
        EXPECT_EQ(response.header("Cross-Origin-Opener-Policy"), "same-origin") << path;
        EXPECT_EQ(response.header("Cross-Origin-Resource-Policy"), "same-origin") << path;
        EXPECT_FALSE(response.header("Permissions-Policy").empty()) << path;
        EXPECT_FALSE(response.header("Referrer-Policy").empty()) << path;
        EXPECT_EQ(response.header("Strict-Transport-Security"), "") << path;
        EXPECT_FALSE(response.header("Cache-Control").empty()) << path;
    }
}

TEST_F(Dispatch, gives_plain_bytes_only_the_headers_that_mean_something_there) {
    Response response;
    response.set("Content-Type", "application/octet-stream");
    finish_response(site_, {}, Hsts::on, response);
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.header("Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_FALSE(response.header("Strict-Transport-Security").empty());
    EXPECT_EQ(response.header("Content-Security-Policy"), "");
    EXPECT_EQ(response.header("Permissions-Policy"), "");
}

TEST(SecurityHeaders, insist_on_https_only_with_a_real_certificate) {
    Response response = Response::text("x");
    add_security_headers(response, "default-src 'none'", Hsts::on);
    EXPECT_FALSE(response.header("Strict-Transport-Security").empty());
    EXPECT_EQ(response.header("Content-Security-Policy"), "default-src 'none'");
}

TEST(SecurityHeaders, name_extra_sources_to_connect_to) {
    const std::vector<std::string> sources{"https://localhost:8443", "ws://localhost:8080"};
    EXPECT_TRUE(content_security_policy(sources).ends_with(
        "connect-src 'self' https://localhost:8443 ws://localhost:8080"));
}

TEST(ErrorPages, escape_what_they_show) {
    Response response = Response::error(400, "<script>&\"'");
    render_problem(response, "/x", {});
    EXPECT_EQ(response.body.find("<script>"), std::string::npos);
    EXPECT_NE(response.body.find("&lt;script&gt;&amp;&quot;&#39;"), std::string::npos);
    EXPECT_EQ(json_string("a\"\\\n\x01"), "\"a\\\"\\\\\\u000a\\u0001\"");
    EXPECT_EQ(json_string("\xff"), "\"\\ufffd\"");
}

TEST(ResponseWriter, sends_no_field_that_would_start_a_second_answer) {
    Counters counters;
    std::string out;
    Response response = Response::redirect("/x\r\nSet-Cookie: evil=1");
    write_head(response, {.after = AfterResponse::close, .date = "today"}, counters, out);
    EXPECT_EQ(out, "HTTP/1.1 303 See Other\r\nDate: today\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(counters.response_headers_dropped, 1u);
}

TEST(ResponseWriter, gives_no_length_where_there_is_no_body) {
    Counters counters;
    std::string out;
    write_head(Response::no_content(), {}, counters, out);
    EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_FALSE(has_body(Method::head, 200));
    EXPECT_FALSE(has_body(Method::get, 304));
    EXPECT_TRUE(has_body(Method::get, 404));
}

}  // namespace
}  // namespace gs::http
