// Timers of thousands of connections at the cost of a list operation each: slots of one millisecond, one turn
// of the wheel about four seconds. A timer further away waits in the last slot and is asked again when that
// comes up. Intrusive: a TimerNode lives in what it belongs to, and leaves the wheel when destroyed.
#pragma once

#include "server/net/instant.h"

#include <array>
#include <cstdint>
#include <vector>

namespace gs::quic {

class TimerNode {
  public:
    TimerNode() = default;
    TimerNode(const TimerNode&) = delete;
    TimerNode& operator=(const TimerNode&) = delete;
    ~TimerNode() { unlink(); }

    /// When the wheel will bring it up; `never` while it is not in a wheel.
    [[nodiscard]] net::Instant at() const { return at_; }

  private:
    friend class TimerWheel;
    void unlink();

    TimerNode* previous_ = nullptr;
    TimerNode* next_ = nullptr;
    net::Instant at_ = net::never;
};

class TimerWheel {
  public:
    static constexpr std::int64_t slot_count = 4096;

    explicit TimerWheel(net::Instant now);
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;
    ~TimerWheel();

    /// Brings `node` up at `at` (rounded up to the slot), or sooner if that is further than a turn away.
    void schedule(TimerNode& node, net::Instant at);

    /// Takes a node whose time has come out of the wheel; null when there is none at `now`.
    [[nodiscard]] TimerNode* take_due(net::Instant now);

    /// When the next node comes up, at slot precision; `never` when the wheel is empty.
    [[nodiscard]] net::Instant next() const;

  private:
    static std::int64_t slot_of(net::Instant at);
    /// The first slot from `from` on, at most a turn away, that has nodes; -1 when there is none.
    [[nodiscard]] std::int64_t first_occupied(std::int64_t from) const;

    std::vector<TimerNode> slots_;  // list heads
    // A set bit means that the slot may have nodes; one that turned out empty is cleared when it is looked
    // at.
    mutable std::array<std::uint64_t, slot_count / 64> occupied_ = {};
    std::int64_t current_;  // the slot being emptied, counted from time zero; new nodes go behind it
};

}  // namespace gs::quic
