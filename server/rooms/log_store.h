// LogStore: where a room puts the log of a match whose game broke an invariant of its own. Implemented in
// app/ by files; a room calls it once, when it closes.
#pragma once

#include "core/game/check.h"
#include "core/netcode/match_log.h"
#include "server/rooms/room_info.h"

namespace gs::rooms {

class LogStore {
  public:
    virtual ~LogStore() = default;

    /// The last entry of `log` is the tick in which `failure` happened.
    virtual void keep_broken(const RoomInfo& room, const game::CheckFailure& failure,
                             const netcode::MatchLog& log) = 0;
};

}  // namespace gs::rooms
