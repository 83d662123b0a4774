#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace gs {
namespace {

TEST(Utf8, accepts_characters_of_every_length) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("plain"));
    EXPECT_TRUE(is_utf8("\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\x9f"));
    EXPECT_TRUE(is_utf8("\xf4\x8f\xbf\xbf"));
}

TEST(Utf8, refuses_what_rfc_3629_forbids) {
    for (const char* text : {"\x80", "\xc3", "\xc0\xaf", "\xc1\x81", "\xe0\x80\xaf", "\xed\xa0\x80",
                             "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82", "\xe2\x28\xa1"}) {
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, never_cuts_inside_a_character) {
    EXPECT_EQ(utf8_prefix("abc", 5), "abc");
    EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 3), "a");
    EXPECT_EQ(utf8_prefix("a\xe2\x82\xac!", 4), "a\xe2\x82\xac");
}

}  // namespace
}  // namespace gs
