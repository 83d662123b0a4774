// Matches over HTTP: real rooms behind the real routes.
#include "server/app/match_api.h"

#include "core/netcode/chunk.h"
#include "server/app/room_http_rig.h"
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::app {
namespace {

using rooms::testing::race;
using rooms::testing::RaceInput;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

/// A race of Ada and Bob that has been won, and the API that serves it.
struct MatchApiRig : rooms::testing::RoomRig {
    explicit MatchApiRig(std::uint32_t delay_s = 0, rooms::Access access = rooms::Access::listed)
        : RoomRig({.game = &race, .permanent = false}) {
        api.add_routes(http.site.router);
        const net::Person ada = person("Ada");
        id =
            *rooms->make({.game = "race", .access = access, .public_delay_s = delay_s, .maker = ada.id}, now);
        auto& host = come(ada, rooms::Role::player, id);
        come(person("Bob"), rooms::Role::player, id);
        run(milliseconds(300));
        match = std::string(rooms->find(id)->match_id().text());
        host.say({{"type", "host"}, {"do", "start"}});
        run(seconds(7));
        for (int point = 0; point < rooms::testing::race_points; ++point) {
            host.send_inputs<RaceInput>(rooms->find(id)->match().next() + 3,
                                        {{.pressed = rooms::testing::race_press}});
            run(milliseconds(200));
        }
    }
    http::Response get(const std::string& rest, std::vector<http::HeaderField> headers = {}) {
        http.now = now;
        return http.get("/api/v1/matches/" + match + rest, {.headers = std::move(headers)});
    }

    rooms::RoomId id;
    std::string match;
    RoomHttpRig http;
    rooms::PublicMatches matches{*rooms};
    MatchApi api{http.services, matches,
                 [](std::string_view, std::uint64_t) { return std::string("/m.wasm"); }};
};

std::string body_of(const http::Response& response) {
    if (!response.shared_body) return response.body;
    return response.shared_body->substr(response.shared_offset, response.shared_size);
}

TEST(MatchApi, tells_what_is_public_of_a_match_that_is_on_and_of_one_that_is_over) {
    MatchApiRig rig;
    auto match = RoomHttpRig::json(rig.get(""));
    EXPECT_EQ(match["id"], rig.match);
    EXPECT_EQ(match["game"], "race");
    EXPECT_EQ(match["room"]["id"], rig.id.text());
    EXPECT_EQ(match["phase"], "result");
    EXPECT_EQ(match["chunk_ticks"], 120);
    EXPECT_EQ(match["first_tick"], 0);
    EXPECT_EQ(match["released_chunks"], 3);
    EXPECT_EQ(match["players"][1]["name"], "Bob");
    EXPECT_EQ(match["result"]["lines"][0]["name"], "Ada");
    EXPECT_FALSE(match["over"]);
    ASSERT_EQ(match["events"].size(), 5u) << "the start, three points, the end";
    EXPECT_EQ(match["events"][4]["seat"], 0);
    rig.run(seconds(2));
    match = RoomHttpRig::json(rig.get(""));
    EXPECT_TRUE(match["over"]);
    EXPECT_EQ(match["released_chunks"], 5) << "the last one is shorter";
    EXPECT_EQ(rig.get("").header("Cache-Control"), "no-store");
    EXPECT_EQ(rig.http.get("/api/v1/matches/aaaaaaaaaaab").status, 404);
    EXPECT_EQ(rig.http.get("/api/v1/matches/x").status, 404);
}

TEST(MatchApi, a_chunk_may_be_kept_for_ever_by_everybody) {
    MatchApiRig rig;
    const auto chunk = rig.get("/chunks/1");
    ASSERT_EQ(chunk.status, 200);
    EXPECT_EQ(chunk.header("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(chunk.header("Content-Type"), "application/octet-stream");
    const std::string bytes = body_of(chunk);
    const auto read = netcode::read_chunk(bytes_of(bytes), 120);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, Tick{120});
    EXPECT_EQ(read->count, 120u);
    const std::string etag(chunk.header("ETag"));
    EXPECT_EQ(rig.get("/chunks/1", {{"if-none-match", etag}}).status, 304);
    const auto part = rig.get("/chunks/1", {{"range", "bytes=4-7"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(body_of(part), bytes.substr(4, 4));
    EXPECT_EQ(part.header("Content-Range"), "bytes 4-7/" + std::to_string(bytes.size()));
    EXPECT_EQ(rig.get("/chunks/1", {{"range", "bytes=100000-"}}).status, 416);
    rig.run(seconds(60));
    EXPECT_EQ(body_of(rig.get("/chunks/1")), bytes) << "later it is the same";
}

TEST(MatchApi, a_keyframe_stands_beside_every_eighth_chunk) {
    MatchApiRig rig;
    const auto keyframe = rig.get("/keyframes/0");
    ASSERT_EQ(keyframe.status, 200);
    game::StateBuffer state(race);
    game::InputVector inputs(race);
    Tick tick{77};
    EXPECT_TRUE(netcode::read_keyframe(race, bytes_of(body_of(keyframe)), tick, state, inputs));
    EXPECT_EQ(tick, Tick{0});
    EXPECT_THAT(rig.get("/keyframes/1").body, HasSubstr("no such part"));
}

TEST(MatchApi, what_is_not_public_is_not_there_and_nobody_may_keep_that) {
    MatchApiRig rig(10);
    for (const char* const path : {"/chunks/0", "/chunks/1", "/chunks/9", "/log"}) {
        const auto answer = rig.get(path);
        EXPECT_EQ(answer.status, 404) << path;
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
        EXPECT_EQ(answer.header("Retry-After"), "1");
        EXPECT_TRUE(answer.header("ETag").empty());
    }
    EXPECT_EQ(RoomHttpRig::json(rig.get(""))["result"], nullptr);
    EXPECT_EQ(RoomHttpRig::json(rig.get(""))["phase"], "waiting");
    rig.run(seconds(5));
    EXPECT_EQ(rig.get("/chunks/0").status, 200);
    EXPECT_EQ(rig.get("/chunks/3").status, 404);
    rig.run(seconds(9));
    EXPECT_EQ(rig.get("/chunks/3").status, 200);
    EXPECT_EQ(rig.get("/chunks/99").header("Retry-After"), "") << "it will never be there";
}

TEST(MatchApi, a_match_of_friends_stays_among_them_and_out_of_shared_caches) {
    MatchApiRig rig(0, rooms::Access::by_invite);
    const std::string invite = "?invite=" + rig.rooms->find(rig.id)->setup().invite;
    ASSERT_EQ(rig.get("/chunks/0" + invite).status, 200);
    EXPECT_EQ(rig.get("/chunks/0" + invite).header("Cache-Control"), "private, max-age=31536000, immutable");
    for (const char* const path : {"", "/chunks/0", "/keyframes/0", "/log", "/chunks/0?invite=wrong"}) {
        EXPECT_EQ(rig.get(path).status, 404) << path;
        EXPECT_EQ(rig.get(path).header("Cache-Control"), "no-store");
    }
}

TEST(MatchApi, the_whole_log_is_a_file_to_keep) {
    MatchApiRig rig;
    EXPECT_EQ(rig.get("/log").status, 404);
    rig.run(seconds(2));
    const auto file = rig.get("/log");
    ASSERT_EQ(file.status, 200);
    EXPECT_THAT(file.header("Content-Disposition"), HasSubstr(rig.match + ".gslog"));
    EXPECT_TRUE(netcode::read_log_file(bytes_of(body_of(file))).file);
}

TEST(MatchApi, numbers_that_are_none_are_no_parts) {
    MatchApiRig rig;
    for (const char* const number : {"-1", "1x", "4294967296", "99999999999999999999", "0x1", "+1", "%20"}) {
        EXPECT_EQ(rig.get(std::string("/chunks/") + number).status, 404) << number;
        EXPECT_EQ(rig.get(std::string("/keyframes/") + number).status, 404) << number;
    }
}

}  // namespace
}  // namespace gs::app
