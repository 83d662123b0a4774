// States and inputs as bits. What a step depends on is written exactly; what is read is checked, so that
// every state that was read is one that the rules could go on from.
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
           s.integer(fighter.protected_ticks, 0, Fighter::protected_ticks_max) && s.bits(fighter.streak, 8);
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
           is_seat_or_none(state.flow.winner) &&
           s.integer(state.sudden_death_ticks, 0, sudden_death_ticks_max) &&
           s.boolean(state.has_first_blood) && game::PositionRing<seats>::serialize(s, state.past);
}

/// Exponential Golomb code of order 2: 0 to 3 take three bits, 4 to 11 five …, as turns of an aim are spread.
template <class Stream>
bool golomb(Stream& s, std::uint32_t& value) {
    std::uint32_t high = value >> 2;
    std::uint32_t low = value & 3;
    if (!s.gamma(high) || !s.bits(low, 2) || high >= angles) return false;
    value = high << 2 | low;
    return true;
}

/// What is pressed, and another direction to move to: one of the sixteen that it was not.
template <class Stream, class In>
bool serialize_presses_and_move(Stream& s, In& input, std::uint8_t move_before) {
    bool is_pressed = input.pressed != 0;
    bool is_turned = input.move != move_before;
    if (!s.boolean(is_pressed)) return false;
    if (is_pressed) {
        if (!s.integer(input.pressed, 1, Input::every_press) || !s.boolean(is_turned)) return false;
    } else {
        is_turned = true;
    }
    if ((input.pressed & Input::rail) != 0 && !s.integer(input.view_age, 0, game::view_age_max)) return false;
    if (!is_turned) return true;
    auto code = static_cast<std::uint8_t>(input.move > move_before ? input.move - 1 : input.move);
    if (!s.integer(code, 0, Input::move_max - 1)) return false;
    if constexpr (Stream::is_reading) {
        input.move = static_cast<std::uint8_t>(code >= move_before ? code + 1 : code);
    }
    return true;
}

/// The difference of the aim, short for small ones, and one bit for everything else, which is rare. Without
/// anything else the aim is another one, as good as always: then 1 is the first code and 0 the last.
template <class Stream, class In>
bool serialize_change(Stream& s, In& input, const Input& before) {
    bool is_more = input.move != before.move || input.pressed != 0;
    if (!s.boolean(is_more)) return false;
    const std::uint32_t first = is_more ? 0 : 1;
    const int turn = turn_between(before.aim, input.aim);
    const auto zigzag = static_cast<std::uint32_t>(turn < 0 ? -2 * turn - 1 : 2 * turn);
    std::uint32_t code = (zigzag + angles - first) % angles;
    if (!golomb(s, code)) return false;
    if constexpr (Stream::is_reading) {
        if (code >= angles) return false;
        const std::uint32_t read = (code + first) % angles;
        const int half = static_cast<int>(read >> 1);
        input.aim = turned(before.aim, (read & 1) != 0 ? -half - 1 : half);
        input.move = before.move;
    }
    return !is_more || serialize_presses_and_move(s, input, before.move);
}

}  // namespace

bool Arena::serialize(wire::BitWriter& to, const State& state) { return serialize_state(to, state); }

bool Arena::serialize(wire::BitReader& from, State& state) {
    state = {};
    return serialize_state(from, state);
}

bool Arena::serialize_input(wire::BitWriter& to, Input input, Input before) {
    input = sanitise(input);
    return serialize_change(to, input, repeat(sanitise(before)));
}

bool Arena::serialize_input(wire::BitReader& from, Input& input, Input before) {
    input = {};
    return serialize_change(from, input, repeat(sanitise(before)));
}

}  // namespace gs::arena
