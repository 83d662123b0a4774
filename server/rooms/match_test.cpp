#include "server/rooms/match.h"

#include "core/game/test_game.h"
#include "core/netcode/log_file.h"
#include "server/rooms/test_game.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

using Kind = game::SeatEvent::Kind;
using ::testing::ElementsAre;

struct MatchRig {
    explicit MatchRig(const game::Module& game = count_8)
        : match(game, {.game = "count", .match = "m", .rules_version = 1, .tick_rate_hz = 60}, scratch),
          inputs(game) {}

    void add(std::uint8_t seat, Kind kind) { match.add_event({.seat = Seat{seat}, .kind = kind}); }
    void step() { EXPECT_FALSE(match.step(7)); }

    /// What the newest entry of the log says.
    netcode::TickCommands newest() {
        std::vector<std::byte> bytes;
        match.log().copy(match.next() - 1, 1, bytes);
        ByteView rest = bytes;
        netcode::TickCommands commands;
        game::InputVector read(match.module());
        const auto body = netcode::take_entry(rest);
        EXPECT_TRUE(body && netcode::read_entry(match.module(), *body, read, commands));
        return commands;
    }
    std::vector<int> events() {
        std::vector<int> found;
        for (const game::SeatEvent& event : newest().events)
            found.push_back(event.seat.value * 10 + static_cast<int>(event.kind));
        return found;
    }
    void send(std::uint8_t seat, Tick tick, CountInput input) {
        netcode::InputPacket packet;
        packet.first_input = tick;
        packet.count = 1;
        std::memcpy(packet.inputs[0].bytes, &input, sizeof input);
        match.receive(Seat{seat}, packet, 2);
    }
    const CountState& state() {
        shown = std::make_unique<game::StateBuffer>(match.module());
        Tick tick;
        EXPECT_TRUE(netcode::read_keyframe(match.module(), match.keyframe(), tick, *shown, inputs));
        EXPECT_EQ(tick, match.next());
        return *static_cast<const CountState*>(shown->data());
    }

    std::vector<std::byte> scratch = std::vector<std::byte>(netcode::keyframe_bytes_max);
    Match match;
    game::InputVector inputs;
    std::unique_ptr<game::StateBuffer> shown;
};

TEST(Match, events_that_cancel_each_other_before_a_tick_do_not_happen) {
    MatchRig rig;
    rig.add(0, Kind::joined);
    rig.add(1, Kind::joined);
    rig.add(1, Kind::dropped);
    rig.add(1, Kind::left);
    rig.step();
    EXPECT_THAT(rig.events(), ElementsAre(1));
    rig.add(0, Kind::dropped);
    rig.add(0, Kind::returned);
    rig.step();
    EXPECT_THAT(rig.events(), ElementsAre());
    // Somebody leaves and somebody else comes at once.
    rig.add(0, Kind::dropped);
    rig.add(0, Kind::left);
    rig.add(0, Kind::joined);
    rig.add(0, Kind::dropped);
    rig.step();
    EXPECT_THAT(rig.events(), ElementsAre(2, 1, 3));
    rig.add(0, Kind::returned);
    rig.add(0, Kind::dropped);
    rig.add(0, Kind::left);
    rig.step();
    EXPECT_THAT(rig.events(), ElementsAre(2));
}

TEST(Match, somebody_who_comes_and_goes_a_thousand_times_within_a_tick_costs_no_memory) {
    MatchRig rig;
    for (int round = 0; round < 1000; ++round) {
        rig.add(3, Kind::joined);
        rig.add(3, Kind::dropped);
        rig.add(3, Kind::returned);
        rig.add(3, Kind::left);
    }
    EXPECT_FALSE(rig.match.has_events());
}

TEST(Match, at_most_sixteen_join_in_one_tick) {
    MatchRig rig(count_200);
    for (std::uint8_t seat = 0; seat < 40; ++seat)
        rig.add(seat, Kind::joined);
    rig.step();
    EXPECT_EQ(rig.newest().events.size(), 16u);
    rig.step();
    EXPECT_EQ(rig.newest().events.size(), 16u);
    rig.step();
    EXPECT_EQ(rig.newest().events.size(), 8u);
    EXPECT_FALSE(rig.match.has_events());
    EXPECT_EQ(rig.state().present[39], 1);
}

TEST(Match, an_input_for_who_has_not_joined_yet_or_has_dropped_does_nothing) {
    MatchRig rig;
    rig.send(2, Tick{0}, {.step = 5});
    rig.step();
    EXPECT_EQ(rig.state().sums[2], 0);
    rig.add(2, Kind::joined);
    rig.step();
    rig.send(2, rig.match.next(), {.step = 5});
    rig.step();
    EXPECT_EQ(rig.state().sums[2], 5);
    rig.add(2, Kind::dropped);
    rig.step();
    rig.send(2, rig.match.next(), {.step = 5});
    rig.step();
    rig.step();
    EXPECT_EQ(rig.state().sums[2], 5);
}

TEST(Match, what_does_not_fit_into_a_tick_counts_a_tick_later) {
    MatchRig rig(count_200);
    for (std::uint8_t seat = 0; seat < 200; ++seat)
        rig.add(seat, Kind::joined);
    for (int tick = 0; tick < 13; ++tick)
        rig.step();
    for (std::uint8_t seat = 0; seat < 200; ++seat)
        rig.send(seat, rig.match.next(), {.step = 100, .pressed = press_once});
    rig.step();
    const CountState first = rig.state();
    EXPECT_EQ(first.presses[0], 1u);
    EXPECT_EQ(first.presses[199], 0u) << "200 such inputs have more bytes than an entry may have";
    rig.step();
    const CountState second = rig.state();
    for (std::size_t seat = 0; seat < 200; ++seat)
        EXPECT_EQ(second.presses[seat], 1u) << seat;
}

TEST(Match, foreseeing_nothing_random_bits_come_once_in_the_first_tick) {
    MatchRig rig;
    rig.step();
    EXPECT_EQ(rig.newest().random, 7u);
    rig.step();
    EXPECT_EQ(rig.newest().random, 0u);
    static_cast<void>(rig.match.begin_anew(
        {.game = "count", .match = "n", .rules_version = 1, .tick_rate_hz = 60}, Match::From::this_state));
    EXPECT_EQ(rig.match.log().header().first, Tick{2});
    rig.step();
    EXPECT_EQ(rig.newest().random, 7u);
    EXPECT_EQ(rig.match.next(), Tick{3}) << "ticks go on counting";
}

TEST(Match, another_match_begins_with_a_new_state_and_free_seats) {
    MatchRig rig;
    rig.add(1, Kind::joined);
    rig.step();
    rig.send(1, rig.match.next(), {.step = 5, .pressed = press_once});
    rig.step();
    rig.add(1, Kind::dropped);  // of the old match: it does not happen in the new one
    static_cast<void>(rig.match.begin_anew(
        {.game = "count", .match = "n", .rules_version = 1, .tick_rate_hz = 60}, Match::From::new_state));
    EXPECT_EQ(rig.match.log().header().first, Tick{2});
    rig.add(1, Kind::joined);
    rig.step();
    EXPECT_TRUE(rig.newest().begins);
    EXPECT_THAT(rig.events(), ElementsAre(11));
    EXPECT_EQ(rig.state().ticks, 1u);
    EXPECT_EQ(rig.state().sums[1], 0) << "what was held in the old match is neutral";
    EXPECT_EQ(rig.state().presses[1], 0u);
    rig.step();
    EXPECT_FALSE(rig.newest().begins);
}

TEST(Match, a_start_is_asked_for_in_one_tick) {
    MatchRig rig;
    rig.match.ask_for_start();
    rig.step();
    EXPECT_TRUE(rig.newest().start_asked);
    rig.step();
    EXPECT_FALSE(rig.newest().start_asked);
}

TEST(Match, a_quiet_tick_is_one_byte) {
    MatchRig rig;
    for (std::uint8_t seat = 0; seat < 8; ++seat)
        rig.add(seat, Kind::joined);
    for (int tick = 0; tick < 60; ++tick)
        rig.step();
    const std::size_t before = rig.match.log().entry_bytes();
    for (int tick = 0; tick < 600; ++tick)
        rig.step();
    const double per_tick = static_cast<double>(rig.match.log().entry_bytes() - before) / 600;
    // The hash once a second included.
    EXPECT_LE(per_tick, 1.2);
}

TEST(Match, a_failed_invariant_ends_it_with_the_tick_in_the_log) {
    MatchRig rig;
    rig.add(0, Kind::joined);
    rig.step();
    rig.send(0, rig.match.next(), {.step = 0, .pressed = press_break});
    const game::CheckFailure failure = rig.match.step(0);
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure.why, "somebody asked for it");
    EXPECT_NE(failure.line, 0);
    EXPECT_EQ(rig.match.next(), Tick{2});
    EXPECT_TRUE(netcode::read_log_file(netcode::write_log_file(rig.match.log())).file);
}

TEST(Match, a_state_that_cannot_be_written_ends_the_match_and_not_the_server) {
    using game::TestGame;
    MatchRig rig(game::test_module);
    rig.add(0, Kind::joined);
    rig.step();
    EXPECT_FALSE(rig.match.keyframe().empty());
    netcode::InputPacket packet;
    packet.first_input = rig.match.next();
    packet.count = 1;
    const TestGame::Input input = {.held = TestGame::held_overflows};
    std::memcpy(packet.inputs[0].bytes, &input, sizeof(input));
    rig.match.receive(Seat{0}, packet, 2);
    rig.step();
    EXPECT_TRUE(rig.match.keyframe().empty());
    game::CheckFailure failure;
    for (int tick = 0; tick < 60 && !failure; ++tick)
        failure = rig.match.step(0);
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure.expression, "serialize()");
    EXPECT_TRUE(netcode::read_log_file(netcode::write_log_file(rig.match.log())).file.has_value());
}

TEST(Match, an_input_that_the_game_does_not_write_ends_the_match_and_not_the_server) {
    game::Module stubborn = count_8;
    stubborn.write_input = [](wire::BitWriter& writer, const void* input, const void* before) {
        const bool refused = static_cast<const CountInput*>(input)->pressed == 2;
        return !refused && count_8.write_input(writer, input, before);
    };
    MatchRig rig(stubborn);
    rig.add(0, Kind::joined);
    rig.add(1, Kind::joined);
    rig.step();
    rig.send(0, rig.match.next(), {.step = 0, .pressed = 2});
    rig.send(1, rig.match.next(), {.step = 3, .pressed = 0});
    const game::CheckFailure failure = rig.match.step(0);
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure.expression, "serialize_input()");
    EXPECT_EQ(rig.match.next(), Tick{2}) << "the log ends with the tick that failed";
    EXPECT_EQ(rig.state().sums[1], 3) << "and replays: the others' inputs are in it";
    EXPECT_TRUE(netcode::read_log_file(netcode::write_log_file(rig.match.log())).file.has_value());
}

}  // namespace
}  // namespace gs::rooms::testing
