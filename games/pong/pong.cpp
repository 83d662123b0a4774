// A step, seats, hands: what happens in which order, and who may do what.
#include "games/pong/pong.h"

#include <algorithm>

namespace gs::pong {
namespace {

using game::FlowChange;
using game::Phase;

constexpr game::MatchRules rules = {.seats_min = 2, .countdown_ticks = 3 * tick_rate_hz};

/// Ticks before the first serve of a match: the word "Go!" is read before the ball moves.
constexpr std::uint8_t first_rest_ticks = 45;

/// Keys of positions below this are seats.
constexpr std::uint16_t first_key_of_things = 256;

/// Where the paddle of a seat stands when nobody has moved it.
Vec2 home_of(std::size_t seat) { return {seat == 0 ? -Paddle::x : Paddle::x, 0}; }

void take_seat(State& state, std::size_t seat, Hands hands) {
    Paddle& paddle = state.paddles[seat];
    // The points of a match that is over stay on the board.
    const std::uint8_t points = state.flow.phase == Phase::result ? paddle.points : std::uint8_t{0};
    paddle = {.at = home_of(seat), .hands = hands, .points = points};
}

void on_seat_event(State& state, game::SeatEvent event) {
    if (event.seat.value >= seats) return;
    Paddle& paddle = state.paddles[event.seat.value];
    switch (event.kind) {
        case game::SeatEvent::Kind::joined:
            return take_seat(state, event.seat.value, Hands::person);
        case game::SeatEvent::Kind::computer_joined:
            return take_seat(state, event.seat.value, Hands::computer);
        case game::SeatEvent::Kind::left:
            paddle.hands = Hands::none;
            return;
        case game::SeatEvent::Kind::dropped:
            if (paddle.hands == Hands::person) paddle.hands = Hands::nobody;
            return;
        case game::SeatEvent::Kind::returned:
            if (paddle.hands == Hands::nobody) paddle.hands = Hands::person;
            return;
    }
}

Seat who_is_left(const State& state) {
    for (std::uint8_t seat = 0; seat < seats; ++seat) {
        if (state.paddles[seat].is_taken()) return {seat};
    }
    return no_seat;
}

void count(const game::Turn<Input>& turn, const State& state) {
    turn.emit({.kind = Happened::counted, .value = state.flow.ticks_left / tick_rate_hz});
}

void on_flow(State& state, FlowChange change, const game::Turn<Input>& turn) {
    switch (change) {
        case FlowChange::countdown_began:
            for (Paddle& paddle : state.paddles)
                paddle.points = 0;
            place_ball(state, first_rest_ticks);
            state.ball.goes_left = random(state, 2) == 0;
            return count(turn, state);
        case FlowChange::second_counted:
            return count(turn, state);
        case FlowChange::countdown_stopped:
            return place_ball(state, first_rest_ticks);
        case FlowChange::play_began:
            return turn.emit({.kind = Happened::began});
        case FlowChange::deserted: {
            const Seat winner = who_is_left(state);
            finish(state.flow, winner);
            place_ball(state, 0);
            if (winner == no_seat) return;
            const Seat other = {static_cast<std::uint8_t>(1 - winner.value)};
            return turn.emit({.kind = Happened::forfeited, .seat = winner, .other = other});
        }
        case FlowChange::none:
        case FlowChange::time_is_up:  // there is no clock
            return;
    }
}

/// The speed at which a paddle wants to go.
float wanted_speed(const Paddle& paddle, const Input& input) {
    if (input.kind == Input::up) return -Paddle::speed_max;
    if (input.kind == Input::down) return Paddle::speed_max;
    if (input.kind != Input::go_to) return 0;
    // There in one tick when it is close, else as fast as it can.
    const float way = height_of(input.place) - paddle.at.y;
    return std::clamp(way / tick_s, -Paddle::speed_max, Paddle::speed_max);
}

}  // namespace

std::uint32_t random(State& state, std::uint32_t limit) {
    // A linear congruential generator with Knuth's constants; its upper half is random enough for a serve.
    state.luck = state.luck * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>((state.luck >> 32) * limit >> 32);
}

float height_of(std::uint8_t place) {
    return (static_cast<float>(place) * (2.F / Input::place_max) - 1) * Paddle::reach;
}

std::uint8_t place_of(float height) {
    const float share = (height / Paddle::reach + 1) / 2;
    // In this form a NaN is the top, too.
    if (!(share > 0)) return 0;
    if (share >= 1) return Input::place_max;
    const int halves = static_cast<int>(share * (2 * Input::place_max));
    return static_cast<std::uint8_t>((halves + 1) / 2);
}

void move_paddles(State& state, const game::Turn<Input>& turn) {
    // A tick or two from rest to full speed: a hint of weight, and short taps move it a little only.
    constexpr float acceleration = 320;
    // A computer decides before anything moves: it sees what people see.
    std::array<Input, seats> inputs = {};
    for (std::uint8_t seat = 0; seat < seats; ++seat) {
        const Hands hands = state.paddles[seat].hands;
        if (hands == Hands::person) inputs[seat] = Pong::sanitise(turn.inputs[seat]);
        if (hands == Hands::computer) inputs[seat] = Pong::computer(state, {seat});
    }
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Paddle& paddle = state.paddles[seat];
        const float change = wanted_speed(paddle, inputs[seat]) - paddle.speed;
        paddle.speed += std::clamp(change, -acceleration * tick_s, acceleration * tick_s);
        paddle.at.y += paddle.speed * tick_s;
        const float inside = std::clamp(paddle.at.y, -Paddle::reach, Paddle::reach);
        if (inside != paddle.at.y) paddle.speed = 0;
        paddle.at.y = inside;
    }
}

void Pong::start(State& state) {
    state.luck = 2026;
    for (std::size_t seat = 0; seat < seats; ++seat)
        state.paddles[seat].at = home_of(seat);
    place_ball(state, first_rest_ticks);
}

void Pong::step(State& state, const game::Turn<Input>& turn) {
    // Random bits come once, in the first tick of a match: until then nobody can know the serves.
    state.luck ^= turn.random;
    for (const game::SeatEvent event : turn.events)
        on_seat_event(state, event);
    on_flow(state, advance(state.flow, rules, state.present(), turn.start_asked, tick_rate_hz), turn);
    move_paddles(state, turn);
    move_ball(state, turn);
}

void Pong::standing(const State& state, game::Standing& standing) {
    standing.phase = state.flow.phase;
    standing.ticks_left = state.flow.ticks_left;
    standing.winner = state.flow.winner;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Paddle& paddle = state.paddles[seat];
        standing.seats[seat] = {.taken = paddle.is_taken(),
                                .is_computer = paddle.hands == Hands::computer,
                                .score = paddle.points};
    }
}

Input Pong::sanitise(Input input) {
    if (input.kind > Input::go_to) input.kind = Input::rest;
    input.place = input.kind == Input::go_to ? std::min(input.place, Input::place_max) : std::uint8_t{0};
    return input;
}

// Nothing here is pressed for one tick only, so the newer says it all; see the plaza for a game that has
// such.
Input Pong::merge(Input, Input newer) { return newer; }

Input Pong::repeat(Input input) { return input; }

Input Pong::from_controls(const game::Controls& controls, const State&, Seat) {
    using game::Controls;
    // A stick that lies almost still is not a wish.
    constexpr float dead_zone = 0.3F;
    if (controls.move.y < -dead_zone) return {.kind = Input::up};
    if (controls.move.y > dead_zone) return {.kind = Input::down};
    const bool is_pointing = ((controls.held | controls.pressed) & Controls::pointer) != 0;
    if (is_pointing) return {.kind = Input::go_to, .place = place_of(controls.pointer_at.y)};
    return {};
}

void Pong::positions(State& state, game::PositionList& list) {
    for (std::uint16_t seat = 0; seat < seats; ++seat)
        list.add(seat, state.paddles[seat].at);
    list.add(first_key_of_things, state.ball.at);
}

}  // namespace gs::pong
