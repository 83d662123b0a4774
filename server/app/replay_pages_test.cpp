// Replays over HTTP: real rooms, real files, a real database; and a second server that finds them.
#include "server/app/replay_pages.h"

#include "server/app/match_keeping.h"
#include "server/app/module_store.h"
#include "server/app/room_http_rig.h"
#include "server/app/rooms_directory.h"
#include "server/app/test_folder.h"
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace gs::app {
namespace {

using rooms::testing::race;
using rooms::testing::RaceInput;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint64_t unix_s = 1'800'000'000;

/// A server on a data folder.
struct Server : rooms::testing::RoomRig {
    explicit Server(const std::filesystem::path& folder)
        : RoomRig({.game = &race, .permanent = false}), data(*DataFolder::open(folder)) {
        keeping = std::move(
            *MatchKeeping::open(data, {.clock = [] { return net::Instant(); }, .unix_s = unix_s}, log));
        keeping->listen(shared.finished, [this] { return now; });
        matches.emplace(*rooms, &keeping->archive());
        const auto url = [](std::string_view, std::uint64_t) { return std::string("/m.wasm"); };
        api.emplace(services, *matches, url);
        replay_pages.emplace(services, pages, *matches, url);
        api->add_routes(http.site.router);
        replay_pages->add_routes(http.site.router);
    }
    // The base goes last, and rooms that go hand their matches over.
    ~Server() { shared.finished.on_added = nullptr; }

    std::string play(const std::string& winner, std::uint32_t delay_s = 0,
                     rooms::Access access = rooms::Access::listed) {
        const net::Person ada = person(winner);
        const auto id =
            *rooms->make({.game = "race", .access = access, .public_delay_s = delay_s, .maker = ada.id}, now);
        invite = rooms->find(id)->setup().invite;
        auto& host = come(ada, rooms::Role::player, id);
        come(person("Bob <b>"), rooms::Role::player, id);
        run(milliseconds(300));
        const std::string match(rooms->find(id)->match_id().text());
        host.say({{"type", "host"}, {"do", "start"}});
        run(seconds(7));
        for (int point = 0; point < rooms::testing::race_points; ++point) {
            host.send_inputs<RaceInput>(rooms->find(id)->match().next() + 3,
                                        {{.pressed = rooms::testing::race_press}});
            run(milliseconds(200));
        }
        run(seconds(2));
        return match;
    }
    http::Response get(const std::string& path) { return http.get(path); }
    std::vector<std::string> listed(const std::string& query = "") {
        std::vector<std::string> ids;
        for (const auto& replay : RoomHttpRig::json(get("/api/v1/replays" + query))["replays"])
            ids.push_back(replay["id"]);
        return ids;
    }

    std::ostringstream log_text;
    Log log{LogLevel::debug, LogFormat::text, log_text};
    DataFolder data;
    std::unique_ptr<MatchKeeping> keeping;
    RoomHttpRig http;
    RoomsDirectory directory{*rooms, [this] { return now; }};
    RoomServices services = {
        .directory = directory, .tickets = tickets, .visitors = http.visitors, .now = [this] { return now; }};
    pages::Pages pages = *pages::Pages::load({.assets = pages::Options::Assets::dev_server});
    std::optional<rooms::PublicMatches> matches;
    std::optional<MatchApi> api;
    std::optional<ReplayPages> replay_pages;
    std::string invite;
};

std::string body_of(const http::Response& response) {
    if (!response.shared_body) return response.body;
    return response.shared_body->substr(response.shared_offset, response.shared_size);
}

TEST(ReplayPages, list_a_match_when_its_end_is_public_and_show_what_happened) {
    TestFolder folder;
    Server server(folder.path() / "data");
    const std::string match = server.play("Ada", 10);
    EXPECT_TRUE(server.listed().empty());
    EXPECT_THAT(server.get("/replays").body, HasSubstr("Nobody has finished a match yet"));
    const auto early = server.get("/replays/" + match);
    EXPECT_EQ(early.header("Refresh"), "5");
    EXPECT_THAT(early.body, AllOf(HasSubstr("data-wait"), HasSubstr("10 seconds late"), HasSubstr("/watch\""),
                                  Not(HasSubstr("Ada wins"))));
    server.run(seconds(10));
    EXPECT_EQ(server.listed(), std::vector{match});
    EXPECT_THAT(server.get("/replays").body,
                AllOf(HasSubstr("/replays/" + match), HasSubstr("/api/v1/matches/" + match + "/log"),
                      HasSubstr("Bob &lt;b&gt;"), Not(HasSubstr("Bob <b>"))));
    const std::string page = server.get("/replays/" + match).body;
    EXPECT_THAT(page, AllOf(HasSubstr("Ada wins"), HasSubstr("data-page=\"replay\""),
                            HasSubstr("data-module=\"/m.wasm\""), HasSubstr("data-begin-s=\"0\""),
                            HasSubstr("?t="), HasSubstr("data-seek-s=")));
    EXPECT_THAT(server.get("/replays/" + match + "?t=12").body, HasSubstr("data-begin-s=\"12\""));
    EXPECT_EQ(server.get("/replays/aaaaaaaaaaab").status, 404);
    EXPECT_EQ(server.get("/replays/" + std::string(1000, 'a')).status, 404);
}

TEST(ReplayPages, name_who_left_before_the_computers_when_nobody_won) {
    TestFolder folder;
    Server server(folder.path() / "data");
    const net::Person ada = server.person("Ada");
    const auto id = *server.rooms->make(
        {.game = "race", .access = rooms::Access::listed, .public_delay_s = 0, .maker = ada.id}, server.now);
    auto& host = server.come(ada, rooms::Role::player, id);
    server.run(milliseconds(300));
    host.say({{"type", "host"}, {"do", "computers"}, {"count", 2}});
    host.say({{"type", "host"}, {"do", "start"}});
    server.run(milliseconds(1'500));
    const std::string match(server.rooms->find(id)->match_id().text());
    host.say({{"type", "leave"}});
    server.run(seconds(1));
    const std::string page = server.get("/replays/" + match).body;
    EXPECT_THAT(page, HasSubstr("Ended without a winner"));
    EXPECT_THAT(page, HasSubstr("Ada <small>left</small>"));
    EXPECT_LT(page.find("Ada <small>left"), page.find("<small>computer</small>"));
}

TEST(ReplayPages, are_the_same_after_the_server_started_again) {
    TestFolder folder;
    std::string match;
    std::string facts;
    std::string chunk;
    std::string file;
    {
        Server before(folder.path() / "data");
        match = before.play("Ada");
        facts = before.get("/api/v1/matches/" + match).body;
        chunk = body_of(before.get("/api/v1/matches/" + match + "/chunks/1"));
        file = body_of(before.get("/api/v1/matches/" + match + "/log"));
    }
    Server after(folder.path() / "data");
    after.keeping->advance(unix_s + 5);
    EXPECT_EQ(after.listed(), std::vector{match});
    auto then = nlohmann::json::parse(facts);
    auto now = RoomHttpRig::json(after.get("/api/v1/matches/" + match));
    // Whether it has been verified by then is not certain.
    then.erase("verified");
    now.erase("verified");
    EXPECT_EQ(now, then);
    EXPECT_EQ(body_of(after.get("/api/v1/matches/" + match + "/chunks/1")), chunk);
    EXPECT_EQ(body_of(after.get("/api/v1/matches/" + match + "/log")), file);
    EXPECT_EQ(after.get("/api/v1/matches/" + match + "/keyframes/0").status, 200);
    EXPECT_EQ(after.get("/api/v1/matches/" + match + "/chunks/99").status, 404);
    EXPECT_THAT(after.get("/replays/" + match).body, HasSubstr("Ada wins"));
}

TEST(ReplayPages, of_friends_open_with_their_invite_only_also_after_a_restart) {
    TestFolder folder;
    std::string match;
    std::string invite;
    {
        Server before(folder.path() / "data");
        match = before.play("Ada", 0, rooms::Access::by_invite);
        invite = "?invite=" + before.invite;
    }
    Server after(folder.path() / "data");
    after.keeping->advance(unix_s + 5);
    EXPECT_TRUE(after.listed().empty());
    EXPECT_THAT(after.get("/replays").body, Not(HasSubstr(match)));
    const std::string facts = "/api/v1/matches/" + match;
    for (const char* rest : {"", "/chunks/0", "/keyframes/0", "/log", "/log?invite=", "/log?invite=x"}) {
        std::string path = facts;
        path += rest;
        EXPECT_EQ(after.get(path).status, 404) << rest;
    }
    EXPECT_EQ(after.get("/replays/" + match).status, 404);
    const auto log = after.get("/api/v1/matches/" + match + "/log" + invite);
    EXPECT_EQ(log.status, 200);
    EXPECT_THAT(std::string(log.header("Cache-Control")), HasSubstr("private"));
    EXPECT_THAT(after.get("/replays/" + match + invite).body,
                AllOf(HasSubstr("data-invite="), HasSubstr("invite=" + invite.substr(8) + "&amp;t=")));
}

TEST(ReplayPages, come_page_by_page_and_by_player) {
    TestFolder folder;
    Server server(folder.path() / "data");
    const std::string zoe = server.play("Zoe");
    const std::string ada = server.play("Ada");
    for (int count = 0; count < 50; ++count) {
        rooms::FinishedMatch again = *server.shared.finished.find(*rooms::MatchId::parse(ada));
        again.match = crypto::random_id<rooms::MatchId>();
        server.shared.finished.add(std::move(again));
    }
    EXPECT_EQ(server.listed("?player=zo"), std::vector{zoe});
    EXPECT_TRUE(server.listed("?game=pong").empty());
    std::vector<std::string> seen = server.listed();
    EXPECT_EQ(seen.size(), 50u);
    const std::string next = RoomHttpRig::json(server.get("/api/v1/replays"))["next"];
    for (const std::string& id : server.listed("?before=" + next))
        seen.push_back(id);
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 52u) << "each once, none left out";
    EXPECT_THAT(server.get("/replays?player=Ada").body, HasSubstr("&amp;player=Ada"));
    EXPECT_THAT(server.get("/replays?player=%3Cscript").body,
                AllOf(HasSubstr("No match fits"), Not(HasSubstr("<script\""))));
}

TEST(ModuleStore, keeps_the_modules_that_run_and_serves_them_after_the_game_has_changed) {
    TestFolder folder;
    std::ostringstream text;
    Log log{LogLevel::debug, LogFormat::text, text};
    const DataFolder data = *DataFolder::open(folder.path() / "data");
    folder.write("web/assets/race-1.wasm", "old rules");
    folder.write("web/assets/race-2.wasm", "new rules");
    std::vector<rooms::GameEntry> games = {
        {.module = &race, .module_url = "/assets/race-1.wasm", .module_hash = 0xabc}};
    {
        const ModuleStore store(data, folder.path() / "web", games, log);
        EXPECT_EQ(store.url_of(0xabc), "/assets/race-1.wasm");
    }
    std::filesystem::remove(folder.path() / "web/assets/race-1.wasm");
    games[0] = {.module = &race, .module_url = "/assets/race-2.wasm", .module_hash = 0xdef};
    ModuleStore store(data, folder.path() / "web", games, log);
    EXPECT_EQ(store.url_of(0xabc), "/modules/0000000000000abc.wasm");
    EXPECT_EQ(store.url_of(0x123), "") << "nobody has that one";
    RoomHttpRig http;
    store.add_routes(http.site.router);
    const auto answer = http.get("/modules/0000000000000abc.wasm");
    EXPECT_EQ(body_of(answer), "old rules");
    EXPECT_EQ(answer.header("Content-Type"), "application/wasm");
    EXPECT_EQ(answer.header("Cache-Control"), "public, max-age=31536000, immutable");
    for (const char* const name :
         {"0000000000000123.wasm", "abc.wasm", "0000000000000ABC.wasm", "..wasm", "x"})
        EXPECT_EQ(http.get(std::string("/modules/") + name).status, 404) << name;
}

TEST(ModuleStore, says_so_when_a_module_cannot_be_kept) {
    TestFolder folder;
    std::ostringstream text;
    Log log{LogLevel::debug, LogFormat::text, text};
    const DataFolder data = *DataFolder::open(folder.path() / "data");
    const std::vector<rooms::GameEntry> games = {
        {.module = &race, .module_url = "/assets/none.wasm", .module_hash = 1}};
    const ModuleStore store(data, folder.path() / "web", games, log);
    EXPECT_THAT(text.str(), HasSubstr("cannot be shown after their game has changed"));
}

TEST(MatchKeeping, does_not_start_on_a_database_that_is_none) {
    TestFolder folder;
    std::ostringstream text;
    Log log{LogLevel::debug, LogFormat::text, text};
    const DataFolder data = *DataFolder::open(folder.path() / "data");
    ASSERT_TRUE(data.write("grandstand.db", std::string(5000, 'x')));
    const auto opened = MatchKeeping::open(data, {.clock = [] { return net::Instant(); }}, log);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, AllOf(HasSubstr("grandstand.db"), HasSubstr("put it aside")));
}

}  // namespace
}  // namespace gs::app
