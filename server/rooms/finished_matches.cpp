#include "server/rooms/finished_matches.h"

#include "core/base/assert.h"

#include <utility>

namespace gs::rooms {
namespace {

std::size_t bytes_of_match(const FinishedMatch& match) {
    std::size_t bytes = match.log.entry_bytes();
    for (const netcode::Keyframe& keyframe : match.log.keyframes())
        bytes += keyframe.bytes.size();
    return bytes;
}

}  // namespace

void FinishedMatches::add(FinishedMatch match) {
    bytes_ += bytes_of_match(match);
    matches_.push_back(std::make_shared<const FinishedMatch>(std::move(match)));
    const bool is_new = by_id_.emplace(matches_.back()->match, matches_.back()).second;
    GS_ASSERT(is_new, "a match is over once");
    while (matches_.size() > matches_max || (bytes_ > bytes_max && matches_.size() > 1)) {
        bytes_ -= bytes_of_match(*matches_.front());
        by_id_.erase(matches_.front()->match);
        matches_.pop_front();
    }
    if (on_added) on_added(matches_.back());
}

FinishedMatches::Kept FinishedMatches::find(const MatchId& match) const {
    const auto found = by_id_.find(match);
    return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace gs::rooms
