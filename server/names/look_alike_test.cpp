#include "server/names/look_alike.h"

#include "server/names/nickname.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gs::names {
namespace {

TEST(LookAlike, names_that_look_alike_have_one_skeleton) {
    for (const char* name : {"ada", "ADA", "Åda", "ÁDÁ", "a d a", "a.d-a_", "АDА", "аda", "αda", "@da",
                             "ａｄａ", "𝓐𝓭𝓪", "ⓐⓓⓐ", "🅰🅳🅰", "🇦🇩🇦", "ᴀᴅᴀ", "ađa"}) {
        EXPECT_EQ(skeleton(name), "ada") << name;
    }
    for (const char* name : {"Illo", "1110", "lil0", "|!Io", "Ӏ1lО", "ıllо", "ΙΙΙΟ", "ⅼⅼⅼο"}) {
        EXPECT_EQ(skeleton(name), skeleton("Illo")) << name;
    }
    EXPECT_EQ(skeleton("Corner"), skeleton("comer"));
    EXPECT_EQ(skeleton("vvill"), skeleton("Will"));
    EXPECT_EQ(skeleton("Boss"), skeleton("80$5"));
    EXPECT_EQ(skeleton("Роре"), skeleton("Pope"));
    EXPECT_EQ(skeleton("МОСКВА"), skeleton("mockba"));
    EXPECT_EQ(skeleton("Жанна"), skeleton("жAHHA"));
    EXPECT_EQ(skeleton("Straße"), skeleton("strasse"));
    EXPECT_EQ(skeleton("Ệ"), skeleton("e"));
}

TEST(LookAlike, names_that_look_otherwise_stay_apart) {
    std::set<std::string> seen;
    for (const char* name : {"Ada", "Adam", "Eda", "Аня", "Анна", "Ελένη", "王小明", "王小朋", "たかし",
                             "Ada 2", "Ada 3", "😀", "😎", "!", "?", "..", "..."}) {
        EXPECT_FALSE(skeleton(name).empty()) << name;
        EXPECT_TRUE(seen.insert(skeleton(name)).second) << name;
    }
}

TEST(LookAlike, namesakes_are_numbered) {
    std::set<std::string> taken;
    const auto enter = [&](std::string_view name) {
        const std::string given =
            distinct_name(name, [&](std::string_view look) { return taken.contains(std::string(look)); });
        taken.insert(skeleton(given));
        return given;
    };
    EXPECT_EQ(enter("Ada"), "Ada");
    EXPECT_EQ(enter("ada"), "ada 2");
    EXPECT_EQ(enter("АДА"), "АДА");  // Д looks like no Latin letter
    EXPECT_EQ(enter("Аdа"), "Аdа 3");
    EXPECT_EQ(enter("Ada 2"), "Ada 2 2");
    EXPECT_EQ(enter("Bo"), "Bo");
}

TEST(LookAlike, numbers_fit_into_a_full_name) {
    const std::string full(20, 'x');
    const auto taken = [&](std::string_view look) { return look == skeleton(full); };
    EXPECT_EQ(distinct_name(full, taken), std::string(18, 'x') + " 2");
    std::string wide;
    for (int i = 0; i < 16; ++i)
        wide += "😀";
    const std::string given =
        distinct_name(wide, [&](std::string_view look) { return look == skeleton(wide); });
    EXPECT_LE(given.size(), nickname_limits.bytes_max);
    EXPECT_EQ(clean_name(given, nickname_limits), given);
}

TEST(LookAlike, a_room_where_all_names_are_taken_does_not_hang) {
    int asked = 0;
    const auto taken = [&](std::string_view) { return ++asked > 0; };
    EXPECT_EQ(distinct_name("Ada", taken), "Ada 1000");
    EXPECT_EQ(asked, 1000);
}

}  // namespace
}  // namespace gs::names
