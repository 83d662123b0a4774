// Standing: how a match stands, as a game tells everybody outside: the server decides by it when a match is
// over and what the result is, pages show it. A plain value made from a state by Game::standing().
// Games of Lifecycle::match go through the phases in this order; core/game/match_flow.h does it for them.
#pragma once

#include "core/base/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gs::game {

enum class Phase : std::uint8_t {
    waiting,    // for people, or for the start; they may move about
    countdown,  // seconds to the first whistle
    playing,
    result,  // the last phase of a match; what comes after is another match
};

/// Of games of Lifecycle::match.
inline constexpr std::size_t match_seats_max = 16;

struct Standing {
    struct Line {
        bool taken = false;
        bool is_computer = false;
        std::int32_t score = 0;
    };
    Phase phase = Phase::playing;
    std::uint32_t ticks_left = 0;  // until the phase ends by itself; 0: it does not
    Seat winner = no_seat;         // of a result; no_seat: a draw
    std::array<Line, match_seats_max> seats = {};
};

}  // namespace gs::game
