#include "core/netcode/input_queue.h"

#include "core/base/rng.h"
#include "core/game/test_game.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace gs::netcode {
namespace {

using game::test_module;
using Input = game::TestGame::Input;

class InputQueueTest : public testing::Test {
  public:
    static InputPacket packet(std::uint32_t first, std::vector<Input> inputs) {
        InputPacket made = {
            .first_input = Tick{first}, .count = static_cast<std::uint32_t>(inputs.size()), .inputs = {}};
        for (std::size_t index = 0; index < inputs.size(); ++index)
            std::memcpy(made.inputs[index].bytes, &inputs[index], sizeof(Input));
        return made;
    }
    void receive(std::uint32_t first, std::vector<Input> inputs, std::uint32_t next, int quarters_left = 0) {
        queue.receive(packet(first, std::move(inputs)), Tick{next}, quarters_left);
    }
    /// As a room takes it: what is guessed follows from what was taken before.
    Input take(std::uint32_t tick) {
        const Input repeated = game::TestGame::repeat(last_);
        queue.take(Tick{tick}, &repeated, &last_);
        return last_;
    }
    void forget() {
        queue.clear();
        last_ = {};
    }

    InputQueue queue{test_module};

  private:
    Input last_;
};

constexpr Input press = {.presses = 1};
constexpr Input walk = {.move_x = 5};

TEST_F(InputQueueTest, an_input_in_time_goes_into_its_own_tick) {
    receive(10, {walk, press}, 10);
    EXPECT_EQ(take(10), walk);
    EXPECT_EQ(queue.consumed(), Tick{10});
    EXPECT_EQ(take(11), press);
    EXPECT_EQ(queue.consumed(), Tick{11});
    EXPECT_EQ(queue.counters().used, 2u);
    EXPECT_EQ(queue.counters().late, 0u);
    EXPECT_EQ(queue.counters().missing, 0u);
}

TEST_F(InputQueueTest, nothing_is_neutral) {
    EXPECT_EQ(take(1), Input{});
    EXPECT_FALSE(queue.consumed().has_value());
    EXPECT_EQ(queue.early_quarter_ticks(), -128);
    EXPECT_EQ(queue.counters().missing, 0u) << "nobody has ever sent anything";
}

TEST_F(InputQueueTest, a_late_input_goes_into_the_next_tick) {
    receive(10, {press}, 13);
    EXPECT_EQ(take(13), press);
    EXPECT_EQ(queue.consumed(), Tick{10});
    EXPECT_EQ(queue.counters().late, 1u);
}

TEST_F(InputQueueTest, several_for_one_tick_are_merged_and_the_newest_wins) {
    receive(10, {{.move_x = 1, .presses = 1}, {.move_x = 2, .presses = 1}, {.move_x = 3}}, 12);
    EXPECT_EQ(take(12), (Input{.move_x = 3, .presses = 2}));
    EXPECT_EQ(queue.consumed(), Tick{12});
}

TEST_F(InputQueueTest, what_came_again_counts_once) {
    for (int time = 0; time < 3; ++time)
        receive(10, {press, walk}, 10);
    EXPECT_EQ(take(10), press);
    receive(10, {press, walk}, 11);
    EXPECT_EQ(take(11), walk);
    receive(10, {press, walk}, 12);
    EXPECT_EQ(take(12), walk) << "repeated, not pressed again";
    EXPECT_EQ(queue.counters().used, 2u);
    EXPECT_EQ(queue.counters().late, 0u);
}

TEST_F(InputQueueTest, reordered_packets_press_once) {
    receive(10, {press, walk, walk}, 10);
    receive(10, {press}, 10);
    receive(11, {walk}, 10);
    EXPECT_EQ(take(10), press);
    EXPECT_EQ(take(11), walk);
    EXPECT_EQ(take(12), walk);
    EXPECT_EQ(queue.counters().used, 3u);
}

TEST_F(InputQueueTest, a_missing_input_is_repeated_for_a_bounded_time) {
    receive(10, {{.move_x = 7, .held = 1, .presses = 1}}, 10);
    EXPECT_EQ(take(10).presses, 1);
    std::uint32_t tick = 11;
    for (; tick < 11 + ticks_repeated_max; ++tick)
        EXPECT_EQ(take(tick), (Input{.move_x = 7, .held = 1})) << tick;
    EXPECT_EQ(take(tick), Input{});
    EXPECT_EQ(take(tick + 1), Input{});
    EXPECT_EQ(queue.counters().missing, ticks_repeated_max);
    EXPECT_EQ(queue.consumed(), Tick{10});
    // Back again.
    receive(tick + 2, {walk}, tick + 2);
    EXPECT_EQ(take(tick + 2), walk);
    EXPECT_EQ(take(tick + 3), walk);
}

TEST_F(InputQueueTest, what_is_put_back_is_merged_below_what_is_newer) {
    receive(10, {{.move_x = 1, .presses = 1}, {.move_x = 2, .presses = 1}}, 10);
    const Input postponed = take(10);
    queue.put_back(Tick{11}, &postponed);
    EXPECT_EQ(take(11), (Input{.move_x = 2, .presses = 2}));
}

TEST_F(InputQueueTest, what_is_put_back_waits_where_nothing_else_is) {
    receive(10, {press}, 10);
    Input postponed = take(10);
    for (std::uint32_t tick = 11; tick < 20; ++tick) {
        queue.put_back(Tick{tick}, &postponed);
        postponed = take(tick);
        EXPECT_EQ(postponed, press);
        EXPECT_EQ(queue.consumed(), Tick{10});
    }
    EXPECT_EQ(take(20), Input{});
}

TEST_F(InputQueueTest, what_is_put_back_without_any_packet_consumes_nothing) {
    queue.put_back(Tick{5}, &walk);
    EXPECT_EQ(take(5), walk);
    EXPECT_FALSE(queue.consumed().has_value());
}

TEST_F(InputQueueTest, what_is_far_ahead_is_refused_and_the_client_is_told) {
    receive(10 + ticks_ahead_max, {walk}, 10);
    EXPECT_EQ(queue.counters().too_early, 0u);
    EXPECT_EQ(queue.early_quarter_ticks(), 120);
    receive(11 + ticks_ahead_max, {walk, walk}, 10);
    EXPECT_EQ(queue.counters().too_early, 1u);
    EXPECT_EQ(queue.early_quarter_ticks(), 124);
    receive(1'000'000, {walk}, 10);
    EXPECT_EQ(queue.early_quarter_ticks(), 127);
    // It was not remembered: the same tick may come again when its time has come.
    receive(11 + ticks_ahead_max, {press}, 20);
    for (std::uint32_t tick = 20; tick < 11 + ticks_ahead_max; ++tick)
        EXPECT_NE(take(tick), press);
    EXPECT_EQ(take(11 + ticks_ahead_max), press);
}

TEST_F(InputQueueTest, tells_how_early_the_newest_came) {
    receive(10, {walk}, 10, 3);
    EXPECT_EQ(queue.early_quarter_ticks(), 3);
    receive(11, {walk, walk}, 10, 1);
    EXPECT_EQ(queue.early_quarter_ticks(), 9);
    receive(11, {walk, walk}, 11, 0);
    EXPECT_EQ(queue.early_quarter_ticks(), 9) << "nothing new";
    receive(13, {walk}, 15, 2);
    EXPECT_EQ(queue.early_quarter_ticks(), -6);
    receive(14, {walk}, 1000, 0);
    EXPECT_EQ(queue.early_quarter_ticks(), -127);
}

TEST_F(InputQueueTest, any_two_ticks_of_a_hostile_packet_are_compared_as_they_are) {
    // Far in the past: an overflow of 32 bits would make it the future.
    receive(0, {walk}, 1U << 30);
    EXPECT_EQ(queue.counters().late, 1u);
    EXPECT_EQ(queue.early_quarter_ticks(), -127);
    receive(1, {walk}, UINT32_MAX - 100);
    EXPECT_EQ(queue.counters().late, 2u);
    // Far in the future: an overflow would make it late.
    forget();
    receive(UINT32_MAX - 40, {press}, 10);
    EXPECT_EQ(queue.counters().too_early, 1u);
    EXPECT_EQ(queue.counters().late, 2u);
    for (std::uint32_t tick = 10; tick < 60; ++tick)
        EXPECT_EQ(take(tick), Input{});
}

TEST_F(InputQueueTest, a_hundred_times_the_rate_costs_one_tick_at_a_time) {
    std::uint32_t presses = 0;
    std::uint32_t sent = 0;
    std::uint32_t tick = 100;
    for (; tick < 160; ++tick) {
        // Every packet has 32 inputs; whatever they are, only ticks_ahead_max of them wait.
        for (int packets = 0; packets < 100; ++packets) {
            receive(sent, std::vector<Input>(32, press), tick);
            sent += 16;
        }
        presses += take(tick).presses;
        ASSERT_LE(presses, 255u * 60);
    }
    for (std::uint32_t end = tick + ticks_ahead_max + 1; tick < end; ++tick)
        presses += take(tick).presses;
    EXPECT_EQ(take(tick).presses, 0) << "nothing waits longer than ticks_ahead_max";
    EXPECT_GT(queue.counters().too_early, 1000u);
}

TEST_F(InputQueueTest, inputs_are_sanitised) {
    receive(10, {{.aim = INT64_MIN, .move_x = -32'768, .presses = 200, .mark = 0xffff}}, 10);
    EXPECT_EQ(take(10), (Input{.aim = -game::TestGame::aim_max,
                               .move_x = -game::TestGame::move_max,
                               .presses = 1,
                               .mark = game::TestGame::mark_max}));
}

TEST_F(InputQueueTest, nothing_is_remembered_of_who_was_there_before) {
    receive(10, {press, press, press}, 10);
    EXPECT_EQ(take(10), press);
    forget();
    EXPECT_FALSE(queue.consumed().has_value());
    EXPECT_EQ(queue.early_quarter_ticks(), -128);
    EXPECT_EQ(take(11), Input{});
    EXPECT_EQ(take(12), Input{});
    // Whoever comes now may use ticks that the one before had used already.
    receive(12, {walk}, 13);
    EXPECT_EQ(take(13), walk);
}

TEST_F(InputQueueTest, whatever_the_network_does_each_press_counts_once) {
    // A client that sends what is not consumed yet, over a link that loses, doubles, delays and reorders.
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        base::Rng rng(seed);
        forget();
        struct OnItsWay {
            std::uint32_t arrives;
            InputPacket packet;
        };
        std::vector<OnItsWay> link;
        std::vector<Input> sampled(1, Input{});  // by tick; nothing at 0
        std::uint32_t first = 1;
        unsigned pressed = 0;
        unsigned counted = 0;
        constexpr std::uint32_t pressing_until = 300;
        for (std::uint32_t now = 1; now < pressing_until + 100; ++now) {
            const bool presses = now < pressing_until && rng.chance(200);
            sampled.push_back(presses ? press : Input{.held = static_cast<std::uint8_t>(rng.below(2))});
            pressed += presses ? 1 : 0;
            const std::vector<Input> unconsumed(sampled.begin() + first, sampled.end());
            ASSERT_LE(unconsumed.size(), inputs_per_packet_max) << "seed " << seed;
            for (int copy = 0; copy < 2; ++copy) {
                if (rng.chance(500)) {
                    link.push_back(
                        {now + static_cast<std::uint32_t>(rng.below(8)), packet(first, unconsumed)});
                }
            }
            for (const OnItsWay& arriving : link) {
                if (arriving.arrives == now) queue.receive(arriving.packet, Tick{now}, 0);
            }
            const Input taken = take(now);
            // A tick in which the entry was full.
            if (rng.chance(100)) {
                queue.put_back(Tick{now + 1}, &taken);
            } else {
                counted += taken.presses;
            }
            if (queue.consumed()) first = queue.consumed()->value + 1;
        }
        ASSERT_EQ(counted, pressed) << "seed " << seed;
    }
}

}  // namespace
}  // namespace gs::netcode
