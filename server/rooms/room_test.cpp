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
    EXPECT_EQ((*entered)["roster"].size(), 1u);
    EXPECT_EQ(ada.keyframes, 1u);
    EXPECT_EQ(ada.garbled, 0u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
    EXPECT_GE(ada.hashes_equal, 2u);
    EXPECT_LE(rig.room().match().next() - ada.next, 3);
    EXPECT_EQ(ada.count().present[0], 1);
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
    // One pair in 16,384 is alike; three hardly ever are.
    EXPECT_GE(epochs.size(), 2u);
}

}  // namespace
}  // namespace gs::rooms::testing
