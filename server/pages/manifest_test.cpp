#include "server/pages/manifest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace gs::pages {
namespace {

constexpr std::string_view good = R"({
  "src/main.ts": {"file": "assets/main-a1.js", "isEntry": true, "imports": ["_shared-b2.js"]},
  "_shared-b2.js": {"file": "assets/shared-b2.js"},
  "src/room/room_page.ts": {"file": "assets/room-f6.js", "imports": ["src/main.ts", "_picture-g7.js"]},
  "_picture-g7.js": {"file": "assets/picture-g7.js"},
  "src/styles/main.css": {"file": "assets/main-c3.css", "isEntry": true},
  "src/styles/room_page.css": {"file": "assets/room_page-r5.css", "isEntry": true},
  "src/styles/echo.css": {"file": "assets/echo-c4.css", "isEntry": true},
  "src/images/icon.svg": {"file": "assets/icon-d4.svg"},
  "fonts/narrow.woff2": {"file": "assets/narrow-e5.woff2"}
})";

std::string replaced(std::string_view what, std::string_view with) {
    std::string text(good);
    text.replace(text.find(what), what.size(), with);
    return text;
}

class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("gs_manifest_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

TEST(Manifest, gives_the_hashed_names) {
    const auto names = parse_manifest(good);
    ASSERT_TRUE(names.has_value());
    EXPECT_EQ(names->script, "/assets/main-a1.js");
    EXPECT_EQ(names->style, "/assets/main-c3.css");
    EXPECT_EQ(names->room_style, "/assets/room_page-r5.css");
    EXPECT_EQ(names->icon, "/assets/icon-d4.svg");
    EXPECT_EQ(names->module_preloads, std::vector<std::string>{"/assets/shared-b2.js"});
    EXPECT_EQ(names->room_scripts, (std::vector<std::string>{"/assets/picture-g7.js", "/assets/room-f6.js"}));
    EXPECT_EQ(names->lobby_scripts, std::vector<std::string>{}) << "the entry asks for it all the same";
    EXPECT_EQ(names->font_preloads, std::vector<std::string>{"/assets/narrow-e5.woff2"});
}

TEST(Manifest, that_is_missing_says_what_to_run) {
    const auto names = read_manifest("/nonexistent");
    ASSERT_FALSE(names.has_value());
    EXPECT_EQ(names.error().code, ErrorCode::not_found);
    EXPECT_NE(std::string_view(names.error().context).find("run ./gs build"), std::string_view::npos);
}

TEST(Manifest, is_read_from_the_web_root) {
    const Folder folder;
    std::ofstream(folder.path() / "manifest.json") << good;
    const auto names = read_manifest(folder.path());
    ASSERT_TRUE(names.has_value());
    EXPECT_EQ(names->script, "/assets/main-a1.js");
}

TEST(Manifest, that_is_broken_says_what_to_run) {
    const std::string samples[] = {
        "",
        "{",
        "[]",
        "null",
        replaced("src/main.ts", "src/other.ts"),
        replaced("\"assets/main-c3.css\"", "7"),
        replaced("src/images/icon.svg", "src/images/none.svg"),
        "{\"src/main.ts\": []}",
    };
    for (const std::string& sample : samples) {
        const auto names = parse_manifest(sample);
        ASSERT_FALSE(names.has_value()) << sample;
        EXPECT_EQ(names.error().code, ErrorCode::invalid);
        EXPECT_NE(std::string_view(names.error().context).find("run ./gs build"), std::string_view::npos);
    }
}

TEST(Manifest, cannot_name_a_file_outside_the_assets) {
    EXPECT_FALSE(parse_manifest(replaced("assets/main-a1.js", "../secret.js")).has_value());
    EXPECT_FALSE(parse_manifest(replaced("assets/main-a1.js", "assets/../../secret.js")).has_value());
    EXPECT_FALSE(parse_manifest(replaced("assets/main-a1.js", "https://example.org/x.js")).has_value());
    EXPECT_FALSE(parse_manifest(replaced("assets/main-a1.js", "assets/<script>.js")).has_value());
}

}  // namespace
}  // namespace gs::pages
