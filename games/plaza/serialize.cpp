// States and inputs as bits. What a step depends on is written exactly, down to the sign of a zero; what is
// read is checked, so that every state that was read is one that the rules could go on from.
#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

#include <bit>

namespace gs::plaza {
namespace {

/// Faster than anything that moves here.
constexpr float speed_limit = 32;

template <class Stream, class V>
bool position(Stream& s, V& at, Vec2 limit) {
    if (!s.f32(at.x) || !s.f32(at.y)) return false;
    return at.x >= -limit.x && at.x <= limit.x && at.y >= -limit.y && at.y <= limit.y;
}

/// One bit for what stands still: most things do.
template <class Stream, class V>
bool velocity(Stream& s, V& v) {
    bool is_moving = (std::bit_cast<std::uint32_t>(v.x) | std::bit_cast<std::uint32_t>(v.y)) != 0;
    if (!s.boolean(is_moving)) return false;
    return !is_moving || position(s, v, {speed_limit, speed_limit});
}

/// One bit for a countdown that does not run.
template <class Stream, class Ticks>
bool countdown(Stream& s, Ticks& ticks, std::uint8_t max) {
    bool is_running = ticks != 0;
    if (!s.boolean(is_running)) return false;
    return !is_running || s.integer(ticks, 1, max);
}

template <class Stream, class W>
bool serialize_walker(Stream& s, W& walker) {
    if (!s.enumerator(walker.presence, Presence::dozing)) return false;
    if (!walker.is_present()) return true;
    const bool ok = position(s, walker.at, square_half) && velocity(s, walker.velocity) &&
                    s.integer(walker.direction, 0, directions - 1) &&
                    countdown(s, walker.hop_ticks, Walker::hop_ticks_max) &&
                    countdown(s, walker.arrival_ticks, Walker::arrival_ticks_max) &&
                    countdown(s, walker.emote_ticks, Walker::emote_ticks_max);
    if (!ok || walker.emote_ticks == 0) return ok;
    return s.enumerator(walker.emote, Emote::laugh);
}

template <class Stream, class P>
bool serialize_pigeon(Stream& s, P& pigeon) {
    return s.enumerator(pigeon.mood, Pigeon::Mood::flies) && position(s, pigeon.at, square_half) &&
           position(s, pigeon.goal, square_half) && s.integer(pigeon.wait_ticks, 0, 1023);
}

template <class Stream, class B>
bool serialize_ball(Stream& s, B& ball) {
    return position(s, ball.at, {square_half.x + gate_depth, square_half.y}) && velocity(s, ball.velocity) &&
           countdown(s, ball.goal_ticks, Ball::goal_ticks_max) && s.boolean(ball.is_counted);
}

template <class Stream, class S>
bool serialize_state(Stream& s, S& state) {
    for (auto& walker : state.walkers) {
        if (!serialize_walker(s, walker)) return false;
    }
    for (auto& pigeon : state.pigeons) {
        if (!serialize_pigeon(s, pigeon)) return false;
    }
    return serialize_ball(s, state.ball) && s.integer(state.goals_left, 0, 99) &&
           s.integer(state.goals_right, 0, 99) && s.bits(state.luck, 64);
}

/// Direction and pace as one number; 0 is standing.
constexpr std::uint8_t walk_codes = 1 + directions * Input::pace_max;
static_assert(walk_codes <= 128, "a walk and the bit for presses share a byte");

}  // namespace

bool Plaza::serialize(wire::BitWriter& to, const State& state) { return serialize_state(to, state); }

bool Plaza::serialize(wire::BitReader& from, State& state) {
    state = {};
    return serialize_state(from, state);
}

// A whole input takes a byte; a difference could not be shorter, so what was before does not matter.
bool Plaza::serialize_input(wire::BitWriter& to, Input input, Input) {
    input = sanitise(input);
    std::uint8_t walk = 0;
    if (input.pace > 0)
        walk = static_cast<std::uint8_t>(1 + input.direction * Input::pace_max + input.pace - 1);
    const bool is_pressed = input.pressed != 0;
    return to.integer(walk, 0, walk_codes - 1) && to.boolean(is_pressed) &&
           (!is_pressed || to.bits(input.pressed, 5));
}

bool Plaza::serialize_input(wire::BitReader& from, Input& input, Input) {
    input = {};
    std::uint8_t walk = 0;
    bool is_pressed = false;
    if (!from.integer(walk, 0, walk_codes - 1) || !from.boolean(is_pressed)) return false;
    if (walk > 0) {
        input.direction = static_cast<std::uint8_t>((walk - 1) / Input::pace_max);
        input.pace = static_cast<std::uint8_t>((walk - 1) % Input::pace_max + 1);
    }
    return !is_pressed || from.bits(input.pressed, 5);
}

}  // namespace gs::plaza
