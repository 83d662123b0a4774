// The directory: finding, making, listing and reaping rooms.
#include "server/rooms/rooms.h"

#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<RoomInfo>& rooms) {
    std::vector<std::string> names;
    for (const RoomInfo& room : rooms)
        names.push_back(room.name);
    return names;
}

TEST(Rooms, the_permanent_room_has_the_same_id_after_a_restart) {
    RoomRig one;
    RoomRig other;
    EXPECT_EQ(one.room().setup().id, other.room().setup().id);
    EXPECT_EQ(one.room().setup().id.text(), "count0000000");
    one.run(std::chrono::minutes(5));
    EXPECT_NE(one.rooms->find(other.room().setup().id), nullptr) << "it is never reaped";
}

TEST(Rooms, are_listed_by_how_many_people_are_there) {
    RoomRig rig;
    const auto empty = *rig.rooms->make({.game = "count", .name = "Empty"}, rig.now);
    const auto busy = *rig.rooms->make({.game = "count", .name = "Busy"}, rig.now);
    rig.rooms->make({.game = "count", .name = "Secret", .access = Access::by_invite}, rig.now).value();
    rig.come(rig.person("A"), Role::player, busy);
    rig.come(rig.person("B"), Role::player, busy);
    rig.play("C");
    rig.run(seconds(1));
    EXPECT_THAT(names_of(rig.rooms->list(rig.now)), ElementsAre("Busy", "The Count", "Empty"));
    EXPECT_EQ(rig.rooms->listed_count(), 3u);
    EXPECT_TRUE(rig.rooms->list(rig.now, "chess").empty());
    EXPECT_NE(rig.rooms->find(empty), nullptr);
    EXPECT_EQ(rig.rooms->counts().rooms, 4u);
    EXPECT_EQ(rig.rooms->counts().seats_taken, 3u);
    EXPECT_EQ(rig.rooms->counts().awake, 2u);
}

TEST(Rooms, go_a_minute_after_the_last_one_left) {
    RoomRig rig;
    const auto id = *rig.rooms->make({.game = "count"}, rig.now);
    TestVisitor& ada = rig.come(rig.person("Ada"), Role::player, id);
    rig.run(seconds(90));
    EXPECT_NE(rig.rooms->find(id), nullptr);
    ada.say({{"type", "leave"}});
    rig.run(seconds(58));
    EXPECT_NE(rig.rooms->find(id), nullptr);
    rig.run(seconds(5));
    EXPECT_EQ(rig.rooms->find(id), nullptr);
    EXPECT_EQ(rig.counters().rooms_reaped, 1u);
    // With its link a visitor learns that it is gone.
    TestVisitor& late = rig.come(rig.person("Late"), Role::player, id);
    rig.run(seconds(1));
    EXPECT_EQ((*late.last("refused"))["reason"], "gone");
    EXPECT_EQ(rig.counters().refused_gone, 1u);
}

TEST(Rooms, a_held_seat_keeps_its_room) {
    RigOptions options;
    options.rooms.reaped_after = seconds(10);
    RoomRig rig(options);
    const auto id = *rig.rooms->make({.game = "count"}, rig.now);
    TestVisitor& ada = rig.come(rig.person("Ada"), Role::player, id);
    rig.run(seconds(1));
    ada.link().client()->close(0, "");
    rig.run(seconds(28));
    EXPECT_NE(rig.rooms->find(id), nullptr);
    rig.run(seconds(15));
    EXPECT_EQ(rig.rooms->find(id), nullptr);
}

TEST(Rooms, one_person_makes_only_a_few_of_a_thousand) {
    RoomRig rig;
    const net::Person greedy = rig.person("Greedy");
    std::size_t made = 0;
    for (int wish = 0; wish < 1000; ++wish) {
        const auto room = rig.rooms->make({.game = "count", .maker = greedy.id}, rig.now);
        if (room) ++made;
        if (!room) {
            EXPECT_EQ(room.error(), MakeRefusal::too_many_of_yours);
        }
    }
    EXPECT_EQ(made, 3u);
    EXPECT_EQ(rig.counters().rooms_refused_per_person, 997u);
    EXPECT_TRUE(rig.rooms->make({.game = "count", .maker = rig.person("Other").id}, rig.now));
    // When theirs are gone, they may again.
    rig.run(seconds(70));
    EXPECT_TRUE(rig.rooms->make({.game = "count", .maker = greedy.id}, rig.now));
}

TEST(Rooms, people_behind_one_address_share_a_limit) {
    RigOptions options;
    options.rooms.rooms_per_network_max = 5;
    RoomRig rig(options);
    const auto make = [&](std::uint64_t network) {
        return rig.rooms->make({.game = "count", .maker = rig.person("P").id, .maker_network = network},
                               rig.now);
    };
    for (int count = 0; count < 5; ++count)
        EXPECT_TRUE(make(1));
    EXPECT_EQ(make(1).error(), MakeRefusal::too_many_of_network);
    EXPECT_TRUE(make(2));
}

TEST(Rooms, there_are_only_so_many) {
    RigOptions options;
    options.rooms.rooms_max = 10;
    RoomRig rig(options);
    for (int count = 1; count < 10; ++count)
        EXPECT_TRUE(rig.rooms->make({.game = "count", .maker = rig.person("P").id}, rig.now));
    EXPECT_EQ(rig.rooms->make({.game = "count"}, rig.now).error(), MakeRefusal::full);
    EXPECT_EQ(rig.rooms->make({.game = "chess"}, rig.now).error(), MakeRefusal::no_such_game);
    for (const auto refusal : {MakeRefusal::full, MakeRefusal::no_such_game, MakeRefusal::closing,
                               MakeRefusal::too_many_of_yours, MakeRefusal::too_many_of_network})
        EXPECT_FALSE(words_of(refusal).empty());
}

TEST(Rooms, quick_play_fills_the_fullest_room_and_makes_one_when_all_are_full) {
    RoomRig rig;
    for (int count = 0; count < 7; ++count)
        rig.play("P");
    rig.run(seconds(1));
    EXPECT_EQ(*rig.rooms->quick_play("count", rig.now), rig.room().setup().id);
    rig.play("P");
    rig.run(seconds(1));
    const auto other = rig.rooms->quick_play("count", rig.now);
    ASSERT_TRUE(other);
    EXPECT_NE(*other, rig.room().setup().id);
    EXPECT_EQ(*rig.rooms->quick_play("count", rig.now), *other);
    EXPECT_FALSE(rig.rooms->quick_play("chess", rig.now));
}

TEST(Rooms, an_invite_leads_to_its_room_only) {
    RoomRig rig;
    const auto id = *rig.rooms->make({.game = "count", .access = Access::by_invite}, rig.now);
    const auto other = *rig.rooms->make({.game = "count", .access = Access::by_invite}, rig.now);
    const std::string invite(rig.rooms->invite_of(id));
    EXPECT_EQ(rig.rooms->find_by_invite(invite), rig.rooms->find(id));
    EXPECT_TRUE(rig.rooms->is_invite_of(id, invite));
    EXPECT_FALSE(rig.rooms->is_invite_of(other, invite));
    EXPECT_FALSE(rig.rooms->is_invite_of(id, ""));
    EXPECT_FALSE(rig.rooms->is_invite_of(RoomId{}, ""));
    EXPECT_EQ(rig.rooms->find_by_invite(std::string(1'000'000, 'a')), nullptr);
    rig.run(seconds(70));
    EXPECT_EQ(rig.rooms->find_by_invite(invite), nullptr);
}

TEST(Rooms, seats_are_cut_to_what_the_game_allows) {
    RoomRig rig;
    const auto seats = [&](std::size_t wished) {
        return rig.rooms->find(*rig.rooms->make({.game = "count", .seats = wished}, rig.now))->info().seats;
    };
    EXPECT_EQ(seats(0), 8u);
    EXPECT_EQ(seats(2), 2u);
    EXPECT_EQ(seats(1'000'000), 8u);
}

TEST(Rooms, a_full_room_says_so_and_can_be_watched) {
    RoomRig rig;
    const auto id = *rig.rooms->make({.game = "count", .seats = 1}, rig.now);
    rig.come(rig.person("Ada"), Role::player, id);
    rig.run(seconds(1));
    TestVisitor& bob = rig.come(rig.person("Bob"), Role::player, id);
    rig.run(seconds(1));
    EXPECT_EQ((*bob.last("refused"))["reason"], "full");
    EXPECT_TRUE(bob.is_open());
    bob.say({{"type", "enter"}, {"ticket", rig.ticket(bob.person, Role::spectator, id)}});
    rig.run(seconds(1));
    EXPECT_NE(bob.last("entered"), nullptr);
}

TEST(Rooms, say_when_they_are_due_and_wake_the_shard_when_that_becomes_earlier) {
    RoomRig rig;
    rig.run(milliseconds(1500));
    int woken = 0;
    rig.shared.woken = [&] { ++woken; };
    EXPECT_GT(rig.rooms->next_due() - rig.now, milliseconds(20)) << "nobody is there";
    rig.play("Ada");
    rig.run(milliseconds(50));
    EXPECT_EQ(woken, 1);
    EXPECT_LE(rig.rooms->next_due() - rig.now, milliseconds(17));
}

TEST(Rooms, a_draining_server_lets_nobody_in) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    rig.rooms->drain();
    rig.visits->drain();
    EXPECT_EQ(rig.rooms->make({.game = "count"}, rig.now).error(), MakeRefusal::closing);
    rig.run(seconds(1));
    ASSERT_TRUE(ada.closed);
    EXPECT_EQ(ada.closed->code, net::close_code::going_away);
    TestVisitor& late = rig.play("Late");
    rig.run(seconds(1));
    ASSERT_TRUE(late.closed);
    EXPECT_EQ(late.closed->code, net::close_code::going_away);
}

TEST(Rooms, a_clock_that_steps_back_disturbs_nobody) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(2));
    const Tick before = rig.room().match().next();
    // The rooms alone are given the earlier time: links and visits have a clock that does not step.
    net::Instant earlier = rig.now - std::chrono::minutes(30);
    for (int turn = 0; turn < 2000; ++turn) {
        earlier += milliseconds(1);
        rig.rooms->turn(earlier);
    }
    EXPECT_NEAR(rig.room().match().next() - before, 120, 2);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

}  // namespace
}  // namespace gs::rooms::testing
