// Plaza: up to 200 people walk around one square, push a ball and scare pigeons. This file is the game's
// state, inputs and contract (core/game/game.h); the rules are in plaza.cpp (a step, seats, inputs),
// crowd.cpp (walking, collisions), ball.cpp and pigeons.cpp; square.h is the map. Server and browser run the
// same steps; nothing here has a thread, a clock or an owner. Lengths are in units (a person is 0.8 wide),
// speeds in units per second, x points right, y down, and the middle of the square is 0, 0.
#pragma once

#include "core/base/vec2.h"
#include "core/game/game.h"

#include <array>
#include <cstdint>

namespace gs::plaza {

inline constexpr std::size_t seats = 200;
inline constexpr std::uint8_t tick_rate_hz = 60;
inline constexpr float tick_s = 1.F / tick_rate_hz;

/// People walk in one of 40 directions, 9 degrees apart, so that an input fits into one byte. 0 is to the
/// right, 10 down.
inline constexpr std::uint8_t directions = 40;
[[nodiscard]] Vec2 unit_vector(std::uint8_t direction);
/// The direction closest to `v`, which is not 0.
[[nodiscard]] std::uint8_t direction_of(Vec2 v);

enum class Emote : std::uint8_t { none, wave, heart, star, laugh };

struct Input {
    enum Press : std::uint8_t { wave = 1, heart = 2, star = 4, laugh = 8, hop = 16 };
    static constexpr std::uint8_t every_press = wave | heart | star | laugh | hop;
    static constexpr std::uint8_t pace_max = 3;

    std::uint8_t direction = 0;  // 0 when nobody walks
    std::uint8_t pace = 0;       // 0 stands, 1 strolls, 2 walks, 3 runs
    std::uint8_t pressed = 0;    // bits of Press, each for one tick

    friend bool operator==(const Input&, const Input&) = default;
};

enum class Presence : std::uint8_t {
    away,  // the seat is free
    here,
    dozing,  // the connection is gone, the seat is held
};

/// A person, in the array at the index of the seat.
struct Walker {
    static constexpr float radius = 0.4F;
    static constexpr std::uint8_t emote_ticks_max = 2 * tick_rate_hz;
    static constexpr std::uint8_t arrival_ticks_max = 20;
    /// A hop lasts this long; while more than hop_rest_ticks are left, the feet are off the ground.
    static constexpr std::uint8_t hop_ticks_max = 34;
    static constexpr std::uint8_t hop_rest_ticks = 10;

    Vec2 at = {};
    Vec2 velocity = {};
    Presence presence = Presence::away;
    std::uint8_t direction = 10;  // where the face looks
    Emote emote = Emote::none;
    std::uint8_t emote_ticks = 0;  // how long it is still shown
    std::uint8_t hop_ticks = 0;
    std::uint8_t arrival_ticks = 0;  // counts down after joining, for the picture

    [[nodiscard]] bool is_present() const { return presence != Presence::away; }
    [[nodiscard]] bool is_in_the_air() const { return hop_ticks > hop_rest_ticks; }
};

struct Ball {
    static constexpr float radius = 0.45F;
    static constexpr float speed_max =
        16;  // 0.27 units a tick: less than its radius, so it passes through nothing
    static constexpr std::uint8_t goal_ticks_max = 2 * tick_rate_hz;

    Vec2 at = {};
    Vec2 velocity = {};
    std::uint8_t goal_ticks = 0;  // counts down while a goal is celebrated
    bool is_counted = false;      // it is still in the gate that it scored in
};

struct Pigeon {
    enum class Mood : std::uint8_t { pecks, strolls, flies };

    Vec2 at = {};
    Vec2 goal = {};                // where it walks or flies to
    std::uint16_t wait_ticks = 0;  // how long it still pecks, or has been flying
    Mood mood = Mood::pecks;
};

struct State {
    std::array<Walker, seats> walkers;
    std::array<Pigeon, 18> pigeons;
    Ball ball;
    std::uint8_t goals_left = 0;  // balls in the gate on the left, up to 99
    std::uint8_t goals_right = 0;
    std::uint64_t luck = 0;  // what random() goes on from
};

/// Evenly one of 0 … limit − 1; the next number each time.
[[nodiscard]] std::uint32_t random(State& state, std::uint32_t limit);

/// The parts of a step, in their order.
void move_walkers(State& state);
void bounce_ball(State& state);
void move_pigeons(State& state, Tick tick);

/// What core/game/game.h asks for.
struct Plaza {
    using State = plaza::State;
    using Input = plaza::Input;

    static constexpr game::Info info = {
        .id = "plaza",
        .title = "Plaza",
        .tagline = "A square, a ball, and whoever is there",
        .rules_version = 2,
        .tick_rate_hz = tick_rate_hz,
        .ticks_per_send = 2,
        .seats_min = 1,
        .seats_max = seats,
        .lifecycle = game::Lifecycle::endless,
    };

    static void start(State& state);
    static void step(State& state, const game::Turn<Input>& turn);

    static Input sanitise(Input input);
    static Input merge(Input older, Input newer);
    static Input repeat(Input input);
    static Input from_controls(const game::Controls& controls, const State& shown, Seat own);

    static bool serialize(wire::BitWriter& to, const State& state);
    static bool serialize(wire::BitReader& from, State& state);
    static bool serialize_input(wire::BitWriter& to, Input input, Input before);
    static bool serialize_input(wire::BitReader& from, Input& input, Input before);

    static void draw(const game::Frame<State>& frame, game::DrawList& list);
    static void positions(State& state, game::PositionList& list);
};
static_assert(game::Game<Plaza>);

}  // namespace gs::plaza
