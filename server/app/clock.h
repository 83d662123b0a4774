// The clocks of a shard, read in app/ only and passed on as arguments everywhere else.
// ShardClock never steps back: what is timed by it (QUIC's timers, rate limits) may rely on that.
#pragma once

#include "server/net/instant.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace gs::app {

class ShardClock {
  public:
    using Source = std::function<std::chrono::nanoseconds()>;

    explicit ShardClock(Source source = [] { return std::chrono::steady_clock::now().time_since_epoch(); })
        : source_(std::move(source)) {}

    /// The time of the source, or the latest one seen when the source has stepped back.
    [[nodiscard]] net::Instant now() {
        latest_ = std::max(latest_, net::Instant(source_()));
        return latest_;
    }

  private:
    Source source_;
    net::Instant latest_ = {};
};

/// Seconds since 1970, for certificates and dates. May step in both directions.
using WallClock = std::function<std::int64_t()>;

[[nodiscard]] inline WallClock system_wall_clock() {
    return [] {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
}

}  // namespace gs::app
