#include "server/storage/journal.h"

#include "server/storage/memory_disk.h"
#include "server/storage/restore.h"
#include "server/storage/test_rig.h"

namespace gs::storage {
namespace {

const Path folder = "j";
constexpr std::uint64_t id = 5;

/// Records with payloads that they keep alive.
class Records {
  public:
    void add(RecordKind kind, std::vector<std::byte> payload) {
        payloads_.push_back(std::make_unique<std::vector<std::byte>>(std::move(payload)));
        list.push_back({.kind = kind, .sequence = ++newest_, .payload = *payloads_.back()});
    }
    void begin_match(const NumberRoom& room) {
        add(RecordKind::match_began, write_match(room.id, room.log.header()));
    }
    void entry(const NumberRoom& room, std::uint32_t tick) {
        std::vector<std::byte> payload(tick_head_bytes);
        write_tick_head({.match = room.match, .tick = {tick}}, payload.data());
        const auto bytes = entry_of({tick});
        payload.insert(payload.end(), bytes.begin(), bytes.end());
        add(RecordKind::entry, std::move(payload));
    }
    void room(const NumberRoom& room) { add(RecordKind::room, write_room(room.record())); }
    void keyframe(const NumberRoom& room, std::uint32_t tick) {
        std::vector<std::byte> payload(tick_head_bytes + 4);
        write_tick_head({.match = room.match, .tick = {tick}}, payload.data());
        for (const auto& part : {keyframe_of({tick}), statistics_of({tick})})
            payload.insert(payload.end(), part.begin(), part.end());
        store_u32_le(&payload[tick_head_bytes], static_cast<std::uint32_t>(keyframe_of({tick}).size()));
        add(RecordKind::keyframe, std::move(payload));
    }
    void match_over(const NumberRoom& room) {
        const ByteView text = bytes_of(room.match.text());
        add(RecordKind::match_over, {text.begin(), text.end()});
    }
    std::vector<Record> take() { return std::exchange(list, {}); }

    std::vector<Record> list;

  private:
    std::vector<std::unique_ptr<std::vector<std::byte>>> payloads_;
    std::uint64_t newest_ = 0;
};

JournalContents read(MemoryDisk& disk) {
    auto contents = read_journal(disk, folder, id);
    EXPECT_TRUE(contents);
    return std::move(*contents);
}

std::vector<std::uint64_t> sequences(const JournalContents& contents) {
    std::vector<std::uint64_t> found;
    for (const PlacedRecord& record : in_order(contents)) {
        if (found.empty() || found.back() != record.record.sequence) found.push_back(record.record.sequence);
    }
    return found;
}

struct OneSegment {
    MemoryDisk disk;
    Records records;
    std::vector<std::size_t> ends;  // of the head and each record
    std::vector<std::byte> bytes;

    OneSegment() {
        const NumberRoom room(1);
        Journal journal(disk, folder, {}, read(disk));
        ends.push_back(32);
        records.begin_match(room);
        for (std::uint32_t tick = 0; tick < 6; ++tick)
            records.entry(room, tick);
        records.match_over(room);
        EXPECT_TRUE(journal.append(records.list));
        for (const Record& record : records.list)
            ends.push_back(ends.back() + size_of(record));
        bytes = disk.files.at("j/00000001.journal")->bytes;
        EXPECT_EQ(bytes.size(), ends.back());
    }

    /// Records that end at or before this byte.
    [[nodiscard]] std::size_t whole_before(std::size_t at) const {
        return static_cast<std::size_t>(std::ranges::upper_bound(ends, at) - ends.begin()) - 1;
    }
};

TEST(Segments, every_cut_keeps_what_is_whole_before_it) {
    const OneSegment one;
    for (std::size_t size = 32; size < one.bytes.size(); ++size) {
        const SegmentReading reading = read_segment(ByteView(one.bytes).first(size), id, 1);
        const std::size_t whole = one.whole_before(size);
        ASSERT_EQ(reading.records.size(), whole) << size;
        ASSERT_EQ(reading.at, one.ends[whole]);
        ASSERT_EQ(reading.why.empty(), size == one.ends[whole]);
    }
    for (std::size_t size = 0; size < 32; ++size)
        ASSERT_FALSE(read_segment(ByteView(one.bytes).first(size), id, 1).why.empty());
}

TEST(Segments, every_flipped_bit_ends_it_there) {
    OneSegment one;
    for (std::size_t bit = 0; bit < one.bytes.size() * 8; ++bit) {
        const auto flip = static_cast<std::byte>(1U << bit % 8);
        one.bytes[bit / 8] ^= flip;
        const SegmentReading reading = read_segment(one.bytes, id, 1);
        one.bytes[bit / 8] ^= flip;
        const std::size_t whole = bit / 8 < 32 ? 0 : one.whole_before(bit / 8);
        ASSERT_EQ(reading.records.size(), whole) << bit;
        ASSERT_EQ(reading.at, bit / 8 < 32 ? 0 : one.ends[whole]);
        ASSERT_FALSE(reading.why.empty());
    }
}

TEST(Segments, zeros_where_the_end_was_not_written_are_cut) {
    const OneSegment one;
    for (const std::size_t end : one.ends) {
        std::vector<std::byte> bytes = one.bytes;
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(end), bytes.end(), std::byte{0});
        bytes.resize(bytes.size() + 4'096);
        ASSERT_EQ(read_segment(bytes, id, 1).at, end);
    }
}

TEST(Segments, a_segment_in_the_place_of_another_is_none) {
    const OneSegment one;
    EXPECT_EQ(read_segment(one.bytes, id, 2).at, 0U);
    EXPECT_EQ(read_segment(one.bytes, id + 1, 1).at, 0U);
}

TEST(Segments, a_record_cannot_be_left_out) {
    OneSegment one;
    one.bytes.erase(one.bytes.begin() + static_cast<std::ptrdiff_t>(one.ends[2]),
                    one.bytes.begin() + static_cast<std::ptrdiff_t>(one.ends[3]));
    EXPECT_EQ(read_segment(one.bytes, id, 1).at, one.ends[2]);
}

TEST(Journal, tells_where_it_was_cut) {
    OneSegment one;
    one.disk.files.at("j/00000001.journal")->bytes.resize(one.ends[3] + 5);
    const JournalContents contents = read(one.disk);
    ASSERT_EQ(contents.cuts.size(), 1U);
    EXPECT_EQ(contents.cuts[0].file, "00000001.journal");
    EXPECT_EQ(contents.cuts[0].at, one.ends[3]);
    EXPECT_EQ(contents.cuts[0].bytes, 5U);
}

TEST(Journal, a_power_loss_takes_what_was_not_synced_and_no_more) {
    for (std::size_t kept = 0; kept < 300; ++kept) {
        MemoryDisk disk;
        Records records;
        const NumberRoom room(1);
        Journal journal(disk, folder, {}, read(disk));
        records.begin_match(room);
        ASSERT_TRUE(journal.append(records.take()));
        disk.sync_fails_with = EIO;
        records.entry(room, 0);
        records.entry(room, 1);
        disk.on_sync = [&] { disk.fails_with = EIO; };  // so that nothing can be cut off either
        ASSERT_FALSE(journal.append(records.take()));
        disk.lose_power(kept);
        const auto found = sequences(read(disk));
        ASSERT_GE(found.size(), 1U);
        for (std::size_t at = 0; at < found.size(); ++at)
            ASSERT_EQ(found[at], at + 1);
    }
}

TEST(Journal, goes_on_in_a_new_segment_after_a_failure) {
    MemoryDisk disk;
    Records records;
    const NumberRoom room(1);
    Journal journal(disk, folder, {}, read(disk));
    records.begin_match(room);
    ASSERT_TRUE(journal.append(records.take()));
    records.entry(room, 0);
    const auto again = records.take();
    disk.room = 10;
    const auto full = journal.append(again);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().system, ENOSPC);
    EXPECT_FALSE(journal.append(again));
    disk.room = SIZE_MAX;
    EXPECT_TRUE(journal.append(again));
    const JournalContents contents = read(disk);
    EXPECT_EQ(sequences(contents), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_TRUE(contents.cuts.empty());
}

TEST(Journal, segments_of_matches_that_are_over_go) {
    MemoryDisk disk;
    Records records;
    const NumberRoom first(1);
    const NumberRoom second(2);
    Journal journal(disk, folder, {.segment_bytes = 1'000, .kept_bytes = 1 << 20}, read(disk));
    records.begin_match(first);
    std::uint32_t tick = 0;
    while (journal.segments() < 4) {
        records.entry(first, tick++);
        ASSERT_TRUE(journal.append(records.take()));
    }
    ASSERT_TRUE(journal.tidy());
    EXPECT_EQ(journal.segments(), 4U);
    records.match_over(first);
    records.begin_match(second);
    ASSERT_TRUE(journal.append(records.take()));
    ASSERT_TRUE(journal.tidy());
    EXPECT_LE(journal.segments(), 2U);
    EXPECT_EQ(sequences(read(disk)).back(), tick + 3);
    EXPECT_EQ(journal.bytes(), [&] {
        std::size_t sum = 0;
        for (const auto& segment : read(disk).segments)
            sum += segment.bytes.size();
        return sum;
    }());
}

std::vector<std::uint32_t> ticks_in(const Restoration& restoration) {
    std::vector<std::uint32_t> ticks;
    for (const rooms::RestoredRoom& room : restoration.rooms)
        ticks.push_back(room.match ? ticks_of(*room.match).value_or(0) : 0);
    return ticks;
}

TEST(Journal, a_full_segment_is_packed_and_says_the_same) {
    MemoryDisk disk;
    Records records;
    const NumberRoom one(1);
    const NumberRoom other(2);
    const NumberRoom brief(3);
    Journal journal(disk, folder, {.segment_bytes = 30'000}, read(disk));
    for (const NumberRoom* room : {&one, &other, &brief}) {
        records.room(*room);
        records.begin_match(*room);
    }
    for (std::uint32_t tick = 0; tick < 2'000; ++tick) {
        for (const NumberRoom* room : {&one, &other}) {
            if (tick % 960 == 0) records.keyframe(*room, tick);
            records.entry(*room, tick);
        }
        if (tick < 50) records.entry(brief, tick);
        if (tick == 50) records.match_over(brief);
        if (tick % 10 == 9) ASSERT_TRUE(journal.append(records.take()));
    }
    const JournalContents loose = read(disk);
    const Restoration before = restore(loose, {}, 0);
    EXPECT_EQ(ticks_in(before), (std::vector<std::uint32_t>{2'000, 2'000, 0}));
    const std::size_t bytes = journal.bytes();
    for (std::size_t left = journal.segments(); left > 0; --left) {
        ASSERT_TRUE(journal.tidy());
        const JournalContents half_packed = read(disk);
        EXPECT_TRUE(half_packed.cuts.empty());
        ASSERT_EQ(ticks_in(restore(half_packed, {}, 0)), ticks_in(before));
    }
    const JournalContents packed = read(disk);
    // All but the newest segment, which has some 300 of them.
    EXPECT_LT(in_order(packed).size(), in_order(loose).size() / 5);
    EXPECT_LT(journal.bytes(), bytes);
    EXPECT_LE(journal.live_bytes(), journal.bytes());
    // Started again, with what is packed and a newest segment that is not.
    Journal next(disk, folder, {.segment_bytes = 30'000}, packed);
    ASSERT_TRUE(next.tidy());
    EXPECT_EQ(ticks_in(restore(read(disk), {}, 0)), ticks_in(before));
}

TEST(Journal, a_segment_that_cannot_be_packed_stays_as_it_is) {
    MemoryDisk disk;
    Records records;
    const NumberRoom room(1);
    Journal journal(disk, folder, {.segment_bytes = 1'000}, read(disk));
    records.begin_match(room);
    for (std::uint32_t tick = 0; journal.segments() < 2; ++tick) {
        records.entry(room, tick);
        ASSERT_TRUE(journal.append(records.take()));
    }
    const auto before = sequences(read(disk));
    disk.fails_with = EIO;
    EXPECT_FALSE(journal.tidy());
    EXPECT_EQ(sequences(read(disk)), before);
}

/// A match that goes on while many others end: it is copied, and nothing of it is lost, at whatever point
/// the process ends.
TEST(Journal, a_long_match_moves_on_and_stays_whole) {
    MemoryDisk disk;
    Records records;
    const NumberRoom lasting(1);
    auto journal = std::make_unique<Journal>(
        disk, folder, Journal::Options{.segment_bytes = 1'000, .kept_bytes = 4'000}, read(disk));
    records.begin_match(lasting);
    std::vector<std::uint64_t> wanted = {1};
    std::size_t most = 0;
    for (std::uint32_t round = 0; round < 300; ++round) {
        const NumberRoom brief(10 + round);
        records.begin_match(brief);
        for (std::uint32_t tick = 0; tick < 10; ++tick)
            records.entry(brief, tick);
        records.match_over(brief);
        if (round % 30 == 0) {
            records.entry(lasting, round / 30);
            wanted.push_back(records.list.back().sequence);
        }
        ASSERT_TRUE(journal->append(records.take()));
        ASSERT_TRUE(journal->tidy());
        most = std::max(most, journal->bytes());
        if (round % 7 == 0) {
            const auto found = sequences(read(disk));
            ASSERT_TRUE(std::ranges::includes(found, wanted)) << round;
        }
        if (round % 50 == 49) {  // started again
            journal = std::make_unique<Journal>(
                disk, folder, Journal::Options{.segment_bytes = 1'000, .kept_bytes = 4'000}, read(disk));
        }
    }
    // 300 rounds are 150 KB.
    EXPECT_LT(most, 12'000U);
}

}  // namespace
}  // namespace gs::storage
