// Conditioner: what a bad network does to one direction of one client, from a seed: the same seed and the
// same calls give the same fates. Decides only; a DelayLine carries things out. Used by both transports of
// the bots.
#pragma once

#include "core/base/rng.h"
#include "server/net/instant.h"

#include <cstddef>
#include <cstdint>

namespace gs::bots {

/// As on the command line: percent of the datagrams of each direction, one-way times.
struct Conditions {
    double loss_percent = 0;
    net::Duration latency = {};
    net::Duration jitter = {};  // added to the latency, evenly from 0 to this: reorders datagrams
    double duplicate_percent = 0;

    [[nodiscard]] bool none() const {
        return loss_percent <= 0 && duplicate_percent <= 0 && latency.count() == 0 && jitter.count() == 0;
    }
};

class Conditioner {
  public:
    Conditioner(const Conditions& conditions, std::uint64_t seed) : conditions_(conditions), rng_(seed) {}

    struct Fate {
        int copies = 0;  // 0 to 2
        net::Instant at[2];
    };
    /// When the datagram that is sent `now` arrives, and how often.
    [[nodiscard]] Fate datagram(net::Instant now);

    /// When the `bytes` of a byte stream that are sent `now` arrive: in order, and late by a retransmission
    /// for each packet of them that gets lost; what follows waits behind them.
    [[nodiscard]] net::Instant stream(net::Instant now, std::size_t bytes);

    struct Counters {
        std::uint64_t packets = 0;
        std::uint64_t lost = 0;
        std::uint64_t doubled = 0;
    };
    [[nodiscard]] const Counters& counts() const { return counts_; }

  private:
    [[nodiscard]] bool happens(double percent);
    [[nodiscard]] net::Duration on_the_way();

    Conditions conditions_;
    base::Rng rng_;
    net::Instant stream_clear_at_ = {};  // nothing of the stream arrives before
    Counters counts_;
};

}  // namespace gs::bots
