// A step, seats, phases, inputs: what happens in which order, and who may do what.
#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena {
namespace {

void on_joined(State& state, std::size_t seat, Presence presence, const Turn& turn) {
    state.fighters[seat] = {};
    state.fighters[seat].presence = presence;
    spawn(state, seat, turn);
}

void on_left(State& state, std::size_t seat) {
    state.fighters[seat] = {};
    for (std::size_t place = 0; place < rockets_per_seat; ++place)
        state.rockets[seat * rockets_per_seat + place] = {};
    if (state.leader == seat_of(seat)) state.leader = no_seat;
}

void on_seat_event(State& state, game::SeatEvent event, const Turn& turn) {
    if (event.seat.value >= seats) return;
    Fighter& fighter = state.fighters[event.seat.value];
    switch (event.kind) {
        case game::SeatEvent::Kind::joined:
            return on_joined(state, event.seat.value, Presence::here, turn);
        case game::SeatEvent::Kind::computer_joined:
            return on_joined(state, event.seat.value, Presence::computer, turn);
        case game::SeatEvent::Kind::left:
            return on_left(state, event.seat.value);
        case game::SeatEvent::Kind::dropped:
            if (fighter.is_taken()) fighter.presence = Presence::dropped;
            return;
        case game::SeatEvent::Kind::returned:
            if (fighter.is_taken()) fighter.presence = Presence::here;
            return;
    }
}

std::size_t taken_seats(const State& state) {
    return static_cast<std::size_t>(std::ranges::count_if(state.fighters, &Fighter::is_taken));
}

/// Everybody at a spawn of their own, nothing in the air, everything there to be picked up.
void line_up(State& state, const Turn& turn) {
    state.rockets = {};
    state.pickup_ticks = {};
    // Outside of the arena until it is their turn: nobody keeps away from where others were.
    for (Fighter& fighter : state.fighters)
        fighter.respawn_ticks = fighter.is_taken() ? 1 : 0;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        if (state.fighters[seat].is_taken()) spawn(state, seat, turn);
        state.fighters[seat].frags = 0;
    }
    state.leader = no_seat;
    state.has_first_blood = false;
}

void end_match(State& state, Seat winner, const Turn& turn) {
    game::finish(state.flow, winner);
    const Vec2 at = winner != no_seat ? state.fighters[winner.value].at : Vec2{};
    turn.emit(happening(winner != no_seat ? Happening::won : Happening::drawn, winner, at));
}

/// After the time is up: who leads wins, and a tie goes on for a while.
void decide(State& state, const Turn& turn) {
    const Seat leader = leader_of(state);
    if (leader == no_seat && state.sudden_death_ticks < sudden_death_ticks_max) {
        if (state.sudden_death_ticks++ == 0) turn.emit(happening(Happening::sudden_death, no_seat, {}));
        return;
    }
    end_match(state, leader, turn);
}

void on_deserted(State& state, const Turn& turn) {
    const auto left = std::ranges::find_if(state.fighters, &Fighter::is_taken);
    const bool somebody = left != state.fighters.end();
    end_match(state, somebody ? seat_of(static_cast<std::size_t>(left - state.fighters.begin())) : no_seat,
              turn);
}

void go_on(State& state, const Turn& turn) {
    switch (game::advance(state.flow, match_rules, taken_seats(state), turn.start_asked, tick_rate_hz)) {
        case game::FlowChange::countdown_began:
            line_up(state, turn);
            [[fallthrough]];
        case game::FlowChange::second_counted:
            turn.emit(happening(Happening::counted, no_seat, {}, state.flow.ticks_left / tick_rate_hz));
            return;
        case game::FlowChange::play_began:
            for (Fighter& fighter : state.fighters)
                fighter.protected_ticks = 0;
            turn.emit(happening(Happening::began, no_seat, {}));
            return;
        case game::FlowChange::time_is_up:
            return decide(state, turn);
        case game::FlowChange::deserted:
            return on_deserted(state, turn);
        case game::FlowChange::countdown_stopped:
        case game::FlowChange::none:
            return;
    }
}

std::array<Input, seats> inputs_of(const State& state, const Turn& turn) {
    std::array<Input, seats> inputs = {};
    for (std::size_t seat = 0; seat < seats; ++seat) {
        switch (state.fighters[seat].presence) {
            case Presence::here:
                inputs[seat] = Arena::sanitise(turn.inputs[seat]);
                break;
            case Presence::computer:
                inputs[seat] = Arena::computer(state, seat_of(seat));
                break;
            case Presence::away:
            case Presence::dropped:
                inputs[seat].aim = state.fighters[seat].aim;
                break;
        }
    }
    return inputs;
}

void remember_places(State& state) {
    state.past.begin_tick();
    for (std::size_t seat = 0; seat < seats; ++seat)
        state.past.set(seat, state.fighters[seat].at);
}

}  // namespace

void Arena::start(State& state) { state = {}; }

void Arena::step(State& state, const Turn& turn) {
    ++state.ticks;
    state.luck ^= static_cast<std::uint32_t>(turn.random ^ turn.random >> 32);
    for (const game::SeatEvent event : turn.events)
        on_seat_event(state, event, turn);
    go_on(state, turn);
    remember_places(state);
    const std::array<Input, seats> inputs = inputs_of(state, turn);
    steer(state, inputs);
    move_bodies(state);
    fire(state, inputs, turn);
    move_rockets(state, turn);
    pick_up(state, turn);
    respawn_fighters(state, turn);
    if (!state.flow.is_playing()) return;
    const Seat leader = leader_of(state);
    if (leader != no_seat && state.fighters[leader.value].frags >= frags_to_win)
        end_match(state, leader, turn);
}

void Arena::standing(const State& state, game::Standing& standing) {
    standing.phase = state.flow.phase;
    standing.ticks_left = state.flow.ticks_left;
    if (state.sudden_death_ticks > 0 && state.flow.is_playing()) {
        standing.ticks_left = sudden_death_ticks_max + 1U - state.sudden_death_ticks;
    }
    standing.winner = state.flow.winner;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Fighter& fighter = state.fighters[seat];
        standing.seats[seat] = {.taken = fighter.is_taken(),
                                .is_computer = fighter.presence == Presence::computer,
                                .score = fighter.frags};
    }
}

void Arena::positions(State& state, game::PositionList& list) {
    for (std::size_t seat = 0; seat < seats; ++seat) {
        if (state.fighters[seat].is_alive())
            list.add(static_cast<std::uint16_t>(seat), state.fighters[seat].at);
    }
    for (std::size_t index = 0; index < state.rockets.size(); ++index) {
        Rocket& rocket = state.rockets[index];
        if (rocket.flies()) list.add(static_cast<std::uint16_t>((index + 1) << 8 | rocket.serial), rocket.at);
    }
}

Input Arena::sanitise(Input input) {
    input.aim %= angles;
    input.move = std::min(input.move, Input::move_max);
    input.pressed &= Input::every_press;
    const bool is_shot = (input.pressed & Input::rail) != 0;
    input.view_age = is_shot ? std::min(input.view_age, game::view_age_max) : std::uint8_t{0};
    input.unused = 0;
    return input;
}

Input Arena::merge(Input older, Input newer) {
    // What is held stays what it is now, the aim too; who was seen then is who was aimed at.
    if ((newer.pressed & Input::rail) == 0) newer.view_age = older.view_age;
    newer.pressed |= older.pressed;
    return newer;
}

Input Arena::repeat(Input input) {
    input.pressed = 0;
    input.view_age = 0;
    return input;
}

}  // namespace gs::arena
