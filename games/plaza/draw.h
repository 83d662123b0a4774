// The parts of the plaza's picture. draw.cpp puts them in order; draw_square.cpp has what stands still,
// draw_things.cpp what stands on the square, draw_people.cpp and draw_animals.cpp what moves. One thread, no
// state of their own.
#pragma once

#include "core/game/pen.h"
#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

namespace gs::plaza {

using game::chance_of;
using game::Colour;
using game::on_circle;
using game::part_of_one;
using game::Pen;
using game::rgb;
using game::sine;

/// What there is to see reaches this far: the square, houses in the north, hedges around. 16 : 9, so that
/// most windows show the whole of it to spectators.
inline constexpr Vec2 picture_min = {-25.6F, -15.7F};
inline constexpr Vec2 picture_max = {25.6F, 13.2F};

void draw_ground(Pen& pen);
void draw_houses(Pen& pen, const State& state);
void draw_hedges(Pen& pen);
/// A thing that stands on the square, with its shadow. `cover` is how much of it shows where somebody may be
/// behind: 1, or less down to 0.
void draw_solid(Pen& pen, const Solid& solid, float cover);
/// Lights on strings, above everything.
void draw_strings(Pen& pen);

/// A person between two states.
struct Figure {
    Seat seat = no_seat;
    const Walker* walker = nullptr;
    Vec2 at = {};     // of the feet
    float ticks = 0;  // what countdowns of `walker` still get wrong: the frame is this much earlier
    bool is_own = false;
    bool is_detailed = true;
};
void draw_figure(Pen& pen, const Figure& figure);
/// Names and then emotes, above everybody.
void draw_name(Pen& pen, const Figure& figure);
void draw_mood(Pen& pen, const Figure& figure);

void draw_ball(Pen& pen, Vec2 at);
void draw_cheer(Pen& pen, const Ball& ball);
void draw_pigeon(Pen& pen, const Pigeon& pigeon, Vec2 at, std::size_t index);

}  // namespace gs::plaza
