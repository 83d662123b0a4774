#include "server/names/nickname.h"

#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gs::names {
namespace {

std::string clean(std::string_view raw) { return clean_name(raw, nickname_limits); }

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

TEST(Nickname, ordinary_names_of_many_scripts_stay_as_they_are) {
    for (const char* name :
         {"Ada", "Jürgen Groß", "Łukasz", "Анна Каренина", "Ελένη", "たかし", "김민준", "王小明", "אָבִי",
          "محمّد", "สมชาย", "नमिता", "Ada 😀", "O'Brien-Smith", "x_X_x", "<b>&\"'"}) {
        EXPECT_EQ(clean(name), name);
    }
}

TEST(Nickname, white_space_is_single_and_trimmed) {
    EXPECT_EQ(clean("  Ada \t\r\n  Lovelace\xc2\xa0"), "Ada Lovelace");
    EXPECT_EQ(clean("Ada\xe3\x80\x80\xe2\x80\x83King"), "Ada King");
    EXPECT_EQ(clean(" \t\n\xe2\x80\x89"), "");
    EXPECT_EQ(clean(""), "");
}

TEST(Nickname, what_cannot_be_seen_is_removed) {
    // NUL, escape, DEL, a C1 control, soft hyphen.
    const std::string with_controls = std::string("A\0d\x1b\x7f", 5) + "\xc2\x9b\xc2\xad" + "a";
    EXPECT_EQ(clean(with_controls), "Ada");
    // Direction: LRM, RLM, embeddings, overrides, isolates, Arabic letter mark.
    EXPECT_EQ(clean("\u200eA\u200f\u202ad\u202b\u202c\u202d\u202ea\u2066\u2067\u2068\u2069\u061c"), "Ada");
    // Zero-width space, non-joiner, joiner, word joiner, BOM, grapheme joiner, variation selectors, tags.
    EXPECT_EQ(clean("A\u200b\u200c\u200dd\u2060\ufeff\u034fa\ufe0f\U000e0100\U000e0041"), "Ada");
    // Line and paragraph separators, Hangul fillers, an empty braille pattern.
    EXPECT_EQ(clean("A\u2028\u2029\u115f\u3164\uffa0\u2800"
                    "da"),
              "Ada");
    // Private use, not assigned, no characters.
    EXPECT_EQ(clean("\ue000\U0010fffdAda\u0378\uffff\U0001ffff"), "Ada");
    EXPECT_EQ(clean("\u202e\u200b\ue000"), "");
}

TEST(Nickname, what_is_no_utf8_is_no_name) {
    for (const char* raw :
         {"\xff", "Ada\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "Ada\xe2\x82", "\x80"}) {
        EXPECT_EQ(clean(raw), "");
    }
}

TEST(Nickname, a_letter_and_its_mark_become_one_character) {
    EXPECT_EQ(clean("Jose\u0301"), "José");
    EXPECT_EQ(clean("A\u030asa"), "Åsa");
    EXPECT_EQ(clean("ie\u0323\u0302u"), "iệu");
    EXPECT_EQ(clean("\u0438\u0306"), "й");
    EXPECT_EQ(clean("か\u3099"), "が");
}

TEST(Nickname, towers_of_marks_are_cut_down) {
    EXPECT_EQ(clean("A" + repeated("\u0315", 100) + "da"), "A\u0315da");
    EXPECT_EQ(clean("\u0301\u0302Ada"), "Ada");
    EXPECT_EQ(clean("Ada \u0336"), "Ada");
    EXPECT_EQ(clean("A\u20ddd\u0489a"), "Ada");
    EXPECT_EQ(clean(repeated("\u0e49", 300)), "");
}

TEST(Nickname, twenty_characters_are_enough) {
    EXPECT_EQ(clean(std::string(300, 'a')), std::string(20, 'a'));
    EXPECT_EQ(clean(repeated("ж", 300)), repeated("ж", 20));
    EXPECT_EQ(clean("nineteen characters x"), "nineteen characters");
    // 64 bytes are over before 20 characters of four bytes.
    EXPECT_EQ(clean(repeated("😀", 30)), repeated("😀", 16));
    // A character of two bytes would not fit any more, and what follows it would be out of place.
    EXPECT_EQ(clean(repeated("😀", 15) + "abcж" + "d").size(), 63u);
    const NameLimits title = title_limits;
    EXPECT_EQ(clean_name(std::string(300, 'a'), title), std::string(40, 'a'));
}

TEST(Nickname, a_megabyte_is_not_looked_at) {
    EXPECT_EQ(clean(std::string(1'000'000, 'a')), "");
    EXPECT_EQ(clean(std::string(raw_name_bytes_max, 'a')), std::string(20, 'a'));
    EXPECT_EQ(clean(std::string(raw_name_bytes_max + 1, 'a')), "");
}

TEST(Nickname, cleaning_twice_changes_nothing) {
    for (const std::string& raw : {std::string("Jose\u0301 \u202e x"), repeated("e\u0301\u0302\u0303", 40),
                                   repeated("นิ้", 40), std::string("a\u0315\u0301b"), repeated("x ", 100)}) {
        const std::string once = clean(raw);
        EXPECT_TRUE(is_utf8(once));
        EXPECT_EQ(clean(once), once);
    }
}

TEST(Nickname, friendly_names_are_clean_and_many) {
    std::set<std::string> names;
    for (std::uint32_t i = 0; i < 48 * 48; ++i) {
        const std::string name = friendly_name(i);
        EXPECT_EQ(clean(name), name);
        names.insert(name);
    }
    EXPECT_EQ(names.size(), 48u * 48u);
    EXPECT_EQ(friendly_name(~0u), friendly_name(~0u));
}

}  // namespace
}  // namespace gs::names
