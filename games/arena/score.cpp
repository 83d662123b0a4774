// Who is hurt, who is out, who scores, who wins, and where one comes back.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

constexpr std::uint8_t streak_max = 250;

void announce_streak(const Fighter& fighter, std::size_t seat, const Turn& turn) {
    if (fighter.streak != 3 && fighter.streak % 5 != 0) return;
    turn.emit(happening(Happening::streak, seat_of(seat), fighter.at, fighter.streak));
}

void score(State& state, std::size_t victim, std::size_t by, Weapon weapon, const Turn& turn) {
    Fighter& fighter = state.fighters[by];
    const Vec2 at = state.fighters[victim].at;
    const bool is_own = victim == by;
    if (!state.flow.is_playing()) {
        game::Event event = happening(Happening::sparred, seat_of(by), at);
        event.other = seat_of(victim);
        turn.emit(event);
        return;
    }
    if (is_own) {
        --fighter.frags;
        turn.emit(happening(Happening::fragged_self, seat_of(by), at));
    } else {
        ++fighter.frags;
        fighter.streak = std::min<std::uint8_t>(static_cast<std::uint8_t>(fighter.streak + 1), streak_max);
        game::Event event = happening(weapon == Weapon::rail ? Happening::railed : Happening::blasted,
                                      seat_of(by), at, fighter.streak);
        event.other = seat_of(victim);
        turn.emit(event);
        if (!state.has_first_blood) turn.emit(happening(Happening::first_blood, seat_of(by), at));
        state.has_first_blood = true;
        announce_streak(fighter, by, turn);
    }
    // Who is first at all has drawn first blood already.
    const Seat leader = leader_of(state);
    if (leader != no_seat && leader != state.leader && state.fighters[leader.value].frags > 1) {
        turn.emit(happening(Happening::lead_taken, leader, state.fighters[leader.value].at));
    }
    if (leader != no_seat) state.leader = leader;
}

}  // namespace

Seat leader_of(const State& state) {
    Seat leader = no_seat;
    int best = INT16_MIN;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Fighter& fighter = state.fighters[seat];
        if (!fighter.is_taken() || fighter.frags < best) continue;
        leader = fighter.frags > best ? seat_of(seat) : no_seat;
        best = fighter.frags;
    }
    return leader;
}

void hurt(State& state, std::size_t victim, std::size_t by, int damage, Weapon weapon, const Turn& turn) {
    Fighter& fighter = state.fighters[victim];
    if (!fighter.is_alive() || fighter.protected_ticks > 0 || damage <= 0) return;
    if (state.flow.phase == game::Phase::result || state.flow.phase == game::Phase::countdown) return;

    const int shielded = std::min<int>(fighter.shield, damage);
    const int taken = std::min<int>(fighter.health, damage - shielded);
    fighter.shield = static_cast<std::uint8_t>(fighter.shield - shielded);
    fighter.health = static_cast<std::uint8_t>(fighter.health - taken);
    const Happening kind = victim == by             ? Happening::hurt_self
                           : weapon == Weapon::rail ? Happening::rail_hit
                                                    : Happening::rocket_hit;
    game::Event event = happening(kind, seat_of(by), fighter.at, shielded + taken);
    if (victim != by) event.other = seat_of(victim);
    turn.emit(event);
    if (fighter.health > 0) return;

    fighter.respawn_ticks = Fighter::respawn_ticks_max;
    fighter.velocity = {};
    score(state, victim, by, weapon, turn);
    fighter.streak = 0;
}

std::size_t farthest_spawn(const State& state, std::size_t seat) {
    std::size_t best = 0;
    float best_distance = -1;
    for (std::size_t index = 0; index < map::spawns.size(); ++index) {
        // Who is alone begins at the own place.
        const std::size_t place = (index + seat) % map::spawns.size();
        float closest = 1e6F;
        for (std::size_t other = 0; other < seats; ++other) {
            const Fighter& fighter = state.fighters[other];
            if (other == seat || !fighter.is_alive()) continue;
            closest = std::min(closest, length_squared(fighter.at - map::spawns[place]));
        }
        if (closest <= best_distance) continue;
        best = place;
        best_distance = closest;
    }
    return best;
}

void spawn(State& state, std::size_t seat, const Turn& turn) {
    Fighter& fighter = state.fighters[seat];
    fighter.at = map::spawns[farthest_spawn(state, seat)];
    fighter.velocity = {};
    fighter.health = Fighter::health_max;
    fighter.shield = 0;
    fighter.quick_ticks = 0;
    fighter.rail_wait = fighter.rocket_wait = 0;
    fighter.respawn_ticks = 0;
    fighter.protected_ticks = Fighter::protected_ticks_max;
    fighter.streak = 0;
    fighter.aim = angle_of(normalized(Vec2{} - fighter.at, {1, 0}));
    fighter.look = {};
    state.past.fill(seat, fighter.at);
    turn.emit(happening(Happening::spawned, seat_of(seat), fighter.at));
}

void respawn_fighters(State& state, const Turn& turn) {
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Fighter& fighter = state.fighters[seat];
        if (!fighter.is_taken() || fighter.respawn_ticks == 0) continue;
        // Whose connection is gone waits outside.
        if (fighter.respawn_ticks == 1 && fighter.presence == Presence::dropped) continue;
        if (--fighter.respawn_ticks == 0) spawn(state, seat, turn);
    }
}

}  // namespace gs::arena
