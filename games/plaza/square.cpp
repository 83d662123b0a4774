#include "games/plaza/square.h"

#include <algorithm>
#include <bit>

namespace gs::plaza {
namespace {

constexpr Vec2 closest_on_line(Vec2 from, Vec2 to, Vec2 point) {
    const Vec2 along = to - from;
    const float size = length_squared(along);
    if (size <= 0) return from;
    return from + along * std::clamp(dot(point - from, along) / size, 0.F, 1.F);
}

/// Which solids are near, per field of the square: a bit for each, made by the compiler. Most fields have
/// none, so most steps look at none.
constexpr int field_size = 2;
constexpr int columns = 20;
constexpr int rows = 12;
static_assert(columns * field_size == square_half.x * 2 && rows * field_size == square_half.y * 2);
static_assert(solids.size() <= 32);

constexpr auto near_solids = [] {
    std::array<std::uint32_t, std::size_t{columns} * rows> fields = {};
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const Vec2 middle = {(static_cast<float>(column) + 0.5F) * field_size - square_half.x,
                                 (static_cast<float>(row) + 0.5F) * field_size - square_half.y};
            for (std::size_t index = 0; index < solids.size(); ++index) {
                // 1.5: half the diagonal of a field, and a bit.
                const float reach = solids[index].radius + body_radius_max + 1.5F;
                const Vec2 away = middle - closest_on_line(solids[index].from, solids[index].to, middle);
                if (length_squared(away) < reach * reach) fields[row * columns + column] |= 1U << index;
            }
        }
    }
    return fields;
}();

int field_of(Vec2 at) {
    const float column = std::clamp((at.x + square_half.x) / field_size, 0.F, columns - 1.F);
    const float row = std::clamp((at.y + square_half.y) / field_size, 0.F, rows - 1.F);
    return static_cast<int>(row) * columns + static_cast<int>(column);
}

}  // namespace

void push_out(Vec2& at, Vec2& velocity, float radius, float bounce) {
    for (std::uint32_t near = near_solids[field_of(at)]; near != 0; near &= near - 1) {
        const Solid& solid = solids[std::countr_zero(near)];
        const Vec2 away = at - closest_on_line(solid.from, solid.to, at);
        const float reach = radius + solid.radius;
        if (length_squared(away) >= reach * reach) continue;
        const Vec2 normal = normalized(away, {0, 1});
        at += normal * (reach - length(away));
        const float inwards = dot(velocity, normal);
        if (inwards < 0) velocity -= normal * (inwards * (1 + bounce));
    }
}

}  // namespace gs::plaza
