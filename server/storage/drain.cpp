#include "server/storage/drain.h"

#include "core/base/assert.h"

#include <algorithm>

namespace gs::storage {
namespace {

/// So that the ring gets room again bit by bit after a stall.
constexpr std::size_t commit_bytes_max = std::size_t{4} * 1024 * 1024;

}  // namespace

void Drain::turn() {
    if (clock_() < next_try_) return;
    finish();
}

void Drain::finish() {
    next_try_ = net::Instant::min();
    // What comes while this goes on is the next turn's.
    for (std::size_t left = ring_.used(); left > 0;) {
        const std::size_t committed = commit();
        if (committed == 0) return;
        left -= std::min(left, committed);
    }
    tidy();
}

std::size_t Drain::take_records() {
    records_.clear();
    std::size_t bytes = 0;
    for (ByteView rest = ring_.pending(); !rest.empty() && bytes < commit_bytes_max;) {
        const auto record = read_record(rest, ring_.seed());
        GS_ASSERT(record.has_value(), "what a ring has published is whole");
        records_.push_back(*record);
        bytes += size_of(*record);
        rest = rest.subspan(size_of(*record));
    }
    return bytes;
}

std::size_t Drain::commit() {
    const std::size_t bytes = take_records();
    const net::Instant begin = clock_();
    const auto written = journal_.append(records_);
    const net::Instant end = clock_();
    if (!written) {
        note_failure(written.error());
        next_try_ = end + options_.retry;
        return 0;
    }
    ring_.release(bytes);
    note_commit(end - begin, bytes);
    return bytes;
}

void Drain::tidy() {
    const net::Instant now = clock_();
    if (now < next_tidying_) return;
    if (const auto tidied = journal_.tidy(); !tidied) {
        note_failure(tidied.error());
        next_tidying_ = now + options_.retry;
    }
    const std::lock_guard lock(mutex_);
    status_.journal_bytes = journal_.bytes();
    status_.journal_segments = journal_.segments();
}

void Drain::note_failure(const Error& error) {
    const std::lock_guard lock(mutex_);
    const Alarm alarm = alarm_of(error);
    if (status_.alarm != alarm) ++status_.alarms;
    status_.alarm = alarm;
    status_.system = error.system;
}

void Drain::note_commit(net::Duration took, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const bool is_slow = took > options_.slow;
    if (is_slow && status_.alarm != Alarm::slow) ++status_.alarms;
    status_.alarm = is_slow ? Alarm::slow : Alarm::none;
    status_.system = 0;
    status_.records += records_.size();
    status_.bytes += bytes;
    ++status_.commits;
    status_.commit_time.add(took);
}

DrainStatus Drain::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

}  // namespace gs::storage
