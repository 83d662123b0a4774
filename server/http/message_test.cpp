#include "server/http/message.h"

#include "server/http/request_target.h"

#include <gtest/gtest.h>

namespace gs::http {
namespace {

TEST(Request, finds_tokens_whatever_their_case_and_place) {
    Request request;
    request.headers = {{"connection", "keep-alive, Upgrade"}, {"connection", "x"}};
    EXPECT_TRUE(request.has_token("connection", "upgrade"));
    EXPECT_TRUE(request.has_token("connection", "X"));
    EXPECT_FALSE(request.has_token("connection", "keep"));
    EXPECT_EQ(request.joined_header("connection"), "keep-alive, Upgrade, x");
    EXPECT_EQ(request.header("missing"), "");
}

TEST(Request, decodes_query_and_form_values) {
    Request request;
    request.query = "a=1&name=J%C3%BCrgen+B&empty=&bad=%zz&flag";
    EXPECT_EQ(request.query_parameter("name"), "Jürgen B");
    EXPECT_EQ(request.query_parameter("empty"), "");
    EXPECT_EQ(request.query_parameter("flag"), "");
    EXPECT_EQ(request.query_parameter("bad"), std::nullopt);
    EXPECT_EQ(request.query_parameter("missing"), std::nullopt);
    request.body = "nickname=a%26b";
    EXPECT_EQ(request.form_value("nickname"), "a&b");
}

TEST(Request, finds_a_cookie_by_its_whole_name) {
    Request request;
    request.headers = {{"cookie", "xsession=no; session=yes; theme=dark"}};
    EXPECT_EQ(request.cookie("session"), "yes");
    EXPECT_EQ(request.cookie("theme"), "dark");
    EXPECT_EQ(request.cookie("them"), "");
}

TEST(Response, replaces_a_field_whatever_its_case) {
    Response response = Response::text("x");
    response.set("content-type", "text/csv");
    EXPECT_EQ(response.headers.size(), 1u);
    EXPECT_EQ(response.header("Content-Type"), "text/csv");
}

TEST(RequestTarget, reads_origin_and_absolute_forms) {
    const auto origin = parse_target("/rooms/a%20b?x=%2F");
    ASSERT_TRUE(origin.has_value());
    EXPECT_EQ(origin->path, "/rooms/a b");
    EXPECT_EQ(origin->query, "x=%2F");
    const auto absolute = parse_target("http://Example.org:80?q");
    ASSERT_TRUE(absolute.has_value());
    EXPECT_EQ(absolute->authority, "Example.org:80");
    EXPECT_EQ(absolute->path, "/");
    EXPECT_EQ(absolute->query, "q");
    EXPECT_TRUE(parse_target("/a..b/...").has_value());
}

TEST(RequestTarget, refuses_what_two_readers_could_read_differently) {
    for (const char* target : {"",
                               "rooms",
                               "/a/../b",
                               "/..",
                               "/.",
                               "/a/%2e%2e/b",
                               "/%2e",
                               "/a%2Fb",
                               "/a%2fb",
                               "/a\\b",
                               "/a%5cb",
                               "/%",
                               "/%4",
                               "/%zz",
                               "/%00",
                               "/a%0d%0ab",
                               "/%ff",
                               "/%c0%af",
                               "/a#b",
                               "ftp://host/",
                               "http:///x",
                               "http://user@host/",
                               "//host/../x",
                               "host:443"}) {
        EXPECT_FALSE(parse_target(target).has_value()) << target;
    }
}

TEST(RequestTarget, knows_a_host_from_an_injection) {
    for (const char* host : {"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8443", "[2001:db8::1]",
                             "play.example.org", "a_b.internal"}) {
        EXPECT_TRUE(is_valid_host(host)) << host;
    }
    for (const char* host : {"", ":80", "a b", "a;b", "a'b", "host:", "host:0", "host:99999", "host:8x",
                             "[::1", "[::1]x", "[]", "user@host", "a/b", "a,b", "a\"b"}) {
        EXPECT_FALSE(is_valid_host(host)) << host;
    }
}

TEST(Utf8, is_checked_to_the_last_byte) {
    for (const char* text :
         {"", "plain", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x8e\xae", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_valid_utf8(text)) << text;
    }
    for (const char* text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                             "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"}) {
        EXPECT_FALSE(is_valid_utf8(text)) << text;
    }
}

}  // namespace
}  // namespace gs::http
