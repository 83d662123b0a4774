#include "server/storage/restore.h"

#include "core/netcode/entry.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace gs::storage {
namespace {

/// A match as its records tell it, in views.
class Gathered {
  public:
    explicit Gathered(MatchBegan began, std::uint64_t sequence)
        : began_(std::move(began)), sequence_(sequence) {}

    [[nodiscard]] const rooms::RoomId& room() const { return began_.room; }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] std::uint32_t ticks_beyond() const { return ticks_beyond_; }

    void take(const KeyframeRecord& record) {
        if (offset_of(record.head.tick) > entries_.size()) return;
        keyframes_.insert_or_assign(offset_of(record.head.tick), record);
    }

    /// An entry that is there once more stands for another course of things since a restart: whatever was
    /// recorded after it, before, is of a course that nobody remembers.
    void take(const EntryRecord& record) {
        const std::size_t offset = offset_of(record.head.tick);
        if (offset > entries_.size()) {
            ++ticks_beyond_;
            return;
        }
        if (offset < entries_.size()) {
            entries_.resize(offset);
            keyframes_.erase(keyframes_.upper_bound(offset), keyframes_.end());
        }
        entries_.push_back(record.entry);
    }

    void take(const EntriesRecord& record) {
        EntryRecord entry{.head = record.head, .entry = {}};
        for (ByteView rest = record.entries; !rest.empty(); ++entry.head.tick) {
            const ByteView from = rest;
            if (!netcode::take_entry(rest)) return;
            entry.entry = from.first(from.size() - rest.size());
            take(entry);
        }
    }

    /// Nothing: it has no keyframe to begin with.
    [[nodiscard]] std::optional<rooms::RestoredMatch> build() const {
        if (!keyframes_.contains(0)) return std::nullopt;
        rooms::RestoredMatch match{.room = began_.room, .log = netcode::MatchLog(began_.header)};
        for (std::size_t offset = 0; offset <= entries_.size(); ++offset) {
            if (offset % match.log.chunk_ticks() == 0) {
                const auto keyframe = keyframes_.find(offset);
                if (keyframe != keyframes_.end()) add_keyframe(match, keyframe->second);
            }
            if (offset < entries_.size()) match.log.append(entries_[offset]);
        }
        return match;
    }

  private:
    [[nodiscard]] std::size_t offset_of(Tick tick) const {
        // Of a tick before the match there is no such thing: a number that is too large for any.
        return std::uint32_t{tick.value - began_.header.first.value};
    }

    static void add_keyframe(rooms::RestoredMatch& match, const KeyframeRecord& record) {
        match.log.add_keyframe(record.keyframe);
        if (record.statistics.empty()) return;
        match.keyframe = match.log.keyframes().size() - 1;
        match.statistics.assign(record.statistics.begin(), record.statistics.end());
    }

    MatchBegan began_;
    std::uint64_t sequence_;
    std::vector<ByteView> entries_;
    std::map<std::size_t, KeyframeRecord> keyframes_;  // by ticks since the first
    std::uint32_t ticks_beyond_ = 0;
};

class Gathering {
  public:
    void take(const Record& record) {
        switch (record.kind) {
            case RecordKind::room:
                if (auto room = read_room(record.payload)) {
                    rooms_.insert_or_assign(room->id, std::move(*room));
                } else if (const auto id = room_of(record)) {
                    losses_.push_back({.id = std::string(id->text()), .why = "its record cannot be read"});
                }
                break;
            case RecordKind::room_closed:
                if (const auto id = read_room_id(record.payload)) rooms_.erase(*id);
                break;
            case RecordKind::match_began:
                if (auto began = read_match(record.payload))
                    matches_.try_emplace(began->match, Gathered(*began, record.sequence));
                break;
            case RecordKind::match_over:
                if (const auto id = read_match_id(record.payload)) matches_.erase(*id);
                break;
            case RecordKind::keyframe:
                if (const auto keyframe = read_keyframe(record.payload)) {
                    if (auto* match = find(keyframe->head.match)) match->take(*keyframe);
                }
                break;
            case RecordKind::entries:
                if (const auto entries = read_entries(record.payload)) {
                    if (auto* match = find(entries->head.match)) match->take(*entries);
                }
                break;
            case RecordKind::entry:
                if (const auto entry = read_entry(record.payload)) {
                    if (auto* match = find(entry->head.match)) match->take(*entry);
                }
                break;
        }
    }

    void finish(Restoration& restoration) {
        restoration.losses = std::move(losses_);
        const std::map<rooms::RoomId, rooms::MatchId> current = newest_matches();
        std::map<rooms::RoomId, rooms::RestoredMatch> of_rooms;
        for (auto& [id, gathered] : matches_) {
            auto match = gathered.build();
            if (!match || gathered.ticks_beyond() > 0) {
                restoration.losses.push_back(
                    {.id = std::string(id.text()),
                     .why = match ? std::string_view("entries in its middle are missing")
                                  : "its first keyframe is missing",
                     .ticks = gathered.ticks_beyond()});
            }
            if (!match) continue;
            const auto room = current.find(gathered.room());
            if (room != current.end() && room->second == id) {
                of_rooms.insert_or_assign(gathered.room(), std::move(*match));
            } else {
                restoration.over.push_back(std::move(*match));
            }
        }
        for (auto& [id, record] : rooms_) {
            rooms::RestoredRoom room{.record = std::move(record)};
            if (const auto match = of_rooms.find(id); match != of_rooms.end())
                room.match = std::move(match->second);
            restoration.rooms.push_back(std::move(room));
        }
    }

  private:
    [[nodiscard]] Gathered* find(const rooms::MatchId& id) {
        const auto found = matches_.find(id);
        return found == matches_.end() ? nullptr : &found->second;
    }

    /// A room goes on with the newest of its matches: its record is written when something of the room
    /// changes, and may still name the one before.
    [[nodiscard]] std::map<rooms::RoomId, rooms::MatchId> newest_matches() const {
        std::vector<std::pair<std::uint64_t, rooms::MatchId>> in_order;
        for (const auto& [id, gathered] : matches_)
            in_order.emplace_back(gathered.sequence(), id);
        std::ranges::sort(in_order);
        std::map<rooms::RoomId, rooms::MatchId> newest;
        for (const auto& [sequence, id] : in_order) {
            const rooms::RoomId& room = matches_.at(id).room();
            if (rooms_.contains(room)) newest.insert_or_assign(room, id);
        }
        return newest;
    }

    std::map<rooms::RoomId, rooms::RoomRecord> rooms_;
    std::unordered_map<rooms::MatchId, Gathered> matches_;
    std::vector<Loss> losses_;
};

}  // namespace

Restoration restore(const JournalContents& journal, ByteView ring, std::uint64_t seed) {
    Restoration restoration{.cuts = journal.cuts, .ring_bytes = ring.size()};
    std::vector<PlacedRecord> records = in_order(journal);
    while (!ring.empty()) {
        const auto record = read_record(ring, seed);
        if (!record) {
            restoration.cuts.push_back({"ring", 0, ring.size(), words_of(record.error())});
            break;
        }
        records.push_back({.segment = not_in_journal, .record = *record});
        ring = ring.subspan(size_of(*record));
    }
    put_in_order(records);
    Gathering gathering;
    for (const auto& [segment, record] : records) {
        // The same again: it was copied, or is in the journal and still in the ring.
        if (restoration.records > 0 && record.sequence == restoration.newest_sequence) continue;
        restoration.newest_sequence = record.sequence;
        ++restoration.records;
        gathering.take(record);
    }
    gathering.finish(restoration);
    return restoration;
}

// ---- Attempts: lines of a match's id, a space and a digit

RestoreAttempts::RestoreAttempts(Disk& disk, Path file) : disk_(disk), file_(std::move(file)) {
    constexpr std::size_t line_bytes = rooms::MatchId::length + 3;
    constexpr std::size_t matches_max = 10'000;  // more than there are rooms
    const auto bytes = disk_.read(file_, matches_max * line_bytes);
    if (!bytes) return;
    for (std::string_view text = text_of(*bytes); text.size() >= line_bytes; text.remove_prefix(line_bytes)) {
        const auto match = rooms::MatchId::parse(text.substr(0, rooms::MatchId::length));
        const char digit = text[rooms::MatchId::length + 1];
        if (!match || digit < '0' || digit > '9') return;
        attempts_[*match] = static_cast<std::uint32_t>(digit - '0');
    }
}

std::uint32_t RestoreAttempts::of(const rooms::MatchId& match) const {
    const auto found = attempts_.find(match);
    return found == attempts_.end() ? 0 : found->second;
}

std::expected<void, Error> RestoreAttempts::begin(const rooms::MatchId& match) {
    std::uint32_t& attempts = attempts_[match];
    attempts = std::min(attempts + 1, attempts_max);
    return write();
}

std::expected<void, Error> RestoreAttempts::end(const rooms::MatchId& match) {
    attempts_.erase(match);
    return write();
}

std::expected<void, Error> RestoreAttempts::write() const {
    std::string text;
    for (const auto& [match, attempts] : attempts_) {
        text += match.text();
        text += ' ';
        text += static_cast<char>('0' + attempts);
        text += '\n';
    }
    return disk_.replace(file_, bytes_of(text), Disk::Sync::no);
}

void quarantine(Restoration& restoration, const RestoreAttempts& attempts,
                const std::function<void(const rooms::RestoredMatch&)>& keep) {
    const auto is_bad = [&](const rooms::RestoredMatch& match) {
        const auto id = rooms::MatchId::parse(match.log.header().match);
        return id && attempts.of(*id) >= RestoreAttempts::attempts_max;
    };
    for (rooms::RestoredRoom& room : restoration.rooms) {
        if (!room.match || !is_bad(*room.match)) continue;
        keep(*room.match);
        room.match.reset();
    }
}

}  // namespace gs::storage
