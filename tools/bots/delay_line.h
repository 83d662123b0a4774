// DelayLine: bytes on their way through the modelled network, of all clients of a loop. Conditioners say when
// they arrive; this keeps and delivers them, at the end of turns, before the transports end theirs. One per
// loop, made before the dialers; on the loop's thread.
#pragma once

#include "core/base/bytes.h"
#include "tools/bots/loop.h"

#include <map>
#include <vector>

namespace gs::bots {

/// Who gets what a DelayLine carries.
class DelayedReceiver {
  public:
    virtual ~DelayedReceiver() = default;
    /// `channel` is what add() was given.
    virtual void on_arrived(int channel, ByteView bytes) = 0;
};

class DelayLine final : private Loop::TurnEnd {
  public:
    /// `loop` outlives it.
    explicit DelayLine(Loop& loop);
    DelayLine(const DelayLine&) = delete;
    DelayLine& operator=(const DelayLine&) = delete;
    ~DelayLine() override;

    void add(net::Instant at, DelayedReceiver& to, int channel, ByteView bytes);
    /// What is on its way to `to` is lost.
    void forget(const DelayedReceiver& to);
    /// Delivers what has arrived by `now`; receivers may add and forget meanwhile. The loop calls it.
    void deliver(net::Instant now);
    [[nodiscard]] net::Instant next() const {
        return flights_.empty() ? net::never : flights_.begin()->first;
    }

  private:
    struct Flight {
        DelayedReceiver* to;
        int channel;
        std::vector<std::byte> bytes;
    };
    void on_turn_end() override { deliver(loop_.now()); }

    Loop& loop_;
    Timer timer_;
    std::multimap<net::Instant, Flight> flights_;  // equal times keep the order in which they were added
};

}  // namespace gs::bots
