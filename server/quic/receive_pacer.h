// ReceivePacer: how long a shard's loop leaves arriving packets in the kernel, so that one system call takes
// many. Under light and middling load packets are taken at once (an echo stays fast); under heavy load, where
// waking up for each would eat the core, they wait a millisecond at most, far below the tick that consumes
// them.
#pragma once

#include "server/net/instant.h"

#include <algorithm>
#include <cstddef>

namespace gs::quic {

class ReceivePacer {
  public:
    /// After a batch of `packets` at `now`: how long to wait before looking again; zero to wait for
    /// readability.
    [[nodiscard]] net::Duration pause(std::size_t packets, net::Instant now) {
        const double elapsed_ms =
            std::max(0.001, std::chrono::duration<double, std::milli>(now - last_).count());
        last_ = now;
        // Averaged over about 16 ms: a tick's answers count as a stream, a single burst does not.
        const double share = std::min(1.0, elapsed_ms / averaged_ms);
        packets_per_ms_ += (static_cast<double>(packets) / elapsed_ms - packets_per_ms_) * share;
        if (packets_per_ms_ < busy_packets_per_ms) return {};
        const double wanted_ms = std::min(pause_max_ms, packets_wanted / packets_per_ms_);
        return std::chrono::duration_cast<net::Duration>(
            std::chrono::duration<double, std::milli>(wanted_ms));
    }

  private:
    static constexpr double averaged_ms = 16;
    // Fifty players and their echo make 6, with acknowledgements; a room of 200 on its tick makes 12.
    static constexpr double busy_packets_per_ms = 16;
    static constexpr double packets_wanted = 32;  // per batch: the cost of waking up is spread thin enough
    static constexpr double pause_max_ms = 1;

    net::Instant last_ = {};
    double packets_per_ms_ = 0;
};

}  // namespace gs::quic
