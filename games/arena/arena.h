// Arena: 2 to 8 seats shoot at each other from above: a rail that hits at once, rockets that fly, walls,
// things to pick up. This file is the game's state, inputs and contract (core/game/game.h); the rules are in
// arena.cpp (a step, seats, phases), bodies.cpp (moving), weapons.cpp, score.cpp, pickups.cpp and
// computer.cpp; map.h is the map, happenings.h what people notice. Server and browser run the same steps;
// nothing here has a thread, a clock or an owner. Lengths are in units (a body is 1 wide), speeds in units
// per second, x points right, y down, and the middle of the arena is 0, 0.
#pragma once

#include "core/base/vec2.h"
#include "core/game/game.h"
#include "core/game/match_flow.h"
#include "core/game/position_ring.h"
#include "games/arena/angles.h"
#include "games/arena/happenings.h"
#include "games/arena/map.h"

#include <array>
#include <cstdint>

namespace gs::arena {

inline constexpr std::size_t seats = 8;
inline constexpr std::uint8_t tick_rate_hz = 60;
inline constexpr float tick_s = 1.F / tick_rate_hz;

inline constexpr std::int16_t frags_to_win = 15;
inline constexpr std::uint16_t sudden_death_ticks_max = 60 * tick_rate_hz;
inline constexpr game::MatchRules match_rules = {
    .seats_min = 2, .countdown_ticks = 3 * tick_rate_hz, .playing_ticks = 5 * 60 * tick_rate_hz};

struct Input {
    enum Press : std::uint8_t { rail = 1, rocket = 2 };
    static constexpr std::uint8_t every_press = rail | rocket;
    /// 0 stands; the others go where angle (move − 1) · move_step leads.
    static constexpr std::uint8_t move_max = 16;
    static constexpr Angle move_step = angles / move_max;

    Angle aim = 0;             // stays
    std::uint8_t move = 0;     // stays
    std::uint8_t pressed = 0;  // bits of Press, each for one tick
    /// How many ticks before the state that this step goes on from others are drawn; only with `rail`.
    std::uint8_t view_age = 0;
    std::uint8_t unused = 0;  // 0: inputs have no gaps

    friend bool operator==(const Input&, const Input&) = default;
};

enum class Presence : std::uint8_t {
    away,  // the seat is free
    here,
    dropped,   // the connection is gone, the seat is held
    computer,  // the game itself plays it
};

/// Who plays, in the array at the index of the seat.
struct Fighter {
    static constexpr float radius = 0.5F;
    static constexpr float speed_max = 24;  // 0.4 a tick: nobody passes through a wall
    static constexpr std::uint8_t health_max = 100;
    static constexpr std::uint8_t shield_max = 100;
    static constexpr std::uint8_t rail_ticks = 84;    // from shot to shot
    static constexpr std::uint8_t rocket_ticks = 46;  // from shot to shot
    static constexpr std::uint8_t respawn_ticks_max = 2 * tick_rate_hz;
    static constexpr std::uint8_t protected_ticks_max = 75;
    static constexpr std::uint16_t quick_ticks_max = 10 * tick_rate_hz;

    Vec2 at = {};
    Vec2 velocity = {};
    Vec2 look = {};  // follows the aim softly, at most 1 long; cameras do, too
    Angle aim = 0;
    std::uint16_t quick_ticks = 0;  // cooldowns run twice as fast
    std::int16_t frags = 0;         // less those of oneself
    std::uint8_t health = health_max;
    std::uint8_t shield = 0;
    std::uint8_t rail_wait = 0;  // ticks until it is ready
    std::uint8_t rocket_wait = 0;
    std::uint8_t respawn_ticks = 0;    // more than 0: fragged, not in the arena
    std::uint8_t protected_ticks = 0;  // nothing hurts; over with the first shot
    std::uint8_t streak = 0;           // frags since the last respawn
    Presence presence = Presence::away;

    [[nodiscard]] bool is_taken() const { return presence != Presence::away; }
    [[nodiscard]] bool is_alive() const { return is_taken() && respawn_ticks == 0; }
    void push(Vec2 by) { velocity = clamped(velocity + by, speed_max); }
};

struct Rocket {
    static constexpr float radius = 0.2F;
    static constexpr float speed = 17;
    static constexpr float splash = 2.9F;  // to the edge of a body
    static constexpr std::uint8_t ticks_max = 180;

    Vec2 at = {};
    Angle aim = 0;
    std::uint8_t ticks_left = 0;  // 0: there is none
    std::uint8_t serial = 0;      // counts the rockets of this place

    [[nodiscard]] bool flies() const { return ticks_left > 0; }
};

/// Each seat's own places for rockets: cooldowns let nobody fill them in an arena of this size for long.
inline constexpr std::size_t rockets_per_seat = 4;

struct State {
    game::MatchFlow flow;
    std::uint32_t ticks = 0;
    std::uint32_t luck = 0;  // differs from match to match; computers do
    std::array<Fighter, seats> fighters = {};
    std::array<Rocket, seats * rockets_per_seat> rockets = {};
    std::array<std::uint16_t, map::pickups.size()> pickup_ticks = {};  // until it is there again
    Seat leader = no_seat;                 // who is known to be ahead of everybody
    std::uint16_t sudden_death_ticks = 0;  // how long it has lasted
    bool has_first_blood = false;
    game::PositionRing<seats> past = {};
};
static_assert(sizeof(State) < 4096);

using Turn = game::Turn<Input>;

[[nodiscard]] inline Seat seat_of(std::size_t index) { return {static_cast<std::uint8_t>(index)}; }

/// The parts of a step, in their order.
void steer(State& state, const std::array<Input, seats>& inputs);
void move_bodies(State& state);
void fire(State& state, const std::array<Input, seats>& inputs, const Turn& turn);
void move_rockets(State& state, const Turn& turn);
void pick_up(State& state, const Turn& turn);
void respawn_fighters(State& state, const Turn& turn);

/// Puts a fighter at the spawn that is farthest from everybody else's danger.
void spawn(State& state, std::size_t seat, const Turn& turn);
[[nodiscard]] std::size_t farthest_spawn(const State& state, std::size_t seat);

enum class Weapon : std::uint8_t { rail, rocket };
/// Takes from shield and health; who has none left is out, and somebody scores.
void hurt(State& state, std::size_t victim, std::size_t by, int damage, Weapon weapon, const Turn& turn);
/// The seat that is ahead of all others, or no_seat.
[[nodiscard]] Seat leader_of(const State& state);

/// What core/game/game.h asks for.
struct Arena {
    using State = arena::State;
    using Input = arena::Input;

    static constexpr game::Info info = {
        .id = "arena",
        .title = "Arena",
        .tagline = "One rail, many rockets, nowhere to hide for long",
        .rules_version = 1,
        .tick_rate_hz = tick_rate_hz,
        .ticks_per_send = 2,
        .seats_min = match_rules.seats_min,
        .seats_max = seats,
        .lifecycle = game::Lifecycle::match,
        .late_join = game::Info::LateJoin::allowed,
        .interpolation_ticks = 3,
    };
    static constexpr auto event_kinds = happening_infos;
    static constexpr auto statistics = statistic_infos;

    static void start(State& state);
    static void step(State& state, const Turn& turn);
    static void standing(const State& state, game::Standing& standing);
    static Input computer(const State& state, Seat seat);
    static void positions(State& state, game::PositionList& list);
    static std::uint8_t& view_age(Input& input) { return input.view_age; }

    static Input sanitise(Input input);
    static Input merge(Input older, Input newer);
    static Input repeat(Input input);
    static Input from_controls(const game::Controls& controls, const State& shown, Seat own);

    static bool serialize(wire::BitWriter& to, const State& state);
    static bool serialize(wire::BitReader& from, State& state);
    static bool serialize_input(wire::BitWriter& to, Input input, Input before);
    static bool serialize_input(wire::BitReader& from, Input& input, Input before);

    static void draw(const game::Frame<State>& frame, game::DrawList& list);
};
static_assert(game::Game<Arena>);

}  // namespace gs::arena
