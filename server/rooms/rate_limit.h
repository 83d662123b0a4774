// RateLimit: a token bucket. So many at once, so many per second after that. A value, kept where something is
// limited; knows no clock.
#pragma once

#include "server/net/instant.h"

#include <algorithm>
#include <cstdint>

namespace gs::rooms {

struct Rate {
    std::uint32_t per_s;
    std::uint32_t burst;
};

class RateLimit {
  public:
    explicit RateLimit(Rate rate) : rate_(rate), left_(full()) {}

    /// Whether one more is within the rate now; then it is counted.
    [[nodiscard]] bool take(net::Instant now) {
        if (now > refilled_at_) {
            // A minute fills every bucket here; more would overflow.
            const net::Duration passed = std::min<net::Duration>(now - refilled_at_, std::chrono::minutes(1));
            left_ = std::min(full(), left_ + static_cast<std::uint64_t>(passed.count()) * rate_.per_s);
            refilled_at_ = now;
        }
        if (left_ < one) return false;
        left_ -= one;
        return true;
    }

  private:
    // Counted in billionths, so that nothing is lost to rounding however often it is asked.
    static constexpr std::uint64_t one = 1'000'000'000;
    [[nodiscard]] std::uint64_t full() const { return rate_.burst * one; }

    Rate rate_;
    std::uint64_t left_;
    net::Instant refilled_at_ = {};
};

}  // namespace gs::rooms
