// PublicFace: what everybody may know of a room right now: which match it is in and in which phase, as it
// was a delay ago. One per room, on its thread; it is told of changes when they happen and asked when
// somebody looks. How much of a match's ticks is public says its Release. Bounded: a room that changes more
// often than it is watched shows the later changes only.
#pragma once

#include "server/net/instant.h"
#include "server/rooms/room_info.h"

#include <cstddef>
#include <deque>

namespace gs::rooms {

class PublicFace {
  public:
    struct Facts {
        Phase phase = Phase::waiting;
        MatchId match = {};

        friend bool operator==(const Facts&, const Facts&) = default;
    };

    /// `first` are those of a room that has just been made: there is nothing to hide yet.
    PublicFace(net::Duration delay, Facts first) : delay_(delay), shown_(first) {}

    void note(const Facts& facts, net::Instant now) {
        if (facts == (changes_.empty() ? shown_ : changes_.back().facts)) return;
        if (changes_.size() == changes_max) changes_.pop_front();
        changes_.push_back({.facts = facts, .at = now});
    }

    [[nodiscard]] const Facts& facts(net::Instant now) const {
        const Facts* newest = &shown_;
        for (const Change& change : changes_) {
            if (now - change.at < delay_) break;
            newest = &change.facts;
        }
        return *newest;
    }

    /// Forgets what lies behind; whether the public has something new to see since the last call.
    bool advance(net::Instant now) {
        bool is_new = false;
        while (!changes_.empty() && now - changes_.front().at >= delay_) {
            shown_ = changes_.front().facts;
            changes_.pop_front();
            is_new = true;
        }
        return is_new;
    }

  private:
    /// Within one delay.
    static constexpr std::size_t changes_max = 64;

    struct Change {
        Facts facts;
        net::Instant at;
    };

    net::Duration delay_;
    Facts shown_;
    std::deque<Change> changes_;
};

}  // namespace gs::rooms
