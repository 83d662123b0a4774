// Race: a match for tests of rooms: each press is a point, and who has three has won. A computer presses
// twice a second. Not part of the server.
#pragma once

#include "core/game/match_flow.h"
#include "core/game/module.h"

#include <array>

namespace gs::rooms::testing {

struct RaceState {
    game::MatchFlow flow;
    std::uint32_t ticks = 0;
    std::array<std::uint8_t, 4> present = {};  // 0 free, 1 there, 2 dropped, 3 a computer
    std::array<std::uint8_t, 4> score = {};
    std::array<std::uint8_t, 4> age = {};  // the newest that was claimed
};

struct RaceInput {
    std::uint8_t pressed = 0;
    std::uint8_t age = 0;

    friend bool operator==(const RaceInput&, const RaceInput&) = default;
};

inline constexpr std::uint8_t race_press = 1;
inline constexpr std::uint8_t race_stall = 2;  // a step with this never ends
inline constexpr std::uint8_t race_points = 3;

enum RaceEvent : std::uint8_t { race_began, race_scored, race_won };

template <game::Info::LateJoin late_join>
struct RaceGame {
    static constexpr game::Info info{.id = "race",
                                     .title = "Race",
                                     .tagline = "Press first.",
                                     .rules_version = 1,
                                     .tick_rate_hz = 60,
                                     .ticks_per_send = 2,
                                     .seats_min = 2,
                                     .seats_max = 4,
                                     .lifecycle = game::Lifecycle::match,
                                     .late_join = late_join,
                                     .interpolation_ticks = 3};
    using State = RaceState;
    using Input = RaceInput;

    static constexpr std::array<game::StatisticInfo, 4> statistics = {{
        {.name = "Points"},
        {.name = "Presses"},
        {.name = "Share", .kind = game::StatisticInfo::Kind::share, .part = 0, .whole = 1},
        {.name = "Highest", .kind = game::StatisticInfo::Kind::best},
    }};
    using Who = game::Counting::Who;
    using What = game::Counting::What;
    static constexpr std::array<game::EventInfo, 3> event_kinds = {{
        {.name = "began", .sound = game::Sound::go, .announcement = "Go"},
        {.name = "scored",
         .when = game::EventInfo::When::confirmed,
         .feed = "{seat} scores",
         .counts = {{{.who = Who::seat, .statistic = 0},
                     {.who = Who::seat, .statistic = 1},
                     {.who = Who::seat, .statistic = 3, .what = What::value}}}},
        {.name = "won", .when = game::EventInfo::When::confirmed, .announcement = "{seat} wins"},
    }};

    static void start(State&) {}
    static void step(State& state, const game::Turn<Input>& turn) {
        ++state.ticks;
        std::size_t present = 0;
        for (const game::SeatEvent& event : turn.events) {
            using Kind = game::SeatEvent::Kind;
            std::uint8_t& seat = state.present[event.seat.value];
            GS_GAME_CHECK(event.kind != Kind::joined || seat == 0, "who joins takes a free seat");
            seat = event.kind == Kind::left              ? 0
                   : event.kind == Kind::dropped         ? 2
                   : event.kind == Kind::computer_joined ? 3
                                                         : 1;
            if (event.kind == Kind::left) state.score[event.seat.value] = 0;
        }
        for (const std::uint8_t seat : state.present)
            present += seat != 0 ? 1 : 0;
        const auto change =
            game::advance(state.flow, {.seats_min = 2, .countdown_ticks = 60}, present, turn.start_asked, 60);
        if (change == game::FlowChange::play_began) turn.emit({.kind = race_began});
        if (change == game::FlowChange::deserted) game::finish(state.flow, first_present(state));
        for (std::size_t index = 0; index < turn.inputs.size(); ++index)
            play(state, turn, index);
    }
    static void play(State& state, const game::Turn<Input>& turn, std::size_t index) {
        const Seat seat{static_cast<std::uint8_t>(index)};
        const Input input = state.present[index] == 3 ? computer(state, seat) : turn.inputs[index];
        if (input.age != 0) state.age[index] = input.age;
        if ((input.pressed & race_stall) != 0) {
            for (volatile bool goes_on = true; goes_on;) {
            }
        }
        if (!state.flow.is_playing() || (input.pressed & race_press) == 0) return;
        ++state.score[index];
        turn.emit({.kind = race_scored, .seat = seat, .value = state.score[index] * 10});
        if (state.score[index] < race_points) return;
        game::finish(state.flow, seat);
        turn.emit({.kind = race_won, .seat = seat});
    }
    static Seat first_present(const State& state) {
        for (std::uint8_t seat = 0; seat < 4; ++seat) {
            if (state.present[seat] != 0) return Seat{seat};
        }
        return no_seat;
    }
    static void standing(const State& state, game::Standing& standing) {
        standing.phase = state.flow.phase;
        standing.ticks_left = state.flow.ticks_left;
        standing.winner = state.flow.winner;
        for (std::size_t seat = 0; seat < state.present.size(); ++seat) {
            standing.seats[seat] = {.taken = state.present[seat] != 0,
                                    .is_computer = state.present[seat] == 3,
                                    .score = state.score[seat]};
        }
    }
    static Input computer(const State& state, Seat) {
        return {.pressed = state.ticks % 30 == 0 ? race_press : std::uint8_t{0}};
    }
    static std::uint8_t& view_age(Input& input) { return input.age; }

    static Input sanitise(Input input) {
        input.pressed &= race_press | race_stall;
        return input;
    }
    static Input merge(Input older, Input newer) {
        newer.pressed |= older.pressed;
        newer.age = std::max(newer.age, older.age);
        return newer;
    }
    static Input repeat(Input) { return {}; }

    template <class Stream, class Shown>
    static bool serialize(Stream& s, Shown& state) {
        if (!game::serialize_flow(s, state.flow) || !s.varint(state.ticks)) return false;
        for (std::size_t seat = 0; seat < state.present.size(); ++seat) {
            if (!s.bits(state.present[seat], 2) || !s.bits(state.score[seat], 8) ||
                !s.bits(state.age[seat], 8)) {
                return false;
            }
        }
        return true;
    }
    template <class Stream, class Value>
    static bool serialize_input(Stream& s, Value& input, const Input&) {
        return s.bits(input.pressed, 8) && s.bits(input.age, 8);
    }
    static Input from_controls(const game::Controls&, const State&, Seat) { return {}; }
    static void draw(const game::Frame<State>&, game::DrawList&) {}
};

inline constexpr game::Module race = game::module_of<RaceGame<game::Info::LateJoin::allowed>>();
inline constexpr game::Module closed_race = game::module_of<RaceGame<game::Info::LateJoin::next_match>>();

}  // namespace gs::rooms::testing
