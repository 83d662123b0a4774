// LogStore: where a room puts what somebody has to look at: the log of a match whose game broke an invariant
// of its own, of one that a client has understood otherwise, and seats whose clients are not honest.
// Implemented in app/ by files and lines of the log. Calls are rare: rooms limit them.
#pragma once

#include "core/game/check.h"
#include "core/netcode/match_log.h"
#include "server/rooms/desync.h"
#include "server/rooms/doubts.h"
#include "server/rooms/room_info.h"

#include <string_view>

namespace gs::rooms {

class LogStore {
  public:
    virtual ~LogStore() = default;

    /// The last entry of `log` is the tick in which `failure` happened.
    virtual void keep_broken(const RoomInfo& room, const game::CheckFailure& failure,
                             const netcode::MatchLog& log) = 0;
    /// `log` has the tick of the report; `examine()` finds out what differs.
    virtual void keep_desync(const RoomInfo& room, const DesyncReport& report,
                             const netcode::MatchLog& log) = 0;
    /// A match that was under way when the server ended and cannot be brought back: its step broke, or made
    /// another state than then. `at` is the tick where.
    virtual void keep_unrestored(const RoomId& room, std::string_view why, Tick at,
                                 const netcode::MatchLog& log) = 0;
    /// Once for each time that somebody sits in the seat.
    virtual void note_suspicious(const RoomInfo& room, Seat seat, const Doubts& doubts) = 0;
};

}  // namespace gs::rooms
