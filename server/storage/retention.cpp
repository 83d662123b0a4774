#include "server/storage/retention.h"

#include <algorithm>

namespace gs::storage {

void Retention::note(std::uint64_t segment, const Record& record) {
    const auto match = match_of(record);
    if (match) {
        take_match(*match, record);
    } else if (const auto room = room_of(record)) {
        if (record.kind == RecordKind::room_closed) {
            close_room(*room);
        } else {
            take_room(*room, record);
        }
    }
    note_place(segment, record, match);
}

void Retention::note_copy(std::uint64_t segment, const Record& record) {
    note_place(segment, record, match_of(record));
}

void Retention::note_place(std::uint64_t segment, const Record& record,
                           const std::optional<rooms::MatchId>& match) {
    Segment& in = segments_[segment];
    if (record.kind == RecordKind::room_closed || record.kind == RecordKind::match_over) return;
    if (match) {
        in.matches.insert(*match);
    } else if (const auto room = room_of(record)) {
        std::uint64_t& newest = in.rooms[*room];
        newest = std::max(newest, record.sequence);
    }
}

void Retention::take_room(const rooms::RoomId& id, const Record& record) {
    Room& room = rooms_[id];
    live_bytes_ += size_of(record) - room.bytes;
    room = {.newest = record.sequence, .bytes = size_of(record)};
}

void Retention::close_room(const rooms::RoomId& id) {
    const auto found = rooms_.find(id);
    if (found == rooms_.end()) return;
    live_bytes_ -= found->second.bytes;
    rooms_.erase(found);
}

void Retention::take_match(const rooms::MatchId& match, const Record& record) {
    if (record.kind == RecordKind::match_over) {
        const auto found = matches_.find(match);
        if (found == matches_.end()) return;
        live_bytes_ -= found->second;
        matches_.erase(found);
        return;
    }
    // Without its beginning nothing of a match can be used.
    auto found = matches_.find(match);
    if (found == matches_.end() && record.kind == RecordKind::match_began)
        found = matches_.emplace(match, 0).first;
    if (found == matches_.end()) return;
    found->second += size_of(record);
    live_bytes_ += size_of(record);
}

void Retention::note_saved(const rooms::MatchId& match, std::size_t bytes) {
    const auto found = matches_.find(match);
    if (found == matches_.end()) return;
    found->second -= bytes;
    live_bytes_ -= bytes;
}

bool Retention::needs(const Record& record) const {
    if (record.kind == RecordKind::room_closed || record.kind == RecordKind::match_over) return false;
    if (const auto room = room_of(record)) {
        const auto found = rooms_.find(*room);
        return found != rooms_.end() && found->second.newest == record.sequence;
    }
    const auto match = match_of(record);
    return match && matches_.contains(*match);
}

bool Retention::needs_segment(std::uint64_t number) const {
    const auto segment = segments_.find(number);
    if (segment == segments_.end()) return false;
    const auto& [matches, rooms] = segment->second;
    if (std::ranges::any_of(matches, [&](const auto& match) { return matches_.contains(match); }))
        return true;
    return std::ranges::any_of(rooms, [&](const auto& room) {
        const auto found = rooms_.find(room.first);
        return found != rooms_.end() && found->second.newest == room.second;
    });
}

}  // namespace gs::storage
