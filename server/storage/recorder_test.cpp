#include "server/storage/recorder.h"

#include "server/storage/memory_disk.h"
#include "server/storage/test_rig.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>

namespace gs::storage {
namespace {

class RecorderRig : public testing::Test, public rooms::RefillSource {
  protected:
    ~RecorderRig() override = default;

    /// A process begins: what another one has left is restored.
    void open() {
        recorder_.reset();
        auto opened = Recorder::open(disk_, {.folder = "j",
                                             .ring_folder = folder_.path() / "ring",
                                             .ring_bytes = ring_bytes,
                                             .fresh_id = 9,
                                             .clock = [this] { return now_; }});
        ASSERT_TRUE(opened);
        ASSERT_FALSE(opened->ring_failure);
        recorder_ = std::move(opened->recorder);
        restoration_ = std::move(opened->restoration);
    }

    void write_missing(rooms::Recorder& to) override {
        for (NumberRoom& room : rooms_) {
            if (room.recording.has_all(room.log)) continue;
            if (!to.room_changed(room.record())) return;
            if (!room.recording.follow(to, room.id, room.match, room.log)) return;
        }
    }

    NumberRoom& add_room() {
        NumberRoom& room = rooms_.emplace_back(rooms_.size());
        EXPECT_TRUE(recorder_->room_changed(room.record()));
        return room;
    }

    void play(int ticks) {
        for (int i = 0; i < ticks; ++i) {
            for (NumberRoom& room : rooms_)
                static_cast<void>(room.tick(*recorder_));
        }
    }

    /// What a turn of the shard does.
    void refill_if_needed() {
        if (recorder_->needs_refill()) recorder_->refill(*this);
    }

    void lose_ring() const { std::filesystem::remove_all(folder_.path() / "ring"); }

    [[nodiscard]] Alarm alarm() const { return recorder_->status().drain.alarm; }

    void expect_all_restored(std::uint32_t ticks) {
        ASSERT_EQ(restoration_.rooms.size(), rooms_.size());
        for (const rooms::RestoredRoom& room : restoration_.rooms) {
            ASSERT_TRUE(room.match);
            EXPECT_EQ(ticks_of(*room.match), ticks);
        }
        EXPECT_TRUE(restoration_.losses.empty());
    }

    static constexpr std::size_t ring_bytes = 512 * 1024;
    MemoryDisk disk_;
    TestFolder folder_;
    net::Instant now_ = net::Instant(std::chrono::hours(1));
    std::deque<NumberRoom> rooms_;
    std::unique_ptr<Recorder> recorder_;
    Restoration restoration_;
};

TEST_F(RecorderRig, a_process_that_ends_without_a_commit_has_lost_nothing) {
    open();
    for (int i = 0; i < 3; ++i)
        add_room();
    play(100);
    EXPECT_EQ(disk_.syncs, 0U);
    open();
    expect_all_restored(100);
}

TEST_F(RecorderRig, what_is_in_ring_and_journal_counts_once) {
    open();
    for (int i = 0; i < 3; ++i)
        add_room();
    play(50);
    recorder_->drain();
    play(50);
    for (int start = 0; start < 3; ++start) {
        open();
        expect_all_restored(100);
        EXPECT_TRUE(restoration_.over.empty());
        recorder_->drain();
    }
    play(20);
    lose_ring();
    open();
    expect_all_restored(100);
}

TEST_F(RecorderRig, a_power_loss_takes_what_came_after_the_last_commit) {
    open();
    add_room();
    play(70);
    recorder_->drain();
    play(30);
    lose_ring();
    disk_.lose_power();
    open();
    expect_all_restored(70);
}

TEST_F(RecorderRig, goes_on_after_a_power_loss_and_is_restored_again) {
    open();
    NumberRoom& room = add_room();
    play(70);
    recorder_->drain();
    play(30);
    lose_ring();
    disk_.lose_power();
    open();
    NumberRoom restored(0);
    while (restored.log.next() < Tick{70}) {
        if (restored.log.wants_keyframe()) restored.log.add_keyframe(keyframe_of(restored.log.next()));
        restored.log.append(entry_of(restored.log.next()));
    }
    restored.recording = rooms::MatchRecording(restored.log);
    room = std::move(restored);
    play(1'000);
    recorder_->drain();
    open();
    expect_all_restored(1'070);
}

TEST_F(RecorderRig, one_commit_takes_all_that_is_there) {
    open();
    for (int i = 0; i < 20; ++i)
        add_room();
    play(3);
    recorder_->drain();
    EXPECT_EQ(disk_.syncs, 1U);
    recorder_->drain();
    EXPECT_EQ(disk_.syncs, 1U);
    const RecorderStatus status = recorder_->status();
    EXPECT_EQ(status.drain.commits, 1U);
    EXPECT_EQ(status.drain.records, 20U * (1 + 1 + 1 + 3));
    EXPECT_EQ(status.lag_bytes, 0U);
    EXPECT_GT(status.drain.journal_bytes, status.drain.bytes);
}

struct Fault {
    const char* name;
    void (*begin)(MemoryDisk&);
    Alarm alarm;
};

class RecorderFaults : public RecorderRig, public testing::WithParamInterface<Fault> {};

TEST_P(RecorderFaults, raise_an_alarm_lose_nothing_and_end_by_themselves) {
    open();
    add_room();
    add_room();
    play(40);
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::none);
    GetParam().begin(disk_);
    play(40);
    recorder_->drain();
    EXPECT_EQ(alarm(), GetParam().alarm);
    EXPECT_FALSE(words_of(alarm()).empty());
    EXPECT_FALSE(recorder_->status().is_stopped);
    EXPECT_FALSE(recorder_->needs_refill());
    play(40);
    open();  // the process ends meanwhile
    expect_all_restored(120);
    disk_.fails_with = disk_.sync_fails_with = 0;
    disk_.room = SIZE_MAX;
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::none);
    lose_ring();
    open();
    expect_all_restored(120);
}

INSTANTIATE_TEST_SUITE_P(
    Disk, RecorderFaults,
    testing::Values(Fault{"full", [](MemoryDisk& disk) { disk.room = 100; }, Alarm::disk_full},
                    Fault{"read_only", [](MemoryDisk& disk) { disk.fails_with = EROFS; }, Alarm::read_only},
                    Fault{"broken", [](MemoryDisk& disk) { disk.fails_with = EIO; }, Alarm::io_error},
                    Fault{"sync", [](MemoryDisk& disk) { disk.sync_fails_with = EIO; }, Alarm::io_error}),
    [](const auto& fault) { return std::string(fault.param.name); });

TEST_F(RecorderRig, tries_again_after_a_second) {
    open();
    add_room();
    play(1);
    disk_.fails_with = ENOSPC;
    recorder_->drain();
    disk_.fails_with = 0;
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::disk_full);
    now_ += std::chrono::seconds(1);
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::none);
    EXPECT_EQ(recorder_->status().drain.alarms, 1U);
}

TEST_F(RecorderRig, a_slow_disk_is_told_until_it_is_fast_again) {
    open();
    add_room();
    disk_.on_sync = [this] { now_ += std::chrono::seconds(2); };
    play(1);
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::slow);
    disk_.on_sync = [this] { now_ += std::chrono::milliseconds(2); };
    play(1);
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::none);
}

TEST_F(RecorderRig, a_disk_that_never_answers_is_slow_too) {
    open();
    for (int i = 0; i < 10; ++i)
        add_room();
    while (recorder_->status().lag_bytes <= ring_bytes / 2)
        play(1);
    EXPECT_EQ(alarm(), Alarm::slow);
}

TEST_F(RecorderRig, a_full_ring_stops_and_is_refilled_from_the_logs) {
    open();
    for (int i = 0; i < 5; ++i)
        add_room();
    disk_.fails_with = ENOSPC;
    while (!recorder_->status().is_stopped)
        play(1);
    play(500);
    const RecorderStatus stopped = recorder_->status();
    EXPECT_EQ(stopped.drain.alarm, Alarm::ring_full);
    EXPECT_GE(stopped.refused, 2'500U);
    EXPECT_EQ(stopped.stops, 1U);
    EXPECT_FALSE(recorder_->needs_refill());
    disk_.fails_with = 0;
    recorder_->drain();
    ASSERT_TRUE(recorder_->needs_refill());
    refill_if_needed();
    EXPECT_FALSE(recorder_->status().is_stopped);
    play(10);
    recorder_->drain();
    EXPECT_EQ(alarm(), Alarm::none);
    const std::uint32_t ticks = rooms_[0].log.next().value;
    lose_ring();
    open();
    expect_all_restored(ticks);
}

TEST_F(RecorderRig, more_than_a_ring_that_is_missing_is_refilled_bit_by_bit) {
    open();
    for (int i = 0; i < 5; ++i)
        add_room();
    disk_.fails_with = EIO;
    play(8'000);  // some MB
    disk_.fails_with = 0;
    int turns = 0;
    for (; recorder_->status().is_stopped && turns < 100; ++turns) {
        now_ += std::chrono::seconds(1);
        recorder_->drain();
        refill_if_needed();
        play(1);
    }
    EXPECT_GT(turns, 3);
    EXPECT_LT(turns, 100);
    const std::uint32_t ticks = rooms_[0].log.next().value;
    open();
    ASSERT_EQ(restoration_.rooms.size(), 5U);
    for (const rooms::RestoredRoom& room : restoration_.rooms) {
        // Statistics are told only with the newest keyframe.
        EXPECT_EQ(room.match->log.next().value, ticks);
        EXPECT_EQ(ticks_of(*room.match), ticks);
    }
}

TEST_F(RecorderRig, what_ended_while_it_was_stopped_is_ended) {
    open();
    for (int i = 0; i < 5; ++i)
        add_room();
    disk_.fails_with = ENOSPC;
    while (!recorder_->status().is_stopped)
        play(1);
    recorder_->room_closed(rooms_[4].id);
    recorder_->match_over(rooms_[4].match);
    rooms_.pop_back();
    disk_.fails_with = 0;
    recorder_->drain();
    refill_if_needed();
    open();
    expect_all_restored(rooms_[0].log.next().value);
    EXPECT_TRUE(restoration_.over.empty());
}

TEST_F(RecorderRig, the_thread_commits_before_it_stops) {
    open();
    add_room();
    recorder_->start();
    play(200);
    recorder_->stop();
    EXPECT_EQ(recorder_->status().lag_bytes, 0U);
    lose_ring();
    disk_.lose_power();
    open();
    expect_all_restored(200);
}

TEST_F(RecorderRig, without_tmpfs_there_is_a_journal_still) {
    std::filesystem::create_directory(folder_.path() / "ring");
    std::filesystem::permissions(folder_.path() / "ring", std::filesystem::perms::all);
    auto opened = Recorder::open(disk_, {.folder = "j",
                                         .ring_folder = folder_.path() / "ring",
                                         .ring_bytes = ring_bytes,
                                         .fresh_id = 9,
                                         .clock = [this] { return now_; }});
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->ring_failure);
    recorder_ = std::move(opened->recorder);
    add_room();
    play(10);
    recorder_->drain();
    play(10);
    lose_ring();
    open();
    expect_all_restored(10);
}

// ---- kill -9

/// Plays on real files until it is killed, and says through the pipe which ticks it would have sent.
[[noreturn]] void play_until_killed(const Path& folder, int pipe) {
    PosixDisk disk;
    auto opened = Recorder::open(disk, {.folder = folder / "journal",
                                        .ring_folder = folder / "ring",
                                        .ring_bytes = 4 * 1024 * 1024,
                                        .fresh_id = 3,
                                        .clock = [] { return net::Instant(); }});
    if (!opened) ::_exit(1);
    opened->recorder->start();
    NumberRoom room(1);
    if (!opened->recorder->room_changed(room.record())) ::_exit(2);
    while (true) {
        // Who is too fast for the disk waits for it, and so nothing is refused.
        while (opened->recorder->status().lag_bytes > 1024 * 1024)
            std::this_thread::yield();
        if (!room.tick(*opened->recorder)) ::_exit(3);
        const std::uint32_t sent = room.log.next().value;
        if (::write(pipe, &sent, sizeof(sent)) != sizeof(sent)) ::_exit(4);
    }
}

TEST(Kill, no_tick_that_was_sent_is_lost) {
    for (std::uint32_t round = 0; round < 8; ++round) {
        const TestFolder folder;
        std::array<int, 2> pipe = {};
        ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) play_until_killed(folder.path(), pipe[1]);
        ::close(pipe[1]);
        std::uint32_t sent = 0;
        const auto read_one = [&] { return ::read(pipe[0], &sent, sizeof(sent)) == sizeof(sent); };
        while (sent < 1'500 + 3'001 * round)
            ASSERT_TRUE(read_one());
        ::kill(child, SIGKILL);
        while (read_one()) {
        }
        ::close(pipe[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

        PosixDisk disk;
        auto opened = Recorder::open(disk, {.folder = folder.path() / "journal",
                                            .ring_folder = folder.path() / "ring",
                                            .ring_bytes = 4 * 1024 * 1024,
                                            .fresh_id = 4,
                                            .clock = [] { return net::Instant(); }});
        ASSERT_TRUE(opened);
        ASSERT_EQ(opened->restoration.rooms.size(), 1U);
        ASSERT_TRUE(opened->restoration.rooms[0].match);
        const auto ticks = ticks_of(*opened->restoration.rooms[0].match);
        ASSERT_TRUE(ticks);
        EXPECT_GE(*ticks, sent);
        // The one that was being made may be there, too.
        EXPECT_LE(*ticks, sent + 1);
    }
}

}  // namespace
}  // namespace gs::storage
