// Time as an argument. Everything that needs the time is given an Instant; only app/ reads a clock.
// An Instant counts from an arbitrary start and never steps back (endpoints clamp it if it does).
#pragma once

#include <chrono>

namespace gs::net {

using Duration = std::chrono::nanoseconds;

/// Names the time line only: it has no now(), on purpose.
struct ShardTime {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<ShardTime>;
    static constexpr bool is_steady = true;
};

using Instant = ShardTime::time_point;

inline constexpr Instant never = Instant::max();

}  // namespace gs::net
