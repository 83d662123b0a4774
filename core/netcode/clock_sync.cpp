#include "core/netcode/clock_sync.h"

#include <algorithm>

namespace gs::netcode {
namespace {

/// A clock this far off is not drifting: the machine slept, or the server's time was skipped.
constexpr double jump_us = 250'000;
/// Drift is followed at 3 % of real time: nobody sees the picture go slower or faster by that.
constexpr double slew = 0.03;
/// While inputs are made later, none is made: for so long two presses would become one.
constexpr double step_back_max = 1.5;
/// The measured jitter halves in about 3 s without new lateness.
constexpr double forget_per_us = 2.3e-7;

}  // namespace

void TickClock::on_arrival(Tick newest, Micros now) {
    const double sample = static_cast<double>(now) - newest.value * tick_us_;
    if (!set_ || sample < base_us_ - jump_us || sample > base_us_ + 4 * jump_us) {
        set_ = true;
        base_us_ = sample;
        fastest_us_ = {sample, sample};
        window_began_ = last_ = now;
        jitter_us_ = 0;
        return;
    }
    const auto elapsed = static_cast<double>(std::max<Micros>(0, now - last_));
    last_ = std::max(last_, now);
    if (now - window_began_ > window_us) {
        fastest_us_ = {fastest_us_[1], sample};
        window_began_ = now;
    }
    fastest_us_[1] = std::min(fastest_us_[1], sample);
    const double fastest = std::min(fastest_us_[0], fastest_us_[1]);
    const double step = elapsed * slew;
    base_us_ += std::clamp(fastest - base_us_, -step, step);
    jitter_us_ -= jitter_us_ * std::min(1.0, elapsed * forget_per_us);
    jitter_us_ = std::max(jitter_us_, sample - base_us_);
}

double TickClock::arriving(Micros now) const {
    return set_ ? (static_cast<double>(now) - base_us_) / tick_us_ : 0;
}

void InputLead::expect(double round_trip_ticks) {
    expected_ = round_trip_ticks;
    if (!last_consumed_) ticks_ = std::min(lead_max, round_trip_ticks + early_min_ + early_spread);
}

void InputLead::on_report(Tick consumed, int early_quarter_ticks, Tick next_input) {
    // The same input is reported with every send until a newer one comes.
    if (last_consumed_ && consumed <= *last_consumed_) return;
    last_consumed_ = consumed;
    if (consumed < settled_at_) return;
    const double early = early_quarter_ticks / 4.0;
    if (early <= early_min_ - spare) {
        // The oldest that left with it was late: every tick until it is corrected costs the player an input's
        // time, and others see it jump.
        ticks_ = std::min(lead_max, ticks_ + early_min_ + spare - early);
        settled_at_ = next_input;
        reports_ = 0;
        earliest_worst_ = 1e9;
        return;
    }
    earliest_worst_ = std::min(earliest_worst_, early);
    if (++reports_ < window_reports) return;
    const double before = ticks_;
    if (earliest_worst_ < early_min_) {
        ticks_ = std::min(lead_max, ticks_ + 0.5);
    } else if (earliest_worst_ > early_min_ + early_spread) {
        ticks_ -= std::clamp((earliest_worst_ - early_min_ - early_spread) / 2, 0.25, step_back_max);
    }
    if (ticks_ != before) settled_at_ = next_input;
    reports_ = 0;
    earliest_worst_ = 1e9;
}

void InputLead::on_too_early(int early_quarter_ticks, Tick next_input) {
    ticks_ -= early_quarter_ticks / 4.0 - early_min_ - early_spread;
    settled_at_ = next_input;
    reports_ = 0;
    earliest_worst_ = 1e9;
}

}  // namespace gs::netcode
