// The square: its size, what stands on it, and the two gates. Rules and picture read the same map. Constants
// only; nothing here has a thread or an owner.
#pragma once

#include "core/base/vec2.h"

#include <array>
#include <cstdint>

namespace gs::plaza {

/// The walkable part reaches from −square_half to square_half.
inline constexpr Vec2 square_half = {20, 12};

/// The gates are openings in the walls on the left and on the right that only the ball passes.
inline constexpr float gate_half = 2.4F;
inline constexpr float gate_depth = 1.7F;

/// What nobody walks through: everything closer than `radius` to the line from `from` to `to`.
struct Solid {
    enum class Kind : std::uint8_t { fountain, post, tree, lamp, bed, bench, cart, table };

    Kind kind;
    float radius;
    Vec2 from;
    Vec2 to;
};

/// Between two of them, and between each and the walls, there is either no gap or one that ball and people
/// fit through: nobody can be squeezed into a place from which there is no way out.
inline constexpr std::array solids = {
    Solid{Solid::Kind::fountain, 2.4F, {0, 0}, {0, 0}},
    Solid{Solid::Kind::post, 0.3F, {-20, -gate_half}, {-20, -gate_half}},
    Solid{Solid::Kind::post, 0.3F, {-20, gate_half}, {-20, gate_half}},
    Solid{Solid::Kind::post, 0.3F, {20, -gate_half}, {20, -gate_half}},
    Solid{Solid::Kind::post, 0.3F, {20, gate_half}, {20, gate_half}},
    Solid{Solid::Kind::tree, 0.45F, {-15, -8.2F}, {-15, -8.2F}},
    Solid{Solid::Kind::tree, 0.45F, {-8, -8.7F}, {-8, -8.7F}},
    Solid{Solid::Kind::tree, 0.45F, {8, -8.7F}, {8, -8.7F}},
    Solid{Solid::Kind::tree, 0.45F, {15, -8.2F}, {15, -8.2F}},
    Solid{Solid::Kind::tree, 0.45F, {-15.4F, 8}, {-15.4F, 8}},
    Solid{Solid::Kind::tree, 0.45F, {-7.6F, 9}, {-7.6F, 9}},
    Solid{Solid::Kind::tree, 0.45F, {7.6F, 9}, {7.6F, 9}},
    Solid{Solid::Kind::tree, 0.45F, {15.4F, 8}, {15.4F, 8}},
    Solid{Solid::Kind::lamp, 0.2F, {-6.2F, -4.6F}, {-6.2F, -4.6F}},
    Solid{Solid::Kind::lamp, 0.2F, {6.2F, -4.6F}, {6.2F, -4.6F}},
    Solid{Solid::Kind::lamp, 0.2F, {-6.2F, 4.6F}, {-6.2F, 4.6F}},
    Solid{Solid::Kind::lamp, 0.2F, {6.2F, 4.6F}, {6.2F, 4.6F}},
    Solid{Solid::Kind::bed, 1.7F, {-19.6F, -11.6F}, {-19.6F, -11.6F}},
    Solid{Solid::Kind::bed, 1.7F, {19.6F, -11.6F}, {19.6F, -11.6F}},
    Solid{Solid::Kind::bed, 1.7F, {-19.6F, 11.6F}, {-19.6F, 11.6F}},
    Solid{Solid::Kind::bed, 1.7F, {19.6F, 11.6F}, {19.6F, 11.6F}},
    Solid{Solid::Kind::bench, 0.5F, {-12.7F, -11.5F}, {-10.5F, -11.5F}},
    Solid{Solid::Kind::bench, 0.5F, {-5.6F, -11.5F}, {-3.4F, -11.5F}},
    Solid{Solid::Kind::bench, 0.5F, {3.4F, -11.5F}, {5.6F, -11.5F}},
    Solid{Solid::Kind::bench, 0.5F, {10.5F, -11.5F}, {12.7F, -11.5F}},
    Solid{Solid::Kind::bench, 0.5F, {-12.5F, 11.6F}, {-10.3F, 11.6F}},
    Solid{Solid::Kind::bench, 0.5F, {10.3F, 11.6F}, {12.5F, 11.6F}},
    Solid{Solid::Kind::cart, 0.6F, {-12.6F, 4.6F}, {-11, 4.6F}},
    Solid{Solid::Kind::table, 0.7F, {11, 4}, {11, 4}},
    Solid{Solid::Kind::table, 0.7F, {13.6F, 5.3F}, {13.6F, 5.3F}},
};

[[nodiscard]] constexpr bool is_inside_square(Vec2 at) {
    return at.x >= -square_half.x && at.x <= square_half.x && at.y >= -square_half.y && at.y <= square_half.y;
}

/// The largest thing that moves; push_out() knows nothing larger.
inline constexpr float body_radius_max = 0.5F;

/// A round thing that moves is moved out of what is solid, and its velocity turned: `bounce` 0 slides along,
/// 1 comes back as fast as it went. At most body_radius_max.
void push_out(Vec2& at, Vec2& velocity, float radius, float bounce);

}  // namespace gs::plaza
