// Ticks, what is sent of them, and what happens when a game breaks.
#include "server/rooms/fake_session.h"
#include "server/rooms/room_rig.h"

#include <gtest/gtest.h>

#include <set>

namespace gs::rooms::testing {
namespace {

TEST(Room, a_player_enters_and_follows_the_log) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(3));
    ASSERT_NE(ada.last("welcome"), nullptr);
    const json* entered = ada.last("entered");
    ASSERT_NE(entered, nullptr);
    EXPECT_EQ((*entered)["role"], "player");
    EXPECT_EQ((*entered)["seat"], 0);
    EXPECT_EQ((*entered)["match"]["module"]["url"], "/assets/count-1.wasm");
    EXPECT_EQ((*entered)["match"]["module"]["play_url"], "/assets/count.play-1.wasm");
    EXPECT_EQ((*entered)["match"]["id"], (*entered)["room"]["match_id"]);
    EXPECT_EQ((*entered)["roster"].size(), 1u);
    EXPECT_EQ(ada.keyframes, 1u);
    EXPECT_EQ(ada.garbled, 0u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
    EXPECT_GE(ada.hashes_equal, 2u);
    EXPECT_LE(rig.room().match().next() - ada.next, 3);
    EXPECT_EQ(ada.count().present[0], 1);
    EXPECT_EQ(ada.count().random, 42u);
}

TEST(Room, inputs_count_in_their_ticks) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(milliseconds(500));
    const Tick first = rig.room().match().next() + 5;
    ada.send_inputs(
        first, {{.step = 3, .pressed = press_once}, {.step = 3, .pressed = 0}, {.step = 0, .pressed = 0}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count().sums[0], 6);
    EXPECT_EQ(ada.count().presses[0], 1u);
    EXPECT_EQ(ada.newest_head->consumed, first + 2);
    EXPECT_EQ(rig.rooms->input_counters().used, 3u);
}

TEST(Room, has_an_epoch_that_tells_its_packets_from_those_of_the_room_before) {
    RoomRig rig;
    std::set<std::uint32_t> epochs = {rig.room().epoch()};
    for (int made = 0; made < 2; ++made) {
        const auto id = rig.rooms->make({.game = "count"}, rig.now);
        ASSERT_TRUE(id.has_value());
        epochs.insert(rig.rooms->find(*id)->epoch());
    }
    EXPECT_EQ(epochs.size(), 3u);
}

TEST(Room, everybody_has_the_same_state_whatever_the_network_does) {
    RoomRig rig;
    net::MemoryLinkOptions bad;
    bad.to_server = bad.to_client = {.delay = milliseconds(30),
                                     .jitter = milliseconds(40),
                                     .loss_permille = 200,
                                     .duplicate_permille = 100};
    std::vector<TestVisitor*> players;
    for (std::uint64_t index = 0; index < 6; ++index) {
        bad.seed = index + 1;
        players.push_back(&rig.play("Player", bad));
        players.push_back(&rig.watch("Watcher", bad));
    }
    for (int round = 0; round < 100; ++round) {
        rig.run(milliseconds(100));
        for (TestVisitor* each : players) {
            if (each->has_state)
                each->send_inputs(each->next + 8, {{.step = static_cast<std::int8_t>(round % 7)}});
        }
    }
    rig.run(seconds(2));
    for (TestVisitor* each : players) {
        EXPECT_EQ(each->garbled, 0u);
        EXPECT_EQ(each->hashes_wrong, 0u);
        EXPECT_GE(each->hashes_equal, 9u);
        EXPECT_EQ(each->count().sums[0], players[0]->count().sums[0]);
    }
    EXPECT_NE(players[0]->count().sums[0], 0);
}

TEST(Room, spectators_get_their_ticks_fifteen_times_per_second) {
    RoomRig rig;
    rig.play("Ada");
    TestVisitor& one = rig.watch("One");
    TestVisitor& other = rig.watch("Other");
    rig.run(seconds(1));
    one.keeps_datagrams = other.keeps_datagrams = true;
    rig.run(seconds(2));
    EXPECT_NE(one.datagrams, other.datagrams) << "not at the same time";
    EXPECT_NEAR(static_cast<double>(one.datagrams.size()), 30, 1);
    EXPECT_NEAR(static_cast<double>(other.datagrams.size()), 30, 1);
    EXPECT_EQ(one.seat(), -1);
    EXPECT_TRUE((*one.last("entered"))["resume"].is_null());
}

TEST(Room, a_spectators_inputs_do_nothing) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& watcher = rig.watch("Watcher");
    rig.run(milliseconds(300));
    watcher.send_inputs(rig.room().match().next() + 3, {{.step = 9}, {.step = 9}});
    rig.run(milliseconds(300));
    EXPECT_EQ(ada.count().sums[0], 0);
    EXPECT_EQ(rig.rooms->input_counters().used, 0u);
}

TEST(Room, sleeps_while_nobody_is_there_and_goes_on_where_it_was) {
    RoomRig rig;
    rig.run(seconds(5));
    EXPECT_EQ(rig.counters().ticks, 0u);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.say({{"type", "leave"}});
    rig.run(seconds(1));
    const std::uint64_t ticks = rig.counters().ticks;
    EXPECT_FALSE(rig.room().match().has_events()) << "that the seat is free is in the log";
    rig.run(seconds(10));
    EXPECT_EQ(rig.counters().ticks, ticks);
    EXPECT_EQ(rig.counters().overruns, 0u) << "sleeping is not being late";
    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(2));
    EXPECT_GE(bob.hashes_equal, 1u);
    EXPECT_GT(bob.next.value, ticks);
}

TEST(Room, overload_is_counted_and_nobody_is_lost) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    for (int stall = 0; stall < 5; ++stall) {
        rig.now += milliseconds(700);
        rig.run(milliseconds(300));
    }
    rig.run(seconds(2));
    EXPECT_GT(rig.counters().overruns, 5u * 30);
    EXPECT_EQ(ada.hashes_wrong, 0u);
    EXPECT_LE(rig.room().match().next() - ada.next, 3);
}

TEST(Room, a_thousand_who_come_at_once_share_keyframes_and_do_not_stall_the_loop) {
    RoomRig rig;
    rig.play("Ada");
    rig.run(seconds(1));
    std::vector<TestVisitor*> crowd;
    for (std::size_t index = 0; index < 1000; ++index)
        crowd.push_back(&rig.watch("Watcher"));
    rig.alive = false;
    std::uint64_t most = 0;
    for (int turn = 0; turn < 100; ++turn) {
        const std::uint64_t before = rig.counters().keyframes_sent;
        rig.run(milliseconds(16));
        most = std::max(most, rig.counters().keyframes_sent - before);
    }
    EXPECT_LE(most, 32u) << "sixteen per turn";
    EXPECT_EQ(rig.room().spectators(), 1000u);
    EXPECT_EQ(rig.counters().keyframes_sent, 1001u);
    EXPECT_LE(rig.counters().keyframes_encoded, 70u);
    for (TestVisitor* each : crowd)
        EXPECT_TRUE(each->has_state);
}

TEST(Room, a_hole_is_repaired_and_one_that_is_too_old_gets_a_keyframe) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(20));
    rig.alive = false;
    ada.say({{"type", "repair"}, {"first", ada.next.value - 100}, {"count", 50}});
    rig.run(milliseconds(300));
    EXPECT_EQ(ada.repairs, 1u);
    EXPECT_EQ(ada.keyframes, 1u);
    ada.say({{"type", "repair"}, {"first", 3}, {"count", 50}});
    rig.run(milliseconds(300));
    EXPECT_EQ(ada.repairs, 1u);
    EXPECT_EQ(ada.keyframes, 2u);
    EXPECT_EQ(rig.counters().repairs_too_old, 1u);
    ada.say({{"type", "repair"}, {"first", UINT32_MAX}, {"count", UINT32_MAX}});
    rig.run(milliseconds(300));
    EXPECT_EQ(ada.repairs, 1u) << "what has not happened is not repaired";
    EXPECT_TRUE(ada.is_open());
    EXPECT_EQ(ada.garbled, 0u);
}

TEST(Room, whoever_is_a_second_behind_gets_two_seconds_at_once) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(5));
    rig.alive = false;
    const Tick next = rig.room().match().next();
    const auto repaired = [&](std::uint32_t back) {
        const std::uint64_t before = ada.ticks_repaired;
        ada.say({{"type", "repair"}, {"first", next.value - back}, {"count", 1}});
        rig.run(milliseconds(100));
        return ada.ticks_repaired - before;
    };
    EXPECT_EQ(repaired(10), 1u);
    EXPECT_EQ(repaired(200), 120u);
}

/// Every seat of the largest game, all of them restless: as many bytes per tick as there can be.
struct CrowdRig : RoomRig {
    struct NoMember final : Member {
        void on_left(LeftReason, std::string_view) override {}
    };
    CrowdRig() : RoomRig({.game = &count_200}) {
        for (FakeSession& session : sessions) {
            session.keeps = false;
            viewers.push_back(*room().enter(member, session, person("One"), Role::player, {}, now));
        }
    }
    ~CrowdRig() {
        for (Viewer* viewer : viewers)
            room().leave(*viewer, now);
    }
    void move(int ticks) {
        for (int tick = 0; tick < ticks; ++tick) {
            netcode::InputPacket packet;
            packet.epoch = room().epoch();
            packet.first_input = room().match().next();
            packet.count = 1;
            const CountInput input{.step = static_cast<std::int8_t>(tick % 2 == 0 ? 90 : -90)};
            std::memcpy(packet.inputs[0].bytes, &input, sizeof input);
            netcode::InputPacketBytes bytes;
            const ByteView datagram = netcode::write_input_packet(count_200, packet, bytes);
            for (Viewer* viewer : viewers)
                ASSERT_TRUE(room().on_input(*viewer, datagram, now));
            const Tick before = room().match().next();
            while (room().match().next() == before)
                run(milliseconds(1));
        }
    }
    std::array<FakeSession, 200> sessions;
    std::vector<Viewer*> viewers;
    NoMember member;
};

TEST(Room, a_repair_that_would_be_larger_than_any_state_becomes_a_keyframe) {
    CrowdRig rig;
    rig.move(300);
    FakeSession& session = rig.sessions[7];
    session.keeps = true;
    const Tick next = rig.room().match().next();
    const netcode::MatchLog& log = rig.room().match().log();
    const auto asked = [&](std::uint32_t back, std::uint32_t count) {
        std::vector<std::byte> entries;
        EXPECT_EQ(log.copy(next - back, count, entries), count);
        session.transfers.clear();
        rig.room().repair(*rig.viewers[7], next - back, count, rig.now);
        return entries.size();
    };
    EXPECT_LE(asked(60, 60), 64u * 1024);
    ASSERT_EQ(session.transfers.size(), 1u);
    EXPECT_EQ((*session.transfers[0])[0], std::byte{2}) << "ticks";
    EXPECT_EQ(rig.counters().repairs_sent, 1u);
    EXPECT_FALSE(rig.viewers[7]->wants_keyframe());

    EXPECT_GT(asked(90, 90), 64u * 1024);
    EXPECT_TRUE(session.transfers.empty());
    EXPECT_EQ(rig.counters().repairs_sent, 1u);
    EXPECT_EQ(rig.counters().repairs_too_old, 1u);
    EXPECT_TRUE(rig.viewers[7]->wants_keyframe());
    rig.run(seconds(2));
    ASSERT_EQ(session.transfers.size(), 1u);
    EXPECT_EQ((*session.transfers[0])[0], std::byte{1}) << "a keyframe";
    EXPECT_LT(session.transfers[0]->size(), 64u * 1024);
}

TEST(Room, keyframes_that_are_asked_for_again_and_again_come_ever_later_until_it_is_calm) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    const auto asked_for = [&](int for_seconds) {
        const std::uint64_t before = ada.keyframes;
        for (int second = 0; second < for_seconds; ++second) {
            for (int often = 0; often < 5; ++often)
                ada.say({{"type", "keyframe"}});
            rig.run(seconds(1));
        }
        return ada.keyframes - before;
    };
    rig.run(seconds(3));
    EXPECT_EQ(ada.keyframes, 1u);
    // At once, then after 4, 8 and 16 s.
    EXPECT_EQ(asked_for(14), 3u);
    EXPECT_EQ(asked_for(80), 5u);
    rig.run(seconds(16));
    const std::uint64_t before = ada.keyframes;
    rig.run(seconds(11));
    EXPECT_EQ(asked_for(1), 1u);
    EXPECT_EQ(asked_for(3), 1u) << "as in the beginning";
    EXPECT_EQ(ada.keyframes, before + 2);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Room, an_endless_game_begins_a_new_match_and_ticks_go_on) {
    RigOptions options;
    options.room_limits.match_max = seconds(3);
    RoomRig rig(options);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    const std::string first = (*ada.last("entered"))["match"]["id"];
    rig.run(seconds(3));
    ASSERT_NE(ada.last("room"), nullptr);
    EXPECT_NE((*ada.last("room"))["room"]["match_id"], first);
    rig.run(seconds(3));
    EXPECT_GE(rig.counters().matches, 3u);
    EXPECT_LE(rig.room().match().log().chunks().size(), 2u) << "the log before is gone";
    EXPECT_EQ(ada.hashes_wrong, 0u);
    EXPECT_GE(ada.hashes_equal, 6u);
    EXPECT_EQ(ada.keyframes, 1u);
}

TEST(Room, a_match_begins_anew_before_its_log_takes_too_much_memory) {
    RigOptions options;
    options.room_limits.log_bytes_max = 500;
    RoomRig rig(options);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(30));
    EXPECT_GE(rig.counters().matches, 3u);
    EXPECT_LE(rig.room().match().log().entry_bytes(), 600u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Room, a_game_that_breaks_its_own_invariant_closes_its_room_only) {
    RoomRig rig;
    const auto other = rig.rooms->make({.game = "count"}, rig.now);
    ASSERT_TRUE(other);
    TestVisitor& far = rig.come(rig.person("Far"), Role::player, *other);
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(2));
    const RoomId broken = rig.room().setup().id;
    ada.send_inputs(rig.room().match().next() + 2, {{.step = 0, .pressed = press_break}});
    rig.run(seconds(1));
    for (TestVisitor* each : {&ada, &bob}) {
        ASSERT_NE(each->last("left"), nullptr);
        EXPECT_EQ((*each->last("left"))["reason"], "closed");
        EXPECT_NE((*each->last("left"))["words"], "");
        EXPECT_TRUE(each->is_open()) << "they are in the lobby now";
    }
    EXPECT_EQ(rig.rooms->find(broken), nullptr);
    ASSERT_EQ(rig.logs.kept.size(), 1u);
    EXPECT_STREQ(rig.logs.kept[0].failure.why, "somebody asked for it");
    EXPECT_EQ(rig.logs.kept[0].room.id, broken);

    // The kept log leads to the same failure.
    const auto read = netcode::read_log_file(rig.logs.kept[0].log);
    ASSERT_TRUE(read.file);
    game::StateBuffer state(count_8);
    game::InputVector inputs(count_8);
    Tick tick = {};
    ASSERT_TRUE(netcode::read_keyframe(count_8, read.file->keyframes[0].bytes, tick, state, inputs));
    game::CheckFailure failure;
    for (const netcode::Chunk& chunk : read.file->chunks) {
        ByteView rest = chunk.bytes;
        while (const auto body = netcode::take_entry(rest)) {
            EXPECT_FALSE(failure) << "it is the last tick";
            netcode::TickCommands commands;
            ASSERT_TRUE(netcode::read_entry(count_8, *body, inputs, commands));
            failure = count_8.step(state.data(), {.tick = tick,
                                                  .inputs = inputs.data(),
                                                  .events = {commands.events.begin(), commands.events.size()},
                                                  .random = commands.random});
            ++tick;
            if (rest.empty()) break;
        }
    }
    EXPECT_TRUE(failure);

    // Others go on, and the permanent room comes back under its id.
    rig.run(seconds(15));
    EXPECT_GE(far.hashes_equal, 15u);
    ASSERT_NE(rig.rooms->find(broken), nullptr);
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, broken)}});
    rig.run(seconds(2));
    EXPECT_EQ(ada.count_of("entered"), 2u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Room, who_takes_no_messages_is_told_later_and_closed_in_the_end) {
    RoomRig rig;
    struct Nobody final : Member {
        void on_left(LeftReason, std::string_view) override {}
    } member;
    FakeSession session;
    const auto viewer = rig.room().enter(member, session, rig.person("Slow"), Role::spectator, {}, rig.now);
    ASSERT_TRUE(viewer);
    session.is_full = true;
    rig.play("Ada");
    rig.play("Bob");
    rig.run(seconds(2));
    session.is_full = false;
    rig.run(seconds(1));
    ASSERT_FALSE(session.messages.empty());
    std::set<int> told;
    for (const std::string& text : session.messages) {
        const json message = json::parse(text);
        if (message["type"] != "roster") continue;
        for (const json& seat : message["changes"])
            told.insert(seat["seat"].get<int>());
    }
    EXPECT_EQ(told, (std::set<int>{0, 1})) << "what it missed came together";
    EXPECT_FALSE(session.closed);

    session.is_full = true;
    rig.play("Cid");
    rig.run(seconds(9));
    EXPECT_FALSE(session.closed);
    rig.run(seconds(3));
    EXPECT_EQ(session.closed, net::close_code::too_much);
    EXPECT_EQ(rig.counters().viewers_too_slow, 1u);
    rig.room().drop(**viewer, rig.now);
}

}  // namespace
}  // namespace gs::rooms::testing
