// Angles: 512 to a full turn, 0 to the right, 128 down. Fine enough to hit a body across the whole arena, and
// a small difference between ticks is a few bits. The table of sines is made by the compiler from sums and
// products, the same everywhere.
#pragma once

#include "core/base/vec2.h"

#include <cstdint>

namespace gs::arena {

using Angle = std::uint16_t;
inline constexpr Angle angles = 512;

[[nodiscard]] Vec2 unit_vector(Angle angle);
/// The angle closest to `v`, which is not 0.
[[nodiscard]] Angle angle_of(Vec2 v);

/// The shorter way round, −256 … 255.
[[nodiscard]] constexpr int turn_between(Angle from, Angle to) {
    return (static_cast<int>(to) - static_cast<int>(from) + angles + angles / 2) % angles - angles / 2;
}

[[nodiscard]] constexpr Angle turned(Angle angle, int by) {
    return static_cast<Angle>((static_cast<int>(angle) + by % angles + angles) % angles);
}

}  // namespace gs::arena
