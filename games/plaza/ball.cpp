// The ball: rolls, bounces off people and things, and counts when it rolls into a gate.
#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

#include <algorithm>

namespace gs::plaza {
namespace {

constexpr float bounce_of_things = 0.75F;
constexpr float bounce_of_people = 0.5F;
/// How much of a push the ball takes; people, who are heavier, take the rest.
constexpr float share_of_ball = 0.9F;
constexpr float rolling_loss = 0.988F;  // of the speed, per tick
constexpr float roll_out_acceleration = 14;

void bounce_off(Ball& ball, Walker& walker) {
    constexpr float reach = Ball::radius + Walker::radius;
    const Vec2 away = ball.at - walker.at;
    if (length_squared(away) >= reach * reach) return;
    const Vec2 normal = normalized(away, unit_vector(walker.direction));
    ball.at = walker.at + normal * reach;
    const float closing = dot(walker.velocity - ball.velocity, normal);
    if (closing <= 0) return;
    const Vec2 push = normal * (closing * (1 + bounce_of_people));
    ball.velocity += push * share_of_ball;
    walker.velocity -= push * (1 - share_of_ball);
}

bool is_before_gate(const Ball& ball) { return ball.at.y > -gate_half && ball.at.y < gate_half; }

/// Turns the part of the velocity that leads out of −limit … limit, and moves back what is outside.
void bounce_back(float& at, float& velocity, float limit) {
    const float inside = std::clamp(at, -limit, limit);
    if (at > inside && velocity > 0) velocity *= -bounce_of_things;
    if (at < inside && velocity < 0) velocity *= -bounce_of_things;
    at = inside;
}

void bounce_off_walls(Ball& ball) {
    // A ball in a gate is between the gate's posts, any other one between the walls.
    const bool is_in_gate = ball.at.x < -square_half.x || ball.at.x > square_half.x;
    const float x_limit = is_before_gate(ball) ? square_half.x + gate_depth : square_half.x;
    const float y_limit = is_in_gate ? gate_half : square_half.y;
    bounce_back(ball.at.y, ball.velocity.y, y_limit - Ball::radius);
    bounce_back(ball.at.x, ball.velocity.x, x_limit - Ball::radius);
}

void add_goal(std::uint8_t& goals) { goals = static_cast<std::uint8_t>((goals + 1) % 100); }

/// A ball wholly behind the line counts once; after the celebration the floor of the gate rolls it out again.
void count_goals(State& state) {
    Ball& ball = state.ball;
    const float behind_line = std::max(ball.at.x, -ball.at.x) - square_half.x;
    if (behind_line < -Ball::radius) {
        ball.is_counted = false;
    } else if (behind_line >= Ball::radius && !ball.is_counted) {
        ball.is_counted = true;
        ball.goal_ticks = Ball::goal_ticks_max;
        add_goal(ball.at.x < 0 ? state.goals_left : state.goals_right);
    }
    if (ball.goal_ticks > 0) {
        --ball.goal_ticks;
        ball.velocity = ball.velocity * 0.9F;
    } else if (behind_line > -Ball::radius && ball.is_counted) {
        ball.velocity.x += (ball.at.x < 0 ? 1.F : -1.F) * roll_out_acceleration * tick_s;
    }
}

}  // namespace

void bounce_ball(State& state) {
    Ball& ball = state.ball;
    ball.velocity = clamped(ball.velocity * rolling_loss, Ball::speed_max);
    if (length_squared(ball.velocity) < 0.0025F) ball.velocity = {};
    ball.at += ball.velocity * tick_s;
    for (Walker& walker : state.walkers) {
        if (walker.is_present()) bounce_off(ball, walker);
    }
    push_out(ball.at, ball.velocity, Ball::radius, bounce_of_things);
    bounce_off_walls(ball);
    ball.velocity = clamped(ball.velocity, Ball::speed_max);
    count_goals(state);
}

}  // namespace gs::plaza
