// Records: what ring and journal are made of, the same bytes in both (docs/protocol.md, "Journal and ring"):
//   u32 length of the payload, u8 kind, u64 sequence, payload, u64 checksum
// The sequence counts every record of a shard since its data folder was made, so that one that is in both
// counts once. The checksum begins with a seed: in the ring the ring's id, in a segment of the journal the
// checksum of the record before.
// Pure bytes. Readers take nothing on trust: lengths are checked before they are used.
#pragma once

#include "core/base/bytes.h"
#include "core/netcode/match_log.h"
#include "server/rooms/recorder.h"
#include "server/storage/checksum.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace gs::storage {

enum class RecordKind : std::uint8_t {
    room = 1,         // a RoomRecord
    room_closed = 2,  // id
    match_began = 3,  // id of the room, a log file without chunks (core/netcode/log_file.h)
    keyframe = 4,     // id of the match, u32 tick, u32 length of the keyframe, keyframe, statistics
    entry = 5,        // id of the match, u32 tick, entry
    match_over = 6,   // id
    entries = 7,      // id of the match, u32 tick of the first, entries: what a full segment has of a match
};

inline constexpr std::size_t record_head_bytes = 4 + 1 + 8;
inline constexpr std::size_t record_tail_bytes = 8;
/// The longest is a keyframe of the largest state (70 KiB) with a match's statistics.
inline constexpr std::size_t payload_bytes_max = 128 * 1024;
inline constexpr std::size_t record_bytes_max = record_head_bytes + payload_bytes_max + record_tail_bytes;

struct Record {
    RecordKind kind = RecordKind::room;
    std::uint64_t sequence = 0;
    ByteView payload;
};

enum class RecordError : std::uint8_t {
    cut,        // ends before its end
    altered,    // its checksum does not match
    malformed,  // its length or kind is none
};
/// For people, without a full stop.
[[nodiscard]] std::string_view words_of(RecordError error);

/// The record at the front of `bytes`; `seed` is what its checksum begins with.
[[nodiscard]] std::expected<Record, RecordError> read_record(ByteView bytes, std::uint64_t seed);
[[nodiscard]] constexpr std::size_t size_of(const Record& record) {
    return record_head_bytes + record.payload.size() + record_tail_bytes;
}
/// To the end of `to`; the checksum.
std::uint64_t append_record(std::vector<std::byte>& to, const Record& record, std::uint64_t seed);

// ---- Payloads. Reading gives nothing when the bytes are not what they should be.

inline constexpr std::size_t id_bytes = rooms::RoomId::length;

/// At most payload_bytes_max by the bounds of RoomRecord, which the caller keeps.
[[nodiscard]] std::vector<std::byte> write_room(const rooms::RoomRecord& room);
[[nodiscard]] std::optional<rooms::RoomRecord> read_room(ByteView payload);

[[nodiscard]] std::vector<std::byte> write_match(const rooms::RoomId& room, const netcode::LogHeader& header);
struct MatchBegan {
    rooms::RoomId room;
    rooms::MatchId match;
    netcode::LogHeader header;
};
[[nodiscard]] std::optional<MatchBegan> read_match(ByteView payload);

/// What an entry and a keyframe begin with.
struct TickHead {
    rooms::MatchId match;
    Tick tick = {};
};
inline constexpr std::size_t tick_head_bytes = id_bytes + 4;
void write_tick_head(const TickHead& head, std::byte* to);

struct KeyframeRecord {
    TickHead head;
    ByteView keyframe;
    ByteView statistics;
};
[[nodiscard]] std::optional<KeyframeRecord> read_keyframe(ByteView payload);

struct EntryRecord {
    TickHead head;
    ByteView entry;  // whole, with its length
};
[[nodiscard]] std::optional<EntryRecord> read_entry(ByteView payload);

/// Entries of ticks that follow each other. Whether they are whole shows in taking them one by one.
struct EntriesRecord {
    TickHead head;  // of the first
    ByteView entries;
};
[[nodiscard]] std::optional<EntriesRecord> read_entries(ByteView payload);

[[nodiscard]] std::optional<rooms::RoomId> read_room_id(ByteView payload);
[[nodiscard]] std::optional<rooms::MatchId> read_match_id(ByteView payload);

/// Which match or room a record is about, without reading it whole.
[[nodiscard]] std::optional<rooms::MatchId> match_of(const Record& record);
[[nodiscard]] std::optional<rooms::RoomId> room_of(const Record& record);

}  // namespace gs::storage
