// Playback's files: a match that somebody has on disk, opened in the page without asking anybody.
#include "core/client/playback.h"
#include "core/netcode/chunk.h"
#include "core/netcode/log_file.h"

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
    netcode::LogFileReader reader(bytes);
    if (!reader.read_head()) return refuse(file_error(reader.error()), reader.at());
    const netcode::LogFileReader::Head& head = reader.head();
    if (head.game != module_.info->id) return refuse(FileError::other_game, 0);
    if (head.rules_version != module_.info->rules_version || head.tick_rate_hz != tick_rate_hz_)
        return refuse(FileError::other_rules, 0);
    const std::uint32_t chunk_ticks = tick_rate_hz_ * netcode::chunk_seconds;
    open({.chain = netcode::chain_start(head.match), .first = head.first, .chunk_ticks = chunk_ticks});
    is_file_ = true;
    using Part = netcode::LogFileReader::Part;
    for (Part part = reader.next(); part != Part::end; part = reader.next()) {
        if (part == Part::failed) {
            open(source_);
            return refuse(file_error(reader.error()), reader.at());
        }
        const std::uint32_t number = number_of(reader.tick());
        const bool is_keyframe = part == Part::keyframe;
        if (!is_keyframe) {
            end_ = reader.tick() + reader.count();
            ++cold_count_;
        }
        const ByteView payload = reader.payload();
        put({.key = is_keyframe ? keyframe_key(number) : 2 * number,
             .count = is_keyframe ? 0 : reader.count(),
             .bytes = {payload.begin(), payload.end()}});
    }
    over_ = Over::yes;
    if (cold_count_ == 0 || !begin_to_warm(0) || warm_.next != head.first) {
        open(source_);
        return refuse(FileError::empty, 0);
    }
    file_.first = head.first.value;
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
