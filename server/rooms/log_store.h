// LogStore: where a room puts the log of a match whose game broke an invariant of its own. Implemented in
// app/ by files; a room calls it once, when it closes.
#pragma once

#include "core/base/bytes.h"
#include "core/game/check.h"
#include "server/rooms/room_info.h"

#include <string_view>

namespace gs::rooms {

class LogStore {
  public:
    virtual ~LogStore() = default;

    /// `log` as netcode::write_log_file() wrote it. Its last entry is the tick in which `failure` happened.
    virtual void keep_broken(const RoomInfo& room, const game::CheckFailure& failure, ByteView log) = 0;
};

}  // namespace gs::rooms
