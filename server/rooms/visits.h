// Visits: all visitors of a shard: makes a Visit for each session at /wt and /ws, ends those whose time is
// over, and keeps the lobbies of those who are in one up to date. Owned by compose, on the shard's thread;
// the rooms and tickets outlive it, and it outlives all sessions.
#pragma once

#include "server/rooms/rooms.h"
#include "server/rooms/talk.h"
#include "server/rooms/visit.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace gs::rooms {

class Visits {
  public:
    struct Options {
        VisitLimits limits = {};
        std::function<net::Instant()> clock;  // sessions bring no time with what they bring
        /// Fragments for who watches the lobby; the page swaps them in by their ids. None: nothing is pushed.
        std::function<std::string()> lobby_html = {};
        /// Outlives the visits. Null: nobody says anything.
        Talk* talk = nullptr;
    };

    Visits(Rooms& rooms, Tickets& tickets, Options options);
    ~Visits();
    Visits(const Visits&) = delete;
    Visits& operator=(const Visits&) = delete;

    /// The handler of a new session; it lives as long as the session.
    [[nodiscard]] net::SessionHandler* open(net::Session& session);

    [[nodiscard]] net::Instant next_due() const;
    void turn(net::Instant now);
    /// Tells everybody to come back later, and ends their sessions.
    void drain();

    [[nodiscard]] std::size_t size() const { return visits_.size(); }
    [[nodiscard]] const VisitCounters& counters() const { return counters_; }

  private:
    friend class Visit;

    [[nodiscard]] net::Instant now() const { return options_.clock(); }
    void forget(net::Session& session) { visits_.erase(&session); }
    /// The newest lobby goes to all who watch it, if it has changed and the last one is old enough.
    void push_lobby(net::Instant now);
    /// Empty when nothing is pushed.
    [[nodiscard]] const std::string& lobby_message() const { return lobby_message_; }

    Rooms& rooms_;
    Tickets& tickets_;
    Options options_;
    VisitCounters counters_;
    std::unordered_map<net::Session*, std::unique_ptr<Visit>> visits_;
    net::Instant looked_at_ = {};
    net::Instant pushed_at_ = {};
    std::uint64_t pushed_version_ = UINT64_MAX;
    std::string lobby_message_;
    bool draining_ = false;
};

}  // namespace gs::rooms
