// RateLimit: a token bucket. So many at once, and so many per time after that. A value, kept where something
// is limited; knows no clock.
#pragma once

#include "server/net/instant.h"

#include <algorithm>
#include <cstdint>

namespace gs::net {

struct Rate {
    std::uint32_t count;
    Duration per;
    std::uint32_t burst;
};

class RateLimit {
  public:
    explicit RateLimit(Rate rate) : cost_(rate.per / rate.count), full_(cost_ * rate.burst), left_(full_) {}

    /// Whether one more is within the rate now; then it is counted.
    [[nodiscard]] bool take(Instant now) {
        if (now > refilled_at_) {
            left_ = std::min(full_, left_ + std::min(full_, now - refilled_at_));
            refilled_at_ = now;
        }
        if (left_ < cost_) return false;
        left_ -= cost_;
        return true;
    }

  private:
    Duration cost_;  // of one, as the time in which it comes back
    Duration full_;
    Duration left_;
    Instant refilled_at_ = {};
};

}  // namespace gs::net
