#include "server/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace gs::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view nasty = R"x(<img src=x onerror="alert('1')">&)x";
constexpr std::string_view manifest = R"({
  "src/main.ts": {"file": "assets/main-a1.js", "imports": ["_shared-b2.js"]},
  "_shared-b2.js": {"file": "assets/shared-b2.js"},
  "src/styles/main.css": {"file": "assets/main-c3.css"},
  "src/styles/echo.css": {"file": "assets/echo-c4.css"},
  "src/images/icon.svg": {"file": "assets/icon-d4.svg"},
  "fonts/narrow.woff2": {"file": "assets/narrow-e5.woff2"}
})";

std::size_t count(std::string_view text, std::string_view wanted) {
    std::size_t found = 0;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
        ++found;
    }
    return found;
}

class PagesTest : public ::testing::Test {
  protected:
    PagesTest() : root_(std::filesystem::temp_directory_path() / ("gs_pages_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(root_);
        std::ofstream(root_ / "manifest.json") << manifest;
    }
    ~PagesTest() override { std::filesystem::remove_all(root_); }

    Pages built() {
        auto pages = Pages::load({.assets = Options::Assets::built, .web_root = root_});
        EXPECT_TRUE(pages.has_value());
        return std::move(*pages);
    }

    std::filesystem::path root_;
};

TEST_F(PagesTest, name_the_hashed_assets) {
    const std::string html = built().render_echo({.quic_port = 8443}, Part::document);
    EXPECT_THAT(html, StartsWith("<!doctype html>"));
    EXPECT_THAT(html, HasSubstr(R"(<script type="module" src="/assets/main-a1.js"></script>)"));
    EXPECT_THAT(html, HasSubstr(R"(<link rel="stylesheet" href="/assets/main-c3.css">)"));
    EXPECT_THAT(html, HasSubstr(R"(<link rel="modulepreload" href="/assets/shared-b2.js">)"));
    EXPECT_THAT(html, HasSubstr(R"(href="/assets/narrow-e5.woff2" as="font")"));
    EXPECT_THAT(html, HasSubstr("UDP port 8443"));
    EXPECT_THAT(html, Not(HasSubstr("@vite")));
}

TEST_F(PagesTest, name_the_sources_in_development) {
    auto pages = Pages::load({.assets = Options::Assets::dev_server, .web_root = "/nonexistent"});
    ASSERT_TRUE(pages.has_value());
    const std::string html = pages->render_echo({}, Part::document);
    EXPECT_THAT(html, HasSubstr(R"(src="/@vite/client")"));
    EXPECT_THAT(html, HasSubstr(R"(src="/src/main.ts")"));
    EXPECT_THAT(html, HasSubstr(R"(href="/src/styles/main.css")"));
}

TEST_F(PagesTest, fail_to_load_without_a_manifest) {
    const auto pages = Pages::load({.assets = Options::Assets::built, .web_root = root_ / "none"});
    ASSERT_FALSE(pages.has_value());
    EXPECT_THAT(pages.error().context, HasSubstr("run ./gs build"));
}

TEST_F(PagesTest, send_only_title_and_main_to_htmx) {
    EXPECT_EQ(part_for("true"), Part::main);
    EXPECT_EQ(part_for(""), Part::document);
    EXPECT_EQ(part_for("1"), Part::document);
    const std::string html = built().render_lobby({}, Part::main);
    EXPECT_THAT(html, StartsWith("<title>Grandstand</title>"));
    EXPECT_THAT(html, HasSubstr("<main id=\"main\""));
    EXPECT_THAT(html, Not(HasSubstr("<html")));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
}

TEST_F(PagesTest, escape_what_others_wrote) {
    for (const Part part : {Part::document, Part::main}) {
        const std::string html = built().render_error({.status = 418, .title = nasty, .detail = nasty}, part);
        EXPECT_THAT(html, Not(HasSubstr("<img")));
        EXPECT_THAT(html, Not(HasSubstr("alert('1')")));
        EXPECT_THAT(html, HasSubstr("&lt;img src=x onerror=&quot;alert(&apos;1&apos;)&quot;&gt;&amp;"));
    }
}

TEST_F(PagesTest, do_not_read_values_as_templates) {
    const std::string html =
        built().render_error({.status = 418, .title = "{{script}}", .detail = "{{{main}}}"}, Part::document);
    EXPECT_THAT(html, HasSubstr("<h1 id=\"error-title\">{{script}}</h1>"));
    EXPECT_THAT(html, HasSubstr("{{{main}}}"));
}

TEST_F(PagesTest, explain_errors_in_words_when_none_are_given) {
    const std::string html = built().render_error({.status = 404, .title = {}, .detail = {}}, Part::document);
    EXPECT_THAT(html, HasSubstr("No seat at this address"));
    EXPECT_THAT(html, Not(HasSubstr("404")));
}

TEST_F(PagesTest, fill_one_seat_of_the_picture_per_visitor) {
    const std::string html = built().render_lobby_fragment({.people = 3});
    EXPECT_EQ(count(html, "#guest"), 3U);
    EXPECT_THAT(html, HasSubstr("hx-swap-oob"));
    EXPECT_THAT(built().render_lobby({}, Part::document), Not(HasSubstr("hx-swap-oob")));
}

TEST_F(PagesTest, carry_no_inline_script_or_style) {
    auto pages = built();
    for (const std::string& html :
         {pages.render_lobby({}, Part::document), pages.render_echo({}, Part::document),
          pages.render_error({}, Part::document), pages.render_lobby_fragment({}),
          pages.render_room({}, Part::document), pages.render_new_room({}, Part::document),
          pages.render_no_room({}, Part::document)}) {
        EXPECT_THAT(html, Not(HasSubstr(" style=")));
        EXPECT_THAT(html, Not(HasSubstr("<style")));
        EXPECT_THAT(html, Not(HasSubstr("<script>")));
        EXPECT_THAT(html, Not(HasSubstr(" onclick=")));
    }
}

}  // namespace
}  // namespace gs::pages
