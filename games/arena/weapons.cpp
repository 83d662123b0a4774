// Rail and rockets. A rail asks where others were when the shooter saw them; all shots of a tick are aimed
// before the first one hurts, so two may hit each other.
#include "games/arena/arena.h"

#include <algorithm>
#include <optional>

namespace gs::arena {
namespace {

constexpr int rail_damage = 60;
constexpr float rail_push = 4;
constexpr float rail_length = 60;
constexpr int rocket_damage = 60;  // at the point where it explodes
constexpr float rocket_push = 15;
/// Who rides an own rocket pays less and flies farther.
constexpr float own_damage = 0.45F;
constexpr float own_push = 1.25F;
constexpr float muzzle = 0.7F;  // before the middle of a body

/// How far along a beam it enters a disc, if it does.
std::optional<float> distance_to(Vec2 from, Vec2 direction, Vec2 middle, float radius) {
    const Vec2 away = middle - from;
    const float along = dot(away, direction);
    const float beside = length_squared(away) - along * along;
    if (along <= 0 || beside >= radius * radius) return std::nullopt;
    return std::max(along - __builtin_sqrtf(radius * radius - beside), 0.F);
}

struct Shot {
    std::size_t shooter = 0;
    std::size_t victim = seats;  // seats: nobody
    Vec2 direction = {};
    Vec2 from = {};
    Vec2 to = {};
};

Shot aimed(const State& state, std::size_t seat, std::uint8_t view_age) {
    const Fighter& shooter = state.fighters[seat];
    Shot shot = {.shooter = seat, .direction = unit_vector(shooter.aim), .from = shooter.at};
    float reach = map::free_length(shot.from, shot.direction, rail_length);
    for (std::size_t other = 0; other < seats; ++other) {
        if (other == seat || !state.fighters[other].is_alive()) continue;
        const auto found =
            distance_to(shot.from, shot.direction, state.past.at(other, view_age), Fighter::radius);
        if (!found || *found >= reach) continue;
        reach = *found;
        shot.victim = other;
    }
    shot.to = shot.from + shot.direction * reach;
    shot.from += shot.direction * std::min(muzzle, reach);
    return shot;
}

void launch(State& state, std::size_t seat, const Turn& turn) {
    const Fighter& fighter = state.fighters[seat];
    for (std::size_t place = 0; place < rockets_per_seat; ++place) {
        Rocket& rocket = state.rockets[seat * rockets_per_seat + place];
        if (rocket.flies()) continue;
        const Vec2 direction = unit_vector(fighter.aim);
        // Close to a wall it begins, and ends, where it touches the wall.
        const float free = map::free_length(fighter.at, direction, muzzle + Rocket::radius);
        rocket.at = fighter.at + direction * std::max(free - Rocket::radius, 0.F);
        rocket.aim = fighter.aim;
        rocket.ticks_left = Rocket::ticks_max;
        ++rocket.serial;
        turn.emit(happening(Happening::rocket_launched, seat_of(seat), rocket.at));
        return;
    }
}

bool pulls(const State& state, std::size_t seat, const Input& input, Input::Press trigger) {
    return (input.pressed & trigger) != 0 && state.fighters[seat].is_alive();
}

void explode(State& state, std::size_t index, const Turn& turn) {
    const std::size_t owner = index / rockets_per_seat;
    Rocket& rocket = state.rockets[index];
    rocket.ticks_left = 0;
    turn.emit(happening(Happening::exploded, seat_of(owner), rocket.at));
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Fighter& fighter = state.fighters[seat];
        if (!fighter.is_alive()) continue;
        const Vec2 away = fighter.at - rocket.at;
        const float gap = std::max(length(away) - Fighter::radius, 0.F);
        if (gap >= Rocket::splash || !map::is_in_sight(rocket.at, fighter.at)) continue;
        const bool is_own = seat == owner;
        const float share = 1 - gap / Rocket::splash;
        const Vec2 out = normalized(away, unit_vector(turned(rocket.aim, angles / 2)));
        if (is_own || fighter.protected_ticks == 0) {
            fighter.push(out * (rocket_push * (0.35F + 0.65F * share) * (is_own ? own_push : 1.F)));
        }
        const float damage = static_cast<float>(rocket_damage) * share * (is_own ? own_damage : 1.F);
        hurt(state, seat, owner, static_cast<int>(damage), Weapon::rocket, turn);
    }
}

/// Whether the way of a rocket in this tick meets somebody.
bool meets_body(const State& state, std::size_t owner, Vec2 from, Vec2 way) {
    constexpr float reach = Fighter::radius + Rocket::radius;
    const float size = length_squared(way);
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Fighter& fighter = state.fighters[seat];
        if (seat == owner || !fighter.is_alive()) continue;
        const Vec2 away = fighter.at - from;
        const float share = size > 0 ? std::clamp(dot(away, way) / size, 0.F, 1.F) : 0;
        if (length_squared(away - way * share) < reach * reach) return true;
    }
    return false;
}

}  // namespace

void fire(State& state, const std::array<Input, seats>& inputs, const Turn& turn) {
    if (state.flow.phase != game::Phase::waiting && state.flow.phase != game::Phase::playing) return;
    std::array<Shot, seats> shots;
    std::size_t shot_count = 0;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Fighter& fighter = state.fighters[seat];
        if (pulls(state, seat, inputs[seat], Input::rail) && fighter.rail_wait == 0) {
            fighter.rail_wait = Fighter::rail_ticks;
            fighter.protected_ticks = 0;
            shots[shot_count++] = aimed(state, seat, inputs[seat].view_age);
        }
        if (pulls(state, seat, inputs[seat], Input::rocket) && fighter.rocket_wait == 0) {
            fighter.rocket_wait = Fighter::rocket_ticks;
            fighter.protected_ticks = 0;
            launch(state, seat, turn);
        }
    }
    for (std::size_t index = 0; index < shot_count; ++index) {
        const Shot& shot = shots[index];
        game::Event event = happening(Happening::rail_fired, seat_of(shot.shooter), shot.from);
        event.to = shot.to;
        event.value = shot.victim < seats ? 1 : 0;
        turn.emit(event);
        if (shot.victim == seats) continue;
        Fighter& victim = state.fighters[shot.victim];
        if (victim.protected_ticks == 0) victim.push(shot.direction * rail_push);
        hurt(state, shot.victim, shot.shooter, rail_damage, Weapon::rail, turn);
    }
}

void move_rockets(State& state, const Turn& turn) {
    for (std::size_t index = 0; index < state.rockets.size(); ++index) {
        Rocket& rocket = state.rockets[index];
        if (!rocket.flies()) continue;
        const Vec2 direction = unit_vector(rocket.aim);
        constexpr float travel = Rocket::speed * tick_s;
        const float free = map::free_length(rocket.at, direction, travel + Rocket::radius);
        const bool is_stopped = free < travel + Rocket::radius;
        const Vec2 way = direction * std::max(std::min(free - Rocket::radius, travel), 0.F);
        const bool has_met = meets_body(state, index / rockets_per_seat, rocket.at, way);
        rocket.at += way;
        --rocket.ticks_left;
        if (is_stopped || has_met || rocket.ticks_left == 0) explode(state, index, turn);
    }
}

}  // namespace gs::arena
