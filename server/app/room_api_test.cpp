#include "server/app/room_api.h"

#include "server/app/room_http_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RoomApiTest : public testing::Test {
  protected:
    RoomApiTest() { api_.add_routes(rig_.site.router); }

    http::Response make_room(std::string body, std::string cookie = {}) {
        return rig_.post("/api/v1/rooms", {.cookie = std::move(cookie), .body = std::move(body)});
    }
    http::Response ticket(std::string body, std::string cookie = {}) {
        return rig_.post("/api/v1/tickets", {.cookie = std::move(cookie), .body = std::move(body)});
    }
    /// That it is a problem in JSON, with these words.
    static void expect_problem(const http::Response& response, int status, std::string_view words) {
        EXPECT_EQ(response.status, status) << response.body;
        EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
        EXPECT_EQ(RoomHttpRig::json(response)["status"], status);
        EXPECT_THAT(std::string(RoomHttpRig::json(response)["detail"]), HasSubstr(std::string(words)));
        EXPECT_EQ(response.header("Cache-Control"), "no-store");
    }

    RoomHttpRig rig_;
    RoomApi api_{rig_.services};
};

TEST_F(RoomApiTest, tells_the_games) {
    const auto games = RoomHttpRig::json(rig_.get("/api/v1/games"))["games"];
    ASSERT_EQ(games.size(), 2u);
    EXPECT_EQ(games[0]["id"], "plaza");
    EXPECT_EQ(games[0]["title"], "Plaza");
    EXPECT_EQ(games[0]["seats_max"], 200);
    EXPECT_TRUE(games[0].contains("module_url"));
    EXPECT_EQ(games[1]["tick_rate_hz"], 60);
}

TEST_F(RoomApiTest, makes_a_room_that_can_be_found) {
    const auto made =
        make_room(R"({"game":"pong","name":" Ada's\u202e  table ","seats":2,"public_delay_s":30})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto room = RoomHttpRig::json(made);
    const std::string id = room["id"];
    EXPECT_EQ(room["name"], "Ada's table");
    EXPECT_EQ(room["phase"], "waiting");
    EXPECT_EQ(room["public"], true);
    EXPECT_EQ(room["public_delay_s"], 30);
    EXPECT_EQ(room["invite_url"], "http://play.example/rooms/" + id);
    EXPECT_EQ(made.header("Location"), "/api/v1/rooms/" + id);
    EXPECT_EQ(made.header("Cache-Control"), "no-store");

    const auto found = RoomHttpRig::json(rig_.get("/api/v1/rooms/" + id));
    EXPECT_EQ(found["id"], id);
    EXPECT_FALSE(found.contains("invite_url"));
    const auto list = RoomHttpRig::json(rig_.get("/api/v1/rooms"))["rooms"];
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0], found);
}

TEST_F(RoomApiTest, a_room_needs_no_more_than_a_game) {
    const auto made = make_room(R"({"game":"plaza"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(RoomHttpRig::json(made)["seats"], 200);
    EXPECT_EQ(RoomHttpRig::json(made)["public_delay_s"], 10);
    // Named after its maker, who is a guest from now on.
    EXPECT_EQ(RoomHttpRig::json(made)["name"], rig_.directory.last_wish->maker.name + "'s room");
    EXPECT_THAT(cookie_of(made), HasSubstr("grandstand_guest=v1."));
}

TEST_F(RoomApiTest, computers_have_seats_from_the_beginning_where_the_game_has_some) {
    const auto made = make_room(R"({"game":"pong","computer_seats":1})");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(rig_.directory.last_wish->computers, 1u);
    expect_problem(make_room(R"({"game":"pong","computer_seats":3})"), 400, "at most 2 seats");
}

TEST_F(RoomApiTest, a_leaderboard_is_a_list_of_people) {
    rig_.directory.pong_leaders = {{.name = "Ada", .played = 3, .wins = 2, .best_score = 5, .best = {5, 31}}};
    const auto board = RoomHttpRig::json(rig_.get("/api/v1/leaderboards/pong"));
    EXPECT_EQ(board["statistics"][1]["name"], "Longest rally");
    ASSERT_EQ(board["leaders"].size(), 1u);
    EXPECT_EQ(board["leaders"][0]["place"], 1);
    EXPECT_EQ(board["leaders"][0]["wins"], 2);
    EXPECT_EQ(board["leaders"][0]["best"][1], 31);
    EXPECT_TRUE(RoomHttpRig::json(rig_.get("/api/v1/leaderboards/plaza"))["leaders"].empty());
    expect_problem(rig_.get("/api/v1/leaderboards/chess"), 404, "There are: plaza, pong.");
}

TEST_F(RoomApiTest, who_has_a_cookie_stays_the_same_guest) {
    const auto first = make_room(R"({"game":"plaza"})");
    const auto maker = rig_.directory.last_wish->maker;
    const auto second = make_room(R"({"game":"plaza"})", cookie_of(first));
    EXPECT_EQ(rig_.directory.last_wish->maker, maker);
    EXPECT_EQ(second.header("Set-Cookie"), "");
    (void)make_room(R"({"game":"plaza"})", cookie_of(first) + "x");
    EXPECT_NE(rig_.directory.last_wish->maker.id, maker.id);
    EXPECT_EQ(rig_.visitors.counters().cookies_refused, 1u);
}

TEST_F(RoomApiTest, a_room_by_invite_is_as_if_it_were_not_there) {
    const auto made = make_room(R"({"game":"plaza","public":false})");
    const auto room = RoomHttpRig::json(made);
    const std::string id = room["id"];
    const std::string url = room["invite_url"];
    ASSERT_THAT(url, HasSubstr("http://play.example/i/"));
    const std::string invite = url.substr(url.rfind('/') + 1);
    EXPECT_EQ(room["public"], false);
    EXPECT_TRUE(RoomHttpRig::json(rig_.get("/api/v1/rooms"))["rooms"].empty());
    expect_problem(rig_.get("/api/v1/rooms/" + id), 404, "no such room");
    expect_problem(rig_.get("/api/v1/rooms/" + id + "?invite=wrong"), 404, "no such room");
    EXPECT_EQ(rig_.get("/api/v1/rooms/" + id + "?invite=" + invite).status, 200);

    expect_problem(ticket(R"({"role":"player","room":")" + id + "\"}"), 404, "no such room");
    expect_problem(ticket(R"({"role":"player","room":")" + id + R"(","invite":"wrong"})"), 404,
                   "no such room");
    EXPECT_EQ(ticket(R"({"role":"player","room":")" + id + R"(","invite":")" + invite + "\"}").status, 200);
}

TEST_F(RoomApiTest, wrong_bodies_are_told_what_is_wrong) {
    const std::string deep =
        R"({"game":"plaza","settings":)" + std::string(40, '[') + std::string(40, ']') + "}";
    const std::pair<std::string, std::string_view> wrong[] = {
        {"", "line 1"},
        {"plaza", "line 1"},
        {"[]", "must be a JSON object"},
        {"{}", "There are: plaza, pong."},
        {R"({"game":"chess"})", "There are: plaza, pong."},
        {R"({"game":["plaza"]})", "\"game\" must be a text"},
        {R"({"game":"plaza","game":"pong"})", "same key twice"},
        {R"({"game":"plaza","name":7})", "\"name\" must be a text"},
        {R"({"game":"plaza","name":")" + std::string(2000, 'x') + "\"}", "\"name\" must be a text"},
        {R"({"game":"plaza","public":"yes"})", "\"public\" must be true or false"},
        {R"({"game":"plaza","seats":0})", "\"seats\" must be a whole number from 1"},
        {R"({"game":"plaza","seats":1.5})", "\"seats\" must be a whole number"},
        {R"({"game":"plaza","seats":-1})", "\"seats\" must be a whole number"},
        {R"({"game":"plaza","seats":1e99})", "\"seats\" must be a whole number"},
        {R"({"game":"pong","seats":3})", "Pong has at most 2 seats"},
        {R"({"game":"plaza","public_delay_s":3600})", "from 0 to 90"},
        {R"({"game":"plaza","computer_seats":1})", "no computer players"},
        {R"({"game":"plaza","settings":{"speed":9}})", "nothing to set"},
        {R"({"game":"plaza","colour":"red"})", "not known here; known are \"game\", \"name\""},
        {deep, "nested deeper"},
        {"{\"game\":\"pl\xff\"}", "no JSON"},
    };
    for (const auto& [body, words] : wrong)
        expect_problem(make_room(body), 400, words);
    EXPECT_TRUE(rig_.directory.entries.empty());
    EXPECT_EQ(rig_.visitors.counters().made, 0u);
}

TEST_F(RoomApiTest, nobody_makes_a_thousand_rooms) {
    const std::string cookie = cookie_of(make_room(R"({"game":"plaza"})"));
    int made = 1;
    for (int i = 0; i < 999; ++i) {
        const auto response = make_room(R"({"game":"plaza"})", cookie);
        if (response.status == 201) {
            ++made;
            continue;
        }
        expect_problem(response, 429, "as many rooms open as one person may have");
        EXPECT_EQ(response.header("Retry-After"), "30");
    }
    EXPECT_EQ(made, 5);
    EXPECT_EQ(rig_.directory.entries.size(), 5u);
}

TEST_F(RoomApiTest, throwing_the_cookie_away_helps_one_network_little) {
    const auto from = [&](std::string peer) {
        return rig_.post("/api/v1/rooms", {.body = R"({"game":"plaza"})", .peer = std::move(peer)});
    };
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(from("203.0.113.7:1").status, 201);
    expect_problem(from("203.0.113.7:2"), 429, "from your network");
    EXPECT_EQ(from("203.0.113.8:1").status, 201);
    EXPECT_EQ(rig_.directory.last_wish->maker_network, net::Address::parse("203.0.113.8:1")->limit_key());
    rig_.now += std::chrono::seconds(15);
    EXPECT_EQ(from("203.0.113.7:1").status, 201);
    // This machine itself is nobody's network.
    for (int i = 0; i < 30; ++i)
        EXPECT_EQ(from("127.0.0.1:1").status, 201);
    EXPECT_FALSE(rig_.directory.last_wish->maker_network.has_value());
}

TEST_F(RoomApiTest, a_full_server_says_so) {
    rig_.directory.rooms_max = 0;
    expect_problem(make_room(R"({"game":"plaza"})"), 503, "The server is full");
}

TEST_F(RoomApiTest, a_nickname_is_cleaned_and_kept_in_the_cookie) {
    const auto rename = [&](std::string body, std::string cookie = {}) {
        return rig_.post("/api/v1/nickname", {.cookie = std::move(cookie), .body = std::move(body)});
    };
    const auto saved = rename(R"({"name":" Ada   Lovelace "})");
    ASSERT_EQ(saved.status, 200) << saved.body;
    EXPECT_EQ(RoomHttpRig::json(saved)["name"], "Ada Lovelace");
    EXPECT_EQ(saved.header("Cache-Control"), "no-store");
    const auto ticket_of_ada = ticket(R"({"role":"lobby"})", cookie_of(saved));
    const auto admission =
        rig_.tickets.redeem(std::string(RoomHttpRig::json(ticket_of_ada)["ticket"]), rig_.now);
    EXPECT_EQ(admission->person.name, "Ada Lovelace");
    expect_problem(rename("{}"), 400, "Nothing of this name");
    expect_problem(rename(R"({"name":"\u200b"})"), 400, "Nothing of this name");
    const std::string long_name(2000, 'a');
    expect_problem(rename(nlohmann::json{{"name", long_name}}.dump()), 400, "too long for a name");
    expect_problem(rename(R"({"name":5})"), 400, "");
    EXPECT_EQ(rename("{}").header("Set-Cookie"), "");
}

TEST_F(RoomApiTest, a_ticket_is_bound_to_guest_room_and_role) {
    const std::string id(rig_.directory.add("The Plaza").id.text());
    const auto answer = ticket(R"({"role":"spectator","room":")" + id + "\"}");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(RoomHttpRig::json(answer)["expires_in_s"], 30);
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    const auto admission = rig_.tickets.redeem(std::string(RoomHttpRig::json(answer)["ticket"]), rig_.now);
    ASSERT_TRUE(admission.has_value());
    EXPECT_EQ(admission->room->text(), id);
    EXPECT_EQ(admission->role, rooms::Role::spectator);
    // The same guest again, in the lobby.
    const auto lobby = ticket(R"({"role":"lobby"})", cookie_of(answer));
    EXPECT_EQ(lobby.header("Set-Cookie"), "");
    const auto in_lobby = rig_.tickets.redeem(std::string(RoomHttpRig::json(lobby)["ticket"]), rig_.now);
    EXPECT_EQ(in_lobby->person, admission->person);
    EXPECT_FALSE(in_lobby->room.has_value());
}

TEST_F(RoomApiTest, tickets_for_nothing_are_refused) {
    const std::pair<std::string_view, int> wrong[] = {
        {"", 400},
        {"{}", 400},
        {R"({"role":"host"})", 400},
        {R"({"role":5})", 400},
        {R"({"role":"player"})", 404},
        {R"({"role":"player","room":"x"})", 404},
        {R"({"role":"player","room":"abcdefghijkl"})", 404},
        {R"({"role":"player","room":5})", 400},
        {R"({"role":"player","room":"../../etc/pw"})", 404},
        {R"({"role":"lobby","seat":1})", 400},
    };
    for (const auto& [body, status] : wrong)
        expect_problem(ticket(std::string(body)), status, "");
    EXPECT_EQ(rig_.tickets.size(), 0u);
}

TEST_F(RoomApiTest, tickets_run_out_in_words) {
    const auto from = [&](std::string peer) {
        return rig_.post("/api/v1/tickets", {.body = R"({"role":"lobby"})", .peer = std::move(peer)});
    };
    for (int i = 0; i < 300; ++i)
        EXPECT_EQ(from("203.0.113.7:1").status, 200);
    expect_problem(from("203.0.113.7:1"), 429, "at your network");
    EXPECT_EQ(from("[2001:db8::1]:1").status, 200);
    for (int i = 301; i < 10'000; ++i)
        EXPECT_EQ(from("127.0.0.1:1").status, 200);
    expect_problem(from("127.0.0.1:1"), 503, "Too many people");
    rig_.now += std::chrono::seconds(30);
    EXPECT_EQ(from("127.0.0.1:1").status, 200);
}

TEST_F(RoomApiTest, pages_of_other_sites_make_nothing) {
    for (const char* origin : {"http://evil.example", "null", "http://play.example.evil.example"}) {
        for (const char* path : {"/api/v1/rooms", "/api/v1/tickets"}) {
            const auto refused = rig_.post(path, {.origin = origin, .body = R"({"game":"plaza"})"});
            EXPECT_EQ(refused.status, 403) << path;
            EXPECT_EQ(refused.header("Set-Cookie"), "");
        }
    }
    EXPECT_TRUE(rig_.directory.entries.empty());
    EXPECT_EQ(rig_.tickets.size(), 0u);
    // Programs send none.
    EXPECT_EQ(rig_.post("/api/v1/rooms", {.origin = "", .body = R"({"game":"plaza"})"}).status, 201);
}

TEST_F(RoomApiTest, other_methods_are_told_which_there_are) {
    EXPECT_EQ(rig_.get("/api/v1/tickets").status, 405);
    EXPECT_EQ(rig_.get("/api/v1/tickets").header("Allow"), "POST, OPTIONS");
    EXPECT_EQ(rig_.send(http::Method::delete_, "/api/v1/rooms", {}).header("Allow"),
              "GET, HEAD, POST, OPTIONS");
}

TEST(Visitors, cookies_are_for_nobodys_script_and_for_https_when_there_is_some) {
    Visitors visitors(crypto::Key{1}, [] { return std::int64_t{1'800'000'000}; });
    http::Request request;
    http::Response response;
    visitors.finish(request, visitors.visit(request), response);
    EXPECT_THAT(std::string(response.header("Set-Cookie")),
                AllOf(HasSubstr("grandstand_guest=v1."),
                      HasSubstr("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"),
                      Not(HasSubstr("Secure")), Not(HasSubstr("Domain"))));
    request.scheme = http::Scheme::https;
    visitors.finish(request, visitors.visit(request), response);
    EXPECT_TRUE(response.header("Set-Cookie").ends_with("; HttpOnly; SameSite=Lax; Secure"));
    // With a good one there is nothing to set.
    request.headers.push_back({"cookie", "a=b; " + cookie_of(response) + "; c=d"});
    http::Response quiet;
    visitors.finish(request, visitors.visit(request), quiet);
    EXPECT_EQ(quiet.header("Set-Cookie"), "");
    EXPECT_EQ(quiet.header("Cache-Control"), "no-store");
}

TEST(AddressRate, gives_every_address_its_own_bucket) {
    AddressRate rate({.burst = 2, .refill = std::chrono::seconds(10)});
    const auto ada = *net::Address::parse("203.0.113.1:1");
    const auto bo = *net::Address::parse("203.0.113.2:1");
    net::Instant now(std::chrono::seconds(100));
    EXPECT_TRUE(rate.allow(ada, now));
    EXPECT_TRUE(rate.allow(ada, now));
    EXPECT_FALSE(rate.allow(ada, now));
    EXPECT_TRUE(rate.allow(bo, now));
    now += std::chrono::seconds(10);
    EXPECT_TRUE(rate.allow(ada, now));
    EXPECT_FALSE(rate.allow(ada, now));
    EXPECT_EQ(rate.refused(), 2u);
    now += std::chrono::seconds(20);
    EXPECT_TRUE(rate.allow(bo, now));
    EXPECT_EQ(rate.size(), 1u);
    // A household has one bucket for all its addresses.
    EXPECT_TRUE(rate.allow(*net::Address::parse("[2001:db8::1]:1"), now));
    EXPECT_TRUE(rate.allow(*net::Address::parse("[2001:db8::2]:1"), now));
    EXPECT_FALSE(rate.allow(*net::Address::parse("[2001:db8::3]:1"), now));
}

TEST(AddressRate, remembers_a_bounded_number_of_addresses) {
    AddressRate rate({.burst = 2, .refill = std::chrono::seconds(10), .addresses_max = 3});
    net::Instant now(std::chrono::seconds(100));
    const auto allow = [&](int host) {
        return rate.allow(*net::Address::parse("203.0.113." + std::to_string(host) + ":1"), now);
    };
    for (int host = 1; host <= 3; ++host)
        EXPECT_TRUE(allow(host));
    EXPECT_FALSE(allow(4));
    EXPECT_TRUE(allow(1));
    now += std::chrono::seconds(10);
    EXPECT_TRUE(allow(4));
    EXPECT_EQ(rate.size(), 2u);
}

}  // namespace
}  // namespace gs::app
