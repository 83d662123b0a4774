// Small games for tests of rooms: a number per seat that inputs add to. Not part of the server.
#pragma once

#include "core/game/module.h"

#include <array>

namespace gs::rooms::testing {

struct CountState {
    std::uint32_t ticks = 0;
    std::uint64_t random = 0;
    std::array<std::int32_t, 200> sums = {};
    std::array<std::uint32_t, 200> presses = {};
    std::array<std::uint8_t, 200> present = {};  // 0 free, 1 there, 2 dropped
};

struct CountInput {
    std::int8_t step = 0;      // held: added each tick
    std::uint8_t pressed = 0;  // bits; the highest one breaks the game

    friend bool operator==(const CountInput&, const CountInput&) = default;
};

inline constexpr std::uint8_t press_once = 1;
inline constexpr std::uint8_t press_break = 0x80;

template <std::uint8_t seats, std::uint8_t rate = 60, std::uint8_t per_send = 2>
struct CountGame {
    static constexpr game::Info info{.id = "count",
                                     .title = "Count",
                                     .tagline = "Numbers go up.",
                                     .rules_version = 1,
                                     .tick_rate_hz = rate,
                                     .ticks_per_send = per_send,
                                     .seats_min = 1,
                                     .seats_max = seats,
                                     .lifecycle = game::Lifecycle::endless};
    using State = CountState;
    using Input = CountInput;

    static void start(State&) {}
    static void step(State& state, const game::Turn<Input>& turn) {
        ++state.ticks;
        state.random ^= turn.random;
        for (const game::SeatEvent& event : turn.events) {
            using Kind = game::SeatEvent::Kind;
            std::uint8_t& present = state.present[event.seat.value];
            const std::uint8_t expected = event.kind == Kind::joined     ? 0
                                          : event.kind == Kind::returned ? 2
                                          : event.kind == Kind::dropped  ? 1
                                                                         : present;
            GS_GAME_CHECK(present == expected, "events of a seat have an order");
            present = event.kind == Kind::left ? 0 : event.kind == Kind::dropped ? 2 : 1;
            if (event.kind == Kind::left) state.sums[event.seat.value] = 0;
        }
        for (std::size_t seat = 0; seat < turn.inputs.size(); ++seat) {
            const Input& input = turn.inputs[seat];
            GS_GAME_CHECK(state.present[seat] == 1 || input == Input{}, "who is not there wants nothing");
            GS_GAME_CHECK((input.pressed & press_break) == 0, "somebody asked for it");
            state.sums[seat] += input.step;
            state.presses[seat] += input.pressed & press_once;
        }
    }
    static Input sanitise(Input input) {
        if (input.step > 100) input.step = 100;
        if (input.step < -100) input.step = -100;
        return input;
    }
    static Input merge(Input older, Input newer) {
        newer.pressed |= older.pressed;
        return newer;
    }
    static Input repeat(Input input) { return {.step = input.step, .pressed = 0}; }

    template <class Stream, class Shown>
    static bool serialize(Stream& s, Shown& state) {
        if (!s.varint(state.ticks) || !s.varint(state.random)) return false;
        for (std::size_t seat = 0; seat < seats; ++seat) {
            if (!s.bits(state.present[seat], 2) || !s.signed_varint(state.sums[seat]) ||
                !s.varint(state.presses[seat])) {
                return false;
            }
        }
        return true;
    }
    template <class Stream, class Value>
    static bool serialize_input(Stream& s, Value& input, const Input&) {
        // So long that 200 of them do not fit into one tick.
        std::uint32_t ballast = 0;
        return s.signed_varint(input.step) && s.bits(input.pressed, 8) && s.bits(ballast, 24);
    }
    static Input from_controls(const game::Controls&, const State&, Seat) { return {}; }
    static void draw(const game::Frame<State>&, game::DrawList&) {}
};

/// Eight seats; and as many as there can be.
inline constexpr game::Module count_8 = game::module_of<CountGame<8>>();
inline constexpr game::Module count_200 = game::module_of<CountGame<200>>();

}  // namespace gs::rooms::testing
