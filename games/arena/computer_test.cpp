#include "games/arena/test_arena.h"

#include <cstdio>
#include <set>

namespace gs::arena {
namespace {

struct Tally {
    int matches = 0;
    int draws = 0;
    long ticks = 0;
    std::array<long, happening_kinds> counts = {};
    std::set<std::uint8_t> winners;

    [[nodiscard]] long of(Happening kind) const { return counts[static_cast<std::size_t>(kind)]; }
};

Tally play(std::size_t count, int ticks, std::uint64_t seed) {
    base::Rng rng(seed);
    Tally tally;
    for (int done = 0; done < ticks;) {
        TestArena arena;
        for (std::size_t seat = 0; seat < count; ++seat)
            arena.happens(seat, game::SeatEvent::Kind::computer_joined);
        arena.step(1, rng.next());
        arena.begin_play();
        while (arena.state.flow.is_playing()) {
            arena.step();
            if (testing::Test::HasFatalFailure()) return tally;
            for (const game::Event& event : arena.happened)
                ++tally.counts[event.kind];
            ++done;
        }
        ++tally.matches;
        if (arena.state.flow.winner == no_seat)
            ++tally.draws;
        else
            tally.winners.insert(arena.state.flow.winner.value);
        tally.ticks += done;
    }
    tally.ticks = ticks;
    return tally;
}

TEST(ArenaComputer, plays_for_an_hour_and_every_match_ends) {
    // One hour of game time in all.
    constexpr int share = 20 * 60 * tick_rate_hz;
    for (const std::size_t count : {std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
        const Tally tally = play(count, share, 40 + count);
        const double accuracy = static_cast<double>(tally.of(Happening::rail_hit)) /
                                static_cast<double>(tally.of(Happening::rail_fired));
        std::printf(
            "%zu computers: %d matches, %d draws, %zu winners, rail accuracy %.2f, %ld railed, %ld "
            "blasted, %ld by themselves, %ld pickups\n",
            count, tally.matches, tally.draws, tally.winners.size(), accuracy, tally.of(Happening::railed),
            tally.of(Happening::blasted), tally.of(Happening::fragged_self), tally.of(Happening::picked_up));
        EXPECT_GE(tally.matches, 4) << "none takes longer than time and sudden death";
        EXPECT_GE(tally.winners.size(), 2U) << "not always the same seat wins";
        EXPECT_GT(accuracy, 0.15) << "they aim";
        EXPECT_LT(accuracy, 0.6) << "as people do";
        EXPECT_GT(tally.of(Happening::railed), 20);
        EXPECT_GT(tally.of(Happening::blasted), 10);
        EXPECT_GT(tally.of(Happening::picked_up), 50);
        EXPECT_LT(tally.of(Happening::fragged_self) * 8,
                  tally.of(Happening::blasted) + tally.of(Happening::railed));
    }
}

TEST(ArenaComputer, differs_from_match_to_match_by_what_the_server_mixes_in) {
    TestArena one;
    TestArena other;
    for (TestArena* const arena : {&one, &other}) {
        arena->happens(0, game::SeatEvent::Kind::computer_joined);
        arena->happens(1, game::SeatEvent::Kind::computer_joined);
        arena->step(1, arena == &one ? 1 : 2);
        arena->begin_play();
        arena->step(300);
    }
    EXPECT_NE(one.state.fighters[0].at, other.state.fighters[0].at);
}

TEST(ArenaComputer, does_not_turn_or_press_more_than_hands_can) {
    TestArena arena;
    arena.computers(8);
    arena.begin_play();
    for (int tick = 0; tick < 2000; ++tick) {
        for (std::size_t seat = 0; seat < seats; ++seat) {
            const Input input = Arena::computer(arena.state, seat_of(seat));
            ASSERT_EQ(Arena::sanitise(input), input);
            const int turn = turn_between(arena.state.fighters[seat].aim, input.aim);
            ASSERT_LE(std::max(turn, -turn), 26);
        }
        arena.step();
    }
    EXPECT_EQ(Arena::computer(arena.state, no_seat), Input{});
}

TEST(ArenaComputer, does_not_stand_still) {
    TestArena arena;
    arena.computers(4);
    arena.begin_play();
    std::array<Vec2, seats> places = {};
    for (int second = 0; second < 60 && arena.state.flow.is_playing(); ++second) {
        for (std::size_t seat = 0; seat < 4; ++seat)
            places[seat] = arena.state.fighters[seat].at;
        std::array<float, seats> way = {};
        for (int tick = 0; tick < 180; ++tick) {
            arena.step();
            for (std::size_t seat = 0; seat < 4; ++seat)
                way[seat] = std::max(way[seat], length(arena.state.fighters[seat].at - places[seat]));
        }
        for (std::size_t seat = 0; seat < 4; ++seat)
            EXPECT_GT(way[seat], 0.8F) << "seat " << seat << " in second " << second * 3;
    }
}

}  // namespace
}  // namespace gs::arena
