// A client that goes ahead of its server, on lines of every kind: core/client/client_picture.cpp.
#include "core/client/scripted_server.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>

namespace gs::client::testing {
namespace {

const TestGame::State& newest(const Client& client) {
    return *static_cast<const TestGame::State*>(client.newest_state().data());
}

/// A link on which the other seat changes its mind again and again.
struct BusyLink : PlayedLink {
    explicit BusyLink(std::uint64_t seed) : PlayedLink(seed), moods(seed + 1000) {}

    base::Rng moods;
    std::uint32_t mind_permille = 100;  // in each 10 ms

    void play(Micros duration) {
        for (Micros left = duration; left > 0; left -= 10'000) {
            if (moods.chance(mind_permille)) {
                server.other.move_x = static_cast<std::int16_t>(moods.below(30'000));
                server.other.move_y = static_cast<std::int16_t>(moods.below(30'000));
            }
            if (moods.chance(mind_permille / 2)) server.other.presses = 1;
            run(10'000);
        }
    }
};

TEST(Prediction, a_press_counts_at_once_whatever_the_round_trip) {
    for (const Micros delay : {0, 50'000, 125'000}) {
        PlayedLink link;
        link.up.delay_us = link.down.delay_us = delay;
        link.run(3'000'000);
        const std::uint32_t before = newest(link.client).seat[own_seat.value].presses;
        link.press();
        link.run(1'000'000 / 60 + 4'000);
        EXPECT_EQ(newest(link.client).seat[own_seat.value].presses, before + 1) << delay;
    }
}

TEST(Prediction, own_movement_is_drawn_a_tick_after_the_hands_moved) {
    PlayedLink link;
    link.up.delay_us = link.down.delay_us = 100'000;
    link.run(3'000'000);
    const auto list = std::make_unique<game::DrawList>();
    link.client.draw(link.client_now(), 1, *list);
    const auto of_own = [&] { return list->items().front().at.x; };
    ASSERT_EQ(of_own(), 0);
    link.hands.move = {1, 0};
    link.client.set_controls(link.hands);
    // The next tick begins after 17 ms at the latest, and 4 ms are a turn of the link.
    link.run(2 * 1'000'000 / 60 + 4'000);
    link.client.draw(link.client_now(), 1, *list);
    EXPECT_GT(of_own(), 0.1);
}

TEST(Prediction, what_nobody_else_disturbs_is_guessed_right) {
    PlayedLink link;
    link.up.delay_us = link.down.delay_us = 60'000;
    link.press_permille = 300;
    link.run(3'000'000);
    const Stats before = link.client.stats();
    link.run(20'000'000);
    const Stats& after = link.client.stats();
    EXPECT_EQ(after.rollbacks, before.rollbacks);
    EXPECT_GT(after.guesses_right - before.guesses_right, 1'190);
    EXPECT_EQ(after.desyncs, 0);
}

TEST(Prediction, what_others_do_is_corrected_and_the_truth_is_kept) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        BusyLink link(seed);
        link.up = link.down = {
            .delay_us = 50'000, .jitter_us = 20'000, .loss_permille = 50, .duplicate_permille = 20};
        link.press_permille = 300;
        link.play(20'000'000);
        const Stats& stats = link.client.stats();
        EXPECT_GT(stats.rollbacks, 50) << seed;
        EXPECT_EQ(stats.desyncs, 0) << seed;
        EXPECT_EQ(stats.resyncs, 0) << seed;
        EXPECT_GE(stats.hashes_checked, 18) << seed;
        EXPECT_LE(stats.rollback_ticks, netcode::prediction_ticks_max) << seed;
    }
}

TEST(Prediction, own_inputs_count_where_the_server_has_used_them_and_their_ticks_are_in_a_hole) {
    BusyLink link(7);
    link.up.delay_us = link.down.delay_us = 40'000;
    link.play(2'000'000);
    // From now on nothing comes down, and whatever was guessed of the other one is wrong.
    link.down.loss_permille = link.mind_permille = 1'000;
    link.play(100'000);
    const std::uint32_t before = newest(link.client).seat[own_seat.value].presses;
    link.press();
    link.play(300'000);
    const Tick first = *link.client.confirmed() + 1;
    const Tick end = link.server.next();
    ASSERT_EQ(link.server.state().seat[own_seat.value].presses, before + 1);
    ASSERT_EQ(newest(link.client).seat[own_seat.value].presses, before + 1);
    // The newest tick comes first, and with it that all inputs up to it are used; then the others, one by
    // one.
    const auto give = [&](Tick tick) {
        link.client.receive_datagram(link.server.datagram(tick, 1), link.client_now());
        link.client.turn(link.client_now());
    };
    give(end - 1);
    ASSERT_EQ(*link.client.confirmed() + 1, first);
    const double rollbacks = link.client.stats().rollbacks;
    for (Tick tick = first; tick < end - 1; ++tick) {
        give(tick);
        EXPECT_EQ(newest(link.client).seat[own_seat.value].presses, before + 1) << tick - first;
    }
    EXPECT_GT(link.client.stats().rollbacks, rollbacks + 10) << "nothing was guessed anew";
    EXPECT_EQ(*link.client.confirmed() + 1, end);
}

TEST(Prediction, stops_where_it_may_go_no_further_and_comes_back) {
    PlayedLink link;
    link.run(2'000'000);
    link.server_stalls = true;
    link.run(3'000'000);
    const Tick next = *link.client.confirmed() + 1;
    EXPECT_LE(newest(link.client).steps, link.server.state().steps + netcode::prediction_ticks_max);
    link.server_stalls = false;
    link.run(3'000'000);
    EXPECT_GT(*link.client.confirmed(), next);
    EXPECT_EQ(link.client.stats().desyncs, 0);
    EXPECT_GT(newest(link.client).steps, link.server.state().steps);
}

TEST(Prediction, each_press_is_noticed_exactly_once) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        BusyLink link(seed);
        link.up = link.down = {.delay_us = 40'000, .jitter_us = 15'000, .loss_permille = 30};
        link.press_permille = 200;
        std::map<std::uint32_t, EventStatus> last;
        std::map<std::uint32_t, int> first;
        std::uint32_t of_other = 0;
        std::uint32_t of_own = 0;
        const auto collect = [&] {
            for (const EventNotice& notice : link.client.take_event_notices()) {
                if (notice.event.kind != TestGame::event_pressed) continue;
                last[notice.id] = notice.status;
                first[notice.id] += notice.is_first;
                if (notice.is_first != 0) ++(notice.event.seat == own_seat ? of_own : of_other);
            }
        };
        const std::uint32_t own_before = link.server.state().seat[own_seat.value].presses;
        for (int round = 0; round < 1'000; ++round) {
            link.play(10'000);
            collect();
        }
        link.press_permille = link.mind_permille = 0;
        link.play(1'000'000);
        collect();
        for (const auto& [id, count] : first)
            EXPECT_EQ(count, 1) << "seed " << seed << " event " << id;
        std::uint32_t confirmed = 0;
        for (const auto& [id, status] : last) {
            EXPECT_NE(status, EventStatus::predicted) << "seed " << seed << " event " << id;
            if (status == EventStatus::confirmed) ++confirmed;
        }
        EXPECT_EQ(of_other, link.server.presses_of_other) << seed;
        EXPECT_EQ(of_own, link.server.state().seat[own_seat.value].presses - own_before) << seed;
        EXPECT_EQ(confirmed, of_own + of_other) << "seed " << seed;
    }
}

TEST(Prediction, the_picture_does_not_jump_when_a_guess_was_wrong) {
    BusyLink link(3);
    link.up = link.down = {.delay_us = 50'000, .jitter_us = 10'000, .loss_permille = 20};
    const auto list = std::make_unique<game::DrawList>();
    float largest_step = 0;
    float largest_correction = 0;
    Vec2 before = {};
    for (int frame = 0; frame < 1'200; ++frame) {
        link.play(10'000);
        link.client.draw(link.client_now(), 1, *list);
        ASSERT_EQ(list->items().size(), 2u);
        const Vec2 at = list->items()[1].at;
        if (frame > 100) largest_step = std::max(largest_step, length(at - before));
        before = at;
        largest_correction =
            std::max(largest_correction, static_cast<float>(link.client.stats().corrections));
    }
    EXPECT_GT(largest_correction, 10) << "nothing was corrected";
    // In the test game somebody may go 4 units in a tick, and a correction of ten ticks may be 40.
    EXPECT_LT(largest_step, 12) << "a correction of more than eased_max may jump";
}

TEST(Prediction, pictures_between_a_datagram_and_the_next_turn_do_not_go_back) {
    BusyLink link(5);
    link.up = link.down = {.delay_us = 75'000, .jitter_us = 10'000, .loss_permille = 20};
    link.play(2'000'000);
    const auto list = std::make_unique<game::DrawList>();
    const auto shown = [&] {
        link.client.draw(link.client_now(), 1, *list);
        return link.client.stats().predicted_tick;
    };
    const double rollbacks = link.client.stats().rollbacks;
    double before = shown();
    for (int ms = 0; ms < 10'000; ++ms) {
        if (ms % 100 == 0) link.server.other.move_x = static_cast<std::int16_t>(link.moods.below(30'000));
        link.run(1'000);
        const double at = shown();
        ASSERT_GE(at, before) << "after " << ms << " ms";
        ASSERT_LT(at - before, 0.1) << "after " << ms << " ms";
        before = at;
    }
    EXPECT_GT(link.client.stats().rollbacks, rollbacks + 50) << "nothing was guessed wrong";
}

TEST(Prediction, a_state_whose_hash_is_wrong_is_kept_for_a_report) {
    PlayedLink link;
    link.server.lies_about_hashes = true;
    link.run(1'100'000);
    EXPECT_GE(link.client.stats().desyncs, 1);
    const auto desync = link.client.take_desync();
    ASSERT_TRUE(desync.has_value());
    EXPECT_EQ(desync->hash + 1, desync->expected);
    EXPECT_EQ(hash_of(desync->state), desync->hash);
    EXPECT_FALSE(link.client.take_desync().has_value()) << "once";
}

TEST(Prediction, inputs_begin_with_the_lead_that_the_round_trip_asks_for) {
    const auto latency_after_a_second = [](Micros expected) {
        PlayedLink link;
        link.up.delay_us = link.down.delay_us = 5'000;
        link.client.expect_round_trip(expected);
        link.client.enter(own_seat, link.server.epoch, link.client_now());
        link.run(1'500'000);
        link.press_permille = 0;
        link.press();
        link.run(300'000);
        return link.client.stats().input_latency_ms;
    };
    EXPECT_LT(latency_after_a_second(10'000), 80);
}

}  // namespace
}  // namespace gs::client::testing
