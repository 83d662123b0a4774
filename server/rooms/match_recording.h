// MatchRecording: how far the log of one match has been recorded. follow() after each tick writes what the
// recorder does not have yet: in a steady state one entry, after a refusal everything that is missing. Kept
// beside the match by its room, on its thread. Not its job: the room's own record.
#pragma once

#include "core/base/assert.h"
#include "core/netcode/entry.h"
#include "server/rooms/recorder.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace gs::rooms {

class MatchRecording {
  public:
    /// Another match, of which nothing is recorded.
    MatchRecording() = default;
    /// One that has been restored: all of its log is recorded.
    explicit MatchRecording(const netcode::MatchLog& log)
        : began_(true), recorded_to_(log.next()), keyframes_(log.keyframes().size()) {}

    /// Of the match before the tick whose keyframe the log wants now.
    void take_statistics(std::vector<std::byte> statistics) { statistics_ = std::move(statistics); }

    /// False: refused; the rest is written by the next call that is not.
    bool follow(Recorder& recorder, const RoomId& room, const MatchId& match, const netcode::MatchLog& log) {
        if (!began_) {
            if (!recorder.match_began(room, log.header())) return false;
            began_ = true;
            recorded_to_ = log.header().first;
        }
        const bool is_steady = recorded_to_ + 1 == log.next();
        return is_steady ? write_newest(recorder, match, log) : write_missing(recorder, match, log);
    }

    [[nodiscard]] bool has_all(const netcode::MatchLog& log) const {
        return began_ && recorded_to_ == log.next();
    }

  private:
    bool write_newest(Recorder& recorder, const MatchId& match, const netcode::MatchLog& log) {
        const netcode::MatchLog::Slice slice = log.recent(recorded_to_, 1, netcode::entry_bytes_max);
        return write(recorder, match, log, slice.bytes);
    }

    bool write_missing(Recorder& recorder, const MatchId& match, const netcode::MatchLog& log) {
        for (const netcode::Chunk& chunk : log.chunks()) {
            if (chunk.first + chunk.count <= recorded_to_) continue;
            ByteView rest = chunk.bytes;
            for (std::uint32_t index = 0; index < chunk.count; ++index) {
                const std::byte* const begin = rest.data();
                const auto body = netcode::take_entry(rest);
                GS_ASSERT(body.has_value(), "a log holds entries");
                if (chunk.first + index < recorded_to_) continue;
                if (!write(recorder, match, log, {begin, rest.data()})) return false;
            }
        }
        return true;
    }

    /// The entry of the first tick that is missing, and before it the keyframe beside it.
    bool write(Recorder& recorder, const MatchId& match, const netcode::MatchLog& log, ByteView entry) {
        const auto& keyframes = log.keyframes();
        if (keyframes_ < keyframes.size() && keyframes[keyframes_].tick == recorded_to_) {
            const bool is_newest = keyframes_ + 1 == keyframes.size();
            const ByteView statistics = is_newest ? ByteView(statistics_) : ByteView();
            if (!recorder.keyframe(match, recorded_to_, keyframes[keyframes_].bytes, statistics))
                return false;
            ++keyframes_;
        }
        if (!recorder.entry(match, recorded_to_, entry)) return false;
        ++recorded_to_;
        return true;
    }

    bool began_ = false;
    Tick recorded_to_ = {};
    std::size_t keyframes_ = 0;          // recorded
    std::vector<std::byte> statistics_;  // of the log's newest keyframe
};

}  // namespace gs::rooms
