// TestGame: the smallest game that shows what tests of the netcode want to know: whether every press arrived
// exactly once, who came and went, and whether two states that should be the same are. Used by tests of core/
// and by tests/sim; no player ever sees it. `seats` is a parameter so that the limits of the contract can be
// tried; inputs take the longest form that the contract allows.
#pragma once

#include "core/game/module.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace gs::game {

template <std::uint8_t seats>
struct BasicTestGame {
    static constexpr Info info = {.id = "test",
                                  .title = "Test",
                                  .tagline = "Nobody plays this.",
                                  .rules_version = 1,
                                  .tick_rate_hz = 60,
                                  .ticks_per_send = 2,
                                  .seats_min = 1,
                                  .seats_max = seats,
                                  .lifecycle = Lifecycle::endless};

    /// A step with this held fails a check, so that tests can break a match.
    static constexpr std::uint8_t held_breaks = 0x80;
    /// A state in which this was held by somebody cannot be written.
    static constexpr std::uint8_t held_overflows = 0x40;
    static constexpr std::uint8_t event_pressed = 0;
    static constexpr std::uint8_t event_counted = 1;  // every tenth press of a seat
    static constexpr std::array event_kinds = {
        EventInfo{.name = "pressed"},
        EventInfo{.name = "counted", .when = EventInfo::When::confirmed},
    };
    static constexpr std::int64_t aim_max = std::int64_t{1} << 62;
    static constexpr std::int16_t move_max = 32'000;
    static constexpr std::uint16_t mark_max = (1 << 15) - 1;

    struct Input {
        std::int64_t aim = 0;     // -aim_max … aim_max, stays
        std::int16_t move_x = 0;  // −move_max … move_max, stays
        std::int16_t move_y = 0;
        std::uint8_t held = 0;     // bits, stay
        std::uint8_t presses = 0;  // how often the button went down; over in the next tick
        std::uint16_t mark = 0;    // at most mark_max, stays

        friend constexpr bool operator==(const Input&, const Input&) = default;
    };

    struct SeatState {
        bool taken = false;
        bool connected = false;
        std::uint32_t presses = 0;     // since it was taken
        std::uint32_t held_ticks = 0;  // sum of the held bits
        std::uint32_t events = 0;
        std::int64_t aim = 0;
        Vec2 at = {};
    };

    struct State {
        std::uint64_t mixed = 0;  // of everything that ever happened
        std::uint32_t steps = 0;
        std::array<SeatState, seats> seat = {};
    };

    static void start(State& state) { state.mixed = hash_start; }

    static void step(State& state, const Turn<Input>& turn) {
        ++state.steps;
        mix(state, turn.tick.value);
        mix(state, turn.random);
        for (const SeatEvent& event : turn.events)
            apply(state, event);
        for (std::size_t index = 0; index < seats; ++index) {
            SeatState& seat = state.seat[index];
            const Input& input = turn.inputs[index];
            GS_GAME_CHECK((input.held & held_breaks) == 0, "a test wants this match to break");
            if (!(input == Input{}))
                mix(state, index << 56 ^ (std::uint64_t{input.presses} << 8 | input.held));
            if (!seat.taken) continue;
            seat.presses += input.presses;
            const Seat who = {static_cast<std::uint8_t>(index)};
            for (unsigned press = 0; press < input.presses; ++press)
                turn.emit({.kind = event_pressed, .seat = who, .at = seat.at});
            if (input.presses > 0 && seat.presses % 10 == 0)
                turn.emit(
                    {.kind = event_counted, .seat = who, .value = static_cast<std::int32_t>(seat.presses)});
            seat.held_ticks += input.held;
            seat.aim = input.aim;
            if ((input.held & held_overflows) != 0) seat.at.x = std::numeric_limits<float>::infinity();
            // Float arithmetic that shows a difference in rounding soon.
            seat.at = seat.at * 0.97F +
                      Vec2{static_cast<float>(input.move_x), static_cast<float>(input.move_y)} * 0.0001F;
        }
    }

    static Input sanitise(Input input) {
        input.aim = std::clamp(input.aim, -aim_max, aim_max);
        input.move_x = std::clamp<std::int16_t>(input.move_x, -move_max, move_max);
        input.move_y = std::clamp<std::int16_t>(input.move_y, -move_max, move_max);
        // A hand presses once in a tick; merge() adds them up later.
        input.presses = std::min<std::uint8_t>(input.presses, 1);
        input.mark = std::min(input.mark, mark_max);
        return input;
    }

    static Input merge(Input older, Input newer) {
        newer.presses = static_cast<std::uint8_t>(std::min(255, older.presses + newer.presses));
        return newer;
    }

    static Input repeat(Input input) {
        input.presses = 0;
        return input;
    }

    template <class Stream, class Shown>
    static bool serialize(Stream& s, Shown& state) {
        bool ok = s.bits(state.mixed, 64) && s.varint(state.steps);
        for (std::size_t index = 0; index < seats && ok; ++index) {
            auto& seat = state.seat[index];
            ok = s.boolean(seat.taken) && s.boolean(seat.connected) && s.varint(seat.presses) &&
                 s.varint(seat.held_ticks) && s.varint(seat.events) &&
                 s.integer(seat.aim, -aim_max, aim_max) && s.f32(seat.at.x) && s.f32(seat.at.y);
        }
        return ok;
    }

    /// One bit for what is rare, then 16 bits, or all 128 with it: the longest form that the contract allows.
    template <class Stream, class In>
    static bool serialize_input(Stream& s, In& input, const Input& before) {
        bool whole = input.aim != before.aim || input.move_x != before.move_x ||
                     input.move_y != before.move_y || input.mark != before.mark;
        if (!s.boolean(whole)) return false;
        if constexpr (Stream::is_reading) input = before;
        if (!s.bits(input.held, 8) || !s.bits(input.presses, 8)) return false;
        return !whole ||
               (s.integer(input.aim, -aim_max, aim_max) && s.integer(input.move_x, -move_max, move_max) &&
                s.integer(input.move_y, -move_max, move_max) && s.integer(input.mark, 0, mark_max));
    }

    static Input from_controls(const Controls& controls, const State&, Seat) {
        return {.aim = static_cast<std::int64_t>(std::clamp(controls.pointer_at.x, -1e6F, 1e6F)),
                .move_x = static_cast<std::int16_t>(std::clamp(controls.move.x, -1.F, 1.F) * move_max),
                .move_y = static_cast<std::int16_t>(std::clamp(controls.move.y, -1.F, 1.F) * move_max),
                .held = static_cast<std::uint8_t>(controls.held & 0xff),
                .presses = static_cast<std::uint8_t>((controls.pressed & Controls::action_1) != 0 ? 1 : 0)};
    }

    static void positions(State& state, PositionList& list) {
        list.eased_max = 1000;
        for (std::size_t index = 0; index < seats; ++index) {
            if (state.seat[index].taken) list.add(static_cast<std::uint16_t>(index), state.seat[index].at);
        }
    }

    static void draw(const Frame<State>& frame, DrawList& list) {
        for (std::size_t index = 0; index < seats; ++index) {
            if (!frame.after.seat[index].taken) continue;
            list.disc(gs::mix(frame.before.seat[index].at, frame.after.seat[index].at, frame.fraction), 1,
                      {});
        }
    }

  private:
    static void mix(State& state, std::uint64_t value) {
        state.mixed = (state.mixed ^ value) * 0x100000001b3 ^ state.mixed >> 29;
    }

    static void apply(State& state, const SeatEvent& event) {
        GS_GAME_CHECK(event.seat.value < seats, "an event is of a seat of this game");
        if (event.seat.value >= seats) return;
        mix(state, std::uint64_t{event.seat.value} << 8 | static_cast<std::uint8_t>(event.kind));
        SeatState& seat = state.seat[event.seat.value];
        switch (event.kind) {
            case SeatEvent::Kind::joined:
                GS_GAME_CHECK(!seat.taken, "who joins takes a free seat");
                seat = {.taken = true, .connected = true};
                break;
            case SeatEvent::Kind::left:
                GS_GAME_CHECK(seat.taken, "who leaves has had a seat");
                seat = {};
                break;
            case SeatEvent::Kind::dropped:
                GS_GAME_CHECK(seat.taken && seat.connected, "who drops was connected");
                seat.connected = false;
                break;
            case SeatEvent::Kind::returned:
                GS_GAME_CHECK(seat.taken && !seat.connected, "who returns was dropped");
                seat.connected = true;
                break;
            case SeatEvent::Kind::computer_joined:
                GS_GAME_CHECK(false, "this game has no computers");
                break;
        }
        ++seat.events;
    }
};

/// A few friends.
using TestGame = BasicTestGame<8>;
/// As many as the contract allows.
using CrowdGame = BasicTestGame<200>;

static_assert(Game<TestGame> && Game<CrowdGame>);

inline constexpr Module test_module = module_of<TestGame>();
inline constexpr Module crowd_module = module_of<CrowdGame>();

}  // namespace gs::game
