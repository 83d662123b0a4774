#include "server/chat/clean_text.h"

#include <gtest/gtest.h>

#include <utf8proc.h>

namespace gs::chat {
namespace {

std::string cleaned(std::string_view raw) { return clean_text(raw).value_or("(refused)"); }

std::string times(std::size_t count, std::string_view piece) {
    std::string text;
    while (count-- > 0)
        text += piece;
    return text;
}

TEST(CleanText, keeps_what_people_write) {
    for (const std::string_view text :
         {"well played!", "<b>1 < 2 & \"so\" it's</b>", "¿Qué pasa?", "Việt Nam", "日本語も", "שָׁלוֹם",
          "ภาษาไทยที่ดี", "हिन्दी क्या", "👏🏽 👩‍👩‍👧 ❤️ 1️⃣ 🇩🇪",
          "می‌خواهم"}) {
        EXPECT_EQ(cleaned(text), text);
    }
}

TEST(CleanText, composes_letters_and_their_marks) {
    EXPECT_EQ(cleaned("e\u0301"), "\u00e9");
    EXPECT_EQ(cleaned("e\u0302\u0323"), "\u1ec7");             // in any order
    EXPECT_EQ(cleaned("\u1112\u1161\u11ab"), "\ud55c");        // jamo
    EXPECT_EQ(cleaned("\u03b1\u0313\u0301\u0345"), "\u1f84");  // three marks, one letter
}

TEST(CleanText, takes_out_what_turns_text_around) {
    EXPECT_EQ(cleaned("ab\u202ecd\u202c"), "abcd");
    EXPECT_EQ(cleaned("\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c"), "abc");
}

TEST(CleanText, takes_out_what_has_no_width_or_no_meaning) {
    EXPECT_EQ(cleaned("a\u200bb\u2060c\ufeffd\u00ade"), "abcde");
    EXPECT_EQ(cleaned("\u3164\u115f\u2800x"), "x");
    EXPECT_EQ(cleaned(std::string_view("a\0b\x07\x1b[31m", 9)), "ab[31m");
    EXPECT_EQ(cleaned("a\ue000b\U000e0041c\U000f0000"), "abc");
}

TEST(CleanText, leaves_joiners_only_where_they_join) {
    EXPECT_EQ(cleaned("a\u200d\u200db\u200c"), "ab");
    EXPECT_EQ(cleaned("\u200d👩\u200d\u200d\u200d👧\u200d"), "👩\u200d👧");
    EXPECT_EQ(cleaned("👩\u200d x"), "👩 x");
}

TEST(CleanText, cuts_piles_of_marks) {
    const std::string pile = "z" + times(300, "\u0335\u0320\u0350");
    const std::string text = cleaned(pile);
    EXPECT_EQ(text.substr(0, 1), "z");
    EXPECT_LE(text.size(), 1 + 2 * 2u);
    EXPECT_EQ(cleaned("\u0301\u0301a"), "a") << "a mark without a letter";
    EXPECT_EQ(cleaned("a \u0301b"), "a b");
}

TEST(CleanText, makes_one_line_with_single_spaces) {
    EXPECT_EQ(cleaned("  a\r\n\r\n b\t\u2028c\u00a0\u3000d  "), "a b c d");
}

TEST(CleanText, refuses_what_is_no_text) {
    for (const std::string_view bytes : {"\xff", "a\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
        EXPECT_EQ(clean_text(bytes).error(), TextFault::not_utf8);
    EXPECT_EQ(clean_text("").error(), TextFault::empty);
    EXPECT_EQ(clean_text(" \u200b\u202e\u0301 ").error(), TextFault::empty);
}

TEST(CleanText, counts_after_cleaning) {
    EXPECT_EQ(cleaned(times(280, "x")), times(280, "x"));
    EXPECT_EQ(clean_text(times(281, "x")).error(), TextFault::too_long);
    EXPECT_EQ(cleaned(times(250, "x") + times(200, "\u200b")), times(250, "x"));
    // 256 of four bytes each are as many bytes as there may be.
    EXPECT_EQ(cleaned(times(256, "👏")), times(256, "👏"));
    EXPECT_EQ(clean_text(times(257, "👏")).error(), TextFault::too_long);
}

TEST(CleanText, refuses_a_megabyte_before_it_looks_at_it) {
    // It would be found to be no text.
    EXPECT_EQ(clean_text(std::string(1024 * 1024, '\xff')).error(), TextFault::too_long);
    EXPECT_EQ(clean_text(std::string(raw_text_bytes_max + 1, ' ')).error(), TextFault::too_long);
    EXPECT_EQ(clean_text(std::string(raw_text_bytes_max, ' ')).error(), TextFault::empty);
}

TEST(CleanText, changes_nothing_twice) {
    for (const std::string_view raw :
         {"e\u0301\u0301\u0301\u0301", "👩\u200d\u200d👧 a\u200cb", "\u0344x\u0344"}) {
        const std::string once = cleaned(raw);
        EXPECT_EQ(cleaned(once), once);
    }
}

}  // namespace
}  // namespace gs::chat
