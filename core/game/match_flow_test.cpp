#include "core/game/match_flow.h"

#include "core/game/position_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace gs::game {
namespace {

constexpr MatchRules rules = {.seats_min = 2, .countdown_ticks = 120, .playing_ticks = 100};

struct FlowRig {
    MatchFlow flow;
    FlowChange next(std::size_t present, bool start_asked = false) {
        return advance(flow, rules, present, start_asked, 60);
    }
    /// The change that is not none, and in which tick it comes.
    std::pair<FlowChange, int> until_change(std::size_t present) {
        for (int tick = 1; tick < 1000; ++tick) {
            if (const FlowChange change = next(present); change != FlowChange::none) return {change, tick};
        }
        return {FlowChange::none, 0};
    }
};

TEST(MatchFlow, waits_for_enough_people_and_for_the_start) {
    FlowRig rig;
    EXPECT_EQ(rig.next(1, true), FlowChange::none);
    EXPECT_EQ(rig.next(2), FlowChange::none);
    EXPECT_EQ(rig.next(2, true), FlowChange::countdown_began);
}

TEST(MatchFlow, counts_down_plays_and_says_that_time_is_up) {
    FlowRig rig;
    rig.next(2, true);
    EXPECT_EQ(rig.until_change(2), std::pair(FlowChange::second_counted, 60));
    EXPECT_EQ(rig.until_change(2), std::pair(FlowChange::play_began, 60));
    EXPECT_TRUE(rig.flow.is_playing());
    EXPECT_EQ(rig.until_change(2), std::pair(FlowChange::time_is_up, 100));
    finish(rig.flow, Seat{1});
    EXPECT_EQ(rig.flow.phase, Phase::result);
    EXPECT_EQ(rig.flow.winner, Seat{1});
    EXPECT_EQ(rig.next(2, true), FlowChange::none) << "what comes after a result is another match";
}

TEST(MatchFlow, a_countdown_stops_and_a_match_ends_when_too_few_are_left) {
    FlowRig rig;
    rig.next(2, true);
    EXPECT_EQ(rig.next(1), FlowChange::countdown_stopped);
    EXPECT_EQ(rig.flow.phase, Phase::waiting);
    rig.next(2, true);
    rig.until_change(2);
    rig.until_change(2);
    EXPECT_EQ(rig.next(1), FlowChange::deserted);
}

TEST(PositionRing, tells_where_somebody_was) {
    PositionRing<3> ring;
    for (int tick = 0; tick < 40; ++tick) {
        ring.begin_tick();
        ring.set(1, {static_cast<float>(tick), -2});
    }
    EXPECT_EQ(ring.at(1, 0), (Vec2{39, -2}));
    EXPECT_EQ(ring.at(1, 7), (Vec2{32, -2}));
    EXPECT_EQ(ring.at(1, view_age_max), (Vec2{24, -2}));
    EXPECT_EQ(ring.at(1, 200), ring.at(1, view_age_max)) << "no further back than it keeps";
    EXPECT_EQ(ring.at(2, 5), Vec2{});
    EXPECT_EQ(ring.at(9, 0), Vec2{}) << "nobody has this seat";
    ring.fill(1, {5, 5});
    EXPECT_EQ(ring.at(1, 9), (Vec2{5, 5}));
}

TEST(PositionRing, places_that_it_cannot_hold_are_cut) {
    PositionRing<1> ring;
    ring.set(0, {1e9F, -1e9F});
    EXPECT_NEAR(ring.at(0, 0).x, 128, 0.01);
    EXPECT_EQ(ring.at(0, 0).y, -128);
    ring.set(0, {std::numeric_limits<float>::quiet_NaN(), 0});
    EXPECT_EQ(ring.at(0, 0).x, -128);
}

TEST(PositionRing, comes_back_from_its_bytes) {
    PositionRing<2> ring;
    for (int tick = 0; tick < 21; ++tick) {
        ring.begin_tick();
        ring.set(0, {static_cast<float>(tick) * 0.5F, 3});
        ring.set(1, {-1, static_cast<float>(tick)});
    }
    std::array<std::byte, 200> room;
    wire::BitWriter writer(room);
    ASSERT_TRUE(PositionRing<2>::serialize(writer, ring));
    PositionRing<2> read;
    wire::BitReader reader(writer.written());
    ASSERT_TRUE(PositionRing<2>::serialize(reader, read));
    for (std::uint8_t age = 0; age <= view_age_max; ++age) {
        EXPECT_EQ(read.at(0, age), ring.at(0, age));
        EXPECT_EQ(read.at(1, age), ring.at(1, age));
    }
    read.begin_tick();
    ring.begin_tick();
    EXPECT_EQ(read.at(0, 1), ring.at(0, 1)) << "goes on where it was";
}

}  // namespace
}  // namespace gs::game
