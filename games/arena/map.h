// The map: its size, walls, spawns, things to pick up, and how one gets from place to place. Rules, computers
// and picture read the same. Constants and pure functions; nothing here has a thread or an owner.
#pragma once

#include "core/base/vec2.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gs::arena::map {

/// The arena reaches from −half to half.
inline constexpr Vec2 half = {21, 12};

/// A block that nobody walks or shoots through.
struct Wall {
    Vec2 at;
    Vec2 half_size;
};

namespace detail {

/// What stands in one quarter stands in all four, mirrored.
template <std::size_t quarters, std::size_t pairs_x, std::size_t pairs_y>
struct Quarter {
    std::array<Wall, quarters> four;
    std::array<Wall, pairs_x> on_x_axis;  // left and right
    std::array<Wall, pairs_y> on_y_axis;  // above and below
};
inline constexpr Quarter<6, 1, 1> quarter = {
    .four = {{
        {{3.4F, 3.9F}, {1.6F, 0.5F}},   // an angle of the court in the middle: one leg
        {{4.5F, 2.7F}, {0.5F, 1.2F}},   // and the other
        {{9.9F, 5.9F}, {1.1F, 1.1F}},   // a pillar
        {{16.2F, 3.9F}, {1.9F, 0.5F}},  // a screen before the side
        {{16.6F, 9.2F}, {0.5F, 1.3F}},  // a screen before the corner
        {{5.8F, 10.2F}, {0.5F, 1.8F}},  // a rib of the outer wall
    }},
    .on_x_axis = {{{{11.2F, 0}, {0.5F, 2}}}},
    .on_y_axis = {{{{0, 8}, {2.5F, 0.5F}}}},
};

constexpr auto all_walls() {
    std::array<Wall, quarter.four.size() * 4 + (quarter.on_x_axis.size() + quarter.on_y_axis.size()) * 2>
        walls = {};
    std::size_t count = 0;
    for (const Wall& wall : quarter.four) {
        for (const float x : {-1.F, 1.F}) {
            for (const float y : {-1.F, 1.F})
                walls[count++] = {{wall.at.x * x, wall.at.y * y}, wall.half_size};
        }
    }
    for (const float side : {-1.F, 1.F}) {
        for (const Wall& wall : quarter.on_x_axis)
            walls[count++] = {{wall.at.x * side, 0}, wall.half_size};
        for (const Wall& wall : quarter.on_y_axis)
            walls[count++] = {{0, wall.at.y * side}, wall.half_size};
    }
    return walls;
}

}  // namespace detail

inline constexpr auto walls = detail::all_walls();

/// In an order in which neighbours in the list are far from each other.
inline constexpr std::array<Vec2, 8> spawns = {{
    {-19.2F, -10.2F},
    {19.2F, 10.2F},
    {19.2F, -10.2F},
    {-19.2F, 10.2F},
    {-19.2F, 0},
    {19.2F, 0},
    {0, -10.3F},
    {0, 10.3F},
}};

struct Pickup {
    enum class Kind : std::uint8_t { health, shield, quick };

    Kind kind;
    Vec2 at;

    static constexpr float radius = 0.6F;
    [[nodiscard]] constexpr std::uint16_t ticks() const {  // until it is there again
        return kind == Kind::health ? 720 : kind == Kind::shield ? 1080 : 1800;
    }
};
inline constexpr std::uint16_t pickup_ticks_max = 1800;
inline constexpr std::array<Pickup, 9> pickups = {{
    {Pickup::Kind::quick, {0, 0}},
    {Pickup::Kind::shield, {-8, 0}},
    {Pickup::Kind::shield, {8, 0}},
    {Pickup::Kind::health, {-13.2F, -9.8F}},
    {Pickup::Kind::health, {13.2F, -9.8F}},
    {Pickup::Kind::health, {-13.2F, 9.8F}},
    {Pickup::Kind::health, {13.2F, 9.8F}},
    {Pickup::Kind::health, {0, -6}},
    {Pickup::Kind::health, {0, 6}},
}};

/// A round thing is moved out of what is solid, and what of its velocity leads inwards is taken away.
void push_out(Vec2& at, Vec2& velocity, float radius);

/// How far something without width gets from `from` along `direction`, which has length 1: at most
/// `length_max`.
[[nodiscard]] float free_length(Vec2 from, Vec2 direction, float length_max);

/// Whether one sees, or shoots, from here to there.
[[nodiscard]] bool is_in_sight(Vec2 from, Vec2 to);
/// Whether a body gets there in a straight line.
[[nodiscard]] bool is_walkable(Vec2 from, Vec2 to);

/// Where to walk from `from` to get to `to` around the walls: `to` itself, or a corner on the way.
[[nodiscard]] Vec2 next_on_way(Vec2 from, Vec2 to);

}  // namespace gs::arena::map
