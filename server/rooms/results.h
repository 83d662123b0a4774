// Results: who has won how often in each game: the leaderboard of the running server. A result counts when
// it is public. Nothing is written to a disk. One per shard (RoomShared), filled by rooms, read by app/.
// Bounded: of everything the least that matters goes first.
#pragma once

#include "server/net/instant.h"
#include "server/rooms/match_result.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

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
    static constexpr std::size_t pending_max = 10'000;  // of all rooms, within one delay
    static constexpr std::size_t people_max = 1'000;    // of each game
    static constexpr std::size_t leaders_max = 50;      // a page that people read

    /// Counts from `public_at` on.
    void add(MatchResult result, net::Instant public_at);

    /// The first leaders_max: most wins, then the best score, then who needed fewer matches.
    [[nodiscard]] std::vector<Standings> leaders(std::string_view game, net::Instant now);

  private:
    using People = std::unordered_map<net::AccountId, Standings>;

    void count(const MatchResult& result);
    void make_room(People& people);

    struct Pending {
        MatchResult result;
        net::Instant public_at;
    };
    std::deque<Pending> pending_;
    std::map<std::string, People, std::less<>> games_;
};

}  // namespace gs::rooms
