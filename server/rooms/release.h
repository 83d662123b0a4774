// Release: how much of a match everybody may know. A tick is public `delay` after it was made, never earlier,
// and a quarter of a second later at most. The only rule of this server about that: chunks, cards, scores,
// messages and pages all ask it. One per match; it outlives the match's end, because the last ticks become
// public after it. A value without a clock; note() allocates nothing.
#pragma once

#include "core/base/ids.h"
#include "server/net/instant.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace gs::rooms {

class Release {
  public:
    /// Of the match that begins with `first`.
    Release(net::Duration delay, Tick first)
        : delay_(delay), first_(first), newest_{.next = first, .at = {}} {
        // Of three marks the first and the last are a period apart; the oldest has to be older than the
        // delay.
        if (delay > net::Duration::zero())
            marks_.resize(2 * static_cast<std::size_t>(delay / mark_period) + 4);
    }

    [[nodiscard]] net::Duration delay() const { return delay_; }

    /// The ticks before `next` have been made by `now`. Neither ever goes back.
    void note(Tick next, net::Instant now) {
        if (next == newest_.next) return;
        const bool is_marked = count_ > 0 && now - marks_[last()].at < mark_period;
        if (!marks_.empty() && !is_marked && newest_.next > first_) mark(newest_);
        newest_ = {.next = next, .at = now};
    }

    /// The first tick that is not public yet.
    [[nodiscard]] Tick end(net::Instant now) const {
        if (now - newest_.at >= delay_) return newest_.next;
        for (std::size_t back = 0; back < count_; ++back) {
            const Mark& mark = marks_[(oldest_ + count_ - 1 - back) % marks_.size()];
            if (now - mark.at >= delay_) return mark.next;
        }
        return first_;
    }

    /// When everything that has been noted is public.
    [[nodiscard]] net::Instant complete_at() const { return newest_.at + delay_; }

  private:
    static constexpr net::Duration mark_period = std::chrono::milliseconds(250);

    struct Mark {
        Tick next;
        net::Instant at;
    };
    void mark(const Mark& mark) {
        if (count_ == marks_.size()) {
            oldest_ = (oldest_ + 1) % marks_.size();
        } else {
            ++count_;
        }
        marks_[last()] = mark;
    }
    [[nodiscard]] std::size_t last() const { return (oldest_ + count_ - 1) % marks_.size(); }

    net::Duration delay_;
    Tick first_;
    Mark newest_;
    std::vector<Mark> marks_;
    std::size_t oldest_ = 0;
    std::size_t count_ = 0;
};

}  // namespace gs::rooms
