// MatchEvents: what happened in a match that people talk about: goals, kills, the end; for the timeline of
// whoever watches later, and for the API. Of a game's events those that have a line in the feed or an
// announcement. One per match, on its room's thread. Bounded: of a match without an end the oldest go.
#pragma once

#include "core/game/module.h"

#include <cstddef>
#include <deque>
#include <span>

namespace gs::rooms {

struct MatchEvent {
    Tick tick;  // in which it happened
    game::Event event;
};

class MatchEvents {
  public:
    /// Ten an hour are remembered of a match of days, and all of any that people watch from its start.
    static constexpr std::size_t events_max = 4'096;

    /// What one tick emitted.
    void add(const game::Module& module, Tick tick, std::span<const game::Event> events) {
        for (const game::Event& event : events) {
            if (event.kind >= module.event_kinds.size()) continue;
            const game::EventInfo& kind = module.event_kinds[event.kind];
            if (kind.feed.empty() && kind.announcement.empty()) continue;
            if (events_.size() == events_max) events_.pop_front();
            events_.push_back({.tick = tick, .event = event});
        }
    }
    /// Of a match that is brought back; in the order of ticks.
    void bring_back(const MatchEvent& event) {
        if (events_.size() < events_max) events_.push_back(event);
    }
    void clear() { events_.clear(); }

    /// In the order of ticks.
    [[nodiscard]] const std::deque<MatchEvent>& all() const { return events_; }

  private:
    std::deque<MatchEvent> events_;
};

}  // namespace gs::rooms
