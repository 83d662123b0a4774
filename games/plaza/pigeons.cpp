// Pigeons: they peck, stroll, and fly up when somebody comes close or the ball rolls by.
#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

#include <algorithm>

namespace gs::plaza {
namespace {

constexpr float stroll_speed = 0.7F;
constexpr float flight_speed = 7;
constexpr float radius = 0.2F;
/// How close people may come, and how close other pigeons have to be to fly up with the first one.
constexpr float shy_distance = 2.1F;
constexpr float flock_distance = 2.4F;
/// One who waits alone moves on to another place about every 20 seconds.
constexpr std::uint32_t restlessness = 5;

/// Where somebody left crumbs.
constexpr std::array<Vec2, 7> crumbs = {
    {{-3.6F, -6.5F}, {4, -7}, {-10, -2}, {10.5F, -3}, {-9.5F, 7.5F}, {10, 8}, {0.5F, 8.5F}}};

float random_between(State& state, float from, float to) {
    return mix(from, to, static_cast<float>(random(state, 1024)) / 1024);
}

Vec2 near_by(State& state, Vec2 middle, float distance) {
    const float x = random_between(state, -distance, distance);
    const float y = random_between(state, -distance, distance);
    Vec2 at = {std::clamp(middle.x + x, 1 - square_half.x, square_half.x - 1),
               std::clamp(middle.y + y, 1 - square_half.y, square_half.y - 1)};
    Vec2 still = {};
    push_out(at, still, body_radius_max, 0);
    return at;
}

void peck(State& state, Pigeon& pigeon, std::uint32_t ticks_max) {
    pigeon.mood = Pigeon::Mood::pecks;
    pigeon.wait_ticks = static_cast<std::uint16_t>(20 + random(state, ticks_max));
}

void fly_up(State& state, Pigeon& pigeon) {
    Vec2 place = crumbs[random(state, crumbs.size())];
    // Not to where it is: there is somebody.
    if (length_squared(place - pigeon.at) < 16) place = crumbs[random(state, crumbs.size())];
    pigeon.mood = Pigeon::Mood::flies;
    pigeon.wait_ticks = 0;
    pigeon.goal = near_by(state, place, 2.4F);
}

bool is_scared(const State& state, const Pigeon& pigeon) {
    const Vec2 to_ball = state.ball.at - pigeon.at;
    if (length_squared(to_ball) < 2.5F && length_squared(state.ball.velocity) > 1) return true;
    return std::ranges::any_of(state.walkers, [&](const Walker& walker) {
        return walker.is_present() && length_squared(walker.at - pigeon.at) < shy_distance * shy_distance;
    });
}

void scare_flock(State& state, Vec2 at) {
    for (Pigeon& pigeon : state.pigeons) {
        if (pigeon.mood == Pigeon::Mood::flies) continue;
        if (length_squared(pigeon.at - at) < flock_distance * flock_distance) fly_up(state, pigeon);
    }
}

/// Whether it has arrived.
bool go_on(Pigeon& pigeon, float speed) {
    const Vec2 way = pigeon.goal - pigeon.at;
    pigeon.at += clamped(way, speed * tick_s);
    return length_squared(way) < speed * tick_s * speed * tick_s;
}

void move(State& state, Pigeon& pigeon) {
    switch (pigeon.mood) {
        case Pigeon::Mood::pecks:
            if (pigeon.wait_ticks-- > 0) return;
            pigeon.wait_ticks = 0;
            if (random(state, 100) < restlessness) return scare_flock(state, pigeon.at);
            pigeon.mood = Pigeon::Mood::strolls;
            pigeon.goal = near_by(state, pigeon.at, 1.5F);
            return;
        case Pigeon::Mood::strolls:
            if (go_on(pigeon, stroll_speed)) peck(state, pigeon, 150);
            return;
        case Pigeon::Mood::flies:
            ++pigeon.wait_ticks;
            if (go_on(pigeon, flight_speed)) peck(state, pigeon, 60);
            return;
    }
}

}  // namespace

void move_pigeons(State& state, Tick tick) {
    // Each looks around at every fourth tick: quick enough to see, and a quarter of the work.
    for (std::size_t index = tick.value % 4; index < state.pigeons.size(); index += 4) {
        const Pigeon& pigeon = state.pigeons[index];
        if (pigeon.mood != Pigeon::Mood::flies && is_scared(state, pigeon)) scare_flock(state, pigeon.at);
    }
    for (Pigeon& pigeon : state.pigeons) {
        move(state, pigeon);
        Vec2 still = {};
        if (pigeon.mood == Pigeon::Mood::strolls) push_out(pigeon.at, still, radius, 0);
    }
}

}  // namespace gs::plaza
