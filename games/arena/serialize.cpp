// States and inputs as bits. What a step depends on is written exactly; what is read is checked, so that every
// state that was read is one that the rules could go on from.
#include "games/arena/arena.h"

namespace gs::arena {
namespace {

/// Faster than anything that moves here.
constexpr float speed_limit = 64;

template <class Stream, class V>
bool vector(Stream& s, V& v, Vec2 limit) {
    if (!s.f32(v.x) || !s.f32(v.y)) return false;
    return v.x >= -limit.x && v.x <= limit.x && v.y >= -limit.y && v.y <= limit.y;
}

template <class Stream, class F>
bool serialize_fighter(Stream& s, F& fighter) {
    if (!s.enumerator(fighter.presence, Presence::computer)) return false;
    if (!fighter.is_taken()) return true;
    return vector(s, fighter.at, map::half) && vector(s, fighter.velocity, {speed_limit, speed_limit}) &&
           vector(s, fighter.look, {1.1F, 1.1F}) && s.integer(fighter.aim, 0, angles - 1) &&
           s.integer(fighter.quick_ticks, 0, Fighter::quick_ticks_max) &&
           s.integer(fighter.frags, INT16_MIN, INT16_MAX) &&
           s.integer(fighter.health, 0, Fighter::health_max) &&
           s.integer(fighter.shield, 0, Fighter::shield_max) &&
           s.integer(fighter.rail_wait, 0, Fighter::rail_ticks) &&
           s.integer(fighter.rocket_wait, 0, Fighter::rocket_ticks) &&
           s.integer(fighter.respawn_ticks, 0, Fighter::respawn_ticks_max) &&
           s.integer(fighter.protected_ticks, 0, Fighter::protected_ticks_max) &&
           s.bits(fighter.streak, 8);
}

template <class Stream, class R>
bool serialize_rocket(Stream& s, R& rocket) {
    if (!s.bits(rocket.serial, 8) || !s.integer(rocket.ticks_left, 0, Rocket::ticks_max)) return false;
    return !rocket.flies() || (vector(s, rocket.at, map::half) && s.integer(rocket.aim, 0, angles - 1));
}

bool is_seat_or_none(Seat seat) { return seat.value < seats || seat == no_seat; }

template <class Stream, class S>
bool serialize_state(Stream& s, S& state) {
    if (!game::serialize_flow(s, state.flow) || !s.bits(state.ticks, 32) || !s.bits(state.luck, 32))
        return false;
    for (auto& fighter : state.fighters) {
        if (!serialize_fighter(s, fighter)) return false;
    }
    for (auto& rocket : state.rockets) {
        if (!serialize_rocket(s, rocket)) return false;
    }
    for (auto& ticks : state.pickup_ticks) {
        if (!s.integer(ticks, 0, map::pickup_ticks_max)) return false;
    }
    return s.bits(state.leader.value, 8) && is_seat_or_none(state.leader) &&
           is_seat_or_none(state.flow.winner) && s.integer(state.sudden_death_ticks, 0, sudden_death_ticks_max) &&
           s.boolean(state.has_first_blood) && game::PositionRing<seats>::serialize(s, state.past);
}

/// The difference of the aim, short for small ones, and one bit for everything else, which is rare.
template <class Stream, class In>
bool serialize_change(Stream& s, In& input, const Input& before) {
    std::int32_t turn = turn_between(before.aim, input.aim);
    bool is_more = input.move != before.move || input.pressed != 0;
    if (!s.signed_gamma(turn) || !s.boolean(is_more)) return false;
    if constexpr (Stream::is_reading) {
        if (turn < -angles / 2 || turn >= angles / 2) return false;
        input.aim = turned(before.aim, turn);
        input.move = before.move;
    }
    if (!is_more) return true;
    bool is_turned = input.move != before.move;
    if (!s.bits(input.pressed, 2) || !s.boolean(is_turned)) return false;
    if (is_turned && !s.integer(input.move, 0, Input::move_max)) return false;
    if ((input.pressed & Input::rail) != 0 && !s.integer(input.view_age, 0, game::view_age_max)) return false;
    // There is one form for each change.
    return is_turned == (input.move != before.move) && (is_turned || input.pressed != 0);
}

}  // namespace

bool Arena::serialize(wire::BitWriter& to, const State& state) { return serialize_state(to, state); }

bool Arena::serialize(wire::BitReader& from, State& state) {
    state = {};
    return serialize_state(from, state);
}

bool Arena::serialize_input(wire::BitWriter& to, Input input, Input before) {
    input = sanitise(input);
    return serialize_change(to, input, before);
}

bool Arena::serialize_input(wire::BitReader& from, Input& input, Input before) {
    input = {};
    before.aim %= angles;
    return serialize_change(from, input, before);
}

}  // namespace gs::arena
