// Journal: a shard's records on disk, in segments <folder>/<number>.journal that are only appended to.
// append() is a group commit: what it has taken survives a power loss. Segments go when nothing in them is
// needed; what keeps an old one for too long is copied to the newest. read_journal() is the other direction,
// at the start. Owned by the recorder, used on the storage thread. Reading takes nothing on trust: a torn or
// altered record ends its segment, and where that was is told.
#pragma once

#include "server/storage/disk.h"
#include "server/storage/record.h"
#include "server/storage/retention.h"

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gs::storage {

/// Something that was not whole, and what is behind it.
struct Cut {
    std::string file;
    std::size_t at = 0;     // the first byte that is not used
    std::size_t bytes = 0;  // that are not used
    std::string_view why;   // for people, without a full stop
};

struct Segment {
    std::uint64_t number = 0;
    std::vector<std::byte> bytes = {};  // of the file
    std::vector<Record> records = {};   // views into them
};

struct JournalContents {
    std::uint64_t id = 0;  // of the data folder
    std::vector<Segment> segments = {};
    std::vector<Cut> cuts = {};
};

/// All records by sequence. Of one that is in several segments the oldest segment's comes first.
struct PlacedRecord {
    std::uint64_t segment = 0;
    Record record = {};
};
[[nodiscard]] std::vector<PlacedRecord> in_order(const JournalContents& contents);
/// The segment of records that are not in the journal yet, for who adds them.
inline constexpr std::uint64_t not_in_journal = UINT64_MAX;
void put_in_order(std::vector<PlacedRecord>& records);

struct SegmentReading {
    std::vector<Record> records;
    std::size_t at = 0;    // everything before it is good
    std::string_view why;  // the rest is not; empty at the end of the bytes
};
/// Pure bytes. `id` and `number` are those that its head should have.
[[nodiscard]] SegmentReading read_segment(ByteView bytes, std::uint64_t id, std::uint64_t number);

/// A journal that is not there is made: then `fresh_id` becomes its id.
[[nodiscard]] std::expected<JournalContents, Error> read_journal(Disk& disk, const Path& folder,
                                                                 std::uint64_t fresh_id);

class Journal {
  public:
    struct Options {
        std::size_t segment_bytes = std::size_t{8} * 1024 * 1024;  // read, or copied, in some 10 ms
        /// What ended matches may leave behind before running ones are copied; as much again as is needed
        /// is always allowed, so that copying never costs more than it frees.
        std::size_t kept_bytes = std::size_t{64} * 1024 * 1024;
    };

    /// `disk` outlives it; goes on in a new segment after `contents`.
    Journal(Disk& disk, Path folder, Options options, const JournalContents& contents);

    /// Writes and syncs. After an error nothing counts as written: the same records are to be given again.
    [[nodiscard]] std::expected<void, Error> append(std::span<const Record> records);

    /// Removes segments that nobody needs, packs those that are full (a match's entries become few records,
    /// so that reading them all is quick), and copies what is needed in the oldest when there is too much;
    /// at most one segment at a time.
    [[nodiscard]] std::expected<void, Error> tidy();

    [[nodiscard]] std::size_t bytes() const { return total_bytes_; }
    [[nodiscard]] std::size_t live_bytes() const { return retention_.live_bytes(); }
    [[nodiscard]] std::size_t segments() const { return segments_.size(); }

  private:
    enum class Notes : bool { copies, fresh };
    [[nodiscard]] std::expected<void, Error> begin_segment();
    [[nodiscard]] std::expected<void, Error> write(std::span<const Record> records, Notes notes);
    void end_segment();
    void abandon_segment();
    [[nodiscard]] std::expected<void, Error> remove_oldest();
    [[nodiscard]] std::expected<void, Error> copy_oldest();
    [[nodiscard]] std::expected<void, Error> pack(std::uint64_t number);
    [[nodiscard]] Path path_of(std::uint64_t number) const;

    Disk& disk_;
    Path folder_;
    Options options_;
    std::uint64_t id_;
    Retention retention_;
    std::map<std::uint64_t, std::size_t> segments_;  // number → bytes
    std::set<std::uint64_t> loose_;                  // not packed, and not written to any more
    std::size_t total_bytes_ = 0;
    std::uint64_t next_number_ = 1;

    std::unique_ptr<DiskFile> file_;  // the newest segment; null: the next append() begins one
    std::uint64_t number_ = 0;
    std::uint64_t chain_ = 0;  // checksum of its last record
    std::vector<std::byte> batch_;
};

}  // namespace gs::storage
