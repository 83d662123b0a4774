#include "core/game/pen.h"

namespace gs::game {

float sine(float turns) {
    const float t = part_of_one(turns + 0.5F) * 2 - 1;
    const float rough = 4 * t * (1 - (t < 0 ? -t : t));
    return rough + 0.225F * (rough * (rough < 0 ? -rough : rough) - rough);
}

Vec2 on_circle(float turns) { return {sine(turns + 0.25F), sine(turns)}; }

bool Pen::sees(float x, float y, float half_x, float half_y) const {
    const float away_x = x - centre_.x;
    const float away_y = y - centre_.y;
    return (away_x < 0 ? -away_x : away_x) < reach_.x + half_x &&
           (away_y < 0 ? -away_y : away_y) < reach_.y + half_y;
}

void Pen::put(Shape shape, float x, float y, float half_x, float half_y, std::uint32_t colour, float extra,
              float along_x, float along_y) {
    const bool is_tilted = along_x != 1;
    const float around = half_x + half_y;
    if (!sees(x, y, is_tilted ? around : half_x, is_tilted ? around : half_y)) return;
    list_->shape(shape, {x, y}, {half_x, half_y}, std::bit_cast<Colour>(colour), {along_x, along_y}, extra);
}

void Pen::put_line(float from_x, float from_y, float to_x, float to_y, float width, std::uint32_t colour) {
    const Vec2 half = Vec2{to_x - from_x, to_y - from_y} * 0.5F;
    const float around = length(half) + width;
    if (!sees(from_x + half.x, from_y + half.y, around, around)) return;
    list_->line({from_x, from_y}, {to_x, to_y}, width, std::bit_cast<Colour>(colour));
}

void Pen::label(Seat seat, Vec2 at, float half_height, Colour colour) {
    if (sees(at, {4, half_height})) list_->label(seat, at, half_height, colour);
}

}  // namespace gs::game
