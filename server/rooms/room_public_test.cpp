// What is public of a room and its matches, and when.
#include "core/base/rng.h"
#include "server/rooms/public_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

constexpr std::uint32_t delay_s = 10;

/// A race that everybody sees ten seconds late, between Ada, who is host, and Bob.
struct LateRig : RoomRig {
    explicit LateRig(std::uint32_t delay = delay_s, Access access = Access::listed)
        : RoomRig({.game = &race, .permanent = false}) {
        id = *rooms->make({.game = "race", .access = access, .public_delay_s = delay, .maker = ada_person.id},
                          now);
        ada = &come(ada_person, Role::player, id);
        bob = &come(person("Bob"), Role::player, id);
        run(milliseconds(300));
    }
    net::Person ada_person = person("Ada");
    RoomId id;
    TestVisitor* ada = nullptr;
    TestVisitor* bob = nullptr;
    PublicMatches matches{*rooms};

    [[nodiscard]] Room& race_room() { return *rooms->find(id); }
    [[nodiscard]] Tick next() { return race_room().match().next(); }
    TestVisitor& watch_as(const ViewWish& wish) {
        TestVisitor& visitor = dial();
        visitor.person = person("Eve");
        const auto ticket = tickets.issue(
            {.person = visitor.person, .role = Role::spectator, .room = id, .watch = wish}, now);
        visitor.say({{"type", "hello"}, {"ticket", *ticket}});
        run(milliseconds(200));
        return visitor;
    }
    /// Who is sent no ticks acknowledges none; a page pings.
    void run_watched_by(TestVisitor& visitor, net::Duration duration) {
        for (net::Duration left = duration; left > net::Duration::zero(); left -= seconds(1)) {
            const std::array<std::byte, 9> ping = {static_cast<std::byte>(netcode::DatagramType::ping)};
            visitor.send(ping);
            run(std::min<net::Duration>(left, seconds(1)));
        }
    }
    void start() {
        ada->say({{"type", "host"}, {"do", "start"}});
        run(milliseconds(1300));
        ASSERT_EQ(race_room().info().phase, Phase::playing);
    }
    void win(TestVisitor& who) {
        for (int point = 0; point < race_points; ++point) {
            who.send_inputs<RaceInput>(next() + 3, {{.pressed = race_press}});
            run(milliseconds(200));
        }
        ASSERT_EQ(race_room().info().phase, Phase::result);
    }
    [[nodiscard]] MatchId match() { return *race_room().info().match; }
};

TEST(RoomPublic, who_watches_late_is_sent_no_tick_and_told_everything_late) {
    LateRig rig;
    TestVisitor& eve = rig.watch_as({.view = ViewClass::live});
    ASSERT_NE(eve.last("entered"), nullptr);
    EXPECT_EQ((*eve.last("entered"))["class"], "delayed") << "whatever was asked for";
    EXPECT_EQ(rig.counters().refused_live, 1u);
    rig.start();
    rig.win(*rig.ada);
    EXPECT_EQ(rig.ada->count_of("result"), 1u);
    rig.run(milliseconds(500));
    EXPECT_EQ((*rig.ada->last("room"))["room"]["phase"], "result");
    EXPECT_NE((*eve.last("room"))["room"]["phase"], "result");
    EXPECT_EQ(eve.count_of("result"), 0u);
    eve.say({{"type", "repair"}, {"first", 1}, {"count", 5}});
    eve.say({{"type", "keyframe"}});
    rig.run(seconds(8));
    EXPECT_EQ(eve.count_of("result"), 0u);
    rig.run(seconds(2));
    EXPECT_EQ(eve.count_of("result"), 1u);
    EXPECT_EQ((*eve.last("room"))["room"]["phase"], "result");
    EXPECT_EQ(eve.keyframes + eve.repairs + eve.datagram_count, 0u);
    EXPECT_EQ(rig.counters().delayed_wishes, 2u);
}

TEST(RoomPublic, who_watches_late_is_told_of_the_next_match_when_its_first_tick_is_public) {
    LateRig rig;
    TestVisitor& eve = rig.watch_as({});
    const std::string first = (*eve.last("entered"))["match"]["id"];
    rig.start();
    rig.win(*rig.bob);
    rig.run_watched_by(eve, seconds(16));
    ASSERT_NE(rig.match().text(), first);
    EXPECT_EQ(rig.ada->count_of("match"), 1u);
    EXPECT_EQ(eve.count_of("match"), 0u);
    EXPECT_EQ((*eve.last("room"))["room"]["match_id"], first);
    rig.run_watched_by(eve, seconds(10));
    ASSERT_EQ(eve.count_of("match"), 1u);
    EXPECT_EQ((*eve.last("match"))["match"]["id"], rig.match().text());
    rig.run(seconds(1));
    EXPECT_EQ((*eve.last("room"))["room"]["match_id"], rig.match().text());
}

TEST(RoomPublic, without_a_delay_spectators_are_live_unless_they_want_otherwise) {
    LateRig rig(0);
    TestVisitor& eve = rig.watch_as({});
    TestVisitor& dan = rig.watch_as({.view = ViewClass::delayed});
    rig.run(seconds(1));
    EXPECT_EQ((*eve.last("entered"))["class"], "live");
    EXPECT_GT(eve.hashes_equal, 0u);
    EXPECT_EQ((*dan.last("entered"))["class"], "delayed");
    EXPECT_EQ(dan.keyframes + dan.datagram_count, 0u);
}

TEST(RoomPublic, the_hosts_pass_lets_casters_watch_live_until_there_is_another) {
    LateRig rig;
    rig.bob->say({{"type", "host"}, {"do", "caster_pass"}});
    rig.ada->say({{"type", "host"}, {"do", "caster_pass"}});
    rig.run(milliseconds(200));
    EXPECT_EQ(rig.bob->last("caster_pass"), nullptr) << "only the host gives passes";
    ASSERT_NE(rig.ada->last("caster_pass"), nullptr);
    const std::string pass = (*rig.ada->last("caster_pass"))["pass"];
    TestVisitor& eve = rig.watch_as({.view = ViewClass::live, .pass = pass});
    TestVisitor& mallory = rig.watch_as({.view = ViewClass::live, .pass = pass + "x"});
    rig.run(seconds(1));
    EXPECT_EQ((*eve.last("entered"))["class"], "live");
    EXPECT_GT(eve.hashes_equal, 0u);
    EXPECT_EQ((*mallory.last("entered"))["class"], "delayed");
    EXPECT_EQ(rig.counters().passes_refused, 1u);
    rig.ada->say({{"type", "host"}, {"do", "caster_pass"}});
    rig.run(milliseconds(500));
    EXPECT_EQ((*eve.last("entered"))["class"], "delayed");
    const std::uint64_t before = eve.datagram_count;
    rig.run(seconds(1));
    EXPECT_EQ(eve.datagram_count, before);
}

TEST(RoomPublic, a_chunk_is_there_when_its_last_tick_is_public_and_no_moment_earlier) {
    LateRig rig;
    const MatchId match = rig.match();
    rig.start();
    const netcode::MatchLog& log = rig.race_room().match().log();
    std::map<std::uint32_t, net::Instant> made_at;
    for (int turn = 0; turn < 25'000; ++turn) {
        const Tick before = rig.next();
        rig.run(milliseconds(1));
        for (Tick tick = before; tick < rig.next(); ++tick)
            made_at[tick.value] = rig.now;
        if (turn % 50 != 0) continue;
        for (std::uint32_t number = 0; number < 20; ++number) {
            const auto chunk = rig.matches.chunk(match, number, "", rig.now);
            const Tick last = log.header().first + (number + 1) * log.chunk_ticks() - 1;
            const auto made = made_at.find(last.value);
            const bool may_be_there = made != made_at.end() && rig.now - made->second >= seconds(delay_s);
            if (chunk && last.value >= made_at.begin()->first) ASSERT_TRUE(may_be_there) << number;
            if (!chunk) EXPECT_EQ(chunk.error(), NoPiece::not_yet);
            const bool has_to_be_there =
                made != made_at.end() && rig.now - made->second >= seconds(delay_s) + milliseconds(300);
            if (has_to_be_there) ASSERT_TRUE(chunk) << number;
        }
        const auto keyframe = rig.matches.keyframe(match, 8, "", rig.now);
        const auto made = made_at.find(8 * log.chunk_ticks() - 1);
        if (keyframe) ASSERT_TRUE(made != made_at.end() && rig.now - made->second >= seconds(delay_s));
    }
    const auto chunk = rig.matches.chunk(match, 1, "", rig.now);
    ASSERT_TRUE(chunk);
    const auto read = netcode::read_chunk(bytes_of(*chunk->bytes), log.chunk_ticks());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, log.header().first + log.chunk_ticks());
    EXPECT_EQ(rig.matches.keyframe(match, 3, "", rig.now).error(), NoPiece::never);
    EXPECT_TRUE(rig.matches.keyframe(match, 0, "", rig.now));
}

TEST(RoomPublic, a_match_that_is_over_goes_on_being_released_and_then_is_there_as_a_whole) {
    LateRig rig;
    const MatchId match = rig.match();
    rig.start();
    rig.win(*rig.ada);
    const net::Instant end = rig.now;
    rig.run(milliseconds(1500));
    auto found = rig.matches.find(match, "", rig.now);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->phase, Phase::waiting) << "as everybody may know it";
    EXPECT_FALSE(found->result);
    EXPECT_FALSE(found->is_over);
    EXPECT_EQ(rig.matches.log(match, "", rig.now).error(), NoPiece::not_yet);
    // The room goes on, closes and is forgotten; the match is not.
    rig.visitors.clear();
    rig.run(seconds(8));
    EXPECT_FALSE(rig.matches.find(match, "", rig.now)->result);
    rig.run(end + seconds(delay_s + 1) + milliseconds(100) - rig.now);
    found = rig.matches.find(match, "", rig.now);
    EXPECT_EQ(found->phase, Phase::result);
    ASSERT_TRUE(found->result);
    EXPECT_EQ(found->result->lines[0].name, "Ada");
    EXPECT_TRUE(found->is_over);
    ASSERT_FALSE(found->events.empty());
    EXPECT_LT(found->events.back().tick, found->end);
    const auto file = rig.matches.log(match, "", rig.now);
    ASSERT_TRUE(file);
    const auto log = netcode::read_log_file(bytes_of(*file->bytes));
    ASSERT_TRUE(log.file);
    EXPECT_EQ(log.file->header.match, match.text());
    // All chunks, the last and shorter one included, and none after it.
    const auto count = static_cast<std::uint32_t>(log.file->chunks.size());
    for (std::uint32_t number = 0; number < count; ++number)
        EXPECT_TRUE(rig.matches.chunk(match, number, "", rig.now)) << number;
    EXPECT_EQ(rig.matches.chunk(match, count, "", rig.now).error(), NoPiece::never);
    rig.run(seconds(100));
    EXPECT_EQ(rig.rooms->find(rig.id), nullptr);
    EXPECT_TRUE(rig.matches.log(match, "", rig.now));
}

TEST(RoomPublic, a_match_nobody_played_in_is_not_kept) {
    LateRig rig;
    const MatchId match = rig.match();
    rig.visitors.clear();
    rig.run(seconds(200));
    EXPECT_TRUE(rig.shared.finished.all().empty());
    EXPECT_EQ(rig.matches.log(match, "", rig.now).error(), NoPiece::no_match);
}

TEST(RoomPublic, matches_of_rooms_that_are_not_listed_need_their_invite_for_ever) {
    LateRig rig(0, Access::by_invite);
    const MatchId match = rig.match();
    const std::string invite = rig.race_room().setup().invite;
    rig.start();
    rig.win(*rig.ada);
    rig.run(seconds(3));
    const auto is_closed = [&](std::string_view key) {
        return !rig.matches.find(match, key, rig.now) && !rig.matches.chunk(match, 0, key, rig.now) &&
               !rig.matches.keyframe(match, 0, key, rig.now) && !rig.matches.log(match, key, rig.now);
    };
    EXPECT_TRUE(is_closed(""));
    EXPECT_TRUE(is_closed("no invite"));
    ASSERT_TRUE(rig.matches.chunk(match, 0, invite, rig.now));
    EXPECT_EQ(rig.matches.chunk(match, 0, invite, rig.now)->access, Access::by_invite);
    EXPECT_TRUE(is_closed("")) << "also when somebody with the invite has asked before";
    rig.visitors.clear();
    rig.run(seconds(200));
    ASSERT_EQ(rig.rooms->find(rig.id), nullptr);
    EXPECT_TRUE(is_closed(""));
    EXPECT_TRUE(rig.matches.log(match, invite, rig.now));
}

TEST(RoomPublic, ids_of_pieces_and_matches_that_do_not_exist_are_told_apart) {
    LateRig rig(0);
    EXPECT_EQ(rig.matches.chunk(*MatchId::parse("aaaaaaaaaaaa"), 0, "", rig.now).error(), NoPiece::no_match);
    EXPECT_EQ(rig.matches.chunk(rig.match(), UINT32_MAX, "", rig.now).error(), NoPiece::not_yet);
    EXPECT_EQ(rig.matches.keyframe(rig.match(), UINT32_MAX - 7, "", rig.now).error(), NoPiece::not_yet);
}

/// Plays with random presses; those after `same_until` differ with `branch`. What is public in the end.
std::vector<std::string> played(std::uint64_t seed, int branch, net::Duration same_until) {
    LateRig rig;
    const MatchId match = rig.match();
    TestVisitor& eve = rig.watch_as({});
    std::vector<std::string> seen;
    const net::Instant begin = rig.now;
    base::Rng rng(seed);
    rig.start();
    for (int turn = 0; turn < 150; ++turn) {
        const bool is_same = rig.now - begin < same_until;
        // One draw for each branch, so that both use the numbers alike.
        const std::uint64_t same = rng.below(40);
        const std::uint64_t other = rng.below(3);
        const bool presses = is_same ? same == 0 : other == static_cast<std::uint64_t>(branch);
        if (presses) rig.ada->send_inputs<RaceInput>(rig.next() + 3, {{.pressed = race_press}});
        rig.run(milliseconds(100));
        if (rig.now - begin > same_until + seconds(delay_s) - milliseconds(200)) break;
        seen.push_back(with_ids(everything_public(rig, rig.matches, match, eve),
                                {{std::string(match.text()), "match"},
                                 {std::string(rig.id.text()), "room"},
                                 {std::string(eve.person.id.text()), "eve"}}));
    }
    return seen;
}

TEST(RoomPublic, no_public_byte_depends_on_a_tick_that_is_not) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const net::Duration same_until = milliseconds(1'500 + 400 * seed);
        const auto one = played(seed, 0, same_until);
        const auto other = played(seed, 1, same_until);
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t at = 0; at < one.size(); ++at) {
            ASSERT_EQ(one[at], other[at]) << "seed " << seed << " turn " << at;
        }
    }
}

}  // namespace
}  // namespace gs::rooms::testing
