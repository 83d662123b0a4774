#include "server/app/room_pages.h"

#include "server/app/room_http_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

pages::Pages test_pages() {
    auto loaded = pages::Pages::load({.assets = pages::Options::Assets::dev_server});
    GS_ASSERT(loaded.has_value(), "pages for a development server need no files");
    return std::move(*loaded);
}

class RoomPagesTest : public testing::Test {
  protected:
    RoomPagesTest() { room_pages_.add_routes(rig_.site.router); }

    http::Response play(std::string form, std::string cookie = {}) {
        return rig_.post("/play", {.cookie = std::move(cookie), .body = std::move(form)});
    }
    http::Response make_room(std::string form, std::string cookie = {}) {
        return rig_.post("/rooms", {.cookie = std::move(cookie), .body = std::move(form)});
    }
    /// Who the answer's cookie says the visitor is.
    net::Person person_in(const http::Response& response) {
        const std::string cookie = cookie_of(response);
        return accounts::Guests(crypto::Key{1})
            .visit(cookie.substr(cookie.find('=') + 1), rig_.wall_clock)
            .person;
    }
    static std::string location(const http::Response& response) {
        return std::string(response.header("Location"));
    }

    RoomHttpRig rig_;
    pages::Pages pages_ = test_pages();
    RoomPages room_pages_{rig_.services, pages_, [] { return std::uint64_t{7}; }};
};

TEST_F(RoomPagesTest, the_lobby_knows_its_visitor_and_shows_listed_rooms_only) {
    const std::string listed(rig_.directory.add("Open <house>").id.text());
    rig_.directory.add("Secret table");
    rig_.directory.entries.back().info.access = rooms::Access::by_invite;
    rig_.directory.entries.back().invite = "s";
    const auto first = rig_.get("/");
    EXPECT_EQ(first.status, 200);
    EXPECT_THAT(first.body, AllOf(HasSubstr("/rooms/" + listed), HasSubstr("Open &lt;house&gt;"),
                                  Not(HasSubstr("Open <house>")), Not(HasSubstr("Secret table")),
                                  HasSubstr(person_in(first).name)));
    EXPECT_EQ(first.header("Vary"), "HX-Request, Accept-Encoding");
    EXPECT_EQ(first.header("Cache-Control"), "no-store");
    const auto again = rig_.get("/", {.cookie = cookie_of(first)});
    EXPECT_EQ(again.header("Set-Cookie"), "");
    EXPECT_THAT(again.body, HasSubstr(person_in(first).name));
    const auto main = rig_.get("/", {.headers = {{"hx-request", "true"}}});
    EXPECT_THAT(main.body, Not(HasSubstr("<!doctype html>")));
}

TEST_F(RoomPagesTest, the_fragment_of_the_lobby_makes_nobody_a_guest) {
    rig_.directory.add("Open house");
    const auto fragment = rig_.get("/fragments/lobby");
    EXPECT_EQ(fragment.status, 200);
    EXPECT_THAT(fragment.body, HasSubstr("Open house"));
    EXPECT_EQ(fragment.body, room_pages_.lobby_fragment());
    EXPECT_EQ(fragment.header("Set-Cookie"), "");
    EXPECT_EQ(fragment.header("Cache-Control"), "no-store");
}

TEST_F(RoomPagesTest, play_names_the_visitor_and_leads_into_a_room) {
    const std::string id(rig_.directory.add("The Plaza").id.text());
    const auto answer = play("nickname=+Ada%09Lovelace+");
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(location(answer), "/rooms/" + id + "?play=1");
    EXPECT_EQ(person_in(answer).name, "Ada Lovelace");
    // Another name, the same person.
    const auto renamed = play("nickname=Bo&game=plaza", cookie_of(answer));
    EXPECT_EQ(person_in(renamed).name, "Bo");
    EXPECT_EQ(person_in(renamed).id, person_in(answer).id);
    // The same name: nothing to set.
    EXPECT_EQ(play("nickname=Bo", cookie_of(renamed)).header("Set-Cookie"), "");
    EXPECT_EQ(play("", cookie_of(renamed)).header("Set-Cookie"), "");
}

TEST_F(RoomPagesTest, hostile_nicknames_become_harmless_ones) {
    rig_.directory.add("The Plaza");
    const std::pair<std::string, std::string> names[] = {
        {"%E2%80%AEAda%E2%80%AC", "Ada"},                    // direction override
        {"%3Cscript%3Ealert(1)%3C/", "<script>alert(1)</"},  // text; pages escape it
        {"A%00%1b%0d%0aSet-Cookie: x", "A Set-Cookie: x"},   // header splitting
        {"%E2%80%8BA%E2%80%8D%EF%BB%BF", "A"},               // zero width
        {std::string(900, 'a'), std::string(20, 'a')},
    };
    for (const auto& [sent, name] : names) {
        const auto answer = play("nickname=" + sent);
        EXPECT_EQ(answer.status, 303);
        EXPECT_EQ(person_in(answer).name, name);
        EXPECT_EQ(answer.header("Set-Cookie").find_first_of("\r\n<>"), std::string_view::npos);
    }
    for (const char* nothing : {"", "+++", "%E2%80%8B", "%FF%FE"}) {
        EXPECT_THAT(person_in(play(std::string("nickname=") + nothing)).name,
                    MatchesRegex("[A-Z][a-z]+ [A-Z][a-z]+"));
    }
    const auto page = rig_.get("/", {.cookie = cookie_of(play("nickname=%22%3E%3Cscript%3E"))});
    EXPECT_THAT(page.body, AllOf(HasSubstr("&quot;&gt;&lt;script&gt;"), Not(HasSubstr("\"><script>"))));
}

TEST_F(RoomPagesTest, a_nickname_beyond_measure_is_answered_in_words) {
    const std::string id(rig_.directory.add("The Plaza").id.text());
    for (const std::string& form : {"nickname=" + std::string(1'000'000, 'a'),
                                    "nickname=" + std::string(60'000, 'a') + "&room=" + id}) {
        const auto answer = play(form);
        EXPECT_EQ(answer.status, 400);
        EXPECT_THAT(answer.body, AllOf(HasSubstr("too long for a name"), Not(HasSubstr("aaaaaaaaaa"))));
    }
}

TEST_F(RoomPagesTest, a_name_alone_is_saved_or_said_to_be_wrong_where_the_form_is) {
    const auto saved = rig_.post("/nickname", {.body = "nickname=+Ada+"});
    EXPECT_EQ(saved.status, 303);
    EXPECT_EQ(location(saved), "/");
    EXPECT_EQ(person_in(saved).name, "Ada");
    for (const std::string& form : {std::string("nickname=%E2%80%8B"), std::string("nickname="),
                                    std::string(), "nickname=" + std::string(2000, 'a')}) {
        const auto wrong = rig_.post("/nickname", {.cookie = cookie_of(saved), .body = form});
        EXPECT_EQ(wrong.status, 400);
        EXPECT_THAT(wrong.body, AllOf(HasSubstr(R"(aria-invalid="true")"), HasSubstr(R"(value="Ada")")));
        EXPECT_EQ(wrong.header("Set-Cookie"), "");
    }
}

TEST_F(RoomPagesTest, what_a_form_got_wrong_leaves_the_address_of_its_page) {
    rig_.directory.rooms_max = 0;
    for (const char* path : {"/rooms", "/rooms/new"}) {
        const auto wrong = rig_.post(path, {.body = "game=plaza&name=Lunch&public=0"});
        EXPECT_EQ(wrong.status, 503);
        EXPECT_EQ(wrong.header("HX-Push-Url"), "false");
        EXPECT_THAT(wrong.body, AllOf(HasSubstr(R"(value="Lunch")"), HasSubstr(R"(value="0" checked)"),
                                      HasSubstr(R"(action="/rooms/new")"), HasSubstr("The server is full")));
    }
    EXPECT_EQ(play("nickname=" + std::string(2000, 'a')).header("HX-Push-Url"), "false");
    EXPECT_EQ(rig_.get("/rooms/abcdefghijkl").header("HX-Push-Url"), "");
    // Loaded again without scripts.
    for (const char* path : {"/play", "/nickname", "/rooms"}) {
        EXPECT_EQ(rig_.get(path).status, 303) << path;
        EXPECT_EQ(location(rig_.get(path)), "/") << path;
    }
}

TEST_F(RoomPagesTest, a_leaderboard_shows_names_as_text_and_says_when_it_is_empty) {
    const auto empty = rig_.get("/leaderboards/pong");
    EXPECT_EQ(empty.status, 200);
    EXPECT_THAT(empty.body, HasSubstr("Nobody has finished a match yet."));
    EXPECT_THAT(rig_.get("/leaderboards/plaza").body, HasSubstr("nothing to win"));
    EXPECT_EQ(rig_.get("/leaderboards/chess").status, 404);
    rig_.directory.pong_leaders = {
        {.name = "<b>Ada</b>", .played = 3, .wins = 2, .best_score = 5, .best = {5, 31}}};
    const auto board = rig_.get("/leaderboards/pong");
    EXPECT_THAT(board.body, AllOf(HasSubstr("&lt;b&gt;Ada&lt;/b&gt;"), HasSubstr("Longest rally"),
                                  HasSubstr("<td>31</td>"), HasSubstr("data-testid=\"score\">5</td>")));
    EXPECT_EQ(board.header("Cache-Control"), "no-store");
}

TEST_F(RoomPagesTest, play_in_one_room_means_that_room) {
    rig_.directory.add("The Plaza");
    const std::string id(rig_.directory.add("Another").id.text());
    EXPECT_EQ(location(play("nickname=Ada&room=" + id)), "/rooms/" + id + "?play=1");
    EXPECT_EQ(play("nickname=Ada&room=abcdefghijkl").status, 404);
    EXPECT_EQ(play("nickname=Ada&room=//evil.example").status, 404);
    // No invite of a listed room is carried on.
    EXPECT_EQ(location(play("room=" + id + "&invite=x%0d%0ay")), "/rooms/" + id + "?play=1");
}

TEST_F(RoomPagesTest, play_without_rooms_or_of_unknown_games_says_so) {
    const auto full = play("nickname=Ada");
    EXPECT_EQ(full.status, 503);
    EXPECT_THAT(full.body, HasSubstr("The server is full"));
    const auto unknown = play("game=chess");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.body, HasSubstr("There are: plaza, pong."));
}

TEST_F(RoomPagesTest, a_form_makes_a_room) {
    EXPECT_THAT(rig_.get("/rooms/new?game=pong").body,
                AllOf(HasSubstr("action=\"/rooms/new\""), HasSubstr("value=\"pong\"")));
    const auto answer = make_room("game=plaza&name=+Ada%27s+%E2%80%AEplace+&public=1");
    EXPECT_EQ(answer.status, 303);
    ASSERT_EQ(rig_.directory.entries.size(), 1u);
    const auto& made = rig_.directory.entries.front();
    EXPECT_EQ(location(answer), "/rooms/" + std::string(made.info.id.text()) + "?play=1");
    EXPECT_EQ(made.info.name, "Ada's place");
    EXPECT_EQ(made.info.seats, 200u);
    EXPECT_EQ(made.maker, person_in(answer).id);
    EXPECT_EQ(made.info.access, rooms::Access::listed);
}

TEST_F(RoomPagesTest, a_wrong_form_comes_back_as_it_was) {
    const auto unknown = make_room("game=chess&name=Ada%27s+place&public=0");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.body,
                AllOf(HasSubstr("There are: plaza, pong."), HasSubstr("value=\"Ada&apos;s place\"")));
    EXPECT_EQ(make_room("game=plaza&name=" + std::string(2000, 'x')).status, 400);
    EXPECT_EQ(make_room("game=plaza&nickname=" + std::string(2000, 'x')).status, 400);
    EXPECT_EQ(make_room("").status, 400);
    EXPECT_TRUE(rig_.directory.entries.empty());
}

TEST_F(RoomPagesTest, the_sixth_room_of_a_guest_is_refused_on_the_form) {
    const std::string cookie = cookie_of(make_room("game=plaza"));
    for (int i = 1; i < 5; ++i)
        EXPECT_EQ(make_room("game=plaza", cookie).status, 303);
    const auto refused = make_room("game=plaza&name=Sixth", cookie);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "30");
    EXPECT_THAT(refused.body,
                AllOf(HasSubstr("as many rooms open as one person may have"), HasSubstr("Sixth")));
}

TEST_F(RoomPagesTest, a_room_by_link_opens_to_those_who_have_it) {
    const auto made = make_room("game=plaza&name=Secret&public=0");
    const std::string to = location(made);
    EXPECT_THAT(to, MatchesRegex("/rooms/[a-z0-9]{12}\\?invite=[A-Za-z0-9_-]+&play=1"));
    const std::string room = to.substr(0, to.find('?'));
    const std::string invite = rig_.directory.entries.front().invite;

    const auto stranger = rig_.get(room);
    EXPECT_EQ(stranger.status, 403);
    EXPECT_THAT(stranger.body, Not(HasSubstr("Secret")));
    EXPECT_EQ(rig_.get(room + "?invite=wrong").status, 403);
    EXPECT_EQ(rig_.get(room + "/watch").status, 403);

    const auto followed = rig_.get("/i/" + invite);
    EXPECT_EQ(followed.status, 303);
    EXPECT_EQ(location(followed), room + "?invite=" + invite);
    EXPECT_EQ(followed.header("Set-Cookie"), "");
    EXPECT_EQ(followed.header("Cache-Control"), "no-store");
    const auto page = rig_.get(location(followed));
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, AllOf(HasSubstr("Secret"), HasSubstr("http://play.example/i/" + invite)));
    EXPECT_EQ(rig_.get(room + "/watch?invite=" + invite).status, 200);
    EXPECT_EQ(location(play("room=" + room.substr(7) + "&invite=" + invite)), to);
    EXPECT_EQ(play("room=" + room.substr(7)).status, 403);
    EXPECT_EQ(rig_.get("/i/wrong").status, 404);
    EXPECT_EQ(rig_.get("/i/%0d%0aLocation:").status, 404);
}

TEST_F(RoomPagesTest, rooms_have_a_page_to_play_and_one_to_watch) {
    const std::string room = "/rooms/" + std::string(rig_.directory.add("The Plaza").id.text());
    for (const std::string& path : {room, room + "/watch", room + "?play=1"}) {
        const auto page = rig_.get(path);
        EXPECT_EQ(page.status, 200);
        const bool plays = !path.ends_with("/watch");
        const char* const module = plays ? "/assets/plaza.play-b2.wasm" : "/assets/plaza-a1.wasm";
        EXPECT_THAT(page.body, AllOf(HasSubstr("The Plaza"), HasSubstr(module)));
        EXPECT_EQ(page.header("Vary"), "HX-Request, Accept-Encoding");
        EXPECT_EQ(page.header("Cache-Control"), "no-store");
        EXPECT_THAT(cookie_of(page), StartsWith("grandstand_guest=v1."));
    }
    EXPECT_NE(rig_.get(room).body, rig_.get(room + "/watch").body);
    // The invite of a listed room is nothing, and nothing of it is shown.
    EXPECT_THAT(rig_.get(room + "?invite=%22%3E%3Cscript%3E").body, Not(HasSubstr("invite=&quot;")));
}

TEST_F(RoomPagesTest, rooms_that_are_gone_lead_elsewhere) {
    for (const char* path :
         {"/rooms/abcdefghijkl", "/rooms/x", "/rooms/abcdefghijkl/watch", "/rooms/%C3%A4"}) {
        const auto page = rig_.get(path);
        EXPECT_EQ(page.status, 404) << path;
        EXPECT_THAT(page.body, HasSubstr("href=\"/\""));
    }
}

TEST_F(RoomPagesTest, forms_on_pages_of_other_sites_do_nothing) {
    rig_.directory.add("The Plaza");
    for (const char* path : {"/play", "/rooms"}) {
        for (const char* origin : {"http://evil.example", "null"}) {
            const auto refused = rig_.post(path, {.origin = origin, .body = "game=plaza&nickname=Eve"});
            EXPECT_EQ(refused.status, 403);
            EXPECT_EQ(refused.header("Set-Cookie"), "");
        }
    }
    EXPECT_EQ(rig_.directory.entries.size(), 1u);
}

/// What is said in all rooms, without rooms.
class FakeTalk final : public PublicTalk {
  public:
    [[nodiscard]] std::vector<chat::Said> newest(const rooms::RoomId&) const override { return said; }
    [[nodiscard]] std::string_view say(const rooms::RoomId&, const net::Person& person, std::string_view text,
                                       net::Instant) override {
        if (text.empty()) return "There is nothing in it";
        add(person.name, text);
        return {};
    }
    [[nodiscard]] nlohmann::json of_match(const rooms::PublicMatch&) override { return {}; }

    void add(std::string_view name, std::string_view text, bool is_for_players = true) {
        said.push_back(
            std::make_shared<const chat::Message>(chat::Message{.channel = chat::Channel::spectators,
                                                                .author = {.name = std::string(name)},
                                                                .text = std::string(text),
                                                                .said_unix_s = 13 * 3600 + 5 * 60,
                                                                .is_for_players = is_for_players}));
    }
    std::vector<chat::Said> said;
};

class RoomChatTest : public RoomPagesTest {
  protected:
    RoomChatTest() { rig_.services.talk = &talk_; }

    http::Response say(const std::string& body, const std::string& cookie) {
        return rig_.post("/rooms/" + room_ + "/chat", {.cookie = cookie, .body = body});
    }

    FakeTalk talk_;
    std::string room_ = std::string(rig_.directory.add("The Stand").id.text());
    std::string cookie_ = cookie_of(rig_.get("/rooms/" + room_ + "/watch"));
};

TEST_F(RoomChatTest, what_is_said_stands_in_the_page_as_text) {
    talk_.add("<i>Eve</i>", "<script>alert(1)</script> & \"quotes\"");
    for (const std::string page : {"/watch", "/chat", ""}) {
        const std::string body = rig_.get("/rooms/" + room_ + page).body;
        EXPECT_THAT(body, AllOf(HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;"),
                                HasSubstr("&lt;i&gt;Eve&lt;/i&gt;"), HasSubstr(">13:05</time>"),
                                Not(HasSubstr("<script>alert"))))
            << page;
    }
    EXPECT_EQ(rig_.get("/rooms/" + room_ + "/chat").header("Cache-Control"), "no-store");
}

TEST_F(RoomChatTest, a_player_s_page_has_only_what_is_for_players) {
    talk_.add("Eve", "he hides at the wall", false);
    EXPECT_THAT(rig_.get("/rooms/" + room_).body, Not(HasSubstr("he hides")));
    EXPECT_THAT(rig_.get("/rooms/" + room_ + "/watch").body, HasSubstr("he hides"));
}

TEST_F(RoomChatTest, a_form_says_something_and_leads_back) {
    const auto watching = say("text=hello+%3Cstand%3E&from=watch", cookie_);
    EXPECT_EQ(watching.status, 303);
    EXPECT_EQ(location(watching), "/rooms/" + room_ + "/watch#chat");
    EXPECT_EQ(location(say("text=hello+again", cookie_)), "/rooms/" + room_ + "#chat");
    ASSERT_EQ(talk_.said.size(), 2u);
    EXPECT_EQ(talk_.said[0]->text, "hello <stand>");
}

TEST_F(RoomChatTest, what_is_wrong_is_said_below_the_field_that_keeps_its_words) {
    const auto nothing = say("text=&from=watch", cookie_);
    EXPECT_EQ(nothing.status, 400);
    EXPECT_THAT(nothing.body, HasSubstr("There is nothing in it"));
    const auto nobody = say("text=who+am+I&from=watch", {});
    EXPECT_EQ(nobody.status, 400);
    EXPECT_THAT(nobody.body, AllOf(HasSubstr("no cookie"), HasSubstr("value=\"who am I\"")));
    EXPECT_NE(cookie_of(nobody), "");
    EXPECT_TRUE(talk_.said.empty());
}

TEST_F(RoomChatTest, pages_of_other_sites_and_floods_say_nothing) {
    const std::string path = "/rooms/" + room_ + "/chat";
    EXPECT_EQ(rig_.post(path, {.cookie = cookie_, .origin = "http://evil.example", .body = "text=x"}).status,
              403);
    int said = 0;
    for (int tries = 0; tries < 50; ++tries)
        said += rig_.post(path, {.cookie = cookie_, .body = "text=x", .peer = "192.0.2.1:1"}).status == 303;
    EXPECT_EQ(said, 10);
}

TEST_F(RoomChatTest, a_room_by_invitation_needs_it) {
    rig_.directory.entries.back().info.access = rooms::Access::by_invite;
    rig_.directory.entries.back().invite = "secret";
    EXPECT_EQ(rig_.get("/rooms/" + room_ + "/chat").status, 404);
    EXPECT_EQ(say("text=hello&from=watch", cookie_).status, 403);
    EXPECT_EQ(location(say("text=hello&from=watch&invite=secret", cookie_)),
              "/rooms/" + room_ + "/watch?invite=secret#chat");
    EXPECT_EQ(rig_.get("/rooms/" + room_ + "/chat?invite=secret").status, 200);
    EXPECT_EQ(rig_.get("/rooms/nowhere/chat").status, 404);
}

}  // namespace
}  // namespace gs::app
