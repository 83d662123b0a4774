// TickSchedule: when the ticks of a room are due. Tick times are whole multiples of 1/rate on the shard's
// time line, computed exactly each time and never added up, so a schedule does not drift however long it
// runs, and rooms of one rate tick together and share one flush of the shard. Owned by a room; no clock:
// `now` is given. Not its job: which tick of the match is made (a room that slept goes on where it was).
#pragma once

#include "server/net/instant.h"

#include <algorithm>
#include <cstdint>

namespace gs::rooms {

/// Behind by more than this, a room gives the rest up: catching up must not make the next turn late, too.
inline constexpr std::uint32_t catch_up_ticks_max = 5;

class TickSchedule {
  public:
    explicit TickSchedule(std::uint8_t tick_rate_hz) : rate_(tick_rate_hz) {}

    /// From `now` on ticks are due; the first within one period.
    void start(net::Instant now) {
        latest_ = now;
        next_ = slot_after(now);
    }

    [[nodiscard]] net::Instant next_due() const { return time_of(next_); }

    struct Due {
        std::uint32_t ticks = 0;    // to be made now, at most catch_up_ticks_max
        std::uint64_t skipped = 0;  // given up: overruns
    };

    /// What has become due since the last call. A clock that has stepped back starts the schedule again
    /// there.
    [[nodiscard]] Due take(net::Instant now) {
        if (now < latest_) next_ = std::min(next_, slot_after(now));
        latest_ = now;
        const std::uint64_t end = slot_after(now);
        if (end <= next_) return {};
        const std::uint64_t behind = end - next_;
        next_ = end;
        const std::uint64_t made = std::min<std::uint64_t>(behind, catch_up_ticks_max);
        return {.ticks = static_cast<std::uint32_t>(made), .skipped = behind - made};
    }

    /// How many quarters of a tick are left until the next; 0 to 4.
    [[nodiscard]] int quarters_left(net::Instant now) const {
        const auto left = (next_due() - now).count();
        const auto period = static_cast<std::int64_t>(second_ns / rate_);
        return static_cast<int>(std::clamp<std::int64_t>(left * 4 / period, 0, 4));
    }

  private:
    static constexpr std::uint64_t second_ns = 1'000'000'000;

    [[nodiscard]] net::Instant time_of(std::uint64_t slot) const {
        // Rounded up, so that at its time a slot is due and not almost.
        const std::uint64_t part_ns = ((slot % rate_) * second_ns + rate_ - 1) / rate_;
        return net::Instant(net::Duration(static_cast<std::int64_t>(slot / rate_ * second_ns + part_ns)));
    }
    /// The first slot whose time is after `now`.
    [[nodiscard]] std::uint64_t slot_after(net::Instant now) const {
        const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 0));
        return ns / second_ns * rate_ + ns % second_ns * rate_ / second_ns + 1;
    }

    std::uint64_t rate_;
    std::uint64_t next_ = 0;
    net::Instant latest_ = {};
};

}  // namespace gs::rooms
