// Moving: what hands want, what pushes, who is in the way.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

constexpr float walk_speed = 7.6F;
constexpr float acceleration = 62;
/// Whom an explosion threw has little say until the ground has slowed them down.
constexpr float acceleration_thrown = 17;

void count_down(Fighter& fighter) {
    const std::uint8_t pace = fighter.quick_ticks > 0 ? 2 : 1;
    fighter.rail_wait -= std::min(fighter.rail_wait, pace);
    fighter.rocket_wait -= std::min(fighter.rocket_wait, pace);
    if (fighter.quick_ticks > 0) --fighter.quick_ticks;
    if (fighter.protected_ticks > 0) --fighter.protected_ticks;
}

void separate(Fighter& one, Fighter& other) {
    constexpr float reach = 2 * Fighter::radius;
    const Vec2 away = other.at - one.at;
    if (length_squared(away) >= reach * reach) return;
    const Vec2 normal = normalized(away, {1, 0});
    const Vec2 push = normal * ((reach - length(away)) / 2);
    one.at -= push;
    other.at += push;
    const float closing = dot(one.velocity - other.velocity, normal);
    if (closing <= 0) return;
    one.velocity -= normal * (closing / 2);
    other.velocity += normal * (closing / 2);
}

}  // namespace

void steer(State& state, const std::array<Input, seats>& inputs) {
    const bool is_held = state.flow.phase == game::Phase::countdown;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Fighter& fighter = state.fighters[seat];
        if (!fighter.is_alive()) continue;
        const Input& input = inputs[seat];
        count_down(fighter);
        fighter.aim = input.aim;
        fighter.look += (unit_vector(fighter.aim) - fighter.look) * 0.07F;
        Vec2 wanted = {};
        if (input.move > 0 && !is_held) {
            wanted = unit_vector(static_cast<Angle>((input.move - 1) * Input::move_step)) * walk_speed;
        }
        const bool is_thrown = length_squared(fighter.velocity) > walk_speed * walk_speed * 1.1F;
        const float grip = is_thrown ? acceleration_thrown : acceleration;
        fighter.push(clamped(wanted - fighter.velocity, grip * tick_s));
    }
}

void move_bodies(State& state) {
    for (Fighter& fighter : state.fighters) {
        if (fighter.is_alive()) fighter.at += fighter.velocity * tick_s;
    }
    for (std::size_t seat = 0; seat < seats; ++seat) {
        if (!state.fighters[seat].is_alive()) continue;
        for (std::size_t other = seat + 1; other < seats; ++other) {
            if (state.fighters[other].is_alive()) separate(state.fighters[seat], state.fighters[other]);
        }
    }
    // Walls come last: whatever pushed somebody, nobody ends up inside of one.
    for (Fighter& fighter : state.fighters) {
        if (!fighter.is_alive()) continue;
        map::push_out(fighter.at, fighter.velocity, Fighter::radius);
        GS_GAME_CHECK(fighter.at.x >= -map::half.x && fighter.at.x <= map::half.x &&
                          fighter.at.y >= -map::half.y && fighter.at.y <= map::half.y,
                      "somebody left the arena");
    }
}

}  // namespace gs::arena
