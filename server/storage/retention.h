// Retention: which records of the journal are still needed: the newest of each room, and everything of
// matches that are not over. Tells which segments may go. Owned by the journal, on its thread; no I/O.
#pragma once

#include "server/storage/record.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace gs::storage {

class Retention {
  public:
    /// `record` has been written to `segment`; records are noted in the order of their sequences.
    void note(std::uint64_t segment, const Record& record);
    /// One that was noted before has been written to this segment, too.
    void note_copy(std::uint64_t segment, const Record& record);
    /// The same of a match takes so many bytes less.
    void note_saved(const rooms::MatchId& match, std::size_t bytes);
    void forget(std::uint64_t segment) { segments_.erase(segment); }

    [[nodiscard]] bool needs(const Record& record) const;
    [[nodiscard]] bool needs_segment(std::uint64_t segment) const;
    /// Of what is needed, once.
    [[nodiscard]] std::size_t live_bytes() const { return live_bytes_; }

  private:
    struct Room {
        std::uint64_t newest = 0;
        std::size_t bytes = 0;
    };
    struct Segment {
        std::unordered_set<rooms::MatchId> matches;
        std::unordered_map<rooms::RoomId, std::uint64_t> rooms;  // the newest of each
    };

    void note_place(std::uint64_t segment, const Record& record, const std::optional<rooms::MatchId>& match);
    void take_room(const rooms::RoomId& room, const Record& record);
    void close_room(const rooms::RoomId& room);
    void take_match(const rooms::MatchId& match, const Record& record);

    std::unordered_map<rooms::RoomId, Room> rooms_;
    std::unordered_map<rooms::MatchId, std::size_t> matches_;  // bytes
    std::map<std::uint64_t, Segment> segments_;
    std::size_t live_bytes_ = 0;
};

}  // namespace gs::storage
