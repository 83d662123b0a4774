// The parts of pong's picture. draw.cpp has the camera, the order and the court; draw_stand.cpp the people
// who watch and the floodlights; draw_play.cpp paddles, ball and effects. One thread, no state of their own.
#pragma once

#include "core/game/pen.h"
#include "games/pong/pong.h"

namespace gs::pong {

using game::Colour;
using game::Pen;
using game::rgb;

/// From blind people's palette (Okabe and Ito): left is yellow, right is blue, and their paddles differ in
/// more than that.
inline constexpr std::array<Colour, seats> team_colours = {rgb(0xf0c542), rgb(0x56b4e9)};
inline constexpr Colour chalk = rgb(0xeef3ea);
inline constexpr Colour flood = rgb(0xffe2a0);
inline constexpr Colour night = rgb(0x0a1413);

/// The dark strip between the court and the first row of the stand.
inline constexpr Vec2 apron = {1.15F, 0.62F};

/// One picture: what the parts of it need to know.
struct Scene {
    const game::Frame<State>& frame;
    /// How bright the floodlights are, 0 … 1: they come on with the countdown.
    float light = 1;
    /// How much each side has to cheer about right now, 0 … 1.
    std::array<float, seats> joy = {};
};

void draw_stand(Pen& pen, const Scene& scene);
/// The rows in front, whose people rise above the edge of the court.
void draw_front_stand(Pen& pen, const Scene& scene);
void draw_floodlights(Pen& pen, const Scene& scene);
void draw_paddles(Pen& pen, const Scene& scene);
void draw_ball(Pen& pen, const Scene& scene);
/// What lies on the court, below everything that moves.
void draw_marks(Pen& pen, const Scene& scene);
/// What flies above it.
void draw_confetti(Pen& pen, const Scene& scene);
void draw_names(Pen& pen, const Scene& scene);

}  // namespace gs::pong
