// What stands still: floor and lines, stands, walls, and what there is to pick up.
#include "games/arena/draw.h"

namespace gs::arena {
namespace {

using game::DrawList;
using game::Shape;

constexpr Colour line_colour = rgb(0x9fe3c4, 0.16F);
constexpr float wall_height = 0.32F;

/// Rows of seats, as in every grandstand; who sits there is only a speck of colour.
void draw_stands(DrawList& list, float seconds) {
    constexpr Vec2 half = map::half;
    constexpr Vec2 far = {half.x + 9, half.y + 8};
    for (const float side : {-1.F, 1.F}) {
        list.box({0, side * (half.y + 4.3F)}, {far.x, 4}, rgb(0x0b1311));
        list.box({side * (half.x + 4.8F), 0}, {4.5F, far.y}, rgb(0x0b1311));
    }
    const auto row = [&](Vec2 from, Vec2 step, int count, std::uint32_t number) {
        for (int index = 0; index < count; ++index) {
            const auto id = number * 64 + static_cast<std::uint32_t>(index);
            const float luck = chance_of(id);
            const Vec2 at = from + step * static_cast<float>(index);
            list.box(at, {0.3F, 0.24F}, rgb(0x1a2a25), 0.12F);
            if (luck < 0.3F) continue;
            // Some of them move a little.
            const float hop = luck > 0.7F ? 0.05F * sine(seconds * 0.9F + luck * 9) : 0;
            const Colour coat = game::mix(colour_of(id % seats), rgb(0x22332d), 0.55F);
            list.disc(at + Vec2{0, hop}, 0.2F, coat);
        }
    };
    for (std::uint32_t depth = 0; depth < 2; ++depth) {
        const float out = 1.2F + 0.85F * static_cast<float>(depth);
        const float shift = 0.45F * static_cast<float>(depth);
        row({-half.x + 0.6F + shift, -half.y - out}, {0.92F, 0}, 45, depth);
        row({-half.x + 0.6F + shift, half.y + out}, {0.92F, 0}, 45, depth + 2);
        row({-half.x - out, -half.y + 0.6F + shift}, {0, 0.9F}, 26, depth + 4);
        row({half.x + out, -half.y + 0.6F + shift}, {0, 0.9F}, 26, depth + 6);
    }
}

/// The low wall around the floor, and four masts with lamps.
void draw_border(DrawList& list) {
    constexpr Vec2 half = map::half;
    for (const float side : {-1.F, 1.F}) {
        list.box({0, side * (half.y + 0.28F)}, {half.x + 0.56F, 0.28F}, rgb(0x2d584b), 0.2F);
        list.box({side * (half.x + 0.28F), 0}, {0.28F, half.y + 0.56F}, rgb(0x2d584b), 0.2F);
        list.box({0, side * (half.y + 0.12F)}, {half.x + 0.18F, 0.06F}, rgb(0x6fb39c), 0.06F);
        list.box({side * (half.x + 0.12F), 0}, {0.06F, half.y + 0.18F}, rgb(0x6fb39c), 0.06F);
    }
    for (const float x : {-1.F, 1.F}) {
        for (const float y : {-1.F, 1.F}) {
            const Vec2 at = {x * (half.x + 1.7F), y * (half.y + 1.4F)};
            list.disc(at, 0.8F, rgb(0x22352f));
            for (const float lamp : {-0.3F, 0.3F}) {
                list.disc(at + Vec2{lamp, -0.28F}, 0.24F, rgb(0xfff1c9));
                list.disc(at + Vec2{lamp, 0.28F}, 0.24F, rgb(0xfff1c9));
            }
            soft(list, at, 4.2F, rgb(0xffe6ac, 0.6F));
        }
    }
}

void draw_lines(DrawList& list) {
    constexpr Vec2 half = map::half;
    for (float x = -18; x < half.x; x += 3)
        list.box({x, 0}, {0.02F, half.y}, rgb(0x9fe3c4, 0.05F));
    for (float y = -9; y < half.y; y += 3)
        list.box({0, y}, {half.x, 0.02F}, rgb(0x9fe3c4, 0.05F));
    list.box({0, 0}, {0.07F, half.y}, line_colour);
    list.ring({0, 0}, 6.9F, 0.14F, line_colour);
    for (const float side : {-1.F, 1.F}) {
        list.ring({side * half.x, 0}, 5.2F, 0.14F, line_colour);
        list.box({side * 14.6F, 0}, {0.07F, half.y}, rgb(0x9fe3c4, 0.08F));
    }
    for (const Vec2 at : map::spawns)
        list.ring(at, 0.9F, 0.08F, line_colour);
}

/// From each mast a beam across the floor; where they meet it is bright.
void draw_light(DrawList& list, float seconds) {
    const float breath = 1 + 0.03F * sine(seconds * 0.11F);
    for (const float x : {-1.F, 1.F}) {
        for (const float y : {-1.F, 1.F}) {
            const Vec2 along = normalized({x * 11, y * 7}, {1, 0});
            list.shape(Shape::shadow, {x * 10.5F, y * 6}, {17, 8}, rgb(0xd5ffe6, 0.12F * breath), along);
            list.shape(Shape::shadow, {x * 18, y * 10}, {9, 5}, rgb(0xffe2a0, 0.16F * breath), along);
        }
    }
    list.shape(Shape::shadow, {0, 0}, {14, 10}, rgb(0xffe2a0, 0.2F * breath));
}

Colour tint_of(map::Pickup::Kind kind) {
    return kind == map::Pickup::Kind::health   ? health_colour
           : kind == map::Pickup::Kind::shield ? shield_colour
                                               : flood;
}

void draw_sign(DrawList& list, map::Pickup::Kind kind, Vec2 at, Colour colour, float size) {
    switch (kind) {
        case map::Pickup::Kind::health:
            list.box(at, {0.34F * size, 0.12F * size}, colour, 0.04F);
            list.box(at, {0.12F * size, 0.34F * size}, colour, 0.04F);
            return;
        case map::Pickup::Kind::shield:
            list.ring(at, 0.36F * size, 0.13F * size, colour);
            list.disc(at, 0.13F * size, colour);
            return;
        case map::Pickup::Kind::quick:
            // Two chevrons: fast.
            for (const float x : {-0.2F, 0.12F}) {
                const Vec2 tip = at + Vec2{(x + 0.2F) * size, 0};
                list.line(at + Vec2{x * size, -0.28F * size}, tip, 0.13F * size, colour);
                list.line(at + Vec2{x * size, 0.28F * size}, tip, 0.13F * size, colour);
            }
            return;
    }
}

/// A ring of dots that fill up until it is there again.
void draw_wait(DrawList& list, Vec2 at, float share, Colour colour) {
    constexpr int dots = 12;
    for (int dot = 0; dot < dots; ++dot) {
        const float turn = static_cast<float>(dot) / dots;
        const bool is_full = turn < share;
        list.disc(at + on_circle(turn - 0.25F) * 0.58F, 0.055F, faded(colour, is_full ? 0.8F : 0.18F));
    }
}

}  // namespace

void draw_field(DrawList& list, const Frame& frame) {
    constexpr Vec2 half = map::half;
    list.box({0, 0}, half, rgb(0x142a23));
    // Mown in stripes.
    for (int stripe = 0; stripe < 7; ++stripe) {
        const float x = -half.x + 3 + static_cast<float>(stripe) * 6;
        list.box({x, 0}, {1.5F, half.y}, rgb(0x1a362d));
    }
    draw_lines(list);
    draw_light(list, frame.seconds);
    // The outer wall's shadow.
    list.box({0, -half.y + 0.2F}, {half.x, 0.2F}, rgb(0x040a08, 0.4F));
    list.box({-half.x + 0.1F, 0}, {0.1F, half.y}, rgb(0x040a08, 0.3F));
    draw_stands(list, frame.seconds);
    draw_border(list);
}

void draw_pickups(DrawList& list, const Frame& frame) {
    const State& state = frame.after;
    for (std::size_t index = 0; index < map::pickups.size(); ++index) {
        const map::Pickup& pickup = map::pickups[index];
        const Colour colour = tint_of(pickup.kind);
        const std::uint16_t wait = state.pickup_ticks[index];
        list.disc(pickup.at, 0.74F, rgb(0x06100d, 0.55F));
        list.ring(pickup.at, 0.74F, 0.06F, faded(colour, wait > 0 ? 0.25F : 0.8F));
        if (wait > 0) {
            const float share = 1 - static_cast<float>(wait) / static_cast<float>(pickup.ticks());
            draw_wait(list, pickup.at, share, colour);
            draw_sign(list, pickup.kind, pickup.at, faded(colour, 0.2F), 0.8F);
            continue;
        }
        const float beat = sine(frame.seconds * 0.7F + static_cast<float>(index) * 0.13F);
        soft(list, pickup.at, 1.9F + 0.15F * beat, faded(colour, 0.42F));
        draw_sign(list, pickup.kind, pickup.at - Vec2{0, 0.06F + 0.05F * beat}, colour, 1.15F + 0.06F * beat);
    }
}

void draw_wall_shadows(DrawList& list) {
    for (const map::Wall& wall : map::walls) {
        list.box(wall.at + Vec2{0.3F, 0.36F}, wall.half_size + Vec2{0.06F, 0.06F}, rgb(0x040a08, 0.32F),
                 0.25F);
    }
}

void draw_walls(DrawList& list) {
    // Sides of all before tops of any: blocks that touch become one.
    for (const map::Wall& wall : map::walls)
        list.box(wall.at, wall.half_size, rgb(0x16302a), 0.16F);
    const auto top = [](const map::Wall& wall) { return wall.at - Vec2{0, wall_height}; };
    for (const map::Wall& wall : map::walls) {
        list.box(wall.at - Vec2{0, wall_height / 2}, wall.half_size, rgb(0x1f4238), 0.16F);
        list.box(top(wall), wall.half_size, rgb(0x7fb9a5), 0.16F);
    }
    for (const map::Wall& wall : map::walls)
        list.box(top(wall), wall.half_size - Vec2{0.06F, 0.06F}, rgb(0x3d7263), 0.12F);
    // Where one is: blue lamps on the left, orange ones on the right, yellow ones in the middle.
    for (const map::Wall& wall : map::walls) {
        const Colour lamp = wall.at.x < -7 ? colour_of(0) : wall.at.x > 7 ? colour_of(1) : flood;
        const Vec2 half_size = wall.half_size - Vec2{0.38F, 0.38F};
        list.box(top(wall), half_size, rgb(0x2c5a4d), 0.1F);
        const Vec2 way =
            half_size.x > half_size.y ? Vec2{half_size.x - 0.1F, 0} : Vec2{0, half_size.y - 0.1F};
        list.line(top(wall) - way, top(wall) + way, 0.07F, faded(lamp, 0.75F));
    }
}

}  // namespace gs::arena
