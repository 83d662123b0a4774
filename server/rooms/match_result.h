// MatchResult: how a match ended, as a value: shown on the result page, counted by the leaderboard, answered
// by the API ("result" in docs/protocol.md). Made by MatchStatistics.
#pragma once

#include "core/game/module.h"
#include "server/net/person.h"
#include "server/rooms/room_info.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gs::rooms {

struct MatchResult {
    struct Line {
        std::optional<Seat> seat = std::nullopt;  // none: left before the end
        net::AccountId person = {};               // of a computer: none that was given out
        std::string name = {};                    // clean, not escaped
        bool is_computer = false;
        std::int32_t score = 0;
        std::vector<std::int64_t> statistics = {};  // as the game's table has them
    };
    MatchId match = {};
    std::string game = {};  // game::Info::id
    std::uint64_t ended_unix_s = 0;
    std::optional<Seat> winner = std::nullopt;  // none: a draw
    std::vector<Line> lines = {};               // the winner first, then by score; who left comes last
};

/// Without ids of people: nobody needs those of others.
[[nodiscard]] nlohmann::json json_of(const MatchResult& result);
/// The tables of a game, for pages: what is counted, and what its events mean.
[[nodiscard]] nlohmann::json json_of(std::span<const game::StatisticInfo> statistics);
[[nodiscard]] nlohmann::json json_of(std::span<const game::EventInfo> event_kinds);

}  // namespace gs::rooms
