// Paddles, ball, names, and what happened to them a moment ago.
#include "games/pong/draw.h"

#include <algorithm>

namespace gs::pong {
namespace {

using game::Phase;
using game::ShownEvent;

/// 1 in the moment of an event and 0 after `lasts_s`.
float freshness(const ShownEvent& shown, float lasts_s) {
    return std::clamp(1 - shown.age_s / lasts_s, 0.F, 1.F);
}

Vec2 between(const game::Frame<State>& frame, Vec2 before, Vec2 after) {
    // What is somewhere else altogether did not fly there.
    return length_squared(after - before) < 1 ? mix(before, after, frame.fraction) : after;
}

Vec2 ball_at(const game::Frame<State>& frame) {
    return between(frame, frame.before.ball.at, frame.after.ball.at);
}

Vec2 paddle_at(const game::Frame<State>& frame, std::size_t seat) {
    return between(frame, frame.before.paddles[seat].at, frame.after.paddles[seat].at);
}

/// How long ago, as freshness, this seat hit the ball.
float hit_of(const game::Frame<State>& frame, std::size_t seat) {
    float fresh = 0;
    for (const ShownEvent& shown : frame.recent) {
        const bool is_hit = shown.event.kind == Happened::returned || shown.event.kind == Happened::bounced;
        if (is_hit && shown.event.seat.value == seat) fresh = std::max(fresh, freshness(shown, 0.22F));
    }
    return fresh;
}

void draw_paddle(Pen& pen, const Scene& scene, std::size_t seat) {
    const Paddle& paddle = scene.frame.after.paddles[seat];
    const float side = seat == 0 ? -1.F : 1.F;
    const float hit = hit_of(scene.frame, seat);
    const Vec2 at = paddle_at(scene.frame, seat) + Vec2{side * 0.16F * hit, 0};
    if (!paddle.is_taken()) {
        // A place for whoever comes.
        for (const float y : {-0.9F, 0.F, 0.9F})
            pen.box(at + Vec2{0, y}, {0.12F, 0.26F}, game::faded(chalk, 0.2F), 0.1F);
        return;
    }
    const bool is_own = scene.frame.own.value == seat;
    const Colour team = team_colours[seat];
    const float strength = paddle.hands == Hands::nobody ? 0.35F : 1.F;
    pen.soft(at, {1.5F + hit, Paddle::half.y + 1.1F + hit},
             game::faded(team, (0.3F + 0.4F * hit) * strength));
    pen.box(at + Vec2{0.08F, 0.12F}, Paddle::half, game::faded(night, 0.5F), Paddle::half.x);
    if (is_own) {
        const Vec2 rim = {Paddle::half.x + 0.11F, Paddle::half.y + 0.11F};
        pen.box(at, rim, chalk, rim.x);
    }
    pen.box(at, Paddle::half, game::faded(game::mix(team, rgb(0xffffff), 0.75F * hit), strength),
            Paddle::half.x);
    // The grip: one band on the left, two on the right.
    for (std::size_t band = 0; band <= seat; ++band) {
        const float y = seat == 0 ? 0.F : static_cast<float>(band) * 0.36F - 0.18F;
        pen.box(at + Vec2{0, y}, {Paddle::half.x, 0.07F}, game::faded(night, 0.55F));
    }
    if (is_own) {
        // An arrow behind the own paddle, for the first look.
        const float beat = 0.1F * game::sine(pen.seconds());
        const Vec2 tip = at + Vec2{side * (0.62F + beat), 0};
        for (const float y : {-1.F, 1.F})
            pen.line(tip, tip + Vec2{side * 0.26F, y * 0.26F}, 0.13F, flood);
    }
}

/// From where the ball bounced last, at most as long as it flies in a tenth of a second.
void draw_trail(Pen& pen, const game::Frame<State>& frame, Vec2 at) {
    const Vec2 velocity = frame.after.ball.velocity;
    const float speed = length(velocity);
    if (speed < 1) return;
    float longest = speed * 0.14F;
    for (const ShownEvent& shown : frame.recent) {
        const std::uint8_t kind = shown.event.kind;
        if (kind != Happened::bounced && kind != Happened::returned && kind != Happened::served) continue;
        longest = std::min(longest, shown.age_s * speed + 0.1F);
    }
    const Vec2 back = velocity * (-1 / speed);
    const float heat = std::clamp((speed - 12) / 12, 0.F, 1.F);
    const Colour colour = game::mix(rgb(0xcfe3ff), rgb(0xff9a4d), heat);
    constexpr int parts = 10;
    for (int part = parts; part > 0; --part) {
        const float share = static_cast<float>(part) / parts;
        pen.disc(at + back * (longest * share), Ball::radius * (1 - 0.75F * share),
                 game::faded(colour, 0.34F * (1 - share)));
    }
}

/// Whom the next serve goes to, and how soon.
void draw_serve(Pen& pen, const State& state) {
    const Ball& ball = state.ball;
    if (ball.rest_ticks == 0 || state.flow.phase == Phase::waiting) return;
    const float side = ball.goes_left ? -1.F : 1.F;
    const float soon = std::clamp(1 - static_cast<float>(ball.rest_ticks) / 75, 0.F, 1.F);
    pen.ring(ball.at, 0.6F + 0.9F * (1 - soon), 0.08F, game::faded(flood, 0.4F + 0.5F * soon));
    for (int mark = 0; mark < 3; ++mark) {
        const Vec2 tip = ball.at + Vec2{side * (1.4F + static_cast<float>(mark) * 0.5F), 0};
        const float lit = soon * 3 > static_cast<float>(mark) ? 0.9F : 0.25F;
        for (const float y : {-1.F, 1.F})
            pen.line(tip, tip + Vec2{-side * 0.25F, y * 0.3F}, 0.12F, game::faded(flood, lit));
    }
}

void draw_pieces(Pen& pen, const ShownEvent& shown, Vec2 from, float side, std::uint32_t salt, int count) {
    const float age = shown.age_s;
    const Seat seat = shown.event.seat;
    for (int piece = 0; piece < count; ++piece) {
        const std::uint32_t index = salt + static_cast<std::uint32_t>(piece) * 3;
        const float turn = game::chance_of(index);
        const float force = 3 + 9 * game::chance_of(index + 1);
        const Vec2 start = game::on_circle(turn) * force;
        // Thrown into the court and pulled down, slower and slower.
        const float flown = age / (1 + age * 0.8F);
        const Vec2 thrown = {start.x * 0.7F - side * force * 0.6F, start.y - 2};
        const Vec2 at = from + thrown * flown + Vec2{0, 5 * age * age};
        const Colour team = team_colours[seat.value < seats ? seat.value : 0];
        const Colour colour = piece % 3 == 0 ? chalk : piece % 3 == 1 ? team : game::mix(team, flood, 0.6F);
        const Vec2 along = game::on_circle(turn + age * (turn - 0.5F) * 4);
        pen.shape(piece % 4 == 0 ? game::Shape::disc : game::Shape::box, at, {0.22F, 0.12F},
                  game::faded(colour, freshness(shown, 1.9F)), along);
    }
}

}  // namespace

void draw_paddles(Pen& pen, const Scene& scene) {
    for (std::size_t seat = 0; seat < seats; ++seat)
        draw_paddle(pen, scene, seat);
}

void draw_ball(Pen& pen, const Scene& scene) {
    const State& state = scene.frame.after;
    if (state.flow.phase == Phase::result) return;
    const Vec2 at = ball_at(scene.frame);
    draw_trail(pen, scene.frame, at);
    draw_serve(pen, state);
    pen.soft(at, {1.1F, 1.1F}, game::faded(rgb(0xfff6dc), 0.4F * scene.light));
    pen.disc(at + Vec2{0.07F, 0.12F}, Ball::radius, game::faded(night, 0.5F));
    pen.disc(at, Ball::radius, rgb(0xfffdf7));
    pen.disc(at - Vec2{0.09F, 0.1F}, Ball::radius * 0.35F, rgb(0xffffff));
}

void draw_marks(Pen& pen, const Scene& scene) {
    for (const ShownEvent& shown : scene.frame.recent) {
        const game::Event& event = shown.event;
        const float fresh = freshness(shown, 0.45F);
        if (event.kind == Happened::bounced) {
            pen.soft(event.at, {2.4F, 0.9F}, game::faded(rgb(0x9dffd8), 0.8F * fresh));
        } else if (event.kind == Happened::returned && event.seat.value < seats) {
            pen.ring(event.at, 0.5F + 2.2F * (1 - fresh), 0.12F * fresh + 0.02F,
                     game::faded(team_colours[event.seat.value], 0.9F * fresh));
        } else if (event.kind == Happened::served) {
            pen.ring(event.at, 0.4F + 1.7F * (1 - fresh), 0.1F, game::faded(flood, 0.7F * fresh));
        } else if (event.kind == Happened::missed) {
            const float slow = freshness(shown, 1);
            const float side = event.at.x < 0 ? -1.F : 1.F;
            pen.box({event.at.x + side * 0.5F, 0}, {0.5F, court_half.y},
                    game::faded(rgb(0xff6b5e), 0.5F * slow), 0.2F);
            pen.soft(event.at, {3.2F, 3.2F}, game::faded(rgb(0xff6b5e), 0.6F * slow));
        }
    }
}

void draw_confetti(Pen& pen, const Scene& scene) {
    for (const ShownEvent& shown : scene.frame.recent) {
        const game::Event& event = shown.event;
        const float side = event.at.x < 0 ? -1.F : 1.F;
        if (event.kind == Happened::scored) {
            draw_pieces(pen, shown, event.at, side, 100, 60);
        } else if (event.kind == Happened::won || event.kind == Happened::forfeited) {
            for (const float x : {-1.F, 1.F})
                draw_pieces(pen, shown, {x * court_half.x * 0.6F, -court_half.y}, x * 0.4F, x < 0 ? 500 : 900,
                            70);
        }
    }
}

void draw_names(Pen& pen, const Scene& scene) {
    const float half_height = pen.label_half_height();
    for (std::uint8_t seat = 0; seat < seats; ++seat) {
        const Paddle& paddle = scene.frame.after.paddles[seat];
        if (!paddle.is_taken()) continue;
        const Vec2 at = {seat == 0 ? -6.F : 6.F, court_half.y - 0.4F - half_height};
        const bool is_own = scene.frame.own.value == seat;
        const Colour colour = game::mix(team_colours[seat], chalk, is_own ? 0.75F : 0.35F);
        pen.label({seat}, at, half_height,
                  paddle.hands == Hands::nobody ? game::faded(colour, 0.45F) : colour);
    }
}

}  // namespace gs::pong
