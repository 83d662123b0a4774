// What computers do. They see others as late as people do, from the ring of places, and guess from there;
// their aim wanders and their hands turn only so fast. All of it follows from the state: chance is a mix of
// its ticks and the seat.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

std::uint32_t mixed(std::uint32_t value) {
    value = (value ^ value >> 16) * 0x7feb352dU;
    value = (value ^ value >> 15) * 0x846ca68bU;
    return value ^ value >> 16;
}

/// Another number for each seat, each matter, and each `period` of ticks.
std::uint32_t chance(const State& state, std::size_t seat, std::uint32_t matter, std::uint32_t period) {
    return mixed(state.luck +
                 mixed(state.ticks / period * 64 + matter * 8 + static_cast<std::uint32_t>(seat)));
}

float signed_share(std::uint32_t number) { return static_cast<float>(number & 0xffff) / 32768.F - 1; }

/// −1 … 1, and from one value to the next without a jump.
float wander(const State& state, std::size_t seat, std::uint32_t matter, std::uint32_t period) {
    const auto at = [&](std::uint32_t later) {
        return signed_share(mixed(state.luck + mixed((state.ticks / period + later) * 64 + matter * 8 +
                                                     static_cast<std::uint32_t>(seat))));
    };
    const float share = static_cast<float>(state.ticks % period) / static_cast<float>(period);
    return mix(at(0), at(1), share);
}

/// How slow and clumsy, 0 to 3: another lot for each seat in each match.
std::uint32_t clumsiness(const State& state, std::size_t seat) {
    return mixed(state.luck ^ static_cast<std::uint32_t>(seat + 1) * 0x9e3779b9U) % 4;
}

Vec2 across(Vec2 v) { return {0 - v.y, v.x}; }

struct Seen {
    std::size_t seat = seats;  // seats: nobody
    Vec2 at = {};              // where it is believed to be now
    Vec2 velocity = {};
    float distance = 1e6F;
    bool is_in_sight = false;

    [[nodiscard]] bool is_somebody() const { return seat < seats; }
};

Seen look_at(const State& state, std::size_t seat, std::size_t other) {
    // A reaction of 150 to 200 ms; two places that are a moment apart tell the velocity.
    const auto late = static_cast<std::uint8_t>(9 + clumsiness(state, seat));
    constexpr std::uint8_t moment = 3;
    Seen seen = {.seat = other, .at = state.past.at(other, late)};
    const Vec2 earlier = state.past.at(other, late + moment);
    seen.velocity = clamped((seen.at - earlier) * (static_cast<float>(tick_rate_hz) / moment), 10);
    seen.at += seen.velocity * (static_cast<float>(late) * tick_s * 0.8F);
    seen.distance = length(seen.at - state.fighters[seat].at);
    return seen;
}

/// The one to fight: near, in sight, and rather the one already aimed at.
Seen opponent_of(const State& state, std::size_t seat) {
    const Fighter& own = state.fighters[seat];
    const Vec2 ahead = unit_vector(own.aim);
    Seen best;
    float best_cost = 1e9F;
    for (std::size_t other = 0; other < seats; ++other) {
        const Fighter& fighter = state.fighters[other];
        if (other == seat || !fighter.is_alive()) continue;
        Seen seen = look_at(state, seat, other);
        float cost = seen.distance + static_cast<float>(fighter.health + fighter.shield) * 0.03F;
        cost -= 4 * dot(normalized(seen.at - own.at), ahead);
        if (fighter.protected_ticks > 20) cost += 12;
        if (cost >= best_cost + 25) continue;
        seen.is_in_sight = map::is_in_sight(own.at, seen.at);
        if (!seen.is_in_sight) cost += 25;
        if (cost >= best_cost) continue;
        best = seen;
        best_cost = cost;
    }
    return best;
}

/// What to walk to: something to pick up, when it is worth the way, or the opponent.
Vec2 goal_of(const State& state, std::size_t seat, const Seen& opponent) {
    const Fighter& own = state.fighters[seat];
    Vec2 goal = map::spawns[chance(state, seat, 1, 300) % map::spawns.size()];
    float best = 0.5F;
    if (opponent.is_somebody()) {
        goal = opponent.at;
        best = (own.health > 40 ? 42.F : 14.F) / (opponent.distance + 8);
    }
    for (std::size_t index = 0; index < map::pickups.size(); ++index) {
        if (state.pickup_ticks[index] > 90) continue;
        const map::Pickup& pickup = map::pickups[index];
        float worth = 50;
        if (pickup.kind == map::Pickup::Kind::health) worth = static_cast<float>(100 - own.health) * 0.7F;
        if (pickup.kind == map::Pickup::Kind::shield) worth = static_cast<float>(100 - own.shield) * 0.45F;
        if (pickup.kind == map::Pickup::Kind::quick && own.quick_ticks > 120) worth = 0;
        const float value = worth / (length(pickup.at - own.at) + 6);
        if (value <= best) continue;
        best = value;
        goal = pickup.at;
    }
    return goal;
}

/// Out of the way of rockets that come near.
Vec2 dodge(const State& state, std::size_t seat) {
    const Fighter& own = state.fighters[seat];
    Vec2 away = {};
    for (std::size_t index = 0; index < state.rockets.size(); ++index) {
        const Rocket& rocket = state.rockets[index];
        if (!rocket.flies() || index / rockets_per_seat == seat) continue;
        const Vec2 to_own = own.at - rocket.at;
        const Vec2 direction = unit_vector(rocket.aim);
        const float along = dot(to_own, direction);
        // Seen too late to run from, or still far.
        if (along < 1.5F || along > 8) continue;
        const float beside = dot(to_own, across(direction));
        if (beside > 2 || beside < -2) continue;
        away += across(direction) * (beside < 0 ? -1.5F : 1.5F);
    }
    return away;
}

Vec2 way_of(const State& state, std::size_t seat, const Seen& opponent) {
    const Fighter& own = state.fighters[seat];
    const Vec2 goal = goal_of(state, seat, opponent);
    Vec2 way = normalized(map::next_on_way(own.at, goal) - own.at);
    if (opponent.is_somebody() && opponent.is_in_sight && opponent.distance < 14) {
        const Vec2 towards = normalized(opponent.at - own.at, {1, 0});
        Vec2 aside = across(towards) * ((chance(state, seat, 2, 37) & 1) != 0 ? 1.F : -1.F);
        if (map::free_length(own.at, aside, 1.5F) < 1.4F) aside = aside * -1;
        const float wanted = 5.5F + static_cast<float>(seat % 3) * 1.5F;
        const bool is_near_goal = length_squared(goal - opponent.at) > 1;  // on the way to something else
        way = way * (is_near_goal ? 0.9F : 0.25F) + aside * 0.8F;
        if (opponent.distance < wanted) way -= towards * 0.7F;
    }
    return way + dodge(state, seat);
}

std::uint8_t move_towards(Vec2 way, Vec2 velocity) {
    if (length_squared(way) < 0.04F) return 0;
    // Eight ways, as with keys; fingers stay where they are while that is about right.
    constexpr int step = angles / 8;
    const auto code = [](Vec2 v) {
        return static_cast<std::uint8_t>((angle_of(v) + step / 2) / step % 8 * (Input::move_max / 8) + 1);
    };
    if (length_squared(velocity) > 25) {
        const std::uint8_t now = code(velocity);
        const Vec2 direction = unit_vector(static_cast<Angle>((now - 1) * Input::move_step));
        constexpr float about_right = 0.8F;  // the cosine of 37 degrees
        if (dot(direction, way) > about_right * length(way)) return now;
    }
    return code(way);
}

/// As fast as a wrist: half of what is missing soon, never all at once.
Angle turn_towards(Angle from, Angle to) {
    const int missing = turn_between(from, to);
    const int size = std::max(missing, -missing);
    const int turn = std::min({size, size / 5 + 1, 26});
    return turned(from, missing < 0 ? -turn : turn);
}

void aim_and_fire(const State& state, std::size_t seat, const Seen& opponent, Input& input) {
    const Fighter& own = state.fighters[seat];
    const bool wants_rail = own.rail_wait < 20 && (opponent.distance > 4 || own.rocket_wait > 25);
    Vec2 target = opponent.at;
    if (!wants_rail) target += opponent.velocity * (opponent.distance / Rocket::speed * 0.85F);
    const Vec2 towards = target - own.at;
    if (length_squared(towards) < 0.01F) return;
    // An error of some degrees, more for some seats than for others.
    const float error = wander(state, seat, 3, 23) * (13 + static_cast<float>(clumsiness(state, seat)) * 2);
    const Angle wanted = turned(angle_of(towards), static_cast<int>(error));
    input.aim = turn_towards(own.aim, wanted);

    const int off = turn_between(input.aim, wanted);
    const bool is_aimed = off >= -3 && off <= 3;
    const bool hesitates = chance(state, seat, 4, 19) % 2 == 0;
    if (!is_aimed || hesitates || !opponent.is_in_sight) return;
    if (wants_rail && own.rail_wait <= 1) input.pressed = Input::rail;
    const bool is_safe =
        map::free_length(own.at, unit_vector(input.aim), 4) > 3.5F && opponent.distance > 2.5F;
    const bool is_worth_it = opponent.distance < 15;
    if (!wants_rail && own.rocket_wait <= 1 && is_safe && is_worth_it) input.pressed = Input::rocket;
}

}  // namespace

Input Arena::computer(const State& state, Seat seat) {
    Input input;
    if (seat.value >= seats) return input;
    const Fighter& own = state.fighters[seat.value];
    input.aim = own.aim;
    if (!own.is_alive()) return input;
    const Seen opponent = opponent_of(state, seat.value);
    const Vec2 way = way_of(state, seat.value, opponent);
    input.move = move_towards(way, own.velocity);
    if (opponent.is_somebody() && (opponent.is_in_sight || opponent.distance < 6)) {
        aim_and_fire(state, seat.value, opponent, input);
    } else if (input.move > 0) {
        input.aim = turn_towards(own.aim, static_cast<Angle>((input.move - 1) * Input::move_step));
    }
    return input;
}

}  // namespace gs::arena
