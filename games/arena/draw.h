// The parts of the arena's picture. draw.cpp has camera and order; draw_field.cpp what stands still,
// draw_fighters.cpp who plays, draw_effects.cpp what happens. One thread, no state of their own.
#pragma once

#include "games/arena/paint.h"

namespace gs::arena {

using Frame = game::Frame<State>;

/// What there is to see reaches this far: the arena and the first rows of the stands.
inline constexpr Vec2 picture_half = {24.6F, 14.6F};

/// Between two ticks. Who is somewhere else altogether did not walk there.
[[nodiscard]] inline Vec2 between(Vec2 before, Vec2 after, float fraction) {
    constexpr float walked_max = 2;
    return length_squared(after - before) < walked_max * walked_max ? mix(before, after, fraction) : after;
}

/// A fighter of the picture's moment: the own one as predicted, others as they were seen.
struct Figure {
    std::size_t seat = 0;
    const Fighter* fighter = nullptr;
    Vec2 at = {};
    Vec2 ahead = {1, 0};
    bool is_own = false;
    bool leads = false;
    float hurt = 0;  // 1: in this moment, 0: a while ago
};
[[nodiscard]] Figure figure_of(const Frame& frame, std::size_t seat);

/// The floor's lines, stands with people, and lights from `seconds` on.
void draw_field(game::DrawList& list, const Frame& frame);
void draw_pickups(game::DrawList& list, const Frame& frame);
/// What lies on the floor: shadows of walls; then the walls themselves, above whom they hide.
void draw_wall_shadows(game::DrawList& list);
void draw_walls(game::DrawList& list);

void draw_figure(game::DrawList& list, const Figure& figure, const Frame& frame);
void draw_name(game::DrawList& list, const Figure& figure);
/// Around the own figure: health, shield, what is ready, where one aims.
void draw_aim(game::DrawList& list, const Figure& figure);
void draw_gauges(game::DrawList& list, const Figure& figure);

void draw_rockets(game::DrawList& list, const Frame& frame);
/// Marks that stay below figures, and light above everything.
void draw_low_effects(game::DrawList& list, const Frame& frame);
void draw_high_effects(game::DrawList& list, const Frame& frame);

}  // namespace gs::arena
