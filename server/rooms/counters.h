// What the rooms of a shard count: plain numbers, written where it happens, read by app/ when /metrics is
// asked.
#pragma once

#include "core/netcode/input_queue.h"
#include "server/net/instant.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gs::rooms {

inline void add_to(netcode::InputCounters& sum, const netcode::InputCounters& more) {
    sum.used += more.used;
    sum.late += more.late;
    sum.missing += more.missing;
    sum.too_early += more.too_early;
    sum.out_of_range += more.out_of_range;
}

/// How long things took. Bounds are upper ones, in nanoseconds; the last bucket has no bound.
class DurationHistogram {
  public:
    static constexpr std::array<std::int64_t, 12> bounds_ns = {
        10'000,    25'000,    50'000,    100'000,    250'000,    500'000,
        1'000'000, 2'500'000, 5'000'000, 10'000'000, 16'000'000, 50'000'000,
    };

    void add(net::Duration duration) {
        std::size_t bucket = 0;
        while (bucket < bounds_ns.size() && duration.count() > bounds_ns[bucket])
            ++bucket;
        ++counts_[bucket];
        sum_ += duration;
    }
    [[nodiscard]] const std::array<std::uint64_t, bounds_ns.size() + 1>& counts() const { return counts_; }
    [[nodiscard]] net::Duration sum() const { return sum_; }

  private:
    std::array<std::uint64_t, bounds_ns.size() + 1> counts_ = {};
    net::Duration sum_ = {};
};

/// What went to viewers, by what it was for; payload, without messages.
struct SentBytes {
    std::uint64_t heads = 0;          // of players' tick packets
    std::uint64_t entries = 0;        // for the first time
    std::uint64_t entries_again = 0;  // because they were not acknowledged yet
    std::uint64_t spectators = 0;     // tick packets of viewers without a seat
    std::uint64_t keyframes = 0;
    std::uint64_t repairs = 0;
};

struct RoomCounters {
    std::uint64_t rooms_made = 0;
    std::uint64_t rooms_reaped = 0;
    std::uint64_t rooms_broken = 0;  // closed because the game broke an invariant of its own
    std::uint64_t matches = 0;
    std::uint64_t matches_finished = 0;  // with a result

    std::uint64_t ticks = 0;
    std::uint64_t overruns = 0;  // ticks that were given up because the server was late
    std::uint64_t entry_bytes = 0;
    DurationHistogram tick_time;  // of one room's tick with what it sends to players

    std::uint64_t joins = 0;
    std::uint64_t spectators_joined = 0;
    std::uint64_t leaves = 0;
    std::uint64_t drops = 0;
    std::uint64_t returns = 0;
    std::uint64_t seats_expired = 0;  // dropped and not back in time
    std::uint64_t taken_elsewhere = 0;
    std::uint64_t kicks = 0;
    std::uint64_t resume_tokens_refused = 0;

    std::uint64_t refused_full = 0;
    std::uint64_t refused_locked = 0;
    std::uint64_t refused_gone = 0;
    std::uint64_t refused_kicked = 0;
    std::uint64_t rooms_refused_per_person = 0;
    std::uint64_t rooms_refused_per_network = 0;
    std::uint64_t rooms_refused_full = 0;

    netcode::InputCounters inputs_of_gone_rooms;
    std::uint64_t packets_bad = 0;           // no input packets of the game
    std::uint64_t packets_stale = 0;         // of another epoch
    std::uint64_t acknowledgements_bad = 0;  // of ticks that were never made
    std::uint64_t view_ages_beyond = 0;      // older than the line allows
    std::uint64_t seats_suspicious = 0;
    std::uint64_t desyncs_reported = 0;

    SentBytes sent;
    std::uint64_t keyframes_sent = 0;
    std::uint64_t keyframes_encoded = 0;
    std::uint64_t repairs_sent = 0;
    std::uint64_t repairs_waiting = 0;  // not sent: the line has not taken those before
    std::uint64_t repairs_too_old = 0;  // answered by a keyframe
    std::uint64_t viewers_too_slow = 0;
    std::uint64_t delayed_wishes = 0;  // for ticks that are not public, by who watches late
    std::uint64_t passes_refused = 0;  // of casters
    std::uint64_t refused_live = 0;    // who wanted to watch live, and may not
    std::uint64_t live_thinned = 0;    // live spectators who took too little, and get fewer sends
    std::uint64_t live_moved = 0;      // and for whom that was too much still: they watch late
};

}  // namespace gs::rooms
