#include "server/storage/record.h"

#include "core/base/assert.h"
#include "core/netcode/entry.h"
#include "core/netcode/log_file.h"
#include "core/wire/bit_stream.h"

#include <algorithm>
#include <array>

namespace gs::storage {
namespace {

/// Counts up when a field is added: rooms of another version are not read.
constexpr std::uint8_t room_version = 2;

// ---- Fields: one function reads, writes and measures each

template <class Stream, class Text>
bool serialize_text(Stream& s, Text& text) {
    auto length = static_cast<std::uint32_t>(text.size());
    if (!s.varint(length) || length > rooms::RoomRecord::text_bytes_max) return s.fail();
    if constexpr (Stream::is_reading) {
        if (length > s.remaining()) return s.fail();
        text.resize(length);
        return s.bytes(std::as_writable_bytes(std::span(text)));
    } else {
        return s.bytes(bytes_of(text));
    }
}

template <class Stream, class Id>
bool serialize_id(Stream& s, Id& id) {
    if constexpr (Stream::is_reading) {
        std::array<char, Id::length> text = {};
        if (!s.bytes(std::as_writable_bytes(std::span(text)))) return false;
        const auto parsed = Id::parse({text.data(), text.size()});
        if (!parsed) return s.fail();
        id = *parsed;
        return true;
    } else {
        return s.bytes(bytes_of(id.text()));
    }
}

template <class Stream, class Ids>
bool serialize_ids(Stream& s, Ids& ids) {
    auto count = static_cast<std::uint32_t>(ids.size());
    if (!s.varint(count) || count > rooms::RoomRecord::people_max) return s.fail();
    if constexpr (Stream::is_reading) {
        if (count * id_bytes > s.remaining()) return s.fail();
        ids.resize(count);
    }
    return std::ranges::all_of(ids, [&s](auto& id) { return serialize_id(s, id); });
}

template <class Stream, class Optional, class Serialize>
bool serialize_optional(Stream& s, Optional& value, const Serialize& serialize) {
    bool is_there = value.has_value();
    if (!s.boolean(is_there)) return false;
    if (!is_there) return true;
    if constexpr (Stream::is_reading) value.emplace();
    return serialize(*value);
}

template <class Stream, class SeatRecord>
bool serialize_seat(Stream& s, SeatRecord& seat) {
    return s.bits(seat.seat.value, 8) && s.enumerator(seat.state, rooms::SeatState::computer) &&
           serialize_id(s, seat.person.id) && serialize_text(s, seat.person.name) &&
           serialize_optional(s, seat.resume, [&](auto& digest) { return s.bytes(digest.bytes); }) &&
           s.bits(seat.order, 64);
}

template <class Stream, class Seats>
bool serialize_seats(Stream& s, Seats& seats) {
    auto count = static_cast<std::uint32_t>(seats.size());
    if (!s.varint(count) || count > game::seats_limit) return s.fail();
    if constexpr (Stream::is_reading) {
        if (count * id_bytes > s.remaining()) return s.fail();
        seats.resize(count);
    }
    return std::ranges::all_of(seats, [&s](auto& seat) { return serialize_seat(s, seat); });
}

template <class Stream, class Room>
bool serialize_room(Stream& s, Room& room) {
    using rooms::Access;
    using rooms::RoomSetup;
    return serialize_id(s, room.id) && serialize_text(s, room.name) && serialize_text(s, room.game) &&
           s.enumerator(room.access, Access::by_invite) && s.varint(room.seat_count) &&
           s.varint(room.public_delay_s) &&
           serialize_optional(s, room.maker, [&](auto& id) { return serialize_id(s, id); }) &&
           s.enumerator(room.host_rule, RoomSetup::Host::nobody) &&
           s.enumerator(room.start_rule, RoomSetup::Start::by_itself) && serialize_text(s, room.invite) &&
           serialize_optional(s, room.maker_network, [&](auto& key) { return s.bits(key, 64); }) &&
           s.boolean(room.is_permanent) && s.varint(room.epoch) && serialize_id(s, room.match) &&
           serialize_seats(s, room.seats) &&
           serialize_optional(s, room.host, [&](auto& seat) { return s.bits(seat.value, 8); }) &&
           s.boolean(room.locked) && s.boolean(room.maker_has_come) && s.boolean(room.starts_again) &&
           serialize_text(s, room.caster_pass) && s.varint(room.computers_wanted) &&
           serialize_ids(s, room.kicked) &&
           serialize_optional(s, room.result_unix_s, [&](auto& unix_s) { return s.bits(unix_s, 64); }) &&
           serialize_ids(s, room.finishers);
}

/// A seat twice, or one that is free, would be none that a room had.
bool is_sound(const rooms::RoomRecord& room) {
    std::array<bool, game::seats_limit> has = {};
    for (const rooms::SeatRecord& seat : room.seats) {
        if (seat.seat.value >= game::seats_limit || has[seat.seat.value]) return false;
        if (seat.state == rooms::SeatState::free) return false;
        has[seat.seat.value] = true;
    }
    return !room.host || (room.host->value < game::seats_limit && has[room.host->value]);
}

std::optional<TickHead> read_tick_head(ByteView payload) {
    if (payload.size() < tick_head_bytes) return std::nullopt;
    const auto match = rooms::MatchId::parse(text_of(payload.first(id_bytes)));
    if (!match) return std::nullopt;
    return TickHead{.match = *match, .tick = {load_u32_le(&payload[id_bytes])}};
}

template <class Id>
std::optional<Id> id_at(ByteView payload) {
    return payload.size() < id_bytes ? std::nullopt : Id::parse(text_of(payload.first(id_bytes)));
}

bool is_kind(std::byte kind) {
    return std::to_integer<int>(kind) >= static_cast<int>(RecordKind::room) &&
           std::to_integer<int>(kind) <= static_cast<int>(RecordKind::entries);
}

}  // namespace

// ---- Frames

std::string_view words_of(RecordError error) {
    switch (error) {
        case RecordError::cut:
            return "it ends in the middle of a record";
        case RecordError::altered:
            return "a checksum does not match";
        case RecordError::malformed:
            break;
    }
    return "no record begins there";
}

std::expected<Record, RecordError> read_record(ByteView bytes, std::uint64_t seed) {
    if (bytes.size() < record_head_bytes + record_tail_bytes) return std::unexpected(RecordError::cut);
    const std::uint32_t length = load_u32_le(bytes.data());
    if (length > payload_bytes_max || !is_kind(bytes[4])) return std::unexpected(RecordError::malformed);
    if (length > bytes.size() - record_head_bytes - record_tail_bytes) {
        return std::unexpected(RecordError::cut);
    }
    const ByteView covered = bytes.first(record_head_bytes + length);
    if (load_u64(bytes.data() + covered.size()) != checksum_of(seed, covered)) {
        return std::unexpected(RecordError::altered);
    }
    return Record{.kind = static_cast<RecordKind>(bytes[4]),
                  .sequence = load_u64(&bytes[5]),
                  .payload = covered.subspan(record_head_bytes)};
}

std::uint64_t append_record(std::vector<std::byte>& to, const Record& record, std::uint64_t seed) {
    const std::size_t begin = to.size();
    to.resize(begin + size_of(record));
    std::byte* const at = &to[begin];
    store_u32_le(at, static_cast<std::uint32_t>(record.payload.size()));
    at[4] = static_cast<std::byte>(record.kind);
    store_u64(at + 5, record.sequence);
    std::ranges::copy(record.payload, at + record_head_bytes);
    const std::uint64_t sum = checksum_of(seed, {at, record_head_bytes + record.payload.size()});
    store_u64(at + record_head_bytes + record.payload.size(), sum);
    return sum;
}

// ---- Payloads

std::vector<std::byte> write_room(const rooms::RoomRecord& room) {
    std::vector<std::byte> payload(payload_bytes_max);
    wire::BitWriter writer(payload);
    const bool written = writer.bits(room_version, 8) && serialize_room(writer, room);
    GS_ASSERT(written && is_sound(room), "a room keeps the bounds of its record");
    payload.resize(writer.size());
    return payload;
}

std::optional<rooms::RoomRecord> read_room(ByteView payload) {
    wire::BitReader reader(payload);
    rooms::RoomRecord room;
    std::uint8_t version = 0;
    const bool read = reader.bits(version, 8) && version == room_version && serialize_room(reader, room) &&
                      reader.at_end() && is_sound(room);
    return read ? std::optional(std::move(room)) : std::nullopt;
}

std::vector<std::byte> write_match(const rooms::RoomId& room, const netcode::LogHeader& header) {
    std::vector<std::byte> payload(id_bytes);
    std::ranges::copy(bytes_of(room.text()), payload.begin());
    const std::vector<std::byte> file = netcode::write_log_file(netcode::MatchLog(header));
    payload.insert(payload.end(), file.begin(), file.end());
    return payload;
}

std::optional<MatchBegan> read_match(ByteView payload) {
    const auto room = id_at<rooms::RoomId>(payload);
    if (!room) return std::nullopt;
    auto result = netcode::read_log_file(payload.subspan(id_bytes));
    if (!result.file || !result.file->chunks.empty() || !result.file->keyframes.empty()) return std::nullopt;
    const auto match = rooms::MatchId::parse(result.file->header.match);
    if (!match) return std::nullopt;
    return MatchBegan{.room = *room, .match = *match, .header = std::move(result.file->header)};
}

void write_tick_head(const TickHead& head, std::byte* to) {
    std::ranges::copy(bytes_of(head.match.text()), to);
    store_u32_le(to + id_bytes, head.tick.value);
}

std::optional<KeyframeRecord> read_keyframe(ByteView payload) {
    const auto head = read_tick_head(payload);
    if (!head || payload.size() < tick_head_bytes + 4) return std::nullopt;
    const std::uint32_t length = load_u32_le(&payload[tick_head_bytes]);
    const ByteView rest = payload.subspan(tick_head_bytes + 4);
    if (length > rest.size() || length > netcode::keyframe_bytes_max) return std::nullopt;
    wire::BitReader reader(rest.first(length));
    Tick tick;
    if (!reader.varint(tick.value) || tick != head->tick) return std::nullopt;
    return KeyframeRecord{.head = *head, .keyframe = rest.first(length), .statistics = rest.subspan(length)};
}

std::optional<EntryRecord> read_entry(ByteView payload) {
    const auto head = read_tick_head(payload);
    if (!head) return std::nullopt;
    const ByteView entry = payload.subspan(tick_head_bytes);
    ByteView rest = entry;
    if (entry.size() > netcode::entry_bytes_max || !netcode::take_entry(rest) || !rest.empty()) {
        return std::nullopt;
    }
    return EntryRecord{.head = *head, .entry = entry};
}

std::optional<EntriesRecord> read_entries(ByteView payload) {
    const auto head = read_tick_head(payload);
    if (!head) return std::nullopt;
    return EntriesRecord{.head = *head, .entries = payload.subspan(tick_head_bytes)};
}

std::optional<rooms::RoomId> read_room_id(ByteView payload) {
    return payload.size() == id_bytes ? id_at<rooms::RoomId>(payload) : std::nullopt;
}

std::optional<rooms::MatchId> read_match_id(ByteView payload) {
    return payload.size() == id_bytes ? id_at<rooms::MatchId>(payload) : std::nullopt;
}

std::optional<rooms::MatchId> match_of(const Record& record) {
    switch (record.kind) {
        case RecordKind::keyframe:
        case RecordKind::entry:
        case RecordKind::entries:
        case RecordKind::match_over:
            return id_at<rooms::MatchId>(record.payload);
        case RecordKind::match_began: {
            auto match = read_match(record.payload);
            return match ? std::optional(match->match) : std::nullopt;
        }
        case RecordKind::room:
        case RecordKind::room_closed:
            break;
    }
    return std::nullopt;
}

std::optional<rooms::RoomId> room_of(const Record& record) {
    if (record.kind == RecordKind::room_closed) return read_room_id(record.payload);
    // A room's record begins with its version.
    if (record.kind != RecordKind::room || record.payload.empty()) return std::nullopt;
    return id_at<rooms::RoomId>(record.payload.subspan(1));
}

}  // namespace gs::storage
