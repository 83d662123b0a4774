#include "core/game/module.h"

#include "core/game/test_game.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::game {
namespace {

using Input = TestGame::Input;
using State = TestGame::State;

const State& shown(const StateBuffer& buffer) { return *static_cast<const State*>(buffer.data()); }
State& opened(StateBuffer& buffer) { return *static_cast<State*>(buffer.data()); }

class ModuleTest : public testing::Test {
  protected:
    CheckFailure step(StateBuffer& state, std::vector<SeatEvent> events, std::uint64_t random = 0) {
        return test_module.step(
            state.data(), {.tick = tick_, .inputs = inputs_.data(), .events = events, .random = random});
    }

    Tick tick_{3};
    InputVector inputs_{test_module};
    std::vector<std::byte> scratch_ = std::vector<std::byte>(state_bytes_max);
};

TEST_F(ModuleTest, steps_the_game_in_place) {
    StateBuffer state(test_module);
    EXPECT_EQ(shown(state).steps, 0u);
    EXPECT_EQ(shown(state).mixed, hash_start);
    const Input press = {.move_x = 5, .held = 2, .presses = 1};
    inputs_.set(Seat{1}, &press);
    EXPECT_FALSE(step(state, {{.seat = Seat{1}, .kind = SeatEvent::Kind::joined}}));
    EXPECT_EQ(shown(state).steps, 1u);
    EXPECT_TRUE(shown(state).seat[1].taken);
    EXPECT_EQ(shown(state).seat[1].presses, 1u);
}

TEST_F(ModuleTest, a_failed_check_is_of_its_own_step) {
    StateBuffer state(test_module);
    // Left over from somewhere else.
    check_failed("x", "y", "z", 1);
    EXPECT_FALSE(step(state, {}));
    const CheckFailure failure = step(state, {{.seat = Seat{1}, .kind = SeatEvent::Kind::left}});
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure.why, "who leaves has had a seat");
    EXPECT_FALSE(take_check_failure());
    EXPECT_FALSE(step(state, {}));
}

TEST_F(ModuleTest, equal_states_have_equal_hashes_and_others_do_not) {
    StateBuffer state(test_module);
    StateBuffer other(test_module);
    EXPECT_EQ(state.hash(scratch_), other.hash(scratch_));
    static_cast<void>(step(state, {}, 5));
    EXPECT_NE(state.hash(scratch_), other.hash(scratch_));
    other.copy_from(state);
    EXPECT_EQ(state.hash(scratch_), other.hash(scratch_));
    EXPECT_EQ(state.hash(scratch_), hash_of(state.write(scratch_)));
}

TEST_F(ModuleTest, a_state_comes_back_from_its_bytes) {
    StateBuffer state(test_module);
    static_cast<void>(step(state, {{.seat = Seat{7}, .kind = SeatEvent::Kind::joined}}, 9));
    const ByteView bytes = state.write(scratch_);
    ASSERT_FALSE(bytes.empty());
    StateBuffer read(test_module);
    wire::BitReader reader(bytes);
    ASSERT_TRUE(test_module.read_state(reader, read.data()));
    EXPECT_TRUE(reader.align());
    EXPECT_EQ(reader.remaining(), 0u);
    EXPECT_EQ(shown(read).mixed, shown(state).mixed);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        wire::BitReader lacking(bytes.first(cut));
        EXPECT_FALSE(test_module.read_state(lacking, read.data()));
    }
}

TEST_F(ModuleTest, a_state_that_is_no_number_or_has_no_room_is_not_written) {
    StateBuffer state(test_module);
    EXPECT_TRUE(state.write(MutableBytes(scratch_).first(20)).empty());
    opened(state).seat[0].at.x = std::numeric_limits<float>::infinity();
    EXPECT_TRUE(state.write(scratch_).empty());
}

TEST_F(ModuleTest, inputs_of_all_seats_are_neutral_set_and_repeated) {
    const Input neutral = {};
    const Input input = {.aim = 4, .held = 1, .presses = 1};
    EXPECT_EQ(inputs_.seats(), 8u);
    inputs_.set(Seat{7}, &input);
    InputVector copy(test_module);
    copy.copy_from(inputs_);
    EXPECT_TRUE(test_module.same(copy.at(Seat{7}), &input));
    EXPECT_TRUE(test_module.same(copy.at(Seat{6}), &neutral));
    copy.repeat();
    const Input repeated = {.aim = 4, .held = 1, .presses = 0};
    EXPECT_TRUE(test_module.same(copy.at(Seat{7}), &repeated));
    EXPECT_TRUE(test_module.same(inputs_.at(Seat{7}), &input));
    copy.clear();
    EXPECT_TRUE(test_module.same(copy.at(Seat{7}), &neutral));
}

TEST_F(ModuleTest, merging_keeps_what_was_pressed_in_either) {
    const Input older = {.move_x = 9, .held = 1, .presses = 1};
    Input newer = {.move_x = -9, .held = 0, .presses = 1};
    test_module.merge(&older, &newer);
    EXPECT_EQ(newer, (Input{.move_x = -9, .held = 0, .presses = 2}));
}

TEST_F(ModuleTest, the_longest_input_takes_all_that_the_contract_gives) {
    const Input longest = {.aim = TestGame::aim_max,
                           .move_x = TestGame::move_max,
                           .move_y = -TestGame::move_max,
                           .held = 0x7f,
                           .presses = 255,
                           .mark = TestGame::mark_max};
    std::array<std::byte, input_wire_bytes_max> room;
    wire::BitWriter writer(room);
    const Input neutral = {};
    ASSERT_TRUE(test_module.write_input(writer, &longest, &neutral));
    EXPECT_EQ(writer.size(), input_wire_bytes_max);
    wire::BitReader reader(room);
    Input read = {};
    ASSERT_TRUE(test_module.read_input(reader, &read, &neutral));
    EXPECT_EQ(read, longest);
}

TEST_F(ModuleTest, draws_between_two_states) {
    StateBuffer before(test_module);
    StateBuffer after(test_module);
    opened(after).seat[2].taken = true;
    opened(after).seat[2].at = {4, 0};
    auto list = std::make_unique<DrawList>();
    test_module.draw({.before = before.data(),
                      .after = after.data(),
                      .fraction = 0.25F,
                      .own = no_seat,
                      .aspect = 1,
                      .seconds = 0},
                     *list);
    ASSERT_EQ(list->items().size(), 1u);
    EXPECT_EQ(list->items()[0].at, (Vec2{1, 0}));
}

TEST(DrawList, leaves_out_what_is_too_much) {
    auto list = std::make_unique<DrawList>();
    for (std::size_t index = 0; index < DrawList::items_max + 3; ++index)
        list->disc({}, 1, {});
    EXPECT_EQ(list->items().size(), DrawList::items_max);
    list->clear();
    EXPECT_TRUE(list->items().empty());
}

}  // namespace
}  // namespace gs::game
