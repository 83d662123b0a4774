// SendCounter: how many of a server's tick datagrams get lost on the way to one client. The server sends at a
// steady pace, so those that are missing show as gaps between the newest ticks of those that came. A value.
#pragma once

#include "core/base/ids.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace gs::bots {

class SendCounter {
  public:
    struct Counts {
        std::uint64_t expected = 0;
        std::uint64_t received = 0;  // each once
    };

    /// A tick datagram ended with `newest`.
    void add(Tick newest) {
        if (period_ == 0 || !newest_) learn(newest);
        const std::uint32_t send = newest.value / std::max(period_, 1U);
        if (!newest_send_ || send > *newest_send_) {
            const std::uint32_t step = newest_send_ ? send - *newest_send_ : 1;
            seen_ = step >= 64 ? 1 : seen_ << step | 1;
            counts_.expected += step;
            ++counts_.received;
            newest_send_ = send;
            return;
        }
        const std::uint32_t back = *newest_send_ - send;
        if (back >= 64 || counts_.received == 0) return;
        const std::uint64_t bit = std::uint64_t{1} << back;
        // What was sent before begin() does not count.
        if ((seen_ & bit) == 0 && back < counts_.expected) ++counts_.received;
        seen_ |= bit;
    }

    /// Counts anew, with the pace that has been seen until now.
    void begin() {
        period_ = gap_min_;
        counts_ = {};
        newest_send_.reset();
        seen_ = 0;
    }

    [[nodiscard]] const Counts& counts() const { return counts_; }

  private:
    void learn(Tick newest) {
        if (newest_ && newest > *newest_) {
            const auto gap = static_cast<std::uint32_t>(newest - *newest_);
            gap_min_ = gap_min_ == 0 ? gap : std::min(gap_min_, gap);
        }
        if (!newest_ || newest > *newest_) newest_ = newest;
    }

    std::uint32_t gap_min_ = 0;  // ticks between sends
    std::uint32_t period_ = 0;   // the same, once it is settled
    std::optional<Tick> newest_;
    std::optional<std::uint32_t> newest_send_;
    std::uint64_t seen_ = 0;  // bit i: the send i before the newest has come
    Counts counts_;
};

}  // namespace gs::bots
