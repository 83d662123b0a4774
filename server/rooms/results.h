// Results: what the running server remembers of matches that are over: the newest results, and per game who
// won how often (the leaderboard). Nothing is written to a disk. One per shard (RoomShared), filled by rooms,
// read by app/. Bounded: of everything the least that matters goes first.
#pragma once

#include "server/rooms/match_result.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

/// A match that is over.
struct EndedMatch {
    MatchId match = {};
    RoomId room = {};
    Access access = Access::listed;
    std::string game = {};
    std::uint8_t tick_rate_hz = 0;
    std::optional<MatchResult> result = std::nullopt;  // none: everybody left before there was one
};

/// What somebody has done in one game since the server started.
struct Standings {
    net::AccountId person = {};
    std::string name = {};  // the newest
    std::uint32_t played = 0;
    std::uint32_t wins = 0;
    std::int32_t best_score = 0;
    std::vector<std::int64_t> best = {};  // of each statistic, in one match
};

class Results {
  public:
    static constexpr std::size_t matches_max = 1'000;  // some MB
    static constexpr std::size_t people_max = 1'000;   // of each game
    static constexpr std::size_t leaders_max = 50;     // a page that people read

    /// Listed matches with a result go into the leaderboard; what friends play among themselves does not.
    void add(EndedMatch match);

    [[nodiscard]] const EndedMatch* find(const MatchId& match) const;
    /// The first leaders_max: most wins, then the best score, then who needed fewer matches.
    [[nodiscard]] std::vector<Standings> leaders(std::string_view game) const;

  private:
    using People = std::unordered_map<net::AccountId, Standings>;

    void count(const MatchResult& result);
    void make_room(People& people);

    std::deque<EndedMatch> matches_;
    std::map<std::string, People, std::less<>> games_;
};

}  // namespace gs::rooms
