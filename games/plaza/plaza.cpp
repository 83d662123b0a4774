// A step, seats, inputs: what happens in which order, and who may do what.
#include "games/plaza/plaza.h"

#include "games/plaza/square.h"

#include <algorithm>

namespace gs::plaza {
namespace {

/// The directions of the first quarter; the others are turns of it by 90 degrees.
constexpr std::array<Vec2, directions / 4> quarter = {{
    {1, 0},
    {0.98768834F, 0.15643447F},
    {0.95105652F, 0.30901699F},
    {0.89100652F, 0.45399050F},
    {0.80901699F, 0.58778525F},
    {0.70710678F, 0.70710678F},
    {0.58778525F, 0.80901699F},
    {0.45399050F, 0.89100652F},
    {0.30901699F, 0.95105652F},
    {0.15643447F, 0.98768834F},
}};

/// People come in on the broad way south of the fountain, where there is room: in rows between its basin and
/// the bottom wall, well away from the lamps on both sides. The ball begins below them.
constexpr struct {
    std::size_t columns = 9;
    std::size_t rows = 3;
    Vec2 first = {-4.4F, 4.6F};
    Vec2 step = {1.1F, 1.3F};
} entrance;

Vec2 entrance_of(const State& state, std::size_t seat) {
    constexpr std::size_t places = entrance.columns * entrance.rows;
    for (std::size_t index = 0; index < places; ++index) {
        const std::size_t place = (seat * 4 + index) % places;
        const std::size_t column = place % entrance.columns;
        const std::size_t row = place / entrance.columns;
        const Vec2 at = {entrance.first.x + static_cast<float>(column) * entrance.step.x,
                         entrance.first.y + static_cast<float>(row) * entrance.step.y};
        const bool is_free = std::ranges::none_of(state.walkers, [&](const Walker& other) {
            return other.is_present() && length_squared(other.at - at) < 1;
        });
        if (is_free) return at;
    }
    // All taken: near the middle, each seat a little elsewhere; the crowd moves apart by itself.
    const std::size_t column = seat % 20;
    const std::size_t row = seat / 20;
    return {static_cast<float>(column) * 0.6F - 5.7F, 6 + static_cast<float>(row) * 0.2F};
}

void on_joined(State& state, std::size_t seat) {
    Walker walker = {};
    walker.at = entrance_of(state, seat);
    walker.presence = Presence::here;
    walker.arrival_ticks = Walker::arrival_ticks_max;
    walker.emote = Emote::wave;
    walker.emote_ticks = Walker::emote_ticks_max;
    state.walkers[seat] = walker;
}

void on_left(State& state, std::size_t seat) {
    state.walkers[seat] = {};
    const bool somebody = std::ranges::any_of(state.walkers, &Walker::is_present);
    if (!somebody) state.goals_left = state.goals_right = 0;
}

void on_seat_event(State& state, game::SeatEvent event) {
    if (event.seat.value >= seats) return;
    Walker& walker = state.walkers[event.seat.value];
    switch (event.kind) {
        case game::SeatEvent::Kind::joined:
            return on_joined(state, event.seat.value);
        case game::SeatEvent::Kind::left:
            return on_left(state, event.seat.value);
        case game::SeatEvent::Kind::dropped:
            if (walker.is_present()) walker.presence = Presence::dozing;
            return;
        case game::SeatEvent::Kind::returned:
            if (walker.is_present()) walker.presence = Presence::here;
            return;
        case game::SeatEvent::Kind::computer_joined:
            return;  // nobody plays a plaza for another
    }
}

Emote emote_of(std::uint8_t pressed) {
    if ((pressed & Input::wave) != 0) return Emote::wave;
    if ((pressed & Input::heart) != 0) return Emote::heart;
    if ((pressed & Input::star) != 0) return Emote::star;
    return (pressed & Input::laugh) != 0 ? Emote::laugh : Emote::none;
}

void count_down(Walker& walker) {
    if (walker.hop_ticks > 0) --walker.hop_ticks;
    if (walker.arrival_ticks > 0) --walker.arrival_ticks;
    if (walker.emote_ticks == 1) walker.emote = Emote::none;
    if (walker.emote_ticks > 0) --walker.emote_ticks;
}

/// Feet on the ground change the velocity towards what the input wants; in the air nothing does.
void obey(Walker& walker, const Input& input) {
    constexpr float speeds[] = {0, 2, 3.8F, 5.6F};
    constexpr float hop_speed = 8.5F;
    constexpr float acceleration = 40;

    if (const Emote emote = emote_of(input.pressed); emote != Emote::none) {
        walker.emote = emote;
        walker.emote_ticks = Walker::emote_ticks_max;
    }
    if (walker.is_in_the_air()) return;
    if (input.pace > 0) walker.direction = input.direction;
    const Vec2 wanted = unit_vector(walker.direction) * speeds[input.pace];
    walker.velocity += clamped(wanted - walker.velocity, acceleration * tick_s);
    if ((input.pressed & Input::hop) != 0 && walker.hop_ticks == 0) {
        walker.hop_ticks = Walker::hop_ticks_max;
        if (input.pace > 0) walker.velocity = unit_vector(walker.direction) * hop_speed;
    }
}

}  // namespace

Vec2 unit_vector(std::uint8_t direction) {
    const Vec2 v = quarter[direction % quarter.size()];
    switch (direction / quarter.size() % 4) {
        case 0:
            return v;
        case 1:
            return {0 - v.y, v.x};
        case 2:
            return {0 - v.x, 0 - v.y};
        default:
            return {v.y, 0 - v.x};
    }
}

std::uint8_t direction_of(Vec2 v) {
    std::uint8_t best = 0;
    for (std::uint8_t direction = 1; direction < directions; ++direction) {
        if (dot(unit_vector(direction), v) > dot(unit_vector(best), v)) best = direction;
    }
    return best;
}

std::uint32_t random(State& state, std::uint32_t limit) {
    // A linear congruential generator with Knuth's constants; the upper half is random enough for pigeons.
    state.luck = state.luck * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>((state.luck >> 32) * limit >> 32);
}

void Plaza::start(State& state) {
    state.luck = 2026;
    state.ball.at = {0, 8.8F};
    for (Pigeon& pigeon : state.pigeons) {
        pigeon.at = {static_cast<float>(random(state, 1000)) * 0.01F - 5,
                     static_cast<float>(random(state, 1000)) * 0.003F - 7};
        pigeon.goal = pigeon.at;
        pigeon.wait_ticks = static_cast<std::uint16_t>(random(state, 240));
    }
}

void Plaza::step(State& state, const game::Turn<Input>& turn) {
    for (const game::SeatEvent event : turn.events)
        on_seat_event(state, event);
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Walker& walker = state.walkers[seat];
        if (!walker.is_present()) continue;
        count_down(walker);
        obey(walker, walker.presence == Presence::here ? sanitise(turn.inputs[seat]) : Input{});
    }
    move_walkers(state);
    bounce_ball(state);
    move_pigeons(state, turn.tick);
}

void Plaza::positions(State& state, game::PositionList& list) {
    for (std::size_t seat = 0; seat < seats; ++seat) {
        Walker& walker = state.walkers[seat];
        if (walker.is_present()) list.add(static_cast<std::uint16_t>(seat), walker.at);
    }
    list.add(256, state.ball.at);
}

Input Plaza::sanitise(Input input) {
    input.pressed &= Input::every_press;
    input.pace = std::min(input.pace, Input::pace_max);
    input.direction = input.pace > 0 ? static_cast<std::uint8_t>(input.direction % directions) : 0;
    return input;
}

Input Plaza::merge(Input older, Input newer) {
    newer.pressed |= older.pressed;
    return newer;
}

Input Plaza::repeat(Input input) {
    input.pressed = 0;
    return input;
}

Input Plaza::from_controls(const game::Controls& controls, const State& shown, Seat own) {
    using game::Controls;
    Input input;
    constexpr struct {
        std::uint32_t button;
        Input::Press press;
    } bindings[] = {{Controls::action_1, Input::wave},
                    {Controls::action_2, Input::heart},
                    {Controls::action_3, Input::star},
                    {Controls::action_4, Input::laugh},
                    {Controls::action_5, Input::hop}};
    for (const auto& binding : bindings) {
        if ((controls.pressed & binding.button) != 0) input.pressed |= binding.press;
    }

    Vec2 towards = controls.move;
    Vec2 ahead = {1, 0};
    if (own.value < seats) {
        const Walker& walker = shown.walkers[own.value];
        ahead = unit_vector(walker.direction);
        const bool is_pointing = ((controls.held | controls.pressed) & Controls::pointer) != 0;
        // Full pace from 2.5 units on; slower when it is close, so that people stop where the finger is.
        if (length_squared(towards) <= 0 && is_pointing && walker.is_present()) {
            towards = (controls.pointer_at - walker.at) * (1 / 2.5F);
        }
    }
    const float strength = length(towards);
    if (!(strength > 0.16F)) return input;
    input.pace = strength > 0.8F ? 3 : strength > 0.45F ? 2 : 1;
    input.direction = direction_of(towards);
    // Between two directions the one already walked in stays: no flicker, and nothing to send.
    constexpr float close = 0.9925F;  // the cosine of 7 degrees
    if (dot(ahead, towards) > close * strength) input.direction = direction_of(ahead);
    return input;
}

}  // namespace gs::plaza
