#include "server/net/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace gs::net {
namespace {

std::string error_of(std::string_view text, const JsonLimits& limits = {}) {
    const auto parsed = parse_json(text, limits);
    return parsed ? "accepted" : parsed.error().message;
}

TEST(Json, reads_what_is_json) {
    const auto parsed =
        parse_json(R"( {"type":"join","seats":[1,-2,3.5,true,null,"é\u0041"],"nested":{"a":{}}} )");
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed, nlohmann::json::parse(
                           R"({"type":"join","seats":[1,-2,3.5,true,null,"éA"],"nested":{"a":{}}})"));
    for (const char* text :
         {"0", "\"\"", "[]", "{}", "null", "18446744073709551615", "-9223372036854775808"}) {
        const auto small = parse_json(text);
        ASSERT_TRUE(small.has_value()) << text;
        EXPECT_EQ(*small, nlohmann::json::parse(text));
    }
}

TEST(Json, refuses_nesting_over_the_limit_at_once) {
    EXPECT_EQ(error_of("[[[]]]", {.depth_max = 3}), "accepted");
    EXPECT_EQ(error_of("[[[[]]]]", {.depth_max = 3}), "line 1, column 4: nested deeper than allowed");
    EXPECT_EQ(error_of("{\"a\":\n [{\"b\":1}]}", {.depth_max = 2}),
              "line 2, column 3: nested deeper than allowed");
    std::string deep;
    for (int i = 0; i < 10'000; ++i) {
        deep += i % 2 == 0 ? "[" : "{\"a\":";
    }
    EXPECT_NE(error_of(deep).find("nested deeper"), std::string::npos);
    EXPECT_NE(error_of(std::string(10'000, '[') + std::string(10'000, ']')).find("nested deeper"),
              std::string::npos);
}

TEST(Json, refuses_what_is_larger_than_allowed_unread) {
    EXPECT_EQ(error_of("[1,2,3]", {.bytes_max = 6}), "more than 6 bytes of JSON");
    EXPECT_EQ(error_of("[1,2,3]", {.bytes_max = 7}), "accepted");
}

TEST(Json, refuses_the_same_key_twice) {
    EXPECT_EQ(error_of(R"({"a":1,"b":{"a":2}})"), "accepted");
    EXPECT_EQ(error_of(R"({"a":1,"a":2})"), "line 1, column 10: the same key twice in one object");
    EXPECT_NE(error_of(R"([{"b":{"x":1,"\u0078":2}}])").find("twice"), std::string::npos);
}

TEST(Json, refuses_what_is_no_json_and_says_where) {
    EXPECT_EQ(error_of("{\"a\":1,\n \"b\" 2}"), "line 2, column 7: no JSON");
    for (const std::string text :
         {"",        " ",    "{",       "[1,]",         "{\"a\":}",    "{a:1}", "'a'", "01",
          "1.",      "+1",   "NaN",     "Infinity",     "1e999",       "tru",   "\"a", "\"\\x\"",
          "[1] [2]", "{} x", "// c\n1", "\xef\xbb\xbf", "\"\\ud800\"", "[1}",   "\x00"}) {
        EXPECT_NE(error_of(text).find("line 1"), std::string::npos) << text;
    }
}

TEST(Json, refuses_bytes_that_are_no_utf8) {
    for (const std::string text :
         {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\""}) {
        EXPECT_NE(error_of(text).find("no JSON"), std::string::npos);
    }
    EXPECT_NE(error_of(std::string_view("\"a\0b\"", 5)).find("no JSON"), std::string::npos);
}

}  // namespace
}  // namespace gs::net
