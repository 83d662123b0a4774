#include "server/storage/journal.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

namespace gs::storage {
namespace {

constexpr std::string_view magic = "GSJRNL01";
constexpr std::size_t head_bytes = 8 + 8 + 8 + 8;
constexpr std::string_view extension = ".journal";
constexpr std::string_view id_file = "id";

/// A segment is full when it is longer than Options::segment_bytes: by one batch, which is at most a ring.
/// Whatever is longer was not written by a journal.
constexpr std::size_t segment_bytes_max = std::size_t{128} * 1024 * 1024;
/// What is copied at once; small beside what a ring has room for while it happens.
constexpr std::size_t copy_bytes = std::size_t{1024} * 1024;

/// Of the entries in one record of a packed segment.
constexpr std::size_t packed_bytes = std::size_t{32} * 1024;

using Head = std::array<std::byte, head_bytes>;

Head head_of(std::uint64_t id, std::uint64_t number) {
    Head head;
    std::ranges::copy(bytes_of(magic), head.begin());
    store_u64(&head[8], id);
    store_u64(&head[16], number);
    store_u64(&head[24], checksum_of(0, ByteView(head).first(24)));
    return head;
}

/// Nothing when it is another file.
std::optional<std::uint64_t> number_of(std::string_view name) {
    if (!name.ends_with(extension)) return std::nullopt;
    name.remove_suffix(extension.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number == UINT64_MAX) return std::nullopt;
    return number;
}

/// Records of a segment, with entries of one match that follow each other in one.
class Packing {
  public:
    struct Packed {
        RecordKind kind;
        std::uint64_t sequence;  // of the first
        std::vector<std::byte> payload;

        [[nodiscard]] Record record() const {
            return {.kind = kind, .sequence = sequence, .payload = payload};
        }
    };

    void take(const Record& record) {
        const auto entry =
            record.kind == RecordKind::entry ? read_entry(record.payload) : std::optional<EntryRecord>();
        if (!entry) {
            add(record.kind, record);
            return;
        }
        Run& run = runs_[entry->head.match];
        if (run.next == entry->head.tick && records_[run.at].payload.size() < packed_bytes) {
            std::vector<std::byte>& payload = records_[run.at].payload;
            payload.insert(payload.end(), entry->entry.begin(), entry->entry.end());
            saved_[entry->head.match] += size_of(record) - entry->entry.size();
        } else {
            run.at = records_.size();
            add(RecordKind::entries, record);
        }
        run.next = entry->head.tick + 1;
    }

    /// In the order of their sequences.
    [[nodiscard]] const std::vector<Packed>& records() const { return records_; }
    [[nodiscard]] const std::map<rooms::MatchId, std::size_t>& saved() const { return saved_; }

  private:
    struct Run {
        std::size_t at = 0;
        std::optional<Tick> next = std::nullopt;
    };

    void add(RecordKind kind, const Record& record) {
        records_.push_back({.kind = kind,
                            .sequence = record.sequence,
                            .payload = {record.payload.begin(), record.payload.end()}});
    }

    std::vector<Packed> records_;
    std::map<rooms::MatchId, Run> runs_;
    std::map<rooms::MatchId, std::size_t> saved_;
};

std::expected<std::uint64_t, Error> read_or_make_id(Disk& disk, const Path& folder, std::uint64_t fresh_id) {
    const auto bytes = disk.read(folder / id_file, sizeof(std::uint64_t));
    if (bytes && bytes->size() == sizeof(std::uint64_t)) return load_u64(bytes->data());
    if (!bytes && bytes.error().code != ErrorCode::not_found) return std::unexpected(bytes.error());
    std::array<std::byte, sizeof(std::uint64_t)> fresh;
    store_u64(fresh.data(), fresh_id);
    if (auto written = disk.replace(folder / id_file, fresh, Disk::Sync::yes); !written) {
        return std::unexpected(written.error());
    }
    return fresh_id;
}

}  // namespace

// ---- Reading

SegmentReading read_segment(ByteView bytes, std::uint64_t id, std::uint64_t number) {
    SegmentReading reading;
    if (bytes.size() < head_bytes) {
        reading.why = "it ends before its head does";
        return reading;
    }
    const Head head = head_of(id, number);
    if (!std::ranges::equal(bytes.first(head_bytes), head)) {
        reading.why = "its head is not the one of this segment";
        return reading;
    }
    std::uint64_t chain = load_u64(&head[24]);
    reading.at = head_bytes;
    while (reading.at < bytes.size()) {
        const auto record = read_record(bytes.subspan(reading.at), chain);
        if (!record) {
            reading.why = words_of(record.error());
            return reading;
        }
        reading.at += size_of(*record);
        chain = load_u64(&bytes[reading.at - record_tail_bytes]);
        reading.records.push_back(*record);
    }
    return reading;
}

std::expected<JournalContents, Error> read_journal(Disk& disk, const Path& folder, std::uint64_t fresh_id) {
    if (auto made = disk.make_folder(folder); !made) return std::unexpected(made.error());
    const auto names = disk.list(folder);
    if (!names) return std::unexpected(names.error());
    const auto id = read_or_make_id(disk, folder, fresh_id);
    if (!id) return std::unexpected(id.error());
    JournalContents contents{.id = *id};
    for (const std::string& name : *names) {
        const auto number = number_of(name);
        if (!number) continue;
        Segment segment{.number = *number};
        auto bytes = disk.read(folder / name, segment_bytes_max);
        if (bytes) {
            segment.bytes = std::move(*bytes);
            SegmentReading reading = read_segment(segment.bytes, contents.id, *number);
            segment.records = std::move(reading.records);
            const std::size_t rest = segment.bytes.size() - reading.at;
            if (!reading.why.empty()) contents.cuts.push_back({name, reading.at, rest, reading.why});
        } else {
            contents.cuts.push_back({name, 0, 0, "it cannot be read"});
        }
        contents.segments.push_back(std::move(segment));
    }
    std::ranges::sort(contents.segments, {}, &Segment::number);
    return contents;
}

void put_in_order(std::vector<PlacedRecord>& records) {
    const auto place = [](const PlacedRecord& each) { return std::pair(each.record.sequence, each.segment); };
    // Without copies and leftovers they are: millions of them after a busy half hour.
    if (!std::ranges::is_sorted(records, {}, place)) std::ranges::sort(records, {}, place);
}

std::vector<PlacedRecord> in_order(const JournalContents& contents) {
    std::vector<PlacedRecord> records;
    std::size_t count = 0;
    for (const Segment& segment : contents.segments)
        count += segment.records.size();
    records.reserve(count);
    for (const Segment& segment : contents.segments) {
        for (const Record& record : segment.records)
            records.push_back({.segment = segment.number, .record = record});
    }
    put_in_order(records);
    return records;
}

// ---- Writing

Journal::Journal(Disk& disk, Path folder, Options options, const JournalContents& contents)
    : disk_(disk), folder_(std::move(folder)), options_(options), id_(contents.id) {
    for (const Segment& segment : contents.segments) {
        segments_.emplace(segment.number, segment.bytes.size());
        total_bytes_ += segment.bytes.size();
        next_number_ = segment.number + 1;
        const auto is_entry = [](const Record& record) { return record.kind == RecordKind::entry; };
        if (std::ranges::any_of(segment.records, is_entry)) loose_.insert(segment.number);
    }
    std::uint64_t newest = 0;
    for (const auto& [segment, record] : in_order(contents)) {
        if (record.sequence == newest) {
            retention_.note_copy(segment, record);
        } else {
            retention_.note(segment, record);
        }
        newest = record.sequence;
    }
}

Path Journal::path_of(std::uint64_t number) const {
    std::array<char, 32> name;
    std::snprintf(name.data(), name.size(), "%08llu.journal", static_cast<unsigned long long>(number));
    return folder_ / name.data();
}

std::expected<void, Error> Journal::begin_segment() {
    // A number of its own even when the last try failed: that may have left a file.
    const std::uint64_t number = next_number_++;
    auto file = disk_.create(path_of(number));
    if (!file) return std::unexpected(file.error());
    const Head head = head_of(id_, number);
    if (auto written = (*file)->append(head); !written) {
        static_cast<void>(disk_.remove(path_of(number)));
        return written;
    }
    file_ = std::move(*file);
    number_ = number;
    chain_ = load_u64(&head[24]);
    segments_[number] = head_bytes;
    total_bytes_ += head_bytes;
    return {};
}

void Journal::end_segment() {
    file_.reset();
    loose_.insert(number_);
}

void Journal::abandon_segment() {
    // What of a failed write is on the disk, nobody knows. If it cannot be cut off, readers find a torn end.
    static_cast<void>(file_->cut_to(segments_.at(number_)));
    end_segment();
}

std::expected<void, Error> Journal::append(std::span<const Record> records) {
    return write(records, Notes::fresh);
}

std::expected<void, Error> Journal::write(std::span<const Record> records, Notes notes) {
    if (file_ != nullptr && segments_.at(number_) >= options_.segment_bytes) end_segment();
    if (file_ == nullptr) {
        if (auto begun = begin_segment(); !begun) return begun;
    }
    batch_.clear();
    std::uint64_t chain = chain_;
    for (const Record& record : records)
        chain = append_record(batch_, record, chain);
    auto written = file_->append(batch_);
    if (written) written = file_->sync();
    if (!written) {
        abandon_segment();
        return written;
    }
    chain_ = chain;
    segments_.at(number_) += batch_.size();
    total_bytes_ += batch_.size();
    for (const Record& record : records) {
        if (notes == Notes::fresh) {
            retention_.note(number_, record);
        } else {
            retention_.note_copy(number_, record);
        }
    }
    return {};
}

// ---- What is not needed any more

std::expected<void, Error> Journal::tidy() {
    // Only the oldest goes: newer ones may say that a match is over whose records are in older ones.
    const auto has_old = [&] { return segments_.size() > 1 && segments_.begin()->first != number_; };
    while (has_old() && !retention_.needs_segment(segments_.begin()->first)) {
        if (auto removed = remove_oldest(); !removed) return removed;
    }
    if (!loose_.empty()) return pack(*loose_.begin());
    const std::size_t bytes_max = std::max(options_.kept_bytes, 2 * retention_.live_bytes());
    if (!has_old() || total_bytes_ <= bytes_max) return {};
    if (auto copied = copy_oldest(); !copied) return copied;
    return remove_oldest();
}

std::expected<void, Error> Journal::remove_oldest() {
    const auto oldest = segments_.begin();
    if (auto removed = disk_.remove(path_of(oldest->first)); !removed) return removed;
    retention_.forget(oldest->first);
    loose_.erase(oldest->first);
    total_bytes_ -= oldest->second;
    segments_.erase(oldest);
    return {};
}

std::expected<void, Error> Journal::pack(std::uint64_t number) {
    const auto bytes = disk_.read(path_of(number), segment_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const SegmentReading reading = read_segment(*bytes, id_, number);
    Packing packing;
    for (const Record& record : reading.records) {
        // What says that something older is over is needed for as long as that may be there.
        const bool is_end = record.kind == RecordKind::match_over || record.kind == RecordKind::room_closed;
        if (is_end ? number != segments_.begin()->first : retention_.needs(record)) packing.take(record);
    }
    const Head head = head_of(id_, number);
    std::vector<std::byte> content(head.begin(), head.end());
    std::uint64_t chain = load_u64(&head[24]);
    for (const Packing::Packed& packed : packing.records())
        chain = append_record(content, packed.record(), chain);
    // Whole or not at all, under the same name and with the same sequences: at no time is there less than
    // before.
    if (auto written = disk_.replace(path_of(number), content, Disk::Sync::yes); !written) return written;
    for (const auto& [match, saved] : packing.saved())
        retention_.note_saved(match, saved);
    std::size_t& size = segments_.at(number);
    total_bytes_ -= size;
    size = content.size();
    total_bytes_ += size;
    loose_.erase(number);
    return {};
}

std::expected<void, Error> Journal::copy_oldest() {
    const std::uint64_t number = segments_.begin()->first;
    const auto bytes = disk_.read(path_of(number), segment_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const SegmentReading reading = read_segment(*bytes, id_, number);
    std::vector<Record> needed;
    std::size_t needed_bytes = 0;
    for (const Record& record : reading.records) {
        if (!retention_.needs(record)) continue;
        needed.push_back(record);
        needed_bytes += size_of(record);
        if (needed_bytes < copy_bytes) continue;
        if (auto written = write(needed, Notes::copies); !written) return written;
        needed.clear();
        needed_bytes = 0;
    }
    return needed.empty() ? std::expected<void, Error>() : write(needed, Notes::copies);
}

}  // namespace gs::storage
