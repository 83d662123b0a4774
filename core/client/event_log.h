// EventLog: the events of a room as one client shows them. Each is noticed once, however often prediction
// makes its tick again: first when it is guessed or known, then again only when it becomes certain or is
// taken back. Owned by a Client; bounded, allocates when it is made and never again.
#pragma once

#include "core/game/module.h"
#include "core/netcode/clock_sync.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gs::client {

enum class EventStatus : std::uint8_t {
    predicted = 0,
    confirmed = 1,  // it has happened; nothing more will be said of it
    withdrawn = 2,  // it has not, after all
};

/// For the page, which reads it from the module's memory: 36 bytes, offsets as written.
struct EventNotice {
    std::uint32_t id;        // 0: the same for all notices of one event
    std::uint32_t tick;      // 4
    EventStatus status;      // 8
    std::uint8_t is_first;   // 9: nothing has been said of it before
    std::uint16_t reserved;  // 10
    game::Event event;       // 12
};
static_assert(sizeof(game::Event) == 24 && sizeof(EventNotice) == 36);

class EventLog {
  public:
    explicit EventLog(const game::Module& module);

    void reset();

    /// What a confirmed tick emitted. Ticks come in order, each once.
    void confirm(Tick tick, std::span<const game::Event> events);

    /// Guesses are made anew from a tick on: begin_guesses(), guess() for each tick, end_guesses().
    void begin_guesses(Tick first);
    void guess(Tick tick, std::span<const game::Event> events);
    /// Everything before `next` is confirmed.
    void end_guesses(Tick next);

    /// The moments that are drawn (state after tick, with fraction): of what is predicted and what is seen of
    /// others. What was guessed appears with the first, what was not with the second.
    void show(double predicted, double seen, netcode::Micros now);
    /// For a picture at `now`: what appeared in the last two seconds and was not withdrawn.
    [[nodiscard]] std::span<const game::ShownEvent> recent(netcode::Micros now);
    /// Notices since the last call; valid until the next one.
    [[nodiscard]] std::span<const EventNotice> take_notices();

  private:
    struct Record {
        game::Event event;
        Tick tick;
        std::uint32_t id;
        EventStatus status;
        bool was_guessed;    // before it was known
        bool is_shown;       // notices may be given
        bool is_seen_again;  // in the guesses that are being made
        netcode::Micros shown_at;
    };
    [[nodiscard]] Record* find(Tick tick, const game::Event& event, EventStatus status);
    void add(Tick tick, const game::Event& event, EventStatus status);
    void notice(const Record& record, std::uint8_t is_first);
    [[nodiscard]] bool is_shown_when_guessed(const game::Event& event) const;

    /// More in two seconds are noise; the oldest are forgotten.
    static constexpr std::size_t records_max = 256;
    static constexpr std::size_t notices_max = 256;

    const game::Module& module_;
    std::vector<Record> records_;
    std::vector<EventNotice> notices_;
    std::vector<EventNotice> taken_;
    std::vector<game::ShownEvent> recent_;
    std::uint32_t next_id_ = 1;
};

}  // namespace gs::client
