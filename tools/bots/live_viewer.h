// LiveViewer: watches a match live without simulating it: counts which ticks came, acknowledges as a client
// does, asks for what is missing. For loads of thousands, whose hashes a sample of others compares. Owned by
// a Bot, on the loop. Begins anew with every keyframe.
#pragma once

#include "core/client/client.h"
#include "core/netcode/input_packet.h"

#include <optional>

namespace gs::bots {

class LiveViewer {
  public:
    explicit LiveViewer(const game::Module& module) : module_(module) {}

    void enter(std::uint32_t epoch);
    void receive_datagram(ByteView bytes);
    void receive_transfer(ByteView bytes);
    /// A keyframe and ticks after it have come.
    [[nodiscard]] bool is_watching() const { return next_.has_value(); }

    /// To send, a few times per second. Valid until the next call; empty while there is nothing to say.
    [[nodiscard]] ByteView acknowledgement();
    /// What is missing since the last call.
    [[nodiscard]] client::Request take_request();

    struct Counters {
        double ticks = 0;
        double ticks_repaired = 0;
        double resyncs = 0;  // keyframes after the first
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// All before it have come, or lie before the newest keyframe.
    [[nodiscard]] std::optional<Tick> next() const { return next_; }

  private:
    void take(Tick first, std::uint32_t count);

    const game::Module& module_;
    std::uint32_t epoch_ = 0;
    bool has_keyframe_ = false;
    std::optional<Tick> next_;
    std::uint64_t beyond_ = 0;           // bit i: tick next_ + 1 + i has come
    std::optional<Tick> missing_since_;  // the hole that was there when it was looked at last
    netcode::InputPacketBytes bytes_ = {};
    Counters counters_;
};

}  // namespace gs::bots
