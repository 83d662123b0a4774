#include "server/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace gs::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view nasty = R"x(<img src=x onerror="alert('1')">&)x";
constexpr std::string_view manifest = R"({
  "src/main.ts": {"file": "assets/main-a1.js", "imports": ["_shared-b2.js"]},
  "_shared-b2.js": {"file": "assets/shared-b2.js"},
  "src/room/room_page.ts": {"file": "assets/room-f6.js", "imports": ["src/main.ts"]},
  "src/styles/main.css": {"file": "assets/main-c3.css"},
  "src/styles/room_page.css": {"file": "assets/room_page-r5.css"},
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
    EXPECT_THAT(html, HasSubstr(R"(<link rel="stylesheet" href="/assets/echo-c4.css">)"));
    EXPECT_THAT(html, Not(HasSubstr("@vite")));
}

TEST_F(PagesTest, name_their_own_scripts_and_no_others) {
    const std::string preload = R"(<link rel="modulepreload" href="/assets/room-f6.js">)";
    EXPECT_THAT(built().render_room({}, Part::document), HasSubstr(preload));
    EXPECT_THAT(built().render_room({}, Part::main), Not(HasSubstr("modulepreload")));
    EXPECT_THAT(built().render_lobby({}, Part::document), Not(HasSubstr(preload)));
}

TEST_F(PagesTest, of_a_room_come_with_their_part_of_the_styles_and_name_the_whole) {
    const std::string own =
        R"(<link rel="stylesheet" href="/assets/room_page-r5.css" data-whole="/assets/main-c3.css">)";
    EXPECT_THAT(built().render_room({}, Part::document), HasSubstr(own));
    EXPECT_THAT(built().render_room({}, Part::main), Not(HasSubstr("stylesheet")))
        << "a page that is open has them";
    EXPECT_THAT(built().render_error({}, Part::document), Not(HasSubstr("data-whole")));
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

// ---- Lobby

GameCardModel plaza() { return {.id = "plaza", .title = "Plaza", .tagline = "A square", .seats_max = 200}; }

RoomCardModel room(std::string_view id, std::uint32_t players, std::uint32_t seats) {
    return {.id = id,
            .name = "Lunch",
            .game = "plaza",
            .game_title = "Plaza",
            .players = players,
            .seats = seats,
            .spectators = 2,
            .viewers = players + 2};
}

TEST_F(PagesTest, lobby_and_room_say_the_same_of_who_is_there) {
    auto pages = built();
    RoomCardModel card = room("abc", 16, 200);
    card.spectators = 3;
    card.viewers = 17;  // two are away, their seats held
    const std::vector<RoomCardModel> rooms = {card};
    const std::string lobby = pages.render_lobby({.rooms = rooms, .featured = card}, Part::main);
    EXPECT_THAT(lobby, HasSubstr("<b>16</b> playing"));
    EXPECT_THAT(lobby, HasSubstr("<b>3</b> watching"));
    EXPECT_THAT(lobby, HasSubstr("16 players, 3 watching"));
    const std::string page = pages.render_room({.room = card}, Part::main);
    EXPECT_THAT(page, HasSubstr(R"(<b data-testid="players">16</b> playing)"));
    EXPECT_THAT(page, HasSubstr("data-room-away><b>2</b> away"));
    EXPECT_THAT(page, HasSubstr(R"(<b data-testid="viewers">17</b> here)"));
    const std::string calm = pages.render_room({.room = room("abc", 1, 8)}, Part::main);
    EXPECT_THAT(calm, HasSubstr("data-room-away hidden>"));
}

TEST_F(PagesTest, escape_what_people_call_themselves_and_their_rooms) {
    auto pages = built();
    RoomCardModel card = room("abc", 1, 8);
    card.name = nasty;
    card.host = nasty;
    const std::vector<RoomCardModel> rooms = {card};
    const std::vector<GameCardModel> games = {plaza()};
    const LobbyModel lobby{
        .nickname = nasty, .nickname_error = nasty, .games = games, .rooms = rooms, .featured = card};
    for (const std::string& html :
         {pages.render_lobby(lobby, Part::document), pages.render_lobby_fragment(lobby),
          pages.render_room({.room = card, .nickname = nasty, .invite_url = nasty, .invite = nasty},
                            Part::document),
          pages.render_new_room({.games = games,
                                 .name = nasty,
                                 .name_placeholder = nasty,
                                 .name_error = nasty,
                                 .form_error = nasty},
                                Part::document)}) {
        EXPECT_THAT(html, Not(HasSubstr("<img")));
        EXPECT_THAT(html, Not(HasSubstr("alert('1')")));
        EXPECT_THAT(html, HasSubstr("&lt;img src=x"));
    }
}

TEST_F(PagesTest, offer_a_seat_only_where_there_is_one) {
    auto pages = built();
    RoomCardModel locked = room("shut", 1, 8);
    locked.locked = true;
    const std::vector<RoomCardModel> rooms = {room("open", 3, 8), room("full", 8, 8), locked};
    const std::string html = pages.render_lobby({.rooms = rooms, .rooms_total = 5}, Part::document);
    EXPECT_THAT(html, HasSubstr(R"(form="play-form" name="room" value="open")"));
    EXPECT_THAT(html, Not(HasSubstr(R"(name="room" value="full")")));
    EXPECT_THAT(html, Not(HasSubstr(R"(name="room" value="shut")")));
    EXPECT_EQ(count(html, R"(data-testid="watch")"), 3U);
    EXPECT_EQ(count(html, R"(data-testid="room-card")"), 3U);
    EXPECT_THAT(html, HasSubstr("5 rooms, 12 players, 6 watching"));
    EXPECT_THAT(html, HasSubstr("And 2 more rooms"));
}

TEST_F(PagesTest, show_one_player_and_one_free_seat_in_rooms_of_any_size) {
    auto pages = built();
    const auto taken = [&](std::uint32_t players, std::uint32_t seats) {
        const std::vector<RoomCardModel> rooms = {room("a", players, seats)};
        return count(pages.render_lobby_fragment({.rooms = rooms}), "is-taken");
    };
    EXPECT_EQ(taken(0, 200), 0U);
    EXPECT_EQ(taken(1, 200), 1U);
    EXPECT_EQ(taken(5, 10), 5U);
    EXPECT_EQ(taken(199, 200), 9U);
    EXPECT_EQ(taken(2, 2), 10U);
}

TEST_F(PagesTest, put_every_part_of_a_lobby_fragment_into_a_place_of_the_lobby) {
    auto pages = built();
    const std::string lobby = pages.render_lobby({}, Part::document);
    const std::string fragment = pages.render_lobby_fragment({});
    EXPECT_EQ(count(fragment, "hx-swap-oob"), 4U);
    for (const std::string_view id : {"hero-facts", "taken-seats", "games", "rooms"}) {
        const std::string attribute = " id=\"" + std::string(id) + "\"";
        EXPECT_EQ(count(fragment, attribute), 1U) << id;
        EXPECT_EQ(count(lobby, attribute), 1U) << id;
    }
}

TEST_F(PagesTest, name_the_live_room_only_when_there_is_one) {
    auto pages = built();
    EXPECT_THAT(pages.render_lobby({}, Part::document), Not(HasSubstr("data-live-room")));
    EXPECT_THAT(pages.render_lobby({.featured = room("abc", 1, 8)}, Part::document),
                HasSubstr(R"(data-live-room="abc")"));
}

// ---- Rooms

TEST_F(PagesTest, ask_for_a_name_before_a_seat_and_not_before_watching) {
    auto pages = built();
    const std::string play = pages.render_room(
        {.role = Role::player, .room = room("abc", 1, 8), .nickname = "Heron"}, Part::document);
    EXPECT_THAT(play, HasSubstr(R"(data-state="asking")"));
    EXPECT_THAT(play, HasSubstr(R"(data-testid="nickname")"));
    EXPECT_THAT(play, HasSubstr(R"(value="Heron")"));
    EXPECT_THAT(play, Not(HasSubstr("data-at-once")));
    const std::string watch =
        pages.render_room({.role = Role::spectator, .room = room("abc", 1, 8)}, Part::document);
    EXPECT_THAT(watch, HasSubstr(R"(data-state="connecting")"));
    EXPECT_THAT(watch, HasSubstr(R"(data-role="spectator")"));
    EXPECT_THAT(watch, Not(HasSubstr(R"(id="seat-form")")));
    EXPECT_THAT(watch, Not(HasSubstr("data-press")));
}

TEST_F(PagesTest, have_a_card_with_a_way_out_for_every_state) {
    const std::string html = built().render_room({.room = room("abc", 1, 8)}, Part::document);
    for (const std::string_view state : {"asking", "connecting", "reconnecting", "offline", "full", "locked",
                                         "gone", "closed", "kicked", "elsewhere", "left", "refused"}) {
        const std::size_t at = html.find("data-card=\"" + std::string(state) + "\"");
        ASSERT_NE(at, std::string::npos) << state;
        const std::size_t end = html.find("data-card=", at + 1);
        const std::string_view card = std::string_view(html).substr(at, end - at);
        // A lost connection comes back by itself.
        if (state == "reconnecting") continue;
        EXPECT_THAT(card, ::testing::AnyOf(HasSubstr("href="), HasSubstr("<button"))) << state;
    }
    EXPECT_THAT(html, HasSubstr("<noscript>"));
}

TEST_F(PagesTest, carry_the_secret_of_an_invitation_only_where_there_is_one) {
    auto pages = built();
    EXPECT_THAT(pages.render_room({.room = room("abc", 1, 8)}, Part::document),
                Not(HasSubstr("data-invite=")));
    const std::string html =
        pages.render_room({.room = room("abc", 1, 8), .invite = "s3cret"}, Part::document);
    EXPECT_THAT(html, HasSubstr(R"(data-invite="s3cret")"));
    EXPECT_THAT(html, HasSubstr(R"(href="/rooms/abc/watch?invite=s3cret")"));
    EXPECT_THAT(html, Not(HasSubstr(R"(/watch")")));
}

TEST_F(PagesTest, keep_what_was_typed_into_a_wrong_form_and_say_what_is_wrong) {
    const std::vector<GameCardModel> games = {plaza()};
    const std::string html = built().render_new_room(
        {.games = games, .name = "x", .is_public = false, .name_error = "Two letters at least."},
        Part::document);
    EXPECT_THAT(html, HasSubstr(R"(name="name" type="text" value="x")"));
    EXPECT_THAT(html, HasSubstr(R"(aria-invalid="true")"));
    EXPECT_THAT(html, HasSubstr("Two letters at least."));
    EXPECT_THAT(html, HasSubstr(R"(name="public" value="0" checked)"));
    EXPECT_THAT(html, HasSubstr(R"(name="game" value="plaza" checked)"));
}

TEST_F(PagesTest, say_why_there_is_no_room_and_offer_another_game) {
    for (const NoRoom why : {NoRoom::gone, NoRoom::closed, NoRoom::kicked, NoRoom::needs_link}) {
        const std::string html =
            built().render_no_room({.why = why, .game = "plaza", .game_title = "Plaza"}, Part::document);
        EXPECT_THAT(html, HasSubstr("Play Plaza now"));
        EXPECT_THAT(html, HasSubstr(R"(href="/")"));
    }
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
