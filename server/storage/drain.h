// Drain: from the ring into the journal. turn() is one group commit of all that is there; a record leaves the
// ring only when it is synced, so a disk that fails loses nothing until the ring is full, and goes on by
// itself when it works again. turn() on the storage thread; status() on any.
#pragma once

#include "server/net/instant.h"
#include "server/rooms/counters.h"
#include "server/storage/alarm.h"
#include "server/storage/journal.h"
#include "server/storage/ring.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace gs::storage {

struct DrainStatus {
    Alarm alarm = Alarm::none;
    int system = 0;  // errno of an alarm that has one
    std::uint64_t alarms = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t commits = 0;
    rooms::DurationHistogram commit_time = {};
    std::size_t journal_bytes = 0;
    std::size_t journal_segments = 0;
};

class Drain {
  public:
    struct Options {
        net::Duration retry = std::chrono::seconds(1);  // after the disk has failed
        net::Duration slow = std::chrono::seconds(1);   // a commit that takes longer raises the alarm
    };

    /// `ring` outlives it. `clock` is called on the storage thread.
    Drain(Ring& ring, Journal journal, Options options, std::function<net::Instant()> clock)
        : ring_(ring), journal_(std::move(journal)), options_(options), clock_(std::move(clock)) {}

    void turn();
    /// The same without waiting for the time to try again: the last one before the end.
    void finish();

    [[nodiscard]] DrainStatus status() const;

  private:
    /// The bytes that have left the ring; 0: the disk has failed.
    std::size_t commit();
    void tidy();
    /// Of the ring's oldest records as many as go into one commit; their bytes.
    [[nodiscard]] std::size_t take_records();
    void note_failure(const Error& error);
    void note_commit(net::Duration took, std::size_t bytes);

    Ring& ring_;
    Journal journal_;
    Options options_;
    std::function<net::Instant()> clock_;
    std::vector<Record> records_;  // views into the ring
    net::Instant next_try_ = net::Instant::min();
    net::Instant next_tidying_ = net::Instant::min();

    mutable std::mutex mutex_;
    DrainStatus status_;
};

}  // namespace gs::storage
