// Seats, the way back to them, and the host.
#include "server/rooms/room_rig.h"

#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

TEST(Seats, a_dropped_seat_is_held_with_neutral_input_and_given_back) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(1));
    ada.send_inputs(rig.room().match().next() + 2, {{.step = 1}});
    rig.run(milliseconds(200));
    const std::string resume = (*ada.last("entered"))["resume"];
    ada.link().client()->close(0, "reload");
    rig.run(seconds(5));
    EXPECT_EQ(bob.count().present[0], 2);
    EXPECT_EQ(bob.roster().at(0)["connected"], false);
    const std::int32_t sum = bob.count().sums[0];
    rig.run(seconds(5));
    EXPECT_EQ(bob.count().sums[0], sum) << "nobody walks on";

    TestVisitor& back = rig.come(ada.person, Role::player, rig.room().setup().id, {}, resume);
    rig.run(seconds(1));
    EXPECT_EQ(back.seat(), 0);
    EXPECT_EQ(bob.count().present[0], 1);
    EXPECT_EQ(bob.roster().at(0)["connected"], true);
    EXPECT_NE((*back.last("entered"))["resume"], resume) << "a token is good once";
    EXPECT_EQ(rig.counters().returns, 1u);
    EXPECT_EQ(rig.counters().resume_tokens_refused, 0u);
    EXPECT_EQ(rig.counters().joins, 2u);
}

TEST(Seats, a_reload_that_lost_its_token_gets_the_seat_back_as_the_same_guest) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.play("Bob");
    rig.run(seconds(1));
    ada.link().client()->close(0, "");
    rig.run(seconds(1));
    TestVisitor& back = rig.come(ada.person, Role::player, rig.room().setup().id);
    rig.run(seconds(1));
    EXPECT_EQ(back.seat(), 0);
    EXPECT_EQ(rig.counters().returns, 1u);
}

TEST(Seats, a_strangers_resume_token_is_worth_nothing) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    const std::string resume = (*ada.last("entered"))["resume"];
    ada.link().client()->close(0, "");
    rig.run(seconds(1));
    TestVisitor& thief = rig.come(rig.person("Thief"), Role::player, rig.room().setup().id, {}, resume);
    rig.run(seconds(1));
    EXPECT_EQ(thief.seat(), 1);
    EXPECT_EQ(rig.room().seats().at(Seat{0}).state, SeatState::dropped);
}

TEST(Seats, are_free_when_nobody_comes_back_in_time) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(1));
    ada.link().client()->close(0, "");
    rig.run(seconds(29));
    EXPECT_EQ(rig.room().seats().taken(), 2u);
    rig.run(seconds(3));
    EXPECT_EQ(rig.room().seats().taken(), 1u);
    EXPECT_EQ(bob.count().present[0], 0);
    EXPECT_FALSE(bob.roster().contains(0));
    EXPECT_EQ(rig.counters().seats_expired, 1u);
    TestVisitor& back = rig.come(ada.person, Role::player, rig.room().setup().id);
    rig.run(seconds(1));
    EXPECT_EQ(back.seat(), 0) << "as somebody new";
    EXPECT_EQ(rig.counters().joins, 3u);
}

TEST(Seats, of_two_tabs_with_one_token_the_newer_takes_over_and_the_older_is_told) {
    RoomRig rig;
    TestVisitor& old_tab = rig.play("Ada");
    rig.run(seconds(1));
    const std::string resume = (*old_tab.last("entered"))["resume"];
    TestVisitor& new_tab = rig.come(old_tab.person, Role::player, rig.room().setup().id, {}, resume);
    rig.run(seconds(1));
    EXPECT_EQ((*old_tab.last("left"))["reason"], "taken_elsewhere");
    EXPECT_EQ(new_tab.seat(), 0);
    EXPECT_EQ(rig.room().seats().taken(), 1u);
    TestVisitor& third = rig.come(old_tab.person, Role::player, rig.room().setup().id, {}, resume);
    rig.run(seconds(1));
    EXPECT_EQ(third.seat(), 0);
    EXPECT_EQ(rig.counters().resume_tokens_refused, 1u) << "the token was spent";
    EXPECT_EQ(rig.counters().taken_elsewhere, 2u);
    // Inputs of the older ones do nothing any more.
    old_tab.send_inputs(rig.room().match().next() + 2, {{.step = 5}, {.step = 5}});
    rig.run(seconds(1));
    EXPECT_EQ(third.count().sums[0], 0);
    EXPECT_EQ(third.hashes_wrong, 0u);
    EXPECT_TRUE(old_tab.is_open());
}

TEST(Seats, entering_where_one_is_keeps_the_seat) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, rig.room().setup().id)}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count_of("entered"), 2u);
    EXPECT_EQ(ada.count_of("left"), 0u);
    EXPECT_EQ(ada.seat(), 0);
    EXPECT_EQ(ada.keyframes, 2u);
    EXPECT_EQ(ada.count().present[0], 1);
    EXPECT_EQ(rig.counters().joins, 1u);
}

TEST(Seats, counts_tell_seats_that_are_held_from_people_who_are_here_and_no_lobby_counts) {
    RoomRig rig;
    rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.watch("Cleo");
    TestVisitor& lobby = rig.come(rig.person("Dan"), Role::preview, rig.room().setup().id);
    rig.run(seconds(1));
    const auto expect = [&](std::uint32_t players, std::uint32_t spectators, std::uint32_t viewers) {
        const RoomInfo info = rig.room().info();
        EXPECT_EQ(info.players, players);
        EXPECT_EQ(info.spectators, spectators);
        EXPECT_EQ(info.viewers, viewers);
    };
    expect(2, 1, 3);
    EXPECT_EQ((*lobby.last("entered"))["role"], "preview");
    EXPECT_GT(lobby.keyframes, 0u) << "it sees the room";
    EXPECT_EQ(rig.rooms->counts().previews, 1u);
    bob.link().client()->close(0, {});
    rig.run(seconds(1));
    expect(2, 1, 2);
    rig.run(seconds(31));
    expect(1, 1, 2);
    const std::uint64_t version = rig.rooms->version();
    lobby.say({{"type", "lobby"}});
    rig.run(seconds(1));
    expect(1, 1, 2);
    EXPECT_EQ(rig.rooms->counts().previews, 0u);
    EXPECT_EQ(rig.rooms->version(), version) << "nobody has to be told";
}

TEST(Seats, a_spectator_takes_a_seat_and_a_player_becomes_a_spectator) {
    RoomRig rig;
    TestVisitor& ada = rig.watch("Ada");
    rig.run(seconds(1));
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, rig.room().setup().id)}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.seat(), 0);
    EXPECT_EQ(rig.room().spectators(), 0u);
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::spectator, rig.room().setup().id)}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.seat(), -1);
    EXPECT_EQ(rig.room().spectators(), 1u);
    EXPECT_EQ(rig.room().seats().taken(), 0u);
}

TEST(Seats, names_that_look_alike_get_a_number) {
    RoomRig rig;
    rig.play("Ada");
    rig.play("ADA");
    TestVisitor& last = rig.play(
        "\xd0\x90"
        "da");  // a Cyrillic A
    rig.run(seconds(1));
    EXPECT_EQ(last.roster().at(0)["name"], "Ada");
    EXPECT_EQ(last.roster().at(1)["name"], "ADA 2");
    EXPECT_EQ(last.roster().at(2)["name"],
              "\xd0\x90"
              "da 3");
}

TEST(Seats, roster_changes_are_told_together_ten_times_per_second) {
    RigOptions options;
    options.game = &count_200;
    RoomRig rig(options);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    const std::size_t before = ada.count_of("roster");
    for (int guest = 0; guest < 100; ++guest) {
        rig.play("Guest " + std::to_string(guest));
        rig.run(milliseconds(10));
    }
    rig.run(milliseconds(300));
    EXPECT_LE(ada.count_of("roster") - before, 13u);
    EXPECT_EQ(ada.roster().size(), 101u);
    EXPECT_LE(ada.count_of("room"), 6u) << "twice per second";
    EXPECT_EQ((*ada.last("room"))["room"]["players"], 101);
}

// ---- Host

struct HostRig : RoomRig {
    HostRig() {
        maker = person("Maker");
        id = *rooms->make({.game = "count", .maker = maker.id}, now);
    }
    TestVisitor& enter(const net::Person& who, Role role = Role::player) { return come(who, role, id); }
    Room& made() { return *rooms->find(id); }
    static json kick(const net::Person& who) {
        return {{"type", "host"}, {"do", "kick"}, {"person", who.id.text()}};
    }
    static json order(std::string_view what, std::optional<int> seat = {}) {
        json message = {{"type", "host"}, {"do", what}};
        if (seat) message["seat"] = *seat;
        return message;
    }

    net::Person maker;
    RoomId id;
};

TEST(Host, is_the_first_to_come_until_the_maker_does) {
    HostRig rig;
    TestVisitor& first = rig.enter(rig.person("First"));
    rig.run(seconds(1));
    EXPECT_EQ((*first.last("entered"))["host"], true);
    TestVisitor& maker = rig.enter(rig.maker);
    rig.run(seconds(1));
    EXPECT_EQ((*maker.last("entered"))["host"], true);
    EXPECT_EQ(first.roster().at(0)["host"], false);
    EXPECT_EQ(first.roster().at(1)["host"], true);
}

TEST(Host, is_handed_over_when_the_host_leaves_for_good_but_not_before) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    TestVisitor& bob = rig.enter(rig.person("Bob"));
    rig.enter(rig.person("Cid"));
    rig.run(seconds(1));
    maker.link().client()->close(0, "");
    rig.run(seconds(5));
    EXPECT_EQ(bob.roster().at(0)["host"], true) << "away for a moment";
    rig.run(seconds(30));
    EXPECT_EQ(bob.roster().at(1)["host"], true);
    EXPECT_EQ(bob.roster().at(2)["host"], false);
    bob.say(HostRig::order("hand_over", 2));
    rig.run(seconds(1));
    EXPECT_EQ(bob.roster().at(2)["host"], true);
    EXPECT_EQ(bob.roster().at(1)["host"], false);
}

TEST(Host, nobody_is_in_a_permanent_room) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.play("Bob");
    rig.run(seconds(1));
    EXPECT_EQ((*ada.last("entered"))["host"], false);
    ada.say(HostRig::order("kick", 1));
    rig.run(seconds(1));
    EXPECT_EQ(rig.room().seats().taken(), 2u);
    EXPECT_EQ(ada.count_of("notice"), 1u);
}

TEST(Host, sends_somebody_away_who_cannot_come_back_while_the_room_lives) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    const net::Person bob = rig.person("Bob");
    TestVisitor& bob_plays = rig.enter(bob);
    TestVisitor& bob_watches = rig.enter(bob, Role::spectator);
    rig.run(seconds(1));
    maker.say(HostRig::order("kick", 1));
    rig.run(seconds(1));
    EXPECT_EQ((*bob_plays.last("left"))["reason"], "kicked");
    EXPECT_EQ((*bob_watches.last("left"))["reason"], "kicked");
    EXPECT_EQ(rig.made().seats().taken(), 1u);
    for (const Role role : {Role::player, Role::spectator}) {
        TestVisitor& again = rig.enter(bob, role);
        rig.run(seconds(1));
        EXPECT_EQ((*again.last("refused"))["reason"], "kicked");
    }
    TestVisitor& elsewhere = rig.come(bob, Role::player, rig.room().setup().id);
    rig.run(seconds(1));
    EXPECT_NE(elsewhere.last("entered"), nullptr) << "other rooms are not concerned";
}

TEST(Host, kicks_no_empty_seat_no_seat_beyond_the_end_and_not_itself) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    TestVisitor& bob = rig.enter(rig.person("Bob"));
    rig.run(seconds(1));
    for (const int seat : {0, 2, 7, 8, 200, 254})
        maker.say(HostRig::order("kick", seat));
    maker.say(HostRig::order("kick"));
    maker.say(HostRig::order("hand_over", 5));
    rig.run(seconds(1));
    EXPECT_EQ(rig.made().seats().taken(), 2u);
    EXPECT_EQ(maker.count_of("notice"), 8u);
    bob.say(HostRig::order("kick", 0));
    bob.say(HostRig::order("lock"));
    rig.run(seconds(1));
    EXPECT_EQ(bob.count_of("notice"), 2u) << "only the host may";
    EXPECT_FALSE(rig.made().info().locked);
}

TEST(Host, shows_out_who_only_watches_in_all_their_tabs_and_for_good) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    const net::Person eve = rig.person("Eve");
    TestVisitor& watches = rig.enter(eve, Role::spectator);
    TestVisitor& other_tab = rig.enter(eve, Role::spectator);
    TestVisitor& cid = rig.enter(rig.person("Cid"), Role::spectator);
    rig.run(seconds(1));
    maker.say(HostRig::kick(eve));
    rig.run(seconds(1));
    for (const TestVisitor* gone : {&watches, &other_tab}) {
        ASSERT_NE(gone->last("left"), nullptr);
        EXPECT_EQ((*gone->last("left"))["reason"], "kicked");
        EXPECT_NE((*gone->last("left"))["words"], "");
    }
    EXPECT_EQ(cid.last("left"), nullptr);
    EXPECT_EQ(rig.made().spectators(), 1u);
    EXPECT_EQ(rig.counters().kicks, 1u);
    const std::uint64_t datagrams = watches.datagram_count;
    for (const Role role : {Role::player, Role::spectator, Role::preview}) {
        TestVisitor& again = rig.enter(eve, role);
        rig.run(seconds(1));
        EXPECT_EQ((*again.last("refused"))["reason"], "kicked");
    }
    EXPECT_EQ(watches.datagram_count, datagrams) << "no tick goes to who is out";
    EXPECT_GT(cid.datagram_count, 0u);
}

TEST(Host, shows_out_by_their_id_who_has_a_seat_held_or_not) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    TestVisitor& bob = rig.enter(rig.person("Bob"));
    TestVisitor& cid = rig.enter(rig.person("Cid"));
    rig.run(seconds(1));
    cid.link().client()->close(0, "");
    rig.run(seconds(1));
    ASSERT_EQ(rig.made().seats().taken(), 3u);
    maker.say(HostRig::kick(bob.person));
    maker.say(HostRig::kick(cid.person));
    rig.run(seconds(1));
    EXPECT_EQ((*bob.last("left"))["reason"], "kicked");
    EXPECT_EQ(rig.made().seats().taken(), 1u);
    EXPECT_EQ(maker.roster().size(), 1u);
    TestVisitor& back = rig.enter(cid.person);
    rig.run(seconds(1));
    EXPECT_EQ((*back.last("refused"))["reason"], "kicked");
}

TEST(Host, shows_out_neither_itself_nor_who_is_not_there_and_nobody_else_does) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    TestVisitor& makers_other_tab = rig.enter(rig.maker, Role::spectator);
    TestVisitor& bob = rig.enter(rig.person("Bob"));
    const net::Person eve = rig.person("Eve");
    TestVisitor& watches = rig.enter(eve, Role::spectator);
    const net::Person in_lobby = rig.person("Lou");
    rig.enter(in_lobby, Role::preview);
    const net::Person never_came = rig.person("Nobody");
    rig.run(seconds(1));
    for (const net::Person& who : {rig.maker, in_lobby, never_came})
        maker.say(HostRig::kick(who));
    rig.run(seconds(1));
    EXPECT_EQ(maker.count_of("notice"), 3u);
    for (TestVisitor* other : {&bob, &watches, &makers_other_tab}) {
        other->say(HostRig::kick(other == &watches ? bob.person : eve));
        rig.run(seconds(1));
        ASSERT_EQ(other->count_of("notice"), 1u) << "only the host may, from the seat";
        EXPECT_EQ((*other->last("notice"))["words"], "Only the host of the room can do that");
    }
    EXPECT_EQ(rig.counters().kicks, 0u);
    EXPECT_EQ(rig.made().seats().taken(), 2u);
    EXPECT_EQ(rig.made().spectators(), 2u);
    TestVisitor& late = rig.enter(never_came);
    rig.run(seconds(1));
    EXPECT_NE(late.last("entered"), nullptr);
}

TEST(Host, a_locked_room_takes_nobody_new_but_those_who_have_a_seat_and_spectators) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    TestVisitor& bob = rig.enter(rig.person("Bob"));
    rig.run(seconds(1));
    maker.say(HostRig::order("lock"));
    rig.run(seconds(1));
    EXPECT_EQ((*maker.last("room"))["room"]["locked"], true);
    TestVisitor& cid = rig.enter(rig.person("Cid"));
    TestVisitor& watcher = rig.enter(rig.person("Watcher"), Role::spectator);
    bob.link().client()->close(0, "");
    rig.run(seconds(1));
    EXPECT_EQ((*cid.last("refused"))["reason"], "locked");
    EXPECT_NE(watcher.last("entered"), nullptr);
    TestVisitor& back = rig.enter(bob.person);
    rig.run(seconds(1));
    EXPECT_EQ(back.seat(), 1);
    maker.say(HostRig::order("unlock"));
    rig.run(seconds(1));
    TestVisitor& dan = rig.enter(rig.person("Dan"));
    rig.run(seconds(1));
    EXPECT_NE(dan.last("entered"), nullptr);
}

TEST(Host, starting_an_endless_game_is_refused_in_words) {
    HostRig rig;
    TestVisitor& maker = rig.enter(rig.maker);
    rig.run(seconds(1));
    maker.say(HostRig::order("start"));
    rig.run(seconds(1));
    ASSERT_EQ(maker.count_of("notice"), 1u);
    EXPECT_NE((*maker.last("notice"))["words"], "");
    EXPECT_EQ(rig.made().info().phase, Phase::playing);
}

}  // namespace
}  // namespace gs::rooms::testing
