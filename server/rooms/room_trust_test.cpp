// What the server believes of what clients say: ages of views, inputs, acknowledgements, their own states.
#include "server/rooms/fake_session.h"
#include "server/rooms/room_rig.h"

#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

net::MemoryLinkOptions line(milliseconds each_way) {
    net::MemoryLinkOptions options;
    options.to_server.delay = options.to_client.delay = each_way;
    return options;
}

struct TrustRig : RoomRig {
    TrustRig() : RoomRig({.game = &race}) {}

    TestVisitor& come_over(milliseconds each_way) {
        TestVisitor& visitor = play("Ada", line(each_way));
        run(seconds(1));
        return visitor;
    }
    /// For a second, an input per tick that comes some two ticks early.
    void shoot(TestVisitor& who, milliseconds each_way, std::uint8_t age) {
        const auto way = static_cast<std::uint32_t>(each_way.count() * 60 / 1000);
        for (int tick = 0; tick < 60; ++tick) {
            who.send_inputs<RaceInput>(room().match().next() + way + 3, {{.pressed = 0, .age = age}});
            run(milliseconds(17));
        }
    }
};

TEST(ViewAge, an_honest_client_at_150_ms_gets_what_it_saw_and_one_that_claims_400_ms_the_most_there_is) {
    TrustRig rig;
    TestVisitor& ada = rig.come_over(milliseconds(75));
    // 9 ticks of round trip, some 2 of margin, 3 of interpolation.
    rig.shoot(ada, milliseconds(75), 14);
    EXPECT_EQ(ada.race().age[0], 14);
    EXPECT_EQ(rig.counters().view_ages_beyond, 0u);
    rig.shoot(ada, milliseconds(75), 24);
    EXPECT_EQ(ada.race().age[0], game::view_age_max);
    EXPECT_GT(rig.counters().view_ages_beyond, 30u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(ViewAge, on_a_short_line_an_old_view_is_not_believed) {
    TrustRig rig;
    TestVisitor& ada = rig.come_over(milliseconds(20));
    rig.shoot(ada, milliseconds(20), 24);
    // 2.4 ticks, at most 4 of margin, 3 of interpolation, 2 of tolerance.
    EXPECT_LE(ada.race().age[0], 12);
    EXPECT_GE(ada.race().age[0], 7);
    rig.shoot(ada, milliseconds(20), 1);
    EXPECT_EQ(ada.race().age[0], 3) << "nor one that is too new";
}

struct NoMember final : Member {
    void on_left(LeftReason, std::string_view) override {}
};

/// A player behind a session that reports what it is told to.
struct LiarRig : RoomRig {
    LiarRig() : RoomRig({.game = &race}) {
        viewer = *room().enter(member, session, person("Liar"), Role::player, {}, now);
    }
    ~LiarRig() { room().leave(*viewer, now); }

    void live(net::Duration duration, bool acknowledges) {
        for (const net::Instant end = now + duration; now < end;) {
            run(milliseconds(16));
            netcode::InputPacket packet;
            packet.epoch = room().epoch();
            const Tick next = room().match().next();
            if (acknowledges) packet.newest_received = next - 1;
            packet.received_before = 0xffffffff;
            packet.first_input = next + 1;
            packet.count = 1;
            netcode::InputPacketBytes bytes;
            EXPECT_TRUE(room().on_input(*viewer, netcode::write_input_packet(race, packet, bytes), now));
        }
    }
    [[nodiscard]] int oldest_believed() { return room().match().view_ages(viewer->seat()).max; }

    NoMember member;
    FakeSession session;
    Viewer* viewer = nullptr;
};

TEST(ViewAge, a_transport_that_is_slowed_down_on_purpose_is_worth_what_the_acknowledgements_say) {
    LiarRig rig;
    rig.session.reported.rtt = milliseconds(400);
    rig.live(seconds(3), true);
    EXPECT_LE(rig.oldest_believed(), 12);
}

TEST(ViewAge, withheld_acknowledgements_make_no_line_longer) {
    LiarRig rig;
    rig.live(seconds(3), true);
    const int before = rig.oldest_believed();
    rig.live(seconds(20), false);
    EXPECT_EQ(rig.oldest_believed(), before);

    LiarRig silent;
    silent.live(seconds(3), false);
    EXPECT_LE(silent.oldest_believed(), 3 + 2 + 4) << "nothing is known, so nothing is given";
}

TEST(ViewAge, is_bounded_whatever_the_round_trip) {
    for (const auto rtt : {net::Duration::min(), net::Duration{}, net::Duration::max()}) {
        const auto ages = allowed_view_ages(*race.info, rtt, {});
        EXPECT_LE(ages.min, ages.max);
        EXPECT_LE(ages.max, game::view_age_max);
    }
    EXPECT_EQ(round_trip({}, std::nullopt), net::Duration{});
    EXPECT_EQ(round_trip(milliseconds(40), milliseconds(90)), milliseconds(40));
    EXPECT_EQ(round_trip(milliseconds(400), milliseconds(90)), milliseconds(90));
}

TEST(Doubts, of_a_seat_are_told_once) {
    TrustRig rig;
    TestVisitor& ada = rig.come_over(milliseconds(5));
    for (int time = 0; time < 60; ++time) {
        ada.send_inputs<RaceInput>(rig.room().match().next() + 2, {{.pressed = 0xf0, .age = 0}});
        rig.run(milliseconds(17));
    }
    ASSERT_EQ(rig.logs.suspicious.size(), 1u);
    EXPECT_EQ(rig.logs.suspicious[0].first, Seat{0});
    EXPECT_GE(rig.logs.suspicious[0].second.out_of_range, 20u);
    EXPECT_EQ(rig.counters().seats_suspicious, 1u);
    EXPECT_GE(rig.rooms->input_counters().out_of_range, 50u);
    EXPECT_TRUE(ada.is_open()) << "what it sends has no effect, so it may stay";

    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(1));
    for (int time = 0; time < 10; ++time) {
        netcode::InputPacket packet = bob.acknowledgement();
        packet.newest_received = rig.room().match().next() + 1'000;
        bob.send_packet(packet);
        rig.run(milliseconds(50));
    }
    ASSERT_EQ(rig.logs.suspicious.size(), 2u);
    EXPECT_EQ(rig.logs.suspicious[1].first, Seat{1});
    EXPECT_GE(rig.logs.suspicious[1].second.acks_beyond, 5u);
}

TEST(Doubts, of_too_many_datagrams_and_none_of_an_honest_player) {
    TrustRig rig;
    TestVisitor& ada = rig.come_over(milliseconds(5));
    for (int tick = 0; tick < 120; ++tick) {
        ada.send_inputs<RaceInput>(rig.room().match().next() + 3, {{.pressed = race_press, .age = 5}});
        rig.run(milliseconds(17));
    }
    EXPECT_TRUE(rig.logs.suspicious.empty());
    for (int often = 0; often < 400; ++often)
        ada.send_packet(ada.acknowledgement());
    rig.run(seconds(1));
    ASSERT_EQ(rig.logs.suspicious.size(), 1u);
    EXPECT_GE(rig.logs.suspicious[0].second.too_many, 100u);
}

json desync(const TestVisitor& who, std::string_view state) {
    return {{"type", "desync"},
            {"tick", who.next.value - 1},
            {"hash", "0123456789abcdef"},
            {"expected", "fedcba9876543210"},
            {"state", crypto::base64url(std::as_bytes(std::span(state)))}};
}

TEST(Desync, a_report_is_kept_with_the_log_and_leads_to_the_first_byte_that_differs) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(3));
    ada.send_inputs(rig.room().match().next() + 2, {{.step = 2}});
    rig.run(seconds(1));
    std::vector<std::byte> scratch(netcode::keyframe_bytes_max);
    std::string state(text_of(ada.state.write(scratch)));
    const std::size_t wrong = state.size() - 5;
    state[wrong] = static_cast<char>(state[wrong] ^ 1);
    ada.say(desync(ada, state));
    ada.say(desync(ada, state));
    rig.run(seconds(1));
    ASSERT_EQ(rig.logs.desyncs.size(), 1u) << "one in ten seconds";
    EXPECT_EQ(rig.visits->counters().desyncs_over_rate, 1u);
    EXPECT_EQ(rig.counters().desyncs_reported, 1u);

    const KeptDesync& kept = rig.logs.desyncs[0];
    EXPECT_EQ(kept.report.hash, 0x0123456789abcdefu);
    EXPECT_EQ(kept.report.expected, 0xfedcba9876543210u);
    const auto log = netcode::read_log_file(kept.log);
    ASSERT_TRUE(log.file);
    const auto found = examine(count_8, *log.file, kept.report);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->first_byte, wrong);
    EXPECT_EQ(found->log_differs, std::nullopt) << "the server was right";

    DesyncReport right = kept.report;
    right.state[wrong] = static_cast<char>(right.state[wrong] ^ 1);
    EXPECT_EQ(examine(count_8, *log.file, right)->first_byte, std::nullopt);
    EXPECT_EQ(examine(count_8, *log.file, right)->hash, hash_of(std::as_bytes(std::span(right.state))));
    right.state.pop_back();
    EXPECT_EQ(examine(count_8, *log.file, right)->first_byte, right.state.size());
    right.tick = Tick{1'000'000};
    EXPECT_FALSE(examine(count_8, *log.file, right));
}

TEST(Desync, an_examination_says_at_which_tick_the_log_is_of_another_program) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(4));
    ada.say(desync(ada, "x"));
    rig.run(seconds(1));
    ASSERT_EQ(rig.logs.desyncs.size(), 1u);
    const auto log = netcode::read_log_file(rig.logs.desyncs[0].log);
    game::Module other = count_8;
    other.step = [](void* state, const game::RawTurn& turn) {
        const auto failure = count_8.step(state, turn);
        if (turn.tick.value == 100) ++static_cast<CountState*>(state)->presses[3];
        return failure;
    };
    const auto found = examine(other, *log.file, rig.logs.desyncs[0].report);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->log_differs, Tick{120}) << "the first hash after it";
}

TEST(Desync, of_ticks_that_nobody_has_is_not_kept) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    json report = desync(ada, "x");
    report["tick"] = 4'000'000'000;
    ada.say(report);
    rig.run(seconds(11));
    EXPECT_TRUE(rig.logs.desyncs.empty());
    report["hash"] = "nothing";
    ada.say(report);
    rig.run(seconds(1));
    EXPECT_FALSE(ada.is_open()) << "no message";
}

}  // namespace
}  // namespace gs::rooms::testing
