// The picture: camera, order and the court itself.
#include "games/pong/draw.h"

#include <algorithm>

namespace gs::pong {
namespace {

using game::Phase;

/// Of a window that may have no height, or no size at all yet.
float aspect_of(const game::Frame<State>& frame) {
    return frame.aspect > 0.2F ? std::min(frame.aspect, 5.F) : 0.2F;
}

/// The whole court with its paddles, however narrow the window is; the stand fills the rest.
game::Camera camera_of(float aspect) {
    constexpr float height_min = 17.6F;
    constexpr float width_min = 2 * court_half.x + 1.6F;
    return {.centre = {}, .height = std::max(height_min, width_min / aspect), .clear = night};
}

float light_of(const State& state) {
    if (state.flow.phase == Phase::waiting) return 0.55F;
    if (state.flow.phase != Phase::countdown) return 1;
    // One more row of lamps each second.
    const int seconds = state.flow.ticks_left / tick_rate_hz;
    return std::clamp(1 - static_cast<float>(seconds) * 0.15F, 0.55F, 1.F);
}

std::array<float, seats> joy_of(const game::Frame<State>& frame) {
    std::array<float, seats> joy = {};
    for (const game::ShownEvent& shown : frame.recent) {
        const std::uint8_t kind = shown.event.kind;
        const bool is_good = kind == Happened::scored || kind == Happened::won || kind == Happened::forfeited;
        if (!is_good || shown.event.seat.value >= seats) continue;
        float& one = joy[shown.event.seat.value];
        one = std::max(one, std::clamp(1 - shown.age_s / 2, 0.F, 1.F));
    }
    const Seat winner = frame.after.flow.winner;
    if (frame.after.flow.phase == Phase::result && winner.value < seats) joy[winner.value] = 1;
    return joy;
}

void draw_floor(Pen& pen, float light) {
    const Vec2 rim = court_half + apron;
    pen.box({}, rim, game::mix(rgb(0x0d1f1d), rgb(0x17403a), light), 0.9F);
    constexpr int bands = 8;
    constexpr float width = 2 * court_half.x / bands;
    const Colour dark = game::mix(rgb(0x12152e), rgb(0x1c2460), light);
    const Colour bright = game::mix(rgb(0x14183a), rgb(0x222b70), light);
    for (int band = 0; band < bands; ++band) {
        const float x = (static_cast<float>(band) + 0.5F) * width - court_half.x;
        pen.box({x, 0}, {width / 2 + 0.01F, court_half.y}, band % 2 == 0 ? dark : bright);
    }
    // Pools of light below the masts, and one in the middle where they meet.
    for (const float x : {-1.F, 1.F}) {
        for (const float y : {-1.F, 1.F}) {
            pen.soft({x * court_half.x * 0.62F, y * court_half.y * 0.55F}, {9, 6.5F},
                     game::faded(rgb(0xdfe8ff), 0.1F * light));
        }
    }
    pen.soft({}, {13, 8}, game::faded(rgb(0x8fb4ff), 0.12F * light));
}

void draw_lines(Pen& pen, float light) {
    const Colour line = game::faded(chalk, 0.22F + 0.3F * light);
    constexpr float width = 0.09F;
    for (const float side : {-1.F, 1.F})
        pen.line({side * court_half.x, -court_half.y}, {side * court_half.x, court_half.y}, width, line);
    constexpr int dashes = 14;
    for (int dash = 0; dash < dashes; ++dash) {
        const float y = (static_cast<float>(dash) + 0.5F) * (2 * court_half.y / dashes) - court_half.y;
        pen.line({0, y - 0.24F}, {0, y + 0.24F}, 0.13F, line);
    }
    pen.ring({}, 2.1F, width, game::faded(line, 0.8F));
    // The boards along both walls.
    for (const float side : {-1.F, 1.F}) {
        const float y = side * (court_half.y + 0.19F);
        pen.box({0, y}, {court_half.x + 0.1F, 0.19F},
                game::mix(rgb(0x24524a), rgb(0x3ddc97), 0.1F + 0.3F * light), 0.12F);
        pen.box({0, y - side * 0.13F}, {court_half.x + 0.1F, 0.05F}, game::faded(chalk, 0.35F + 0.4F * light),
                0.05F);
    }
}

/// Digits like those of a board at a court: which of the seven bars are lit.
void draw_digit(Pen& pen, Vec2 at, Vec2 half, float width, std::uint8_t digit, Colour colour) {
    constexpr std::uint8_t lit[] = {0x77, 0x24, 0x5d, 0x6d, 0x2e, 0x6b, 0x7b, 0x25, 0x7f, 0x6f};
    const std::uint8_t bars = lit[digit % 10];
    const float gap = width * 0.62F;
    for (int row = 0; row < 3; ++row) {
        const float y = at.y + static_cast<float>(row - 1) * half.y;
        if ((bars >> (row * 3) & 1) != 0)
            pen.line({at.x - half.x + gap, y}, {at.x + half.x - gap, y}, width, colour);
    }
    for (int bar = 0; bar < 4; ++bar) {
        if ((bars >> (bar / 2 * 3 + 1 + bar % 2) & 1) == 0) continue;
        const float x = at.x + (bar % 2 == 0 ? -half.x : half.x);
        const float y = at.y + (bar < 2 ? -half.y / 2 : half.y / 2);
        pen.line({x, y - half.y / 2 + gap}, {x, y + half.y / 2 - gap}, width, colour);
    }
}

void draw_score(Pen& pen, const Scene& scene) {
    if (scene.frame.after.flow.phase == Phase::waiting) return;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const std::uint8_t points = scene.frame.after.paddles[seat].points;
        // A one has bars on its right only.
        const float x = (seat == 0 ? -4.2F : 4.2F) - (points == 1 ? 1.15F : 0.F);
        const Colour colour = game::mix(team_colours[seat], chalk, 0.3F);
        draw_digit(pen, {x, -2.3F}, {1.15F, 1.75F}, 0.5F, points,
                   game::faded(colour, 0.45F + 0.45F * scene.joy[seat]));
    }
}

}  // namespace

void Pong::draw(const game::Frame<State>& frame, game::DrawList& list) {
    list.clear();
    const float aspect = aspect_of(frame);
    list.camera = camera_of(aspect);
    Pen pen(list, aspect, frame.seconds);
    const Scene scene = {.frame = frame, .light = light_of(frame.after), .joy = joy_of(frame)};
    draw_stand(pen, scene);
    draw_floor(pen, scene.light);
    draw_front_stand(pen, scene);
    draw_lines(pen, scene.light);
    draw_score(pen, scene);
    draw_marks(pen, scene);
    draw_names(pen, scene);
    draw_ball(pen, scene);
    draw_paddles(pen, scene);
    draw_floodlights(pen, scene);
    draw_confetti(pen, scene);
}

}  // namespace gs::pong
