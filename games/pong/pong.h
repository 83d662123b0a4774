// Pong: two paddles, one ball, first to five. The smallest complete match, and the one to copy for the next
// (docs/writing-a-game.md). This file is the game's state, inputs, events and contract (core/game/game.h);
// pong.cpp has a step, seats and hands, ball.cpp the ball, computer.cpp the computer's play, serialize.cpp
// the bits, draw*.cpp the picture. Server and browser run the same steps; nothing here has a thread, a clock
// or an owner. A unit is a metre, x points right, y down, and the middle of the court is 0, 0. Seat 0 plays
// on the left, seat 1 on the right.
#pragma once

#include "core/base/vec2.h"
#include "core/game/game.h"
#include "core/game/match_flow.h"

#include <array>
#include <cstdint>

namespace gs::pong {

inline constexpr std::size_t seats = 2;
inline constexpr std::uint8_t tick_rate_hz = 60;
inline constexpr float tick_s = 1.F / tick_rate_hz;
inline constexpr std::uint8_t points_to_win = 5;

/// The court reaches from −court_half to court_half. Above and below are walls, left and right goal lines.
inline constexpr Vec2 court_half = {12, 7};

/// What a player's hands want. Where a finger points is one of 128 heights, so that an input is a few bits.
struct Input {
    enum Kind : std::uint8_t {
        rest,
        up,
        down,
        go_to,  // `place`, and stay there
    };
    static constexpr std::uint8_t place_max = 127;

    std::uint8_t kind = rest;
    std::uint8_t place = 0;  // of go_to; 0 is the top; else 0

    friend bool operator==(const Input&, const Input&) = default;
};

/// Whose hands move a paddle.
enum class Hands : std::uint8_t {
    none,  // the seat is free
    person,
    nobody,  // the connection is gone, the seat is held
    computer,
};

struct Paddle {
    static constexpr Vec2 half = {0.26F, 1.35F};
    static constexpr float x = 11.2F;  // of its middle, on the right; −x on the left
    static constexpr float reach = court_half.y - half.y;
    static constexpr float speed_max = 13;

    Vec2 at = {};
    float speed = 0;  // down
    Hands hands = Hands::none;
    std::uint8_t points = 0;

    [[nodiscard]] bool is_taken() const { return hands != Hands::none; }
};

struct Ball {
    static constexpr float radius = 0.32F;
    static constexpr float serve_speed = 10;
    /// 0.43 units a tick: less than what separates a paddle from its goal line.
    static constexpr float speed_max = 26;
    static constexpr float speed_up = 1.07F;  // by each hit

    Vec2 at = {};
    Vec2 velocity = {};
    std::uint8_t rest_ticks = 0;  // until it is served; 0: it is on its way
    bool goes_left = false;       // when it is served: towards who lost the last point
};

struct State {
    game::MatchFlow flow;
    std::array<Paddle, seats> paddles;
    Ball ball;
    std::uint16_t rally = 0;  // hits since the serve
    std::uint64_t luck = 0;   // what random() goes on from

    [[nodiscard]] std::size_t present() const {
        return static_cast<std::size_t>(paddles[0].is_taken()) + (paddles[1].is_taken() ? 1 : 0);
    }
};

/// Evenly one of 0 … limit − 1; the next number each time.
[[nodiscard]] std::uint32_t random(State& state, std::uint32_t limit);

/// The height of a place of an input, and the place closest to a height.
[[nodiscard]] float height_of(std::uint8_t place);
[[nodiscard]] std::uint8_t place_of(float height);

/// The kinds of events: indices of Pong::event_kinds.
struct Happened {
    enum Kind : std::uint8_t {
        bounced,   // off a wall; while people wait, also off paddles and goal lines
        served,    // `to`: its velocity
        returned,  // `seat`; value: km/h
        rallied,   // value: hits, every ten
        missed,    // `seat`
        scored,    // `seat`, against `other`; value: hits of the rally
        counted,   // value: seconds until the match begins
        began,
        won,       // `seat`, against `other`; value: points of `other`
        forfeited  // `seat` has won, `other` left
    };
};

struct Counted {
    enum Statistic : std::uint8_t { points, returns, faced, return_share, longest_rally, fastest };
};

/// The parts of a step, in their order.
void move_paddles(State& state, const game::Turn<Input>& turn);
void move_ball(State& state, const game::Turn<Input>& turn);
/// The ball rests in the middle, and is served after `rest_ticks`.
void place_ball(State& state, std::uint8_t rest_ticks);

/// What core/game/game.h asks for.
struct Pong {
    using State = pong::State;
    using Input = pong::Input;

    static constexpr game::Info info = {
        .id = "pong",
        .title = "Pong",
        .tagline = "Two paddles, one ball, first to five",
        .rules_version = 1,
        .tick_rate_hz = tick_rate_hz,
        .ticks_per_send = 2,
        .seats_min = 2,
        .seats_max = seats,
        .lifecycle = game::Lifecycle::match,
        .late_join = game::Info::LateJoin::next_match,
    };

    static void start(State& state);
    static void step(State& state, const game::Turn<Input>& turn);
    static void standing(const State& state, game::Standing& standing);

    static Input sanitise(Input input);
    static Input merge(Input older, Input newer);
    static Input repeat(Input input);
    static Input from_controls(const game::Controls& controls, const State& shown, Seat own);
    static Input computer(const State& state, Seat seat);

    static bool serialize(wire::BitWriter& to, const State& state);
    static bool serialize(wire::BitReader& from, State& state);
    static bool serialize_input(wire::BitWriter& to, Input input, Input before);
    static bool serialize_input(wire::BitReader& from, Input& input, Input before);

    static void positions(State& state, game::PositionList& list);
    static void draw(const game::Frame<State>& frame, game::DrawList& list);

    using When = game::EventInfo::When;
    using Who = game::Counting::Who;
    using What = game::Counting::What;
    static constexpr std::array statistics = {
        game::StatisticInfo{.name = "Points"},
        game::StatisticInfo{.name = "Returns"},
        game::StatisticInfo{.name = "Balls faced"},
        game::StatisticInfo{.name = "Returned",
                            .kind = game::StatisticInfo::Kind::share,
                            .part = Counted::returns,
                            .whole = Counted::faced},
        game::StatisticInfo{.name = "Longest rally", .kind = game::StatisticInfo::Kind::best},
        game::StatisticInfo{.name = "Fastest ball, km/h", .kind = game::StatisticInfo::Kind::best},
    };
    /// What nobody should have to take back waits until it is certain; the rest is heard at once.
    static constexpr std::array event_kinds = {
        game::EventInfo{.name = "bounced", .sound = game::Sound::blip},
        game::EventInfo{.name = "served", .sound = game::Sound::whoosh},
        game::EventInfo{.name = "returned",
                        .sound = game::Sound::bounce,
                        .counts = {{{Who::seat, Counted::returns},
                                    {Who::seat, Counted::faced},
                                    {Who::seat, Counted::fastest, What::value}}}},
        game::EventInfo{.name = "rallied",
                        .when = When::confirmed,
                        .sound = game::Sound::pickup,
                        .announcement = "{value} in a row!"},
        game::EventInfo{.name = "missed", .when = When::confirmed, .counts = {{{Who::seat, Counted::faced}}}},
        game::EventInfo{.name = "scored",
                        .when = When::confirmed,
                        .sound = game::Sound::point,
                        .feed = "{seat} scores",
                        .counts = {{{Who::seat, Counted::points},
                                    {Who::seat, Counted::longest_rally, What::value},
                                    {Who::other, Counted::longest_rally, What::value}}}},
        game::EventInfo{.name = "counted", .sound = game::Sound::tick, .announcement = "{value}"},
        game::EventInfo{.name = "began", .sound = game::Sound::go, .announcement = "Go!"},
        game::EventInfo{.name = "won",
                        .when = When::confirmed,
                        .sound = game::Sound::fanfare,
                        .feed = "{seat} beats {other} with 5 to {value}",
                        .announcement = "{seat} wins"},
        game::EventInfo{.name = "forfeited",
                        .when = When::confirmed,
                        .sound = game::Sound::whistle,
                        .feed = "{other} left, the match is {seat}'s",
                        .announcement = "{seat} wins"},
    };
};
static_assert(game::Game<Pong>);

}  // namespace gs::pong
