#include "server/storage/recorder.h"

#include "core/base/assert.h"

#include <array>
#include <utility>

namespace gs::storage {
namespace {

/// Of the ring, from which on the disk is too slow for what happens; and down to which it has to be drained
/// before a refill is worth its while.
constexpr std::size_t slow_share = 2;
constexpr std::size_t refill_share = 4;

/// What the journal has, too, because the process ended between the commit and the release.
void release_committed(Ring& ring, const JournalContents& journal) {
    std::uint64_t committed = 0;
    for (const Segment& segment : journal.segments) {
        for (const Record& record : segment.records)
            committed = std::max(committed, record.sequence);
    }
    std::size_t bytes = 0;
    for (ByteView rest = ring.pending(); !rest.empty();) {
        const auto record = read_record(rest, ring.seed());
        GS_ASSERT(record.has_value(), "open() has cut what is not whole");
        if (record->sequence > committed) break;
        bytes += size_of(*record);
        rest = rest.subspan(size_of(*record));
    }
    ring.release(bytes);
}

}  // namespace

std::expected<Recorder::Opened, Error> Recorder::open(Disk& disk, RecorderOptions options) {
    const auto contents = read_journal(disk, options.folder, options.fresh_id);
    if (!contents) return std::unexpected(contents.error());
    if (options.ring_folder.empty()) options.ring_folder = default_ring_folder(options.folder);
    const Ring::Options ring_options{.bytes = options.ring_bytes, .id = contents->id};
    auto ring = Ring::open(options.ring_folder, ring_options);
    Opened opened;
    if (!ring) {
        opened.ring_failure = ring.error();
        auto of_process = Ring::make_private(ring_options);
        if (!of_process) return std::unexpected(of_process.error());
        ring.emplace(std::move(*of_process));
    }
    release_committed(*ring, *contents);
    opened.restoration = restore(*contents, ring->pending(), ring->seed());
    if (ring->cut_bytes() > 0) {
        opened.restoration.cuts.push_back(
            {"ring", ring->used(), ring->cut_bytes(), "a record in it is not whole"});
    }
    ring->start_at(opened.restoration.newest_sequence + 1);
    Journal journal(disk, options.folder, options.journal, *contents);
    opened.recorder.reset(new Recorder(std::move(*ring), std::move(journal), std::move(options)));
    return opened;
}

Recorder::Recorder(Ring ring, Journal journal, RecorderOptions options)
    : options_(std::move(options)),
      ring_(std::move(ring)),
      drain_(ring_, std::move(journal), options_.drain, options_.clock) {}

Recorder::~Recorder() { GS_ASSERT(!thread_.joinable(), "a recorder that was started is stopped"); }

// ---- The drain's thread

void Recorder::start() { thread_ = std::thread(&Recorder::run, this); }

void Recorder::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    ends_.notify_one();
    thread_.join();
}

void Recorder::run() {
    std::unique_lock lock(mutex_);
    while (!ends_.wait_for(lock, options_.commit_period, [this] { return is_ending_; })) {
        lock.unlock();
        drain_.turn();
        lock.lock();
    }
    lock.unlock();
    drain_.finish();
}

// ---- What rooms tell

bool Recorder::write(RecordKind kind, std::initializer_list<ByteView> payload) noexcept {
    if ((!is_stopped_ || is_refilling_) && ring_.append(kind, payload)) return true;
    ++refused_;
    if (!is_stopped_) ++stops_;
    is_stopped_ = true;
    // The rest of a refill would come behind what is missing now.
    is_refilling_ = false;
    return false;
}

bool Recorder::room_changed(const rooms::RoomRecord& room) {
    // Asked again every tick while it is stopped: not worth the record's memory.
    if (is_stopped_ && !is_refilling_) {
        ++refused_;
        return false;
    }
    return write(RecordKind::room, {write_room(room)});
}

bool Recorder::match_began(const rooms::RoomId& room, const netcode::LogHeader& header) {
    return write(RecordKind::match_began, {write_match(room, header)});
}

bool Recorder::keyframe(const rooms::MatchId& match, Tick tick, ByteView bytes, ByteView statistics) {
    std::array<std::byte, tick_head_bytes + 4> head;
    write_tick_head({.match = match, .tick = tick}, head.data());
    store_u32_le(&head[tick_head_bytes], static_cast<std::uint32_t>(bytes.size()));
    return write(RecordKind::keyframe, {head, bytes, statistics});
}

bool Recorder::entry(const rooms::MatchId& match, Tick tick, ByteView bytes) noexcept {
    std::array<std::byte, tick_head_bytes> head;
    write_tick_head({.match = match, .tick = tick}, head.data());
    return write(RecordKind::entry, {head, bytes});
}

void Recorder::room_closed(const rooms::RoomId& room) { end(RecordKind::room_closed, room.text()); }

void Recorder::match_over(const rooms::MatchId& match) { end(RecordKind::match_over, match.text()); }

void Recorder::end(RecordKind kind, std::string_view id) {
    if (!write(kind, {bytes_of(id)})) endings_.push_back({.kind = kind, .id = std::string(id)});
}

// ---- After a stop

bool Recorder::needs_refill() const { return is_stopped_ && ring_.used() <= ring_.size() / refill_share; }

void Recorder::refill(rooms::RefillSource& source) {
    GS_ASSERT(is_stopped_, "only what was refused is filled in");
    is_refilling_ = true;
    // First of all: a room that is made anew under the same name is written behind its end.
    std::size_t ended = 0;
    while (ended < endings_.size() && write(endings_[ended].kind, {bytes_of(endings_[ended].id)}))
        ++ended;
    endings_.erase(endings_.begin(), endings_.begin() + static_cast<std::ptrdiff_t>(ended));
    if (is_refilling_) source.write_missing(*this);
    // Still refilling: nothing was refused.
    is_stopped_ = !std::exchange(is_refilling_, false);
}

RecorderStatus Recorder::status() const {
    RecorderStatus status{.drain = drain_.status(),
                          .is_stopped = is_stopped_,
                          .refused = refused_,
                          .stops = stops_,
                          .lag_bytes = ring_.used()};
    status.drain.alarms += stops_;
    const bool lags = status.lag_bytes > ring_.size() / slow_share;
    if (is_stopped_) {
        status.drain.alarm = Alarm::ring_full;
    } else if (lags && status.drain.alarm == Alarm::none) {
        status.drain.alarm = Alarm::slow;
    }
    return status;
}

}  // namespace gs::storage
