// From hands to inputs: keys and a mouse, two sticks, or two thumbs.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

using game::Controls;

constexpr std::uint32_t rail_buttons = Controls::action_1 | Controls::action_5 | Controls::action_7;
constexpr std::uint32_t rocket_buttons = Controls::action_2 | Controls::action_6 | Controls::pointer;
/// A second stick at its rim launches rockets: a thumb has no button to spare.
constexpr float rim = 0.92F;

/// Where the picture has somebody: the step that comes will look up the same place for a rail.
Vec2 seen_at(const State& shown, std::size_t seat, std::uint8_t view_age) {
    if (view_age == 0) return shown.fighters[seat].at;
    return shown.past.at(seat, static_cast<std::uint8_t>(std::min(view_age, game::view_age_max) - 1));
}

/// Whom a stick points at nearly it points at.
Angle helped(const Controls& controls, const State& shown, std::size_t own) {
    const Angle aim = angle_of(controls.aim);
    constexpr int help_max = 9;  // 6 degrees
    const Fighter& fighter = shown.fighters[own];
    int best = help_max + 1;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Fighter& other = shown.fighters[seat];
        const Vec2 at = seen_at(shown, seat, controls.view_age_ticks);
        if (seat == own || !other.is_alive() || !map::is_in_sight(fighter.at, at)) continue;
        const Vec2 away = at - fighter.at;
        if (length_squared(away) < 1e-4F) continue;
        const int turn = turn_between(aim, angle_of(away));
        if (std::max(turn, -turn) < std::max(best, -best)) best = turn;
    }
    return best <= help_max ? turned(aim, best) : aim;
}

Angle aim_of(const Controls& controls, const State& shown, std::size_t own) {
    const Fighter& fighter = shown.fighters[own];
    if (length_squared(controls.aim) > 0.09F) return helped(controls, shown, own);
    const bool has_pointer = controls.pointer_at.x != 0 || controls.pointer_at.y != 0;
    const Vec2 towards = has_pointer ? controls.pointer_at - fighter.at : controls.move;
    const float size = length(towards);
    if (!(size > 0.3F && size < 1e4F)) return fighter.aim;
    // Between two angles the old one stays: a hand that trembles sends nothing.
    const Vec2 ahead = unit_vector(fighter.aim);
    const float beside = ahead.x * towards.y - ahead.y * towards.x;
    constexpr float close = 0.0098F;  // the sine of 0.8 of an angle
    if (dot(ahead, towards) > 0 && beside < close * size && beside > -close * size) return fighter.aim;
    return angle_of(towards);
}

}  // namespace

Input Arena::from_controls(const Controls& controls, const State& shown, Seat own) {
    Input input;
    if (own.value >= seats || !shown.fighters[own.value].is_taken()) return input;
    const Fighter& fighter = shown.fighters[own.value];
    input.aim = aim_of(controls, shown, own.value);
    const float strength = length(controls.move);
    if (strength > 0.3F && strength < 1e4F) {
        const int direction = (angle_of(controls.move) + Input::move_step / 2) / Input::move_step;
        input.move = static_cast<std::uint8_t>(direction % Input::move_max + 1);
    }
    if (!fighter.is_alive()) return input;

    // What is held fires as soon as it is ready, with one press.
    const std::uint8_t ready = fighter.quick_ticks > 0 ? 2 : 1;
    const std::uint32_t down = controls.held | controls.pressed;
    if ((down & rail_buttons) != 0 && fighter.rail_wait <= ready) {
        input.pressed |= Input::rail;
        input.view_age = std::min(controls.view_age_ticks, game::view_age_max);
    }
    const bool is_at_rim = length_squared(controls.aim) > rim * rim;
    if (((down & rocket_buttons) != 0 || is_at_rim) && fighter.rocket_wait <= ready) {
        input.pressed |= Input::rocket;
    }
    return input;
}

}  // namespace gs::arena
