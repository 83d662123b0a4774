#include "server/quic/timer_wheel.h"

#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace gs::quic {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const net::Instant start(hours(5));

std::vector<TimerNode*> all_due(TimerWheel& wheel, net::Instant now) {
    std::vector<TimerNode*> due;
    while (TimerNode* node = wheel.take_due(now))
        due.push_back(node);
    return due;
}

TEST(TimerWheel, a_timer_comes_up_at_its_time_and_not_before) {
    TimerWheel wheel(start);
    TimerNode node;
    wheel.schedule(node, start + microseconds(10'300));
    EXPECT_EQ(wheel.next(), start + milliseconds(11));
    EXPECT_TRUE(all_due(wheel, start + microseconds(10'999)).empty());
    EXPECT_EQ(all_due(wheel, start + milliseconds(11)), std::vector<TimerNode*>{&node});
    EXPECT_EQ(node.at(), net::never);
    EXPECT_EQ(wheel.next(), net::never);
}

TEST(TimerWheel, an_empty_wheel_has_nothing_next_and_nothing_due) {
    TimerWheel wheel(start);
    EXPECT_EQ(wheel.next(), net::never);
    EXPECT_TRUE(all_due(wheel, start + hours(100)).empty());
}

TEST(TimerWheel, scheduling_again_moves_a_timer) {
    TimerWheel wheel(start);
    TimerNode node;
    wheel.schedule(node, start + milliseconds(100));
    wheel.schedule(node, start + milliseconds(50));
    EXPECT_EQ(wheel.next(), start + milliseconds(50));
    wheel.schedule(node, start + milliseconds(200));
    EXPECT_TRUE(all_due(wheel, start + milliseconds(199)).empty());
    EXPECT_EQ(all_due(wheel, start + milliseconds(200)).size(), 1u);
}

TEST(TimerWheel, a_far_timer_comes_up_early_and_is_asked_again_until_its_time) {
    TimerWheel wheel(start);
    TimerNode node;
    const net::Instant wanted = start + minutes(1);
    wheel.schedule(node, wanted);
    int rounds = 0;
    for (net::Instant now = wheel.next(); now < wanted; now = wheel.next()) {
        ASSERT_LE(now, start + (rounds + 1) * milliseconds(TimerWheel::slot_count));
        ASSERT_EQ(all_due(wheel, now).size(), 1u);
        wheel.schedule(node, wanted);
        ASSERT_LT(++rounds, 20);
    }
    EXPECT_EQ(wheel.next(), wanted);
    EXPECT_EQ(all_due(wheel, wanted).size(), 1u);
}

TEST(TimerWheel, never_is_just_very_far) {
    TimerWheel wheel(start);
    TimerNode node;
    wheel.schedule(node, net::never);
    EXPECT_LT(wheel.next(), start + milliseconds(TimerWheel::slot_count));
    EXPECT_EQ(all_due(wheel, start + seconds(10)).size(), 1u);
}

TEST(TimerWheel, after_a_long_pause_everything_is_due_once) {
    TimerWheel wheel(start);
    std::vector<std::unique_ptr<TimerNode>> nodes;
    for (int i = 0; i < 5000; ++i) {
        nodes.push_back(std::make_unique<TimerNode>());
        wheel.schedule(*nodes.back(), start + milliseconds(i));
    }
    EXPECT_EQ(all_due(wheel, start + hours(3)).size(), nodes.size());
    EXPECT_EQ(wheel.next(), net::never);
    wheel.schedule(*nodes[0], start + hours(3) + milliseconds(5));
    EXPECT_EQ(wheel.next(), start + hours(3) + milliseconds(5));
}

TEST(TimerWheel, a_timer_that_wants_now_again_and_again_does_not_hold_the_turn) {
    TimerWheel wheel(start);
    TimerNode node;
    wheel.schedule(node, start);
    net::Instant now = start;
    for (int turn = 0; turn < 5; ++turn) {
        now += milliseconds(1);
        ASSERT_EQ(wheel.take_due(now), &node);
        wheel.schedule(node, now);
        ASSERT_EQ(wheel.take_due(now), nullptr);
        ASSERT_EQ(wheel.next(), now + milliseconds(1));
    }
}

TEST(TimerWheel, a_past_time_is_soon) {
    TimerWheel wheel(start);
    TimerNode node;
    wheel.schedule(node, start - hours(1));
    EXPECT_EQ(all_due(wheel, start + milliseconds(1)).size(), 1u);
}

TEST(TimerWheel, a_node_that_goes_leaves_the_wheel_and_a_wheel_that_goes_leaves_its_nodes) {
    TimerNode outlives;
    {
        TimerWheel wheel(start);
        wheel.schedule(outlives, start + milliseconds(5));
        {
            TimerNode goes;
            wheel.schedule(goes, start + milliseconds(5));
        }
        EXPECT_EQ(all_due(wheel, start + milliseconds(5)), std::vector<TimerNode*>{&outlives});
        wheel.schedule(outlives, start + milliseconds(9));
    }
    EXPECT_EQ(outlives.at(), net::never);
}

class RandomTimers : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomTimers, each_comes_up_at_its_time_to_the_slot_and_next_never_sleeps_past_one) {
    base::Rng rng(GetParam());
    TimerWheel wheel(start);
    struct Timer {
        TimerNode node;
        net::Instant wanted = net::never;
    };
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 100; ++i)
        timers.push_back(std::make_unique<Timer>());
    net::Instant now = start;
    for (int step = 0; step < 3000; ++step) {
        Timer& timer = *timers[rng.below(timers.size())];
        timer.wanted = now + microseconds(rng.below(rng.chance(100) ? 20'000'000 : 50'000));
        wheel.schedule(timer.node, timer.wanted);
        net::Instant earliest = net::never;
        for (const auto& each : timers)
            earliest = std::min(earliest, each->wanted);
        ASSERT_LT(wheel.next(), std::max(earliest, now + milliseconds(1)) + milliseconds(2))
            << "step " << step;
        now += microseconds(rng.below(rng.chance(50) ? 5'000'000 : 3'000));
        for (TimerNode* node : all_due(wheel, now)) {
            const auto found =
                std::ranges::find_if(timers, [node](auto& each) { return &each->node == node; });
            Timer& due = **found;
            if (due.wanted > now) {
                wheel.schedule(due.node, due.wanted);
            } else {
                due.wanted = net::never;
            }
        }
        for (const auto& each : timers)
            ASSERT_TRUE(each->wanted == net::never || each->wanted > now - milliseconds(2))
                << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTimers, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace gs::quic
