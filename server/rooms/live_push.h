// LivePush: what goes to those who watch a room live. They are in as many groups as a send has ticks, and
// each tick another group gets its send: so a thousand spectators are no burst that a player's packet waits
// behind. All of a group get the same slices of the log behind the same heads, made once; who lacks something
// before them gets a slice of its own. Owned by a room, on its thread, called after everything for players
// has been sent. Who is too slow is named here; what becomes of them is the room's.
#pragma once

#include "server/rooms/counters.h"
#include "server/rooms/viewer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gs::rooms {

/// Live spectators get at most so many sends a second: fewer and larger packets are the whole cost of
/// watching.
inline constexpr std::uint32_t live_sends_per_s = 15;
[[nodiscard]] std::uint32_t live_ticks_per_send(const game::Info& game);

class LivePush {
  public:
    explicit LivePush(std::uint32_t ticks_per_send) : groups_(ticks_per_send) {}

    /// To the smallest group.
    void add(Viewer& viewer);
    void remove(Viewer& viewer);
    [[nodiscard]] std::size_t count() const { return count_; }

    /// Nobody needs what is before `tick`.
    void begin_at(Tick tick);
    /// To the groups whose turn has come since the last call.
    void send(const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now, RoomCounters& counters);
    /// To all: the log ends, and what they lack they could not get any more.
    void send_rest(const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
                   RoomCounters& counters);

    /// Of the last send: they take too little to watch live. Valid until somebody is added or removed.
    [[nodiscard]] std::span<Viewer* const> too_slow() const { return too_slow_; }

  private:
    struct Group {
        std::vector<Viewer*> viewers;
        Tick sent = {};  // up to here
    };
    void send(Group& group, const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
              RoomCounters& counters);
    void send(Viewer& viewer, const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
              RoomCounters& counters);

    std::vector<Group> groups_;
    std::size_t count_ = 0;
    SharedTicks over_datagrams_;  // with overlap
    SharedTicks over_streams_;    // TCP loses nothing: without
    std::vector<Viewer*> too_slow_;
};

}  // namespace gs::rooms
