#include "server/storage/restore.h"

#include "server/storage/memory_disk.h"
#include "server/storage/recorder.h"
#include "server/storage/test_rig.h"

namespace gs::storage {
namespace {

/// Puts what rooms tell into records, without ring and journal; some of them can be lost.
class Notes final : public rooms::Recorder {
  public:
    bool room_changed(const rooms::RoomRecord& room) override {
        return add(RecordKind::room, {write_room(room)});
    }
    void room_closed(const rooms::RoomId& room) override {
        static_cast<void>(add(RecordKind::room_closed, {bytes_of(room.text())}));
    }
    bool match_began(const rooms::RoomId& room, const netcode::LogHeader& header) override {
        return add(RecordKind::match_began, {write_match(room, header)});
    }
    bool keyframe(const rooms::MatchId& match, Tick tick, ByteView bytes, ByteView statistics) override {
        std::array<std::byte, tick_head_bytes + 4> head;
        write_tick_head({.match = match, .tick = tick}, head.data());
        store_u32_le(&head[tick_head_bytes], static_cast<std::uint32_t>(bytes.size()));
        return add(RecordKind::keyframe, {head, bytes, statistics});
    }
    bool entry(const rooms::MatchId& match, Tick tick, ByteView bytes) noexcept override {
        std::array<std::byte, tick_head_bytes> head;
        write_tick_head({.match = match, .tick = tick}, head.data());
        return add(RecordKind::entry, {head, bytes});
    }
    void match_over(const rooms::MatchId& match) override {
        static_cast<void>(add(RecordKind::match_over, {bytes_of(match.text())}));
    }
    bool needs_refill() const override { return false; }
    void refill(rooms::RefillSource&) override {}

    [[nodiscard]] Restoration restore() const {
        return storage::restore({}, ring_->pending(), ring_->seed());
    }

    bool loses = false;

  private:
    bool add(RecordKind kind, std::initializer_list<ByteView> payload) {
        return loses || ring_->append(kind, payload);
    }

    std::expected<Ring, Error> ring_ = Ring::make_private({.bytes = 8 * 1024 * 1024, .id = 1});
};

void play(NumberRoom& room, rooms::Recorder& recorder, int ticks) {
    for (int i = 0; i < ticks; ++i)
        ASSERT_TRUE(room.tick(recorder));
}

TEST(Restore, a_room_comes_back_with_its_match) {
    Notes notes;
    NumberRoom room(1, Tick{777});
    ASSERT_TRUE(notes.room_changed(room.record()));
    play(room, notes, 2'000);
    const Restoration restoration = notes.restore();
    ASSERT_EQ(restoration.rooms.size(), 1U);
    EXPECT_EQ(restoration.rooms[0].record, room.record());
    ASSERT_TRUE(restoration.rooms[0].match);
    EXPECT_EQ(ticks_of(*restoration.rooms[0].match), 2'000U);
    EXPECT_EQ(restoration.rooms[0].match->keyframe, 2U);
    EXPECT_TRUE(restoration.losses.empty() && restoration.cuts.empty() && restoration.over.empty());
}

TEST(Restore, what_was_closed_or_over_does_not) {
    Notes notes;
    NumberRoom room(1);
    NumberRoom other(2);
    for (NumberRoom* each : {&room, &other}) {
        ASSERT_TRUE(notes.room_changed(each->record()));
        play(*each, notes, 5);
        notes.room_closed(each->id);
    }
    notes.match_over(room.match);
    const Restoration restoration = notes.restore();
    EXPECT_TRUE(restoration.rooms.empty());
    // Nobody has said that this one's log is kept elsewhere.
    ASSERT_EQ(restoration.over.size(), 1U);
    EXPECT_EQ(restoration.over[0].log.header().match, other.match.text());
}

TEST(Restore, a_room_goes_on_with_its_newest_match) {
    Notes notes;
    NumberRoom room(1);
    ASSERT_TRUE(notes.room_changed(room.record()));
    play(room, notes, 5);
    NumberRoom next(2, Tick{5});
    next.id = room.id;
    play(next, notes, 3);
    const Restoration restoration = notes.restore();
    ASSERT_TRUE(restoration.rooms.size() == 1 && restoration.rooms[0].match);
    EXPECT_EQ(restoration.rooms[0].match->log.header().match, next.match.text());
    EXPECT_EQ(restoration.over.size(), 1U);
}

TEST(Restore, a_hole_ends_the_log_and_is_told) {
    Notes notes;
    NumberRoom room(1);
    ASSERT_TRUE(notes.room_changed(room.record()));
    play(room, notes, 100);
    notes.loses = true;
    play(room, notes, 1);
    notes.loses = false;
    play(room, notes, 50);
    const Restoration restoration = notes.restore();
    EXPECT_EQ(ticks_of(*restoration.rooms[0].match), 100U);
    ASSERT_EQ(restoration.losses.size(), 1U);
    EXPECT_EQ(restoration.losses[0].ticks, 50U);
}

TEST(Restore, without_its_first_keyframe_a_match_cannot_begin) {
    Notes notes;
    NumberRoom room(1);
    ASSERT_TRUE(notes.room_changed(room.record()));
    notes.loses = true;
    play(room, notes, 1);
    notes.loses = false;
    ASSERT_TRUE(notes.match_began(room.id, room.log.header()));
    play(room, notes, 5);
    const Restoration restoration = notes.restore();
    ASSERT_EQ(restoration.rooms.size(), 1U);
    EXPECT_FALSE(restoration.rooms[0].match);
    EXPECT_EQ(restoration.losses.size(), 1U);
}

/// After a power loss the room is brought back at an earlier tick, and what is played then is not what was.
TEST(Restore, the_newer_course_of_a_match_counts) {
    Notes notes;
    NumberRoom room(1, {}, 0);
    ASSERT_TRUE(notes.room_changed(room.record()));
    play(room, notes, 1'000);
    // Brought back at tick 0: all else was lost, and is there nevertheless.
    NumberRoom again(1, {}, 1);
    ASSERT_TRUE(notes.room_changed(room.record()));
    play(again, notes, 970);
    const Restoration restoration = notes.restore();
    ASSERT_EQ(restoration.rooms.size(), 1U);
    EXPECT_EQ(ticks_of(*restoration.rooms[0].match, 1), 970U);
    EXPECT_TRUE(restoration.losses.empty());
}

// ---- Attempts

TEST(RestoreAttempts, survive_the_process_and_end_with_success) {
    MemoryDisk disk;
    const auto match = id_of<rooms::MatchId>(1);
    const auto other = id_of<rooms::MatchId>(2);
    {
        RestoreAttempts attempts(disk, "attempts");
        EXPECT_EQ(attempts.of(match), 0U);
        ASSERT_TRUE(attempts.begin(match));
        ASSERT_TRUE(attempts.begin(other));
        ASSERT_TRUE(attempts.end(other));
    }
    RestoreAttempts attempts(disk, "attempts");
    EXPECT_EQ(attempts.of(match), 1U);
    EXPECT_EQ(attempts.of(other), 0U);
    ASSERT_TRUE(attempts.end(match));
    EXPECT_EQ(RestoreAttempts(disk, "attempts").of(match), 0U);
}

TEST(RestoreAttempts, garbage_counts_as_none) {
    MemoryDisk disk;
    ASSERT_TRUE(disk.replace("attempts", bytes_of("no such thing at all\n\n"), Disk::Sync::no));
    EXPECT_EQ(RestoreAttempts(disk, "attempts").of(id_of<rooms::MatchId>(1)), 0U);
}

TEST(RestoreAttempts, a_match_that_crashed_twice_is_left_out_and_kept) {
    Notes notes;
    NumberRoom bad(1);
    NumberRoom good(2);
    for (NumberRoom* room : {&bad, &good}) {
        ASSERT_TRUE(notes.room_changed(room->record()));
        play(*room, notes, 5);
    }
    MemoryDisk disk;
    for (int start = 0; start < 2; ++start) {
        RestoreAttempts attempts(disk, "attempts");
        Restoration restoration = notes.restore();
        quarantine(restoration, attempts, [](const auto&) { ADD_FAILURE() << "too early"; });
        ASSERT_TRUE(restoration.rooms[0].match && restoration.rooms[1].match);
        ASSERT_TRUE(attempts.begin(bad.match));  // and here the server ends
    }
    Restoration restoration = notes.restore();
    std::vector<std::string> kept;
    quarantine(restoration, RestoreAttempts(disk, "attempts"),
               [&](const rooms::RestoredMatch& match) { kept.push_back(match.log.header().match); });
    EXPECT_EQ(kept, (std::vector<std::string>{std::string(bad.match.text())}));
    EXPECT_FALSE(restoration.rooms[0].match);
    EXPECT_TRUE(restoration.rooms[1].match);
}

}  // namespace
}  // namespace gs::storage
