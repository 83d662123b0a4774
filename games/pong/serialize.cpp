// States and inputs as bits. What a step depends on is written exactly; what is read is checked, so that
// every state that was read is one that the rules could go on from.
#include "games/pong/pong.h"

namespace gs::pong {
namespace {

using game::Phase;

template <class Stream, class Value>
bool between(Stream& s, Value& value, float limit) {
    return s.f32(value) && value >= -limit && value <= limit;
}

template <class Stream, class P>
bool serialize_paddle(Stream& s, P& paddle) {
    return s.enumerator(paddle.hands, Hands::computer) && between(s, paddle.at.y, Paddle::reach) &&
           between(s, paddle.speed, Paddle::speed_max) && s.integer(paddle.points, 0, points_to_win);
}

template <class Stream, class B>
bool serialize_ball(Stream& s, B& ball) {
    return between(s, ball.at.x, court_half.x + Ball::radius) &&
           between(s, ball.at.y, court_half.y - Ball::radius) &&
           between(s, ball.velocity.x, Ball::speed_max + 1) &&
           between(s, ball.velocity.y, Ball::speed_max + 1) && s.bits(ball.rest_ticks, 8) &&
           s.boolean(ball.goes_left);
}

template <class Stream, class S>
bool serialize_state(Stream& s, S& state) {
    if (!game::serialize_flow(s, state.flow)) return false;
    for (auto& paddle : state.paddles) {
        if (!serialize_paddle(s, paddle)) return false;
    }
    return serialize_ball(s, state.ball) && s.bits(state.rally, 16) && s.bits(state.luck, 64);
}

/// A ball that neither rests nor gets anywhere would be one that never ends.
bool makes_sense(const State& state) {
    const bool moves = state.flow.phase == Phase::waiting || state.flow.phase == Phase::playing;
    const float speed = state.ball.velocity.x;
    return !moves || state.ball.rest_ticks > 0 || speed > 1 || speed < -1;
}

}  // namespace

bool Pong::serialize(wire::BitWriter& to, const State& state) { return serialize_state(to, state); }

bool Pong::serialize(wire::BitReader& from, State& state) {
    state = {};
    // Where a paddle is in x is a rule and not a part of the state.
    state.paddles[0].at.x = -Paddle::x;
    state.paddles[1].at.x = Paddle::x;
    return serialize_state(from, state) && makes_sense(state);
}

// Two bits and, for a place, what it differs by: a finger that glides is about five bits a tick.
bool Pong::serialize_input(wire::BitWriter& to, Input input, Input before) {
    input = sanitise(input);
    if (!to.bits(input.kind, 2)) return false;
    return input.kind != Input::go_to || to.signed_gamma(input.place - before.place);
}

bool Pong::serialize_input(wire::BitReader& from, Input& input, Input before) {
    input = {};
    if (!from.bits(input.kind, 2)) return false;
    if (input.kind != Input::go_to) return true;
    std::int32_t change = 0;
    if (!from.signed_gamma(change)) return false;
    // First as large as the code can say, then as large as the court is.
    const std::int64_t place = std::int64_t{before.place} + change;
    if (place < 0 || place > Input::place_max) return false;
    input.place = static_cast<std::uint8_t>(place);
    return true;
}

}  // namespace gs::pong
