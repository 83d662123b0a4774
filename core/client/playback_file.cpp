// Playback's files: a match that somebody has on disk, opened in the page without asking anybody.
#include "core/client/playback.h"
#include "core/netcode/chunk.h"
#include "core/netcode/log_file.h"

#include <utility>

namespace gs::client {
namespace {

FileError file_error(netcode::LogFileError error) {
    switch (error) {
        case netcode::LogFileError::not_a_log:
            return FileError::not_a_log;
        case netcode::LogFileError::cut:
            return FileError::cut;
        case netcode::LogFileError::altered:
            return FileError::altered;
        case netcode::LogFileError::malformed:
            break;
    }
    return FileError::malformed;
}

}  // namespace

const Playback::FileFacts& Playback::open_file(ByteView bytes) {
    open(source_);
    const auto refuse = [&](FileError error, std::size_t at) -> const FileFacts& {
        file_.error = static_cast<double>(error);
        file_.at = static_cast<double>(at);
        return file_;
    };
    if (bytes.size() > file_bytes_max) return refuse(FileError::too_large, 0);
    netcode::LogFileResult read = netcode::read_log_file(bytes);
    if (!read.file) return refuse(file_error(read.error), read.at);
    const netcode::LogHeader& header = read.file->header;
    if (header.game != module_.info->id) return refuse(FileError::other_game, 0);
    if (header.rules_version != module_.info->rules_version || header.tick_rate_hz != tick_rate_hz_)
        return refuse(FileError::other_rules, 0);
    if (read.file->chunks.empty()) return refuse(FileError::empty, 0);
    const std::uint32_t chunk_ticks = tick_rate_hz_ * netcode::chunk_seconds;
    open({.chain = netcode::chain_start(header.match), .first = header.first, .chunk_ticks = chunk_ticks});
    is_file_ = true;
    for (netcode::Keyframe& keyframe : read.file->keyframes)
        put({.key = keyframe_key(number_of(keyframe.tick)), .bytes = std::move(keyframe.bytes)});
    for (netcode::Chunk& chunk : read.file->chunks) {
        end_ = chunk.first + chunk.count;
        put({.key = 2 * number_of(chunk.first), .count = chunk.count, .bytes = std::move(chunk.bytes)});
    }
    over_ = Over::yes;
    cold_count_ = static_cast<std::uint32_t>(read.file->chunks.size());
    if (!begin_to_warm(0) || warm_.next != header.first) {
        open(source_);
        return refuse(FileError::empty, 0);
    }
    file_.first = header.first.value;
    file_.end = end_.value;
    file_.chunks = cold_count_;
    // Of a game that does not say so, everything is play.
    file_.play_began = module_.standing != nullptr ? -1.0 : file_.first;
    return file_;
}

void Playback::note_found(Tick tick) {
    for (const game::Event& event : warm_.emitted.events()) {
        if (event.kind >= module_.event_kinds.size() || found_.size() == found_max) continue;
        const game::EventInfo& kind = module_.event_kinds[event.kind];
        if (kind.feed.empty() && kind.announcement.empty()) continue;
        found_.push_back(notice_of(tick, event, static_cast<std::uint32_t>(found_.size()) + 1));
    }
    if (file_.play_began >= 0) return;
    game::Standing standing;
    module_.standing(warm_.state.data(), standing);
    if (standing.phase != game::Phase::waiting) file_.play_began = tick.value;
}

}  // namespace gs::client
