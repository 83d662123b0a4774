// Clocks of a client, both measured from what arrives and never set to anyone's wall clock
// (docs/protocol.md, "Clocks"). TickClock tells which tick of the server would be arriving now and how much
// later than that one has to stay to have every tick in time. InputLead tells how far ahead of it inputs have
// to be made to be at the server in time, from how early it says they came.
// Values; one thread; time comes in as microseconds from any start, and never goes back.
#pragma once

#include "core/base/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace gs::netcode {

using Micros = std::int64_t;

class TickClock {
  public:
    explicit TickClock(int tick_rate_hz) : tick_us_(1e6 / tick_rate_hz) {}

    /// `newest` arrived at `now`, for the first time.
    void on_arrival(Tick newest, Micros now);
    /// The server went back in time, or another room was entered.
    void reset() { *this = TickClock(tick_us_); }

    [[nodiscard]] bool is_set() const { return set_; }
    /// With fraction: the tick that would arrive at `now` by the fastest way. 0 while !is_set().
    [[nodiscard]] double arriving(Micros now) const;
    /// How late ticks come at worst, in ticks behind the fastest; falls slowly.
    [[nodiscard]] double jitter_ticks() const { return jitter_us_ / tick_us_; }

  private:
    explicit TickClock(double tick_us) : tick_us_(tick_us) {}

    /// So long the fastest arrival counts: long enough to see one, short enough to follow a drifting clock.
    static constexpr Micros window_us = 2'000'000;

    double tick_us_;
    bool set_ = false;
    double base_us_ = 0;  // when tick 0 would have arrived by the fastest way, as it is used now
    std::array<double, 2> fastest_us_ = {};  // of the window before and of this one
    Micros window_began_ = 0;
    Micros last_ = 0;
    double jitter_us_ = 0;
};

class InputLead {
  public:
    /// An input waits for up to `ticks_per_send` − 1 later ones that leave with it.
    explicit InputLead(int ticks_per_send) : early_min_(ticks_per_send - 1 + spare) {}

    /// The newest input that the server had when it made a tick, and how early it had come.
    void on_report(Tick consumed, int early_quarter_ticks, Tick next_input);
    /// Inputs are refused because they are so early, and none is consumed.
    void on_too_early(int early_quarter_ticks, Tick next_input);
    void reset() {
        const double expected = expected_;
        *this = InputLead(early_min_);
        if (expected >= 0) expect(expected);
    }
    /// The round trip, before anything has been reported: where to begin.
    void expect(double round_trip_ticks);

    /// By how many ticks inputs are ahead of TickClock::arriving().
    [[nodiscard]] double ticks() const { return ticks_; }

  private:
    /// When nobody knows the round trip: 133 ms at 60 Hz, too early for most, and quickly less.
    static constexpr double at_first = 8;
    static constexpr double lead_max = 40;
    static constexpr double spare = 0.25;
    static constexpr int window_reports = 15;     // half a second at 30 sends/s
    static constexpr double early_spread = 0.75;  // ticks above the least, before inputs are made later

    explicit InputLead(double early_min) : early_min_(early_min) {}

    double early_min_;  // ticks; below, the next hiccup makes inputs late
    double ticks_ = at_first;
    double earliest_worst_ = 1e9;
    int reports_ = 0;
    double expected_ = -1;
    std::optional<Tick> last_consumed_;
    Tick settled_at_ = {};  // reports of inputs made before the last change say nothing about it
};

}  // namespace gs::netcode
