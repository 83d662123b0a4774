// Things to pick up: health, shields, and a while of quick hands.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

constexpr int health_of_pickup = 40;
constexpr int shield_of_pickup = 50;

std::uint8_t more(std::uint8_t value, int by, std::uint8_t max) {
    return static_cast<std::uint8_t>(std::min<int>(value + by, max));
}

/// False: there is no use for it, and it stays.
bool take(Fighter& fighter, map::Pickup::Kind kind) {
    switch (kind) {
        case map::Pickup::Kind::health:
            if (fighter.health == Fighter::health_max) return false;
            fighter.health = more(fighter.health, health_of_pickup, Fighter::health_max);
            return true;
        case map::Pickup::Kind::shield:
            if (fighter.shield == Fighter::shield_max) return false;
            fighter.shield = more(fighter.shield, shield_of_pickup, Fighter::shield_max);
            return true;
        case map::Pickup::Kind::quick:
            fighter.quick_ticks = Fighter::quick_ticks_max;
            return true;
    }
    return false;
}

}  // namespace

void pick_up(State& state, const Turn& turn) {
    for (std::size_t index = 0; index < map::pickups.size(); ++index) {
        std::uint16_t& wait = state.pickup_ticks[index];
        if (wait > 0) {
            --wait;
            continue;
        }
        const map::Pickup& pickup = map::pickups[index];
        constexpr float reach = map::Pickup::radius + Fighter::radius;
        for (std::size_t seat = 0; seat < seats && wait == 0; ++seat) {
            Fighter& fighter = state.fighters[seat];
            if (!fighter.is_alive() || length_squared(fighter.at - pickup.at) >= reach * reach) continue;
            if (!take(fighter, pickup.kind)) continue;
            wait = pickup.ticks();
            game::Event event = happening(Happening::picked_up, seat_of(seat), pickup.at);
            event.detail = static_cast<std::uint8_t>(pickup.kind);
            turn.emit(event);
        }
    }
}

}  // namespace gs::arena
