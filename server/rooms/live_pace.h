// LivePace: how often a live spectator is sent to, by how its session takes what it is sent. Whoever takes
// less than half of a second's sends gets every second one, then every fourth, and is too slow to watch live
// when that does not help either. One per viewer, used by LivePush. Knows no clock and no session.
#pragma once

#include "server/net/instant.h"

#include <cstdint>

namespace gs::rooms {

class LivePace {
  public:
    static constexpr net::Duration looked_at_every = std::chrono::seconds(1);
    static constexpr std::uint32_t stride_max = 4;
    /// Seconds at the largest stride, so that a tunnel on the way does not end it for good.
    static constexpr std::uint32_t slow_periods_max = 4;
    /// Seconds in which everything was taken, before more is sent again.
    static constexpr std::uint32_t calm_periods_min = 5;

    /// Of every so many sends, one is for this viewer.
    [[nodiscard]] std::uint32_t stride() const { return stride_; }
    /// Counts one send; whether it is for this viewer.
    [[nodiscard]] bool takes_this() {
        if (++skipped_ < stride_) return false;
        skipped_ = 0;
        return true;
    }

    enum class Taken : std::uint8_t { yes, no };
    enum class Change : std::uint8_t { none, thinned, thickened, too_slow };
    /// What became of a send that was for this viewer.
    [[nodiscard]] Change note(Taken taken, net::Instant now) {
        ++sends_;
        if (taken == Taken::no) ++refused_;
        // The first one begins; so does one after a clock that went back.
        if (sends_ == 1 || now < since_) since_ = now;
        if (now - since_ < looked_at_every) return Change::none;
        const bool is_slow = 2 * refused_ >= sends_;
        const bool is_calm = refused_ == 0;
        sends_ = refused_ = 0;
        calm_periods_ = is_calm ? calm_periods_ + 1 : 0;
        if (is_slow) return slow_down();
        slow_periods_ = 0;
        if (stride_ == 1 || calm_periods_ < calm_periods_min) return Change::none;
        stride_ /= 2;
        calm_periods_ = 0;
        return Change::thickened;
    }

  private:
    Change slow_down() {
        if (stride_ < stride_max) {
            stride_ *= 2;
            return Change::thinned;
        }
        return ++slow_periods_ < slow_periods_max ? Change::none : Change::too_slow;
    }

    std::uint32_t stride_ = 1;
    std::uint32_t skipped_ = 0;
    std::uint32_t sends_ = 0;
    std::uint32_t refused_ = 0;
    std::uint32_t calm_periods_ = 0;
    std::uint32_t slow_periods_ = 0;
    net::Instant since_ = {};
};

}  // namespace gs::rooms
