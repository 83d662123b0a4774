// Controls: what hands do, the same for every game and device. The page captures keys, mouse and touch into
// this; a game's from_controls() makes its own compact Input of it. Only in the browser and in bots; the
// server sees Inputs.
#pragma once

#include "core/base/vec2.h"

#include <cstdint>

namespace gs::game {

struct Controls {
    /// Bits of `held` and `pressed`. The page binds keys and touch buttons to them
    /// (web/src/play/bindings.ts).
    enum Button : std::uint32_t {
        action_1 = 1 << 0,
        action_2 = 1 << 1,
        action_3 = 1 << 2,
        action_4 = 1 << 3,
        action_5 = 1 << 4,
        action_6 = 1 << 5,
        action_7 = 1 << 6,
        action_8 = 1 << 7,
        pointer = 1 << 8,  // mouse button or finger on the picture, at `pointer_at`
    };

    std::uint32_t held = 0;     // down now
    std::uint32_t pressed = 0;  // went down since the last sample, even if up again
    Vec2 move = {};             // keys or stick: x to the right, y down, length at most 1
    Vec2 pointer_at = {};       // in the world's units
    Vec2 aim = {};              // second stick: a direction, length at most 1; zero when the pointer aims
    std::uint8_t view_age_ticks = 0;  // how long ago the tick was that others are drawn at
};

}  // namespace gs::game
