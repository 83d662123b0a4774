// ShownClock: which moment of the game the picture shows, in ticks with fraction. Its target may jump; the
// picture follows between 0.97 and 1.03 of real time, faster after a stall, and at once when it is a second
// off. A value; time comes in.
#pragma once

#include "core/netcode/clock_sync.h"

#include <algorithm>

namespace gs::client {

class ShownClock {
  public:
    explicit ShownClock(int tick_rate_hz) : tick_rate_hz_(tick_rate_hz) {}

    void reset(netcode::Micros now) {
        at_ = -1;
        moved_at_ = now;
    }
    [[nodiscard]] bool is_set() const { return at_ >= 0; }
    [[nodiscard]] double at() const { return at_; }

    /// Follows `target`, but stays between `oldest` and `newest`, which can be drawn.
    void move(double target, double oldest, double newest, netcode::Micros now) {
        const double elapsed =
            static_cast<double>(std::max<netcode::Micros>(0, now - moved_at_)) * tick_rate_hz_ / 1e6;
        moved_at_ = now;
        const double off = target - (at_ + elapsed);
        if (at_ < 0 || off > tick_rate_hz_ || off < -tick_rate_hz_) {
            at_ = target;
        } else {
            const double limit = (off > 3 || off < -3 ? 0.25 : 0.03) * elapsed;
            at_ += elapsed + std::clamp(off, -limit, limit);
        }
        at_ = std::clamp(at_, std::min(oldest, newest), newest);
    }

  private:
    double tick_rate_hz_;
    double at_ = -1;
    netcode::Micros moved_at_ = 0;
};

}  // namespace gs::client
