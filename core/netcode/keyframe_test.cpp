#include "core/netcode/keyframe.h"

#include "core/game/test_game.h"
#include "core/wire/limits.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::netcode {
namespace {

using game::crowd_module;
using game::test_module;
using Input = game::TestGame::Input;

static_assert(keyframe_bytes_max < wire::transfer_bytes_max);

std::vector<std::byte> room_for_any() { return std::vector<std::byte>(keyframe_bytes_max, std::byte{0xff}); }

TEST(Keyframe, comes_back_with_state_and_inputs) {
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    const game::SeatEvent joined{.seat = Seat{4}, .kind = game::SeatEvent::Kind::joined};
    const Input input = {.aim = -9, .move_y = 3, .held = 1, .presses = 1};
    inputs.set(Seat{4}, &input);
    ASSERT_FALSE(test_module.step(
        state.data(), {.tick = Tick{1}, .inputs = inputs.data(), .events = {&joined, 1}, .random = 1}));
    for (const std::uint32_t tick : {0U, 127U, 128U, 1U << 28, UINT32_MAX}) {
        auto room = room_for_any();
        const ByteView bytes = write_keyframe(test_module, Tick{tick}, state, inputs, room);
        Tick read_tick;
        game::StateBuffer read_state(test_module);
        game::InputVector read_inputs(test_module);
        // What was there before does not stay.
        read_inputs.set(Seat{2}, &input);
        ASSERT_TRUE(read_keyframe(test_module, bytes, read_tick, read_state, read_inputs));
        EXPECT_EQ(read_tick, Tick{tick});
        auto scratch = room_for_any();
        EXPECT_EQ(read_state.hash(scratch), state.hash(scratch));
        for (std::uint8_t seat = 0; seat < 8; ++seat)
            EXPECT_TRUE(test_module.same(read_inputs.at(Seat{seat}), inputs.at(Seat{seat})));
    }
}

TEST(Keyframe, every_cut_and_every_further_byte_is_refused) {
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    auto room = room_for_any();
    const ByteView written = write_keyframe(test_module, Tick{7}, state, inputs, room);
    Tick tick;
    for (std::size_t cut = 0; cut < written.size(); ++cut) {
        const std::vector<std::byte> bytes(written.begin(),
                                           written.begin() + static_cast<std::ptrdiff_t>(cut));
        EXPECT_FALSE(read_keyframe(test_module, bytes, tick, state, inputs)) << "cut at " << cut;
    }
    std::vector<std::byte> longer(written.begin(), written.end());
    longer.push_back({});
    EXPECT_FALSE(read_keyframe(test_module, longer, tick, state, inputs));
}

TEST(Keyframe, another_game_is_refused) {
    game::StateBuffer state(crowd_module);
    game::InputVector inputs(crowd_module);
    auto room = room_for_any();
    const ByteView bytes = write_keyframe(crowd_module, Tick{7}, state, inputs, room);
    game::StateBuffer small(test_module);
    game::InputVector few(test_module);
    Tick tick;
    EXPECT_FALSE(read_keyframe(test_module, bytes, tick, small, few));
}

TEST(Keyframe, of_a_full_match_has_its_bound) {
    game::StateBuffer state(crowd_module);
    game::InputVector inputs(crowd_module);
    const Input longest = {
        .aim = game::TestGame::aim_max, .move_x = -32'000, .held = 1, .presses = 255, .mark = 1};
    for (std::uint8_t seat = 0; seat < 200; ++seat)
        inputs.set(Seat{seat}, &longest);
    auto room = room_for_any();
    const ByteView bytes = write_keyframe(crowd_module, Tick{UINT32_MAX}, state, inputs, room);
    EXPECT_GT(bytes.size(), 200 * game::input_wire_bytes_max);
    EXPECT_LE(bytes.size(), keyframe_bytes_max);
    Tick tick;
    EXPECT_TRUE(read_keyframe(crowd_module, bytes, tick, state, inputs));
}

/// A game whose state is larger than the contract allows once `size` says so.
struct Swelling {
    static constexpr game::Info info = {.id = "swelling",
                                        .title = "",
                                        .tagline = "",
                                        .rules_version = 1,
                                        .tick_rate_hz = 60,
                                        .ticks_per_send = 1,
                                        .seats_min = 1,
                                        .seats_max = 200,
                                        .lifecycle = game::Lifecycle::endless};
    struct Input {
        std::uint8_t nothing = 0;
        friend bool operator==(Input, Input) = default;
    };
    struct State {
        std::uint32_t size = 0;
    };
    static void start(State&) {}
    static void step(State&, const game::Turn<Input>&) {}
    static Input sanitise(Input input) { return input; }
    static Input merge(Input, Input newer) { return newer; }
    static Input repeat(Input input) { return input; }
    template <class Stream, class Shown>
    static bool serialize(Stream& s, Shown& state) {
        if (!s.bits(state.size, 32)) return false;
        for (std::uint32_t index = 4; index < state.size; ++index) {
            std::uint8_t filler = 0;
            if (!s.bits(filler, 8)) return false;
        }
        return true;
    }
    template <class Stream, class In>
    static bool serialize_input(Stream&, In&, const Input&) {
        return true;
    }
    static Input from_controls(const game::Controls&, const State&, Seat) { return {}; }
    static void draw(const game::Frame<State>&, game::DrawList&) {}
};

TEST(Keyframe, of_a_state_that_nobody_would_read_is_not_written) {
    static constexpr game::Module module = game::module_of<Swelling>();
    game::StateBuffer state(module);
    game::InputVector inputs(module);
    auto room = room_for_any();
    auto& size = static_cast<Swelling::State*>(state.data())->size;
    size = game::state_bytes_max;
    const ByteView bytes = write_keyframe(module, Tick{1}, state, inputs, room);
    ASSERT_FALSE(bytes.empty());
    Tick tick;
    EXPECT_TRUE(read_keyframe(module, bytes, tick, state, inputs));
    size = game::state_bytes_max + 1;
    EXPECT_TRUE(write_keyframe(module, Tick{1}, state, inputs, room).empty());
}

TEST(Keyframe, of_a_state_that_is_no_number_is_not_written) {
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    static_cast<game::TestGame::State*>(state.data())->seat[0].at.y = __builtin_nanf("");
    auto room = room_for_any();
    EXPECT_TRUE(write_keyframe(test_module, Tick{1}, state, inputs, room).empty());
}

}  // namespace
}  // namespace gs::netcode
