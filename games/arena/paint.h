// Paint: colours and movements that all of the arena's pictures share. Pure functions, used by draw*.cpp
// only.
#pragma once

#include "core/game/pen.h"
#include "games/arena/arena.h"

#include <cstdint>

namespace gs::arena {

using game::Colour;

using game::chance_of;
using game::faded;
using game::on_circle;
using game::rgb;
using game::sine;

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

inline void soft(game::DrawList& list, Vec2 at, float radius, Colour colour) {
    list.shape(game::Shape::shadow, at, {radius, radius}, colour);
}

}  // namespace gs::arena
