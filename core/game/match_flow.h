// MatchFlow: the phases of a match, for the state of a game of Lifecycle::match:
//   waiting → countdown → playing → result
// The game calls advance() first in each step and finish() when its rules have a winner. The server asks for
// the start (Turn::start_asked), and begins another match, with a new state, some time after the result.
#pragma once

#include "core/game/game.h"
#include "core/game/standing.h"

#include <algorithm>

namespace gs::game {

struct MatchFlow {
    Phase phase = Phase::waiting;
    std::uint16_t ticks_left = 0;
    Seat winner = no_seat;

    [[nodiscard]] bool is_playing() const { return phase == Phase::playing; }
};

struct MatchRules {
    std::size_t seats_min = 2;
    std::uint16_t countdown_ticks = 180;
    std::uint16_t playing_ticks = 0;  // 0: until finish()
};

/// What advance() did, for events and for what a game sets up in that moment.
enum class FlowChange : std::uint8_t {
    none,
    countdown_began,
    second_counted,     // of the countdown
    countdown_stopped,  // too few are left
    play_began,
    time_is_up,  // the game decides who has won and calls finish()
    deserted,    // too few are left; the game calls finish() with who is left
};

/// `present` counts seats that are taken, by people or computers.
[[nodiscard]] constexpr FlowChange advance(MatchFlow& flow, const MatchRules& rules, std::size_t present,
                                           bool start_asked, std::uint16_t ticks_per_second) {
    switch (flow.phase) {
        case Phase::waiting:
            if (!start_asked || present < rules.seats_min) return FlowChange::none;
            flow.phase = Phase::countdown;
            flow.ticks_left = rules.countdown_ticks;
            return FlowChange::countdown_began;
        case Phase::countdown:
            if (present < rules.seats_min) {
                flow = {};
                return FlowChange::countdown_stopped;
            }
            if (flow.ticks_left > 0) --flow.ticks_left;
            if (flow.ticks_left > 0) {
                return flow.ticks_left % ticks_per_second == 0 ? FlowChange::second_counted
                                                               : FlowChange::none;
            }
            flow.phase = Phase::playing;
            flow.ticks_left = rules.playing_ticks;
            return FlowChange::play_began;
        case Phase::playing:
            if (present < rules.seats_min) return FlowChange::deserted;
            if (rules.playing_ticks == 0) return FlowChange::none;
            if (flow.ticks_left > 0) --flow.ticks_left;
            return flow.ticks_left == 0 ? FlowChange::time_is_up : FlowChange::none;
        case Phase::result:
            return FlowChange::none;
    }
    return FlowChange::none;
}

/// `winner` is no_seat for a draw.
constexpr void finish(MatchFlow& flow, Seat winner) {
    flow = {.phase = Phase::result, .ticks_left = 0, .winner = winner};
}

/// Reads, writes and measures.
template <class Stream, class Flow>
bool serialize_flow(Stream& s, Flow& flow) {
    return s.enumerator(flow.phase, Phase::result) && s.bits(flow.ticks_left, 16) &&
           s.bits(flow.winner.value, 8);
}

}  // namespace gs::game
