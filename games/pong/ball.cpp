// The ball: walls, paddles, points. Between two ticks it crosses at most one paddle.
#include "games/pong/pong.h"

#include <algorithm>

namespace gs::pong {
namespace {

using game::Phase;

constexpr std::uint8_t rest_after_point_ticks = 75;
constexpr float bounce_height = court_half.y - Ball::radius;
/// The middle of the ball when it touches a paddle that is in its way.
constexpr float paddle_line = Paddle::x - Paddle::half.x - Ball::radius;
/// As far behind the goal line as it needs to be out of sight.
constexpr float out_line = court_half.x + Ball::radius;
/// What is not further from the middle of a paddle is hit.
constexpr float paddle_reach = Paddle::half.y + Ball::radius;

std::int32_t km_per_h(float speed) { return static_cast<std::int32_t>(speed * 3.6F); }

Vec2 serve_velocity(State& state) {
    // Up to 30 degrees up or down, never straight: a straight ball between two who rest would never end.
    const float slope = 0.12F + static_cast<float>(random(state, 1000)) * 0.00045F;
    const float down = random(state, 2) == 0 ? slope : -slope;
    return normalized(Vec2{state.ball.goes_left ? -1.F : 1.F, down}) * Ball::serve_speed;
}

void serve(State& state, const game::Turn<Input>& turn) {
    state.ball.velocity = serve_velocity(state);
    state.rally = 0;
    turn.emit({.kind = Happened::served, .at = state.ball.at, .to = state.ball.velocity});
}

/// How the ball leaves a paddle: the further from its middle, the steeper. `offset` is −1 … 1.
Vec2 returned_velocity(const Ball& ball, float offset, float speed) {
    constexpr float slope_max = 1.1F;  // 48 degrees
    const Vec2 direction = {ball.velocity.x < 0 ? 1.F : -1.F, std::clamp(offset, -1.F, 1.F) * slope_max};
    return normalized(direction, {1, 0}) * speed;
}

void on_returned(State& state, std::uint8_t seat, const game::Turn<Input>& turn) {
    Ball& ball = state.ball;
    const Seat who = {seat};
    if (!state.flow.is_playing()) return turn.emit({.kind = Happened::bounced, .seat = who, .at = ball.at});
    if (state.rally < UINT16_MAX) ++state.rally;
    turn.emit({.kind = Happened::returned,
               .seat = who,
               .value = km_per_h(length(ball.velocity)),
               .at = ball.at,
               .to = ball.velocity});
    if (state.rally % 10 == 0) turn.emit({.kind = Happened::rallied, .value = state.rally, .at = ball.at});
}

/// `before` is where the ball was a tick ago. Where it crossed the line of the paddle decides.
void meet_paddle(State& state, Vec2 before, const game::Turn<Input>& turn) {
    Ball& ball = state.ball;
    const std::uint8_t seat = ball.velocity.x < 0 ? 0 : 1;
    const float side = seat == 0 ? -1.F : 1.F;
    const Paddle& paddle = state.paddles[seat];
    const float way_before = before.x * side;
    const float way_now = ball.at.x * side;
    if (way_before >= paddle_line || way_now < paddle_line) return;
    const float share = (paddle_line - way_before) / (way_now - way_before);
    const float height = mix(before.y, ball.at.y, share);
    const float offset = (height - paddle.at.y) / paddle_reach;
    if (offset < -1 || offset > 1) return;
    const float faster = state.flow.is_playing() ? Ball::speed_up : 1;
    ball.velocity =
        returned_velocity(ball, offset, std::min(length(ball.velocity) * faster, Ball::speed_max));
    ball.at = {paddle_line * side, height};
    on_returned(state, seat, turn);
}

void bounce_off_walls(Ball& ball, const game::Turn<Input>& turn) {
    const float inside = std::clamp(ball.at.y, -bounce_height, bounce_height);
    const bool hits =
        (ball.at.y > inside && ball.velocity.y > 0) || (ball.at.y < inside && ball.velocity.y < 0);
    // What went too far comes back as far.
    ball.at.y = std::clamp(2 * inside - ball.at.y, -bounce_height, bounce_height);
    if (!hits) return;
    ball.velocity.y = -ball.velocity.y;
    const float wall = inside < 0 ? -court_half.y : court_half.y;
    turn.emit({.kind = Happened::bounced, .at = {ball.at.x, wall}});
}

void score(State& state, std::uint8_t loser, const game::Turn<Input>& turn) {
    const Seat lost = {loser};
    const Seat won = {static_cast<std::uint8_t>(1 - loser)};
    const Vec2 at = {loser == 0 ? -court_half.x : court_half.x, state.ball.at.y};
    Paddle& winner = state.paddles[won.value];
    if (winner.points < points_to_win) ++winner.points;
    turn.emit({.kind = Happened::missed, .seat = lost, .at = at});
    turn.emit({.kind = Happened::scored, .seat = won, .other = lost, .value = state.rally, .at = at});
    if (winner.points < points_to_win) {
        place_ball(state, rest_after_point_ticks);
        state.ball.goes_left = loser == 0;
        return;
    }
    place_ball(state, 0);
    finish(state.flow, won);
    turn.emit(
        {.kind = Happened::won, .seat = won, .other = lost, .value = state.paddles[loser].points, .at = at});
}

/// Behind a goal line: a point, or, while people wait, only another wall.
void meet_goal_line(State& state, const game::Turn<Input>& turn) {
    Ball& ball = state.ball;
    const std::uint8_t seat = ball.at.x < 0 ? 0 : 1;
    const float side = seat == 0 ? -1.F : 1.F;
    if (ball.at.x * side < out_line || ball.velocity.x * side <= 0) return;
    if (state.flow.is_playing()) return score(state, seat, turn);
    ball.at.x = out_line * side;
    ball.velocity.x = -ball.velocity.x;
    turn.emit({.kind = Happened::bounced, .at = {court_half.x * side, ball.at.y}});
}

}  // namespace

void place_ball(State& state, std::uint8_t rest_ticks) {
    state.ball = {.rest_ticks = rest_ticks, .goes_left = state.ball.goes_left};
    state.rally = 0;
}

void move_ball(State& state, const game::Turn<Input>& turn) {
    // In a countdown the ball waits with everybody; after the last point it stays where it is.
    if (state.flow.phase == Phase::countdown || state.flow.phase == Phase::result) return;
    Ball& ball = state.ball;
    if (ball.rest_ticks > 0) {
        if (--ball.rest_ticks == 0) serve(state, turn);
        return;
    }
    const Vec2 before = ball.at;
    ball.at += ball.velocity * tick_s;
    meet_paddle(state, before, turn);
    bounce_off_walls(ball, turn);
    meet_goal_line(state, turn);
    const Vec2 limit = {out_line, bounce_height};
    GS_GAME_CHECK(state.ball.at.x >= -limit.x && state.ball.at.x <= limit.x, "the ball left the court");
    GS_GAME_CHECK(state.ball.at.y >= -limit.y && state.ball.at.y <= limit.y, "the ball went through a wall");
}

}  // namespace gs::pong
