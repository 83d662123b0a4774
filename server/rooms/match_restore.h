// What brings a match back after the end of the process: MatchProgress, which is recorded beside its
// keyframes: all that a room knows of a match and its log does not say; and simulate_again(), which makes the
// ticks since the newest such keyframe again and compares every hash with the log's. Pure: no clock, no I/O;
// used by rooms on their thread. Reading takes nothing on trust.
#pragma once

#include "core/netcode/replayer.h"
#include "server/rooms/match.h"
#include "server/rooms/match_events.h"
#include "server/rooms/match_statistics.h"
#include "server/rooms/recorder.h"

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace gs::rooms {

struct MatchProgress {
    /// Of the newest notable events; older ones are forgotten when a match is brought back.
    static constexpr std::size_t events_max = 1'024;

    explicit MatchProgress(const game::Module& module) : statistics(module) {}

    std::optional<Tick> play_began = std::nullopt;
    std::optional<Tick> result_tick = std::nullopt;
    std::array<Presence, game::seats_limit> presence = {};
    MatchStatistics statistics;
    MatchEvents events = {};
};

/// Some 30 kB at most, so that it has room in a record beside a keyframe.
[[nodiscard]] std::vector<std::byte> write_progress(const MatchProgress& progress);
/// False: they are none; `progress` is then unspecified.
[[nodiscard]] bool read_progress(ByteView bytes, MatchProgress& progress);

/// A match after its last tick.
struct Resumed {
    netcode::MatchLog log;
    netcode::Replayer at_end;
    MatchProgress progress;
};
struct ResumeFailure {
    std::string_view why;  // for people, without a full stop
    Tick at = {};
};

/// `record` tells who has the seats. A step that does not end is left if this thread is watched
/// (step_guard.h). After a failure `match` still has its log.
[[nodiscard]] std::expected<Resumed, ResumeFailure> simulate_again(const game::Module& module,
                                                                   RestoredMatch& match,
                                                                   const RoomRecord& record,
                                                                   MutableBytes scratch);

}  // namespace gs::rooms
