#include "core/client/client.h"

#include "core/client/scripted_server.h"

#include <gtest/gtest.h>

namespace gs::client {
namespace {

using game::test_module;
using testing::Bytes;
using testing::own_seat;
using testing::PlayedLink;
using testing::ScriptedServer;
using testing::TestGame;

constexpr Micros second = 1'000'000;
constexpr Micros start = 7 * second;

/// Client and server without a network: a test carries the bytes by hand.
class ClientTest : public ::testing::Test {
  public:
    void enter() {
        server.ticks(10);
        client.enter(own_seat, server.epoch, now);
        client.receive_transfer(server.keyframe(), now);
    }
    void receive(Tick first, std::uint32_t count) {
        client.receive_datagram(server.datagram(first, count), now);
    }
    Request turn_until_asked(Micros at_most) {
        for (const Micros end = now + at_most; now < end;) {
            now += 10'000;
            client.turn(now);
            static_cast<void>(client.take_datagram());
            const Request request = client.take_request();
            if (request.kind != Request::Kind::none) return request;
        }
        return {};
    }
    void expect_same_state() {
        ASSERT_TRUE(client.confirmed().has_value());
        EXPECT_EQ(*client.confirmed() + 1, server.next());
        Bytes scratch(game::state_bytes_max);
        EXPECT_EQ(client.state().hash(scratch), server.hash());
    }

    ScriptedServer server;
    Client client{test_module, Client::Work::show};
    Micros now = start;
};

TEST_F(ClientTest, runs_from_a_keyframe_and_the_ticks_after_it) {
    client.enter(own_seat, 0, now);
    EXPECT_FALSE(client.is_running());
    EXPECT_FALSE(client.confirmed().has_value());
    server.ticks(10);
    client.receive_transfer(server.keyframe(), now);
    EXPECT_TRUE(client.is_running());
    EXPECT_EQ(client.confirmed(), Tick{1009});
    server.ticks(100);
    receive(Tick{1010}, 50);
    receive(Tick{1060}, 50);
    expect_same_state();
    EXPECT_EQ(client.stats().hashes_checked, 2);
    EXPECT_EQ(client.stats().desyncs, 0);
    EXPECT_TRUE(client.hash_at(Tick{1020}).has_value());
    EXPECT_TRUE(client.hash_at(Tick{1080}).has_value());
    EXPECT_FALSE(client.hash_at(Tick{1081}).has_value());
    EXPECT_FALSE(client.hash_at(Tick{960}).has_value());
}

TEST_F(ClientTest, ticks_that_come_before_the_keyframe_are_kept) {
    server.ticks(10);
    client.enter(own_seat, 0, now);
    const Bytes keyframe = server.keyframe();
    server.ticks(4);
    receive(Tick{1008}, 6);
    client.receive_transfer(keyframe, now);
    expect_same_state();
}

TEST_F(ClientTest, order_and_doubles_do_not_matter) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        base::Rng rng(seed);
        ScriptedServer other;
        Client viewer(test_module, Client::Work::confirm);
        other.ticks(3);
        viewer.enter(no_seat, 0, now);
        viewer.receive_transfer(other.keyframe(), now);
        other.ticks(100);
        std::vector<Bytes> packets;
        for (std::uint32_t first = 1003; first < 1103; first += 2) {
            packets.push_back(other.datagram(
                Tick{first}, std::min(1103 - first, 1 + static_cast<std::uint32_t>(rng.below(5)))));
            packets.push_back(other.datagram(Tick{first}, 2));
        }
        while (!packets.empty()) {
            // Out of order by up to 20 packets.
            const auto at = static_cast<std::ptrdiff_t>(rng.below(std::min<std::size_t>(20, packets.size())));
            viewer.receive_datagram(packets[static_cast<std::size_t>(at)], now);
            packets.erase(packets.begin() + at);
        }
        Bytes scratch(game::state_bytes_max);
        ASSERT_EQ(viewer.confirmed(), Tick{1102}) << "seed " << seed;
        ASSERT_EQ(viewer.state().hash(scratch), other.hash()) << "seed " << seed;
        ASSERT_EQ(viewer.stats().ticks_received, 100) << "seed " << seed;
    }
}

TEST_F(ClientTest, a_hole_is_asked_for_and_repaired) {
    enter();
    server.ticks(12);
    receive(Tick{1010}, 2);
    receive(Tick{1018}, 4);
    EXPECT_EQ(client.confirmed(), Tick{1011});
    client.turn(now);
    EXPECT_EQ(client.take_request().kind, Request::Kind::none) << "it may still come by itself";
    const Request request = turn_until_asked(second);
    ASSERT_EQ(request.kind, Request::Kind::repair);
    EXPECT_EQ(request.first, Tick{1012});
    EXPECT_EQ(request.count, 6u);
    EXPECT_EQ(client.take_request().kind, Request::Kind::none);
    client.receive_transfer(server.repair(request.first, request.count), now);
    expect_same_state();
    EXPECT_EQ(client.stats().ticks_repaired, 6);
}

TEST_F(ClientTest, an_unanswered_repair_is_asked_for_again_but_not_all_the_time) {
    enter();
    server.ticks(12);
    receive(Tick{1018}, 4);
    int asked = 0;
    for (const Micros end = now + 2 * second; now < end;)
        asked += turn_until_asked(end - now).kind == Request::Kind::repair ? 1 : 0;
    EXPECT_GE(asked, 3);
    EXPECT_LE(asked, 8);
}

TEST_F(ClientTest, a_hole_that_overlap_fills_is_not_asked_for) {
    enter();
    server.ticks(12);
    receive(Tick{1012}, 4);
    client.turn(now);
    now += 30'000;
    receive(Tick{1010}, 12);
    EXPECT_EQ(turn_until_asked(600'000).kind, Request::Kind::none);
    expect_same_state();
}

TEST_F(ClientTest, a_hole_longer_than_a_repair_is_answered_with_a_keyframe) {
    enter();
    server.ticks(1000);
    receive(Tick{1990}, 20);
    const Request request = turn_until_asked(2 * second);
    ASSERT_EQ(request.kind, Request::Kind::keyframe);
    server.ticks(5);
    receive(Tick{2008}, 7);
    client.receive_transfer(server.keyframe(), now);
    server.ticks(5);
    receive(Tick{2015}, 5);
    expect_same_state();
    EXPECT_EQ(client.stats().ticks_skipped, 1005);
}

TEST_F(ClientTest, a_hole_longer_than_what_waits_is_repaired_in_parts) {
    enter();
    server.ticks(500);
    receive(Tick{1500}, 10);
    for (int round = 0; round < 3; ++round) {
        const Request request = turn_until_asked(second);
        ASSERT_EQ(request.kind, round < 2 ? Request::Kind::repair : Request::Kind::none);
        if (round == 2) break;
        EXPECT_EQ(request.first, round == 0 ? Tick{1010} : Tick{1266});
        EXPECT_LE(request.count, netcode::waiting_ticks_max);
        client.receive_transfer(server.repair(request.first, request.count), now);
    }
    expect_same_state();
}

TEST_F(ClientTest, a_keyframe_that_comes_late_is_followed_by_repairs) {
    // Found by a fuzzer: it asked for more than a repair has.
    client.enter(own_seat, 0, now);
    server.ticks(10);
    const Bytes keyframe = server.keyframe();
    for (int round = 0; round < 100; ++round) {
        server.ticks(4);
        receive(server.next() - 4, 4);
    }
    client.receive_transfer(keyframe, now);
    for (int round = 0; round < 2; ++round) {
        const Request request = turn_until_asked(second);
        if (request.kind == Request::Kind::none) break;
        ASSERT_EQ(request.kind, Request::Kind::repair);
        ASSERT_LE(request.count, netcode::waiting_ticks_max);
        client.receive_transfer(server.repair(request.first, request.count), now);
    }
    expect_same_state();
}

TEST_F(ClientTest, a_hole_that_grows_beyond_a_repair_is_answered_with_a_keyframe) {
    enter();
    // Something arrives all the time, but never what is next, and repairs do not, either.
    bool asked = false;
    for (int round = 0; round < 400 && !asked; ++round) {
        server.ticks(2);
        if (round > 0) receive(server.next() - 2, 2);
        asked = turn_until_asked(40'000).kind == Request::Kind::keyframe;
    }
    EXPECT_TRUE(asked);
}

TEST_F(ClientTest, a_keyframe_that_does_not_come_is_asked_for) {
    client.enter(own_seat, 0, now);
    EXPECT_EQ(turn_until_asked(500'000).kind, Request::Kind::none) << "the server sends one by itself";
    EXPECT_EQ(turn_until_asked(second).kind, Request::Kind::keyframe);
    EXPECT_EQ(turn_until_asked(500'000).kind, Request::Kind::none);
    EXPECT_EQ(turn_until_asked(second).kind, Request::Kind::keyframe);
}

TEST_F(ClientTest, a_wrong_hash_is_counted_once_and_a_keyframe_helps) {
    enter();
    server.lies_about_hashes = true;
    server.ticks(12);
    receive(Tick{1010}, 12);
    EXPECT_EQ(client.stats().desyncs, 1);
    EXPECT_EQ(client.stats().hashes_checked, 1);
    // What comes meanwhile is not simulated.
    server.lies_about_hashes = false;
    server.ticks(60);
    receive(Tick{1022}, 60);
    EXPECT_EQ(client.stats().desyncs, 1);
    ASSERT_EQ(turn_until_asked(second).kind, Request::Kind::keyframe);
    client.receive_transfer(server.keyframe(), now);
    server.ticks(60);
    receive(Tick{1082}, 60);
    expect_same_state();
    EXPECT_EQ(client.stats().desyncs, 1);
    EXPECT_EQ(client.stats().resyncs, 1);
    EXPECT_EQ(client.stats().hashes_checked, 2);
}

TEST_F(ClientTest, another_epoch_starts_anew) {
    enter();
    ScriptedServer back(Tick{900}, 1);
    back.ticks(20);
    client.receive_datagram(back.datagram(Tick{905}, 10), now);
    client.receive_transfer(back.keyframe(), now);
    EXPECT_EQ(client.confirmed(), Tick{1009}) << "not told yet";
    client.enter(own_seat, 1, now);
    EXPECT_FALSE(client.is_running());
    client.receive_transfer(server.keyframe(), now);
    EXPECT_FALSE(client.is_running()) << "that was before";
    client.receive_transfer(back.keyframe(), now);
    server.ticks(10);
    receive(Tick{1010}, 10);
    back.ticks(40);
    client.receive_datagram(back.datagram(Tick{920}, 40), now);
    EXPECT_EQ(client.confirmed(), Tick{959});
    Bytes scratch(game::state_bytes_max);
    EXPECT_EQ(client.state().hash(scratch), back.hash());
    EXPECT_FALSE(client.hash_at(Tick{1020}).has_value());
}

TEST_F(ClientTest, nothing_of_the_room_before_is_left_after_entering_another) {
    enter();
    // Ticks of the first room wait for one that never comes.
    server.ticks(60);
    receive(Tick{1030}, 20);
    ScriptedServer other(Tick{1028});
    other.ticks(2);
    client.enter(own_seat, 0, now);
    client.receive_transfer(other.keyframe(), now);
    other.ticks(10);
    client.receive_datagram(other.datagram(Tick{1030}, 10), now);
    Bytes scratch(game::state_bytes_max);
    EXPECT_EQ(client.confirmed(), Tick{1039});
    EXPECT_EQ(client.state().hash(scratch), other.hash());
}

TEST_F(ClientTest, a_spectator_acknowledges_and_sends_no_inputs) {
    server.ticks(10);
    client.enter(no_seat, 0, now);
    client.receive_transfer(server.keyframe(), now);
    int datagrams = 0;
    for (int round = 0; round < 240; ++round) {
        server.tick();
        now += 16'667;
        receive(server.next() - 1, 1);
        client.turn(now);
        const ByteView datagram = client.take_datagram();
        if (datagram.empty()) continue;
        ++datagrams;
        server.receive(datagram, 0);
        EXPECT_EQ(server.newest_packet->count, 0u);
        EXPECT_EQ(server.newest_packet->newest_received, server.next() - 1);
        EXPECT_EQ(server.newest_packet->complete_up_to(), server.next() - 1);
    }
    EXPECT_GE(datagrams, 3);
    EXPECT_LE(datagrams, 6);
}

TEST_F(ClientTest, an_acknowledgement_shows_the_holes) {
    enter();
    server.ticks(20);
    receive(Tick{1010}, 4);
    receive(Tick{1016}, 4);
    now += second;
    client.turn(now);
    server.receive(client.take_datagram(), 0);
    EXPECT_EQ(server.newest_packet->newest_received, Tick{1019});
    EXPECT_EQ(server.newest_packet->received_before, 0xffffffffU & ~(3U << 3));
    EXPECT_EQ(server.newest_packet->complete_up_to(), Tick{1013});
}

TEST_F(ClientTest, garbage_changes_nothing) {
    enter();
    server.ticks(10);
    base::Rng rng(5);
    const std::vector<Bytes> good = {server.datagram(Tick{1010}, 10), server.repair(Tick{1010}, 10),
                                     server.keyframe()};
    for (int round = 0; round < 3000; ++round) {
        Bytes bytes = good[rng.below(3)];
        if (rng.chance(300)) {
            bytes.resize(rng.below(bytes.size()));
        } else if (rng.chance(300)) {
            bytes.assign(rng.below(40), {});
            for (std::byte& byte : bytes)
                byte = static_cast<std::byte>(rng.next());
            if (!bytes.empty()) bytes[0] = static_cast<std::byte>(rng.below(4));
        }
        Client victim(test_module, Client::Work::confirm);
        victim.enter(own_seat, 0, now);
        if (rng.chance(700)) victim.receive_transfer(good[2], now);
        if (rng.chance(500)) {
            victim.receive_datagram(bytes, now);
        } else {
            victim.receive_transfer(bytes, now);
        }
        victim.turn(now + second);
        static_cast<void>(victim.take_datagram());
        static_cast<void>(victim.take_request());
    }
    client.receive_datagram({}, now);
    client.receive_transfer({}, now);
    for (std::size_t cut = 0; cut < good[0].size(); ++cut)
        client.receive_datagram(ByteView(good[0]).first(cut), now);
    for (std::size_t cut = 0; cut < good[2].size(); ++cut)
        client.receive_transfer(ByteView(good[2]).first(cut), now);
    receive(Tick{1010}, 10);
    expect_same_state();
}

TEST_F(ClientTest, draws_nothing_before_there_is_something) {
    auto list = std::make_unique<game::DrawList>();
    client.draw(now, 1, *list);
    EXPECT_TRUE(list->items().empty());
    client.enter(own_seat, 0, now);
    client.draw(now, 1, *list);
    EXPECT_TRUE(list->items().empty());
    enter();
    client.draw(now, 1, *list);
    EXPECT_EQ(list->items().size(), 2u);
    client.enter(own_seat, 1, now);
    client.draw(now, 1, *list);
    EXPECT_TRUE(list->items().empty());
}

TEST_F(ClientTest, a_match_from_tick_0_on_is_drawn_and_acknowledged) {
    ScriptedServer fresh(Tick{0});
    auto list = std::make_unique<game::DrawList>();
    client.enter(own_seat, 0, now);
    client.receive_transfer(fresh.keyframe(), now);
    client.turn(now);
    client.draw(now, 1, *list);
    EXPECT_FALSE(client.confirmed().has_value());
    fresh.ticks(2);
    client.receive_datagram(fresh.datagram(Tick{0}, 2), now);
    client.turn(now + second);
    client.draw(now, 1, *list);
    EXPECT_EQ(client.confirmed(), Tick{1});
    fresh.receive(client.take_datagram(), 0);
    EXPECT_EQ(fresh.newest_packet->complete_up_to(), Tick{1});
}

// ---- Over a network

void expect_in_step(PlayedLink& link, std::uint32_t folded_max = 0) {
    link.press_permille = 0;
    link.down = link.up = {};
    link.server_stalls = link.client_sleeps = false;
    link.run(3 * second);
    EXPECT_EQ(link.client.stats().desyncs, 0);
    ASSERT_TRUE(link.client.confirmed().has_value());
    EXPECT_LE(link.server.next() - *link.client.confirmed(), 6);
    std::uint32_t sampled = 0;
    for (const auto& [tick, presses] : link.presses_sampled)
        sampled += presses;
    EXPECT_EQ(link.server.state().seat[own_seat.value].presses, sampled);
    EXPECT_LE(sampled, link.presses_made);
    // Pressed again before the next sample is one press: only while samples wait for the server.
    EXPECT_GE(sampled + folded_max, link.presses_made);
}

TEST(ClientOverNetwork, every_press_counts_once_on_a_good_line) {
    PlayedLink link;
    link.press_permille = 500;
    link.run(20 * second);
    EXPECT_GT(link.presses_made, 100u);
    EXPECT_EQ(link.client.stats().repairs_asked, 0);
    ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
    EXPECT_LT(link.server.queue().counters().late, 5u);
    EXPECT_LT(link.server.queue().counters().missing, 30u);
}

TEST(ClientOverNetwork, each_tick_has_exactly_one_sample) {
    PlayedLink link;
    link.run(5 * second);
    const auto used = link.server.queue().counters().used;
    const Tick from = link.server.next();
    link.run(10 * second);
    EXPECT_EQ(link.server.queue().counters().missing, 0u);
    EXPECT_NEAR(static_cast<double>(link.server.queue().counters().used - used), link.server.next() - from, 4)
        << "the lead settles meanwhile";
}

TEST(ClientOverNetwork, a_press_between_two_samples_is_not_lost) {
    PlayedLink link;
    link.run(2 * second);
    // Down and up again within the same millisecond.
    for (int round = 0; round < 20; ++round) {
        link.press();
        link.client.set_controls({});
        link.run(50'000);
    }
    ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
    EXPECT_EQ(link.presses_made, 20u);
}

TEST(ClientOverNetwork, bad_lines_cost_no_press) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        PlayedLink link(seed);
        base::Rng rng(seed * 77);
        link.press_permille = 500;
        link.run(second);
        for (int change = 0; change < 4; ++change) {
            for (testing::Weather* way : {&link.up, &link.down}) {
                way->delay_us = 1'000 + static_cast<Micros>(rng.below(120'000));
                way->jitter_us = static_cast<Micros>(rng.below(60'000));
                way->loss_permille = static_cast<std::uint32_t>(rng.below(200));
                way->duplicate_permille = static_cast<std::uint32_t>(rng.below(200));
            }
            link.run(4 * second);
        }
        // When a line becomes better at once, inputs are made later, and that takes the time of a press.
        ASSERT_NO_FATAL_FAILURE(expect_in_step(link, 2));
    }
}

TEST(ClientOverNetwork, clocks_may_drift) {
    for (const double drift : {-0.002, 0.002}) {
        PlayedLink link;
        link.drift = drift;
        link.press_permille = 500;
        link.run(60 * second);
        ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
        EXPECT_LT(link.server.queue().counters().late, 60u) << drift;
        EXPECT_LT(link.client.stats().early_quarter_ticks, 24) << drift;
    }
}

TEST(ClientOverNetwork, the_time_of_the_client_may_jump) {
    for (const Micros step : {-5 * second, -400'000L, 400'000L, 30 * second}) {
        PlayedLink link;
        link.press_permille = 500;
        link.run(5 * second);
        link.press_permille = 0;
        link.run(500'000);
        link.clock_step = step;
        link.run(5 * second);
        link.press_permille = 500;
        link.run(5 * second);
        SCOPED_TRACE(::testing::Message() << "step " << step);
        ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
    }
}

TEST(ClientOverNetwork, the_way_may_become_shorter_or_longer) {
    PlayedLink link;
    link.press_permille = 500;
    link.up.delay_us = link.down.delay_us = 200'000;
    link.run(8 * second);
    link.up.delay_us = link.down.delay_us = 5'000;
    link.run(8 * second);
    EXPECT_LT(link.client.stats().early_quarter_ticks, 24);
    link.up.delay_us = link.down.delay_us = 200'000;
    link.run(8 * second);
    ASSERT_NO_FATAL_FAILURE(expect_in_step(link, 3));
}

TEST(ClientOverNetwork, a_server_that_stalls_loses_no_press) {
    for (const Micros stall : {100'000L, 500'000L, 2 * second}) {
        PlayedLink link;
        link.press_permille = 500;
        link.run(5 * second);
        link.server_stalls = true;
        link.run(stall);
        link.server_stalls = false;
        link.run(8 * second);
        SCOPED_TRACE(::testing::Message() << "stall " << stall);
        ASSERT_NO_FATAL_FAILURE(expect_in_step(link, 30));
        EXPECT_LT(link.client.stats().early_quarter_ticks, 24);
    }
}

TEST(ClientOverNetwork, a_hidden_tab_finds_back) {
    PlayedLink link;
    link.run(5 * second);
    link.press();
    link.run(100'000);
    link.client_sleeps = true;
    link.run(30 * second);
    link.client_sleeps = false;
    link.run(2 * second);
    link.press_permille = 500;
    link.run(5 * second);
    ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
}

TEST(ClientOverNetwork, a_press_before_a_hiccup_of_the_page_is_not_lost) {
    PlayedLink link;
    link.run(5 * second);
    for (int round = 0; round < 10; ++round) {
        link.up.loss_permille = 1000;
        link.press();
        link.run(40'000);
        link.up.loss_permille = 0;
        link.client_sleeps = true;
        link.run(700'000);
        link.client_sleeps = false;
        link.run(second);
    }
    ASSERT_NO_FATAL_FAILURE(expect_in_step(link));
}

TEST(ClientOverNetwork, a_line_that_is_dead_for_a_while_costs_no_press) {
    for (const Micros dead : {300'000L, 600'000L, 3 * second, 20 * second}) {
        PlayedLink link;
        link.press_permille = 500;
        link.run(5 * second);
        link.up.loss_permille = link.down.loss_permille = 1000;
        link.run(dead);
        link.up.loss_permille = link.down.loss_permille = 0;
        link.run(3 * second);
        SCOPED_TRACE(::testing::Message() << "dead " << dead);
        ASSERT_NO_FATAL_FAILURE(expect_in_step(link, static_cast<std::uint32_t>(dead / 80'000 + 15)));
    }
}

}  // namespace
}  // namespace gs::client
