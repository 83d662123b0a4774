// What it costs the shard to record a tick: entry() into the ring, beside copying the same bytes; and how
// long the start takes to read what fifty rooms have recorded in half an hour.
#include "core/base/assert.h"
#include "server/storage/recorder.h"
#include "tests/bench/bench.h"

#include <array>
#include <cstring>
#include <ctime>
#include <string>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr std::size_t ring_bytes = std::size_t{32} * 1024 * 1024;

double ns_since(Clock::time_point begin, std::size_t count) {
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
           static_cast<double>(count);
}

net::Instant now() { return net::Instant(Clock::now().time_since_epoch()); }

storage::Path fresh_folder() {
    std::string name = "/dev/shm/grandstand-bench-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) give_up("there is no /dev/shm to measure on");
    return name;
}

storage::Recorder::Opened open(storage::Disk& disk, const storage::Path& folder) {
    auto opened = storage::Recorder::open(disk, {.folder = folder / "journal",
                                                 .ring_folder = folder / "ring",
                                                 .ring_bytes = ring_bytes,
                                                 .fresh_id = 1,
                                                 .clock = now});
    if (!opened) give_up("a journal cannot be made on /dev/shm");
    return std::move(*opened);
}

/// Once round the ring, drained outside of what is measured; the same bytes copied to the same places.
Row entry_row(std::size_t bytes) {
    const storage::Path folder = fresh_folder();
    storage::PosixDisk disk;
    const auto recorder = std::move(open(disk, folder).recorder);
    const rooms::MatchId match;
    std::vector<std::byte> entry(bytes, std::byte{1});
    entry[0] = static_cast<std::byte>(bytes - 1);
    const std::size_t record_bytes =
        storage::record_head_bytes + storage::tick_head_bytes + bytes + storage::record_tail_bytes;
    const std::size_t count = ring_bytes / record_bytes / 2;
    std::vector<double> recorded;
    std::vector<double> copied;
    std::vector<std::byte> source(record_bytes, std::byte{2});
    std::vector<std::byte> target(ring_bytes);
    for (int round = 0; round < 9; ++round) {
        auto begin = Clock::now();
        for (std::uint32_t tick = 0; tick < count; ++tick) {
            if (!recorder->entry(match, {tick}, entry)) give_up("the ring has no room");
        }
        recorded.push_back(ns_since(begin, count));
        recorder->drain();
        begin = Clock::now();
        for (std::size_t index = 0; index < count; ++index) {
            source[0] = static_cast<std::byte>(index);
            std::memcpy(&target[index * record_bytes], source.data(), record_bytes);
            // Somebody may look at it: so it has to be done.
            asm volatile("" : : "r"(target.data()) : "memory");
        }
        copied.push_back(ns_since(begin, count));
    }
    std::filesystem::remove_all(folder);
    return {.name = "entry() of " + std::to_string(bytes) + " bytes",
            .value = median(recorded),
            .unit = "ns",
            .floor = median(copied),
            .note = "floor: memcpy of the record"};
}

double own_cpu_ms() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

/// 50 matches at 60 Hz; from the files to whole logs, without simulating them. Beside the time by the clock
/// that of the processor: on a machine that does something else, too, only this one says what reading costs.
Row restore_row(std::uint32_t minutes) {
    const storage::Path folder = fresh_folder();
    storage::PosixDisk disk;
    constexpr std::uint32_t rooms = 50;
    const std::uint32_t ticks = minutes * 60 * 60;
    {
        const auto recorder = std::move(open(disk, folder).recorder);
        std::array<rooms::MatchId, rooms> matches;
        for (std::uint32_t room = 0; room < rooms; ++room) {
            std::string text = "matchaaaaaaa";
            text[10] = static_cast<char>('a' + room / 26);
            text[11] = static_cast<char>('a' + room % 26);
            matches[room] = *rooms::MatchId::parse(text);
            const rooms::RoomId id = *rooms::RoomId::parse(text);
            bool taken = recorder->room_changed({.id = id, .game = "bench", .match = matches[room]});
            taken =
                taken && recorder->match_began(
                             id, {.game = "bench", .match = text, .rules_version = 1, .tick_rate_hz = 60});
            taken = taken && recorder->keyframe(matches[room], {}, std::array<std::byte, 1>{}, {});
            GS_ASSERT(taken, "an empty ring has room");
        }
        std::array<std::byte, 8> entry = {std::byte{7}};
        for (std::uint32_t tick = 0; tick < ticks; ++tick) {
            for (const rooms::MatchId& match : matches) {
                if (!recorder->entry(match, {tick}, entry)) give_up("the ring has no room");
            }
            if (tick % 1'000 == 0) recorder->drain();
        }
        recorder->drain();
    }
    const auto begin = Clock::now();
    const double cpu_before_ms = own_cpu_ms();
    const auto opened = open(disk, folder);
    const double ms = ns_since(begin, 1) / 1e6;
    const double cpu_ms = own_cpu_ms() - cpu_before_ms;
    std::filesystem::remove_all(folder);
    if (opened.restoration.rooms.size() != rooms) give_up("not all rooms were restored");
    return {.name = "reading 50 matches of " + std::to_string(minutes) + " min",
            .value = ms,
            .unit = "ms",
            .floor = cpu_ms,
            .note = std::to_string(opened.restoration.records) +
                    " records, nothing simulated; floor: its CPU time"};
}

}  // namespace

std::vector<Row> recovery() {
    return {entry_row(2), entry_row(8), entry_row(100), entry_row(900), restore_row(10), restore_row(30)};
}

}  // namespace gs::bench
