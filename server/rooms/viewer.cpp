#include "server/rooms/viewer.h"

#include "core/base/assert.h"
#include "core/wire/limits.h"

#include <algorithm>

namespace gs::rooms {
namespace {

constexpr std::size_t entries_bytes_max = wire::datagram_bytes_max - netcode::tick_head_bytes_max;
static_assert(entries_bytes_max >= netcode::entry_bytes_max, "a tick fits into a datagram, whatever it has");
/// The count of a tick packet has one byte in all clients.
constexpr std::uint32_t ticks_per_packet_max = 255;

Tick back(Tick from, std::uint32_t ticks) { return Tick{from.value - std::min(from.value, ticks)}; }

Tick oldest_recent(const netcode::MatchLog& log) {
    return std::max(log.header().first, back(log.next(), netcode::recent_ticks_max - 1));
}

/// Overlap is dropped before anything is split: `from` moves towards `fresh` until the rest fits.
Tick without_excess_overlap(const netcode::MatchLog& log, Tick from, Tick fresh) {
    while (from < fresh && log.recent(from, ticks_per_packet_max, SIZE_MAX).bytes.size() > entries_bytes_max)
        ++from;
    return from;
}

}  // namespace

// ---- For all spectators

void SharedTicks::make(const netcode::MatchLog& log, std::uint32_t epoch, Tick from, Tick fresh) {
    const Tick oldest = oldest_recent(log);
    fresh_ = std::max(fresh, oldest);
    end_ = log.next();
    count_ = 0;
    from = without_excess_overlap(log, std::max(from, oldest), fresh_);
    while (from < end_ && count_ < packets_.size()) {
        const auto slice = log.recent(from, ticks_per_packet_max, entries_bytes_max);
        Packet& packet = packets_[count_++];
        const netcode::TickHead head{.epoch = epoch, .first = from, .count = slice.count};
        packet.head_size = netcode::write_tick_head(head, packet.head_bytes).size();
        packet.entries = slice.bytes;
        from = from + slice.count;
    }
    end_ = from;
}

Viewer::Sent Viewer::send_shared(const SharedTicks& ticks, SentBytes& sent) {
    if (!has_state_) return Sent::all;
    if (fresh_ < ticks.fresh()) return Sent::lacks_more;
    for (const SharedTicks::Packet& packet : ticks.packets()) {
        // Held: the next send has to bring it again, because it replaces this one.
        if (session_->send_datagram(packet.head(), packet.entries) == net::DatagramResult::held)
            return Sent::held;
        sent.spectators += packet.head_size + packet.entries.size();
    }
    fresh_ = std::max(fresh_, ticks.end());
    return Sent::all;
}

// ---- Of one viewer

void Viewer::want_keyframe(net::Instant now, net::Duration period_max) {
    if (wants_keyframe_) return;
    wants_keyframe_ = true;
    const bool is_soon = has_state_ && now - keyframe_sent_at_ < keyframe_again_within;
    if (!is_soon) keyframe_period_ = keyframe_period_min;
    next_keyframe_period_ = is_soon ? std::min(2 * keyframe_period_, period_max) : keyframe_period_min;
}

void Viewer::keyframe_sent(Tick tick, net::Instant now) {
    keyframe_period_ = next_keyframe_period_;
    wants_keyframe_ = false;
    has_state_ = true;
    base_ = fresh_ = tick;
    acknowledged_.reset();
    acknowledged_at_ = keyframe_sent_at_ = now;
}

void Viewer::sit_down(Seat seat) {
    role_ = Role::player;
    seat_ = seat;
    view = ViewClass::live;
    waits_for_seat = 0;
    wants_keyframe_ = true;
    has_state_ = false;
}

bool Viewer::acknowledge(const netcode::InputPacket& packet, Tick next, net::Instant now) {
    if (!packet.newest_received || !has_state_) return true;
    const Tick newest = *packet.newest_received;
    if (newest >= next) return false;
    const Tick floor = acknowledged_ ? *acknowledged_ + 1 : base_;
    if (newest < floor) return true;
    // What is before the keyframe or has been acknowledged is no hole.
    netcode::InputPacket known;
    known.newest_received = newest;
    known.received_before = packet.received_before;
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
        if (newest.value < floor.value + bit + 1) known.received_before |= std::uint32_t{1} << bit;
    }
    const auto complete = known.complete_up_to();
    if (complete && *complete >= floor) {
        acknowledged_ = complete;
        acknowledged_at_ = now;
    }
    return true;
}

Tick Viewer::first_to_send(Tick next, std::uint32_t ticks_per_send, net::Instant now) const {
    // TCP loses nothing; what the session replaced is still fresh here.
    if (session_->transport() == net::TransportKind::websocket) return fresh_;
    const Tick least = back(next, overlap_sends_min * ticks_per_send);
    const Tick most = back(next, overlap_sends_max * ticks_per_send);
    Tick from = acknowledged_ ? *acknowledged_ + 1 : base_;
    if (now - acknowledged_at_ > unacknowledged_max) from = least;
    return std::min(std::max(std::min(from, least), most), fresh_);
}

void Viewer::count(const netcode::MatchLog& log, std::size_t head, Tick from, ByteView entries,
                   SentBytes& sent) const {
    if (!is_player()) {
        sent.spectators += head + entries.size();
        return;
    }
    const std::uint32_t again = from < fresh_ ? static_cast<std::uint32_t>(fresh_ - from) : 0;
    const std::size_t bytes_again =
        again == 0 ? 0 : std::min(log.recent(from, again, entries.size()).bytes.size(), entries.size());
    sent.heads += head;
    sent.entries_again += bytes_again;
    sent.entries += entries.size() - bytes_again;
}

Viewer::Sent Viewer::send_ticks(const netcode::MatchLog& log, netcode::TickHead head,
                                std::uint32_t ticks_per_send, net::Instant now, SentBytes& sent) {
    const Tick next = log.next();
    if (!has_state_ || fresh_ >= next) return Sent::all;
    Tick from = std::max(first_to_send(next, ticks_per_send, now), std::max(base_, oldest_recent(log)));
    from = without_excess_overlap(log, from, fresh_);
    while (from < next) {
        const auto slice = log.recent(from, ticks_per_packet_max, entries_bytes_max);
        GS_ASSERT(slice.count > 0, "a recent tick fits into a datagram");
        head.first = from;
        head.count = slice.count;
        netcode::TickHeadBytes room;
        const ByteView head_bytes = netcode::write_tick_head(head, room);
        if (session_->send_datagram(head_bytes, slice.bytes) == net::DatagramResult::held) return Sent::held;
        count(log, head_bytes.size(), from, slice.bytes, sent);
        from = from + slice.count;
        fresh_ = std::max(fresh_, from);
    }
    return Sent::all;
}

}  // namespace gs::rooms
