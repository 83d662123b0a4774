// FinishedMatches: matches that are over: their logs, and what there is to know of them. A room hands a match
// over as soon as it has a result (or has come to an end without one); until its last tick is public it is
// still watched as if it went on. The newest are kept in memory up to a limit.
// One per shard (RoomShared), filled by rooms, read by app/.
#pragma once

#include "core/netcode/match_log.h"
#include "server/rooms/match_events.h"
#include "server/rooms/match_result.h"
#include "server/rooms/public_face.h"
#include "server/rooms/release.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

struct FinishedMatch {
    struct Player {
        Seat seat;
        std::string name;  // clean, not escaped
        bool is_computer = false;
        bool has_left = false;  // before the end; somebody else may have the seat since
    };
    MatchId match = {};
    RoomId room = {};
    std::string room_name = {};
    Access access = Access::listed;
    std::string invite = {};  // of its room: opens a match that is not listed
    netcode::MatchLog log;
    Release release;
    PublicFace face;  // of its room when it was handed over
    MatchEvents events = {};
    Tick play_began = {};              // when there was something to see; the first tick of an endless one
    std::vector<Player> players = {};  // who had seats at the end; after them, who had them before
    std::optional<MatchResult> result =
        std::nullopt;            // none: everybody left before there was one, or endless
    net::Instant ended_at = {};  // with the result, before the last ticks
    std::uint64_t ended_unix_s = 0;

    [[nodiscard]] bool has_public_end(net::Instant now) const { return now - ended_at >= release.delay(); }
};

class FinishedMatches {
  public:
    static constexpr std::size_t matches_max = 1'000;
    /// Some hundred ten-minute matches of an arena.
    static constexpr std::size_t bytes_max = std::size_t{64} * 1024 * 1024;

    using Kept = std::shared_ptr<const FinishedMatch>;

    /// For whoever keeps them for longer; called with each that is added.
    std::function<void(const Kept&)> on_added = {};

    void add(FinishedMatch match);
    /// Null when it is not here (any more).
    [[nodiscard]] Kept find(const MatchId& match) const;
    [[nodiscard]] const std::deque<Kept>& all() const { return matches_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    std::deque<Kept> matches_;  // oldest first
    std::unordered_map<MatchId, Kept> by_id_;
    std::size_t bytes_ = 0;
};

}  // namespace gs::rooms
