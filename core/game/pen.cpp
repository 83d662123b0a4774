#include "core/game/pen.h"

namespace gs::game {

float sine(float turns) {
    const float t = part_of_one(turns + 0.5F) * 2 - 1;
    const float rough = 4 * t * (1 - (t < 0 ? -t : t));
    return rough + 0.225F * (rough * (rough < 0 ? -rough : rough) - rough);
}

Vec2 on_circle(float turns) { return {sine(turns + 0.25F), sine(turns)}; }

bool Pen::sees(Vec2 at, Vec2 half_size) const {
    const Vec2 away = at - centre_;
    return (away.x < 0 ? -away.x : away.x) < reach_.x + half_size.x &&
           (away.y < 0 ? -away.y : away.y) < reach_.y + half_size.y;
}

void Pen::box(Vec2 at, Vec2 half_size, Colour colour, float corner) {
    tilted_box(at, half_size, colour, corner, {1, 0});
}

void Pen::tilted_box(Vec2 at, Vec2 half_size, Colour colour, float corner, Vec2 along) {
    const bool is_tilted = along.x != 1;
    const float around = half_size.x + half_size.y;
    if (sees(at, is_tilted ? Vec2{around, around} : half_size)) {
        list_->box(at, half_size, colour, corner, along);
    }
}

void Pen::disc(Vec2 at, float radius, Colour colour) { ellipse(at, {radius, radius}, colour); }

void Pen::ellipse(Vec2 at, Vec2 half_size, Colour colour, Vec2 along) {
    shape(Shape::disc, at, half_size, colour, along);
}

void Pen::ring(Vec2 at, float radius, float width, Colour colour) {
    if (sees(at, {radius, radius})) list_->ring(at, radius, width, colour);
}

void Pen::line(Vec2 from, Vec2 to, float width, Colour colour) {
    const Vec2 half = (to - from) * 0.5F;
    const float around = length(half) + width;
    if (sees(from + half, {around, around})) list_->line(from, to, width, colour);
}

void Pen::soft(Vec2 at, Vec2 half_size, Colour colour) { shape(Shape::shadow, at, half_size, colour); }

void Pen::shape(Shape shape, Vec2 at, Vec2 half_size, Colour colour, Vec2 along) {
    const float around = half_size.x > half_size.y ? half_size.x : half_size.y;
    if (sees(at, {around, around})) list_->shape(shape, at, half_size, colour, along);
}

void Pen::label(Seat seat, Vec2 at, float half_height, Colour colour) {
    if (sees(at, {4, half_height})) list_->label(seat, at, half_height, colour);
}

}  // namespace gs::game
