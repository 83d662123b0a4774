// Archive: matches that are over, for as long as the operator keeps them: what there is to know of each, and
// its log. Implemented by server/storage; asked by PublicMatches for what FinishedMatches no longer has, and
// by the pages that list replays. Called on the shard's thread. Lists and facts lie in memory; events() and
// log() may read the disk, once for each match that somebody opens.
// Gives nothing of a match whose end is not public yet. Whether its room's invite is needed asks the caller.
#pragma once

#include "core/netcode/log_file.h"
#include "server/net/instant.h"
#include "server/rooms/finished_matches.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::rooms {

/// A match that is over, without its log and its events.
struct KeptMatch {
    /// What came out when it was simulated again.
    enum class Check : std::uint8_t { unknown, equal, differs };

    MatchId match = {};
    RoomId room = {};
    std::string room_name = {};
    Access access = Access::listed;
    std::string invite = {};
    netcode::LogHeader header = {};
    Tick end = {};  // the first tick that it does not have
    Tick play_began = {};
    net::Duration delay = {};
    std::vector<FinishedMatch::Player> players = {};
    std::optional<MatchResult> result = std::nullopt;
    std::uint64_t ended_unix_s = 0;
    std::uint64_t public_unix_s = 0;  // when all of it is public
    std::uint64_t bytes = 0;          // of its file; 0: it is not written yet
    Check check = Check::unknown;

    [[nodiscard]] std::uint32_t ticks() const { return end.value - header.first.value; }
};

/// A log that is open.
struct KeptLog {
    netcode::LogFile log;
    std::shared_ptr<const std::string> file;
};

class Archive {
  public:
    virtual ~Archive() = default;

    using Kept = std::shared_ptr<const KeptMatch>;

    struct Filter {
        std::string_view game = {};    // id; empty: all
        std::string_view player = {};  // a part of a name, in any case of letters; empty: all
        std::string_view before = {};  // cursor_of() the last one that is known; anything else: from the top
    };
    /// Those of listed rooms, the newest first, at most `count_max`. The filter is hostile.
    [[nodiscard]] virtual std::vector<Kept> list(const Filter& filter, std::size_t count_max,
                                                 net::Instant now) const = 0;

    /// Null when there is none (any more).
    [[nodiscard]] virtual Kept find(const MatchId& match, net::Instant now) = 0;
    /// Of a match that find() gave.
    [[nodiscard]] virtual std::vector<MatchEvent> events(const MatchId& match) = 0;
    /// Null when it cannot be read (any more).
    [[nodiscard]] virtual std::shared_ptr<const KeptLog> log(const MatchId& match) = 0;
};

/// The place of a match in the list.
[[nodiscard]] inline std::string cursor_of(const KeptMatch& kept) {
    return std::to_string(kept.public_unix_s) + "-" + std::string(kept.match.text());
}

}  // namespace gs::rooms
