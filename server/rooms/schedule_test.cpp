#include "server/rooms/schedule.h"

#include "server/net/rate_limit.h"

#include <gtest/gtest.h>

namespace gs::rooms {
namespace {

using net::Instant;
using net::RateLimit;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant start = Instant(hours(7)) + microseconds(12'345);

TEST(TickSchedule, makes_exactly_rate_ticks_per_second_however_long_it_runs) {
    for (const std::uint8_t rate : {std::uint8_t{20}, std::uint8_t{30}, std::uint8_t{60}}) {
        TickSchedule schedule(rate);
        schedule.start(start);
        std::uint64_t ticks = 0;
        // Turned as a loop does that is always a little late, and never by the same time.
        for (int second = 0; second < 3600; ++second) {
            for (int turn = 0; turn < rate; ++turn) {
                const auto late = microseconds((second * 7 + turn * 131) % 900);
                ticks += schedule.take(std::max(schedule.next_due(), start) + late).ticks;
            }
        }
        EXPECT_EQ(ticks, 3600u * rate);
        EXPECT_LE(schedule.next_due() - start, seconds(3600) + milliseconds(51));
        EXPECT_GT(schedule.next_due() - start, seconds(3600));
    }
}

TEST(TickSchedule, nothing_is_due_before_its_time_and_one_tick_at_it) {
    TickSchedule schedule(60);
    schedule.start(start);
    const Instant due = schedule.next_due();
    EXPECT_GT(due, start);
    EXPECT_LE(due - start, microseconds(16'667));
    EXPECT_EQ(schedule.take(due - net::Duration(1)).ticks, 0u);
    EXPECT_EQ(schedule.take(due).ticks, 1u);
    EXPECT_EQ(schedule.take(due).ticks, 0u);
}

TEST(TickSchedule, rooms_of_one_rate_tick_together) {
    TickSchedule one(60);
    TickSchedule other(60);
    one.start(start);
    other.start(start + milliseconds(5));
    while (one.next_due() < start + seconds(1))
        (void)one.take(one.next_due());
    while (other.next_due() < start + seconds(1))
        (void)other.take(other.next_due());
    EXPECT_EQ(one.next_due(), other.next_due());
}

TEST(TickSchedule, a_late_turn_catches_up_a_little_and_gives_up_the_rest) {
    TickSchedule schedule(60);
    schedule.start(start);
    const Instant due = schedule.next_due();
    const auto some = schedule.take(due + milliseconds(50));
    EXPECT_EQ(some.ticks, 4u);
    EXPECT_EQ(some.skipped, 0u);
    const auto many = schedule.take(due + milliseconds(50) + seconds(1));
    EXPECT_EQ(many.ticks, catch_up_ticks_max);
    EXPECT_EQ(many.skipped, 60u - catch_up_ticks_max);
    EXPECT_GT(schedule.next_due(), due + milliseconds(50) + seconds(1));
}

TEST(TickSchedule, a_clock_that_steps_back_goes_on_from_there) {
    TickSchedule schedule(60);
    schedule.start(start);
    (void)schedule.take(start + seconds(10));
    EXPECT_EQ(schedule.take(start - hours(1)).ticks, 0u);
    EXPECT_LE(schedule.next_due() - (start - hours(1)), microseconds(16'667));
    EXPECT_EQ(schedule.take(schedule.next_due()).ticks, 1u);
}

TEST(TickSchedule, knows_how_much_of_a_tick_is_left) {
    TickSchedule schedule(50);
    schedule.start(Instant(seconds(100)));
    EXPECT_EQ(schedule.quarters_left(Instant(seconds(100))), 4);
    EXPECT_EQ(schedule.quarters_left(Instant(seconds(100)) + milliseconds(10)), 2);
    EXPECT_EQ(schedule.quarters_left(Instant(seconds(100)) + milliseconds(19)), 0);
    EXPECT_EQ(schedule.quarters_left(Instant(seconds(101))), 0);
}

TEST(RateLimit, allows_a_burst_and_then_the_rate) {
    RateLimit limit({.count = 10, .per = seconds(1), .burst = 5});
    const auto taken = [&](Instant now) {
        int count = 0;
        while (count < 100 && limit.take(now))
            ++count;
        return count;
    };
    EXPECT_EQ(taken(start), 5);
    EXPECT_EQ(taken(start + milliseconds(99)), 0);
    EXPECT_EQ(taken(start + milliseconds(100)), 1);
    EXPECT_EQ(taken(start + milliseconds(400)), 3);
    EXPECT_EQ(taken(start + hours(10)), 5);
    EXPECT_EQ(taken(start), 0);
}

}  // namespace
}  // namespace gs::rooms
