// Paint: colours and movements that all of the arena's pictures share. Pure functions, used by draw*.cpp only.
#pragma once

#include "core/game/draw_list.h"
#include "games/arena/arena.h"

#include <cstdint>

namespace gs::arena {

using game::Colour;

/// 0xrrggbb.
[[nodiscard]] constexpr Colour rgb(std::uint32_t code, float alpha = 1) {
    const float clean = alpha > 0 ? (alpha < 1 ? alpha : 1) : 0;
    return {static_cast<std::uint8_t>(code >> 16), static_cast<std::uint8_t>(code >> 8),
            static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(clean * 255)};
}

[[nodiscard]] constexpr Colour faded(Colour colour, float alpha) {
    const float clean = alpha > 0 ? (alpha < 1 ? alpha : 1) : 0;
    colour.a = static_cast<std::uint8_t>(static_cast<float>(colour.a) * clean);
    return colour;
}

/// Share 0 is `from`, 1 is `to`.
[[nodiscard]] constexpr Colour blend(Colour from, Colour to, float share) {
    const auto part = [share](std::uint8_t a, std::uint8_t b) {
        return static_cast<std::uint8_t>(static_cast<float>(a) +
                                         (static_cast<float>(b) - static_cast<float>(a)) * share);
    };
    return {part(from.r, to.r), part(from.g, to.g), part(from.b, to.b), part(from.a, to.a)};
}

/// Okabe and Ito's colours, which everybody can tell apart; figures wear an emblem, too.
[[nodiscard]] constexpr Colour colour_of(std::size_t seat) {
    constexpr std::array<std::uint32_t, seats> codes = {0x56b4e9, 0xe69f00, 0x17b890, 0xf0e442,
                                                        0xcc79a7, 0xd55e00, 0x3f7fe0, 0xe4ebe6};
    return rgb(codes[seat % seats]);
}

inline constexpr Colour flood = rgb(0xffd36b);
inline constexpr Colour pitch = rgb(0x3ddc97);
inline constexpr Colour paper = rgb(0xf4f7f2);
inline constexpr Colour health_colour = rgb(0x3ddc97);
inline constexpr Colour shield_colour = rgb(0x7cc7ff);

/// The part of `value` after the point, also of negative ones. Beyond a million it is 0.
[[nodiscard]] constexpr float part_of_one(float value) {
    if (!(value > -1e6F && value < 1e6F)) return 0;
    const float part = value - static_cast<float>(static_cast<int>(value));
    return part < 0 ? part + 1 : part;
}

/// The point of the unit circle after so many turns from the right, clockwise as y points down.
[[nodiscard]] inline Vec2 on_circle(float turns) {
    return unit_vector(static_cast<Angle>(static_cast<int>(part_of_one(turns) * angles) % angles));
}
[[nodiscard]] inline float wave(float turns) { return on_circle(turns).y; }

/// An even number 0 … 1 that belongs to `index`: for what should look irregular and stay as it is.
[[nodiscard]] constexpr float chance_of(std::uint32_t index) {
    std::uint32_t mixed = (index + 1) * 0x9e3779b9U;
    mixed = (mixed ^ (mixed >> 15)) * 0x85ebca6bU;
    return static_cast<float>((mixed ^ (mixed >> 13)) >> 8) / 16777216.F;
}

inline void soft(game::DrawList& list, Vec2 at, float radius, Colour colour) {
    list.shape(game::Shape::shadow, at, {radius, radius}, colour);
}

}  // namespace gs::arena
