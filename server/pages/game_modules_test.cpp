#include "server/pages/game_modules.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::pages {
namespace {

constexpr std::string_view good = R"({"plaza": {
  "file": "assets/plaza-a1B2c3D4.wasm", "bytes": 53600,
  "sha256": "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
  "play": {"file": "assets/plaza.play-Z9.wasm"}}})";

std::string replaced(std::string_view what, std::string_view with) {
    std::string text(good);
    text.replace(text.find(what), what.size(), with);
    return text;
}

TEST(GameModules, name_where_the_browser_finds_them) {
    const auto modules = parse_game_modules(good);
    ASSERT_TRUE(modules.has_value());
    const auto plaza = modules->find("plaza");
    ASSERT_NE(plaza, modules->end());
    EXPECT_EQ(plaza->second.url, "/assets/plaza-a1B2c3D4.wasm");
    EXPECT_EQ(plaza->second.play_url, "/assets/plaza.play-Z9.wasm");
    EXPECT_EQ(plaza->second.bytes, 53600U);
    EXPECT_EQ(plaza->second.hash, 0x039058c6f2c0cb49U);
}

TEST(GameModules, may_be_none) { EXPECT_TRUE(parse_game_modules("{}")->empty()); }

TEST(GameModules, that_are_missing_say_what_to_run) {
    const auto modules = read_game_modules("/nonexistent");
    ASSERT_FALSE(modules.has_value());
    EXPECT_EQ(modules.error().code, ErrorCode::not_found);
    EXPECT_NE(std::string_view(modules.error().context).find("run ./gs build"), std::string_view::npos);
}

TEST(GameModules, that_are_damaged_are_refused) {
    for (const std::string& text :
         {std::string("[]"), std::string("{"), replaced("assets/", "/etc/"),
          replaced("assets/", "assets/../"), replaced("53600", "-1"), replaced("53600", "\"53600\""),
          replaced("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", "0390"),
          replaced("0390", "xyz0"), replaced("\"bytes\"", "\"byte\""),
          replaced("assets/plaza.play", "/plaza.play"), replaced("\"play\"", "\"watch\""),
          replaced(R"({"file": "assets/plaza.play-Z9.wasm"})", "7")}) {
        EXPECT_FALSE(parse_game_modules(text).has_value()) << text;
    }
}

TEST(GameModules, come_from_the_development_server_while_developing) {
    EXPECT_EQ(dev_server_module("plaza").url, "/@games/plaza.wasm");
    EXPECT_EQ(dev_server_module("plaza").play_url, "/@games/plaza.play.wasm");
}

}  // namespace
}  // namespace gs::pages
