// What ten minutes of arena come to when they are kept: eight who move and aim in every tick, as a file with
// and without keyframes, beside the same bytes after zstd -19; and how fast such a file is checked, in one
// thread.
#include "core/netcode/log_file.h"
#include "core/netcode/verify.h"
#include "games/arena/module.h"
#include "tests/bench/bench.h"
#include "tests/bench/logged_match.h"

#include <algorithm>

namespace gs::bench {
namespace {

constexpr std::uint32_t minutes = 10;
constexpr std::size_t players = 8;

struct Kept {
    std::size_t matches = 0;
    std::uint32_t ticks = 0;  // of play
    double entry_bytes = 0;
    double entries_packed = 0;  // by zstd
    double file_bytes = 0;
    double files_packed = 0;
    std::vector<netcode::LogFile> files;
};

/// Matches one after the other, until they are ten minutes of play.
Kept play() {
    const game::Module& module = arena::module();
    const std::uint32_t wanted = minutes * 60 * module.info->tick_rate_hz;
    Kept kept;
    while (kept.ticks < wanted) {
        LoggedMatch match(module, players, Seats::moving, kept.matches + 1);
        kept.ticks += match.play(wanted - kept.ticks);
        ++kept.matches;
        kept.entry_bytes += static_cast<double>(match.entry_bytes());
        kept.entries_packed += zstd_bytes(match.entries());
        const std::vector<std::byte> file = netcode::write_log_file(match.log());
        kept.file_bytes += static_cast<double>(file.size());
        kept.files_packed += zstd_bytes(file);
        auto read = netcode::read_log_file(file);
        if (!read.file) give_up("a file that was just written cannot be read");
        kept.files.push_back(std::move(*read.file));
    }
    return kept;
}

/// Seconds for all of them, the middle one of several rounds; and the ticks in them.
std::pair<double, double> verify_seconds(const Kept& kept) {
    std::vector<double> rounds;
    double ticks = 0;
    for (int round = 0; round < 5; ++round) {
        ticks = 0;
        const auto begin = Clock::now();
        for (const netcode::LogFile& file : kept.files) {
            const netcode::Verification found = netcode::verify(arena::module(), file);
            if (!found.is_equal()) give_up("a match that was just played differs from its log");
            ticks += found.ticks;
        }
        rounds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    return {median(rounds), ticks};
}

Row bytes_row(const char* name, double bytes, double packed) {
    return {.name = name,
            .value = bytes / 1024,
            .unit = "KiB",
            .floor = packed / 1024,
            .target = 1.3,
            .note = "floor: zstd -19 of it; target: ratio"};
}

}  // namespace

std::vector<Row> replay() {
    const Kept kept = play();
    const auto [seconds, ticks] = verify_seconds(kept);
    const double speed = ticks / arena::module().info->tick_rate_hz / seconds;
    std::vector<Row> rows = {
        bytes_row("arena, 8 seats, 10 min: entries", kept.entry_bytes, kept.entries_packed),
        bytes_row("arena, 8 seats, 10 min: file with keyframes", kept.file_bytes, kept.files_packed),
        {.name = "arena, 8 seats: checked, times real time",
         .value = speed,
         .unit = "x",
         .target = 1500,
         .note = std::to_string(kept.matches) + " matches, " +
                 std::to_string(static_cast<std::uint64_t>(seconds / ticks * 1e9)) + " ns a tick"},
    };
    return rows;
}

}  // namespace gs::bench
