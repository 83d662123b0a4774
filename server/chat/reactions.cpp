#include "server/chat/reactions.h"

#include <algorithm>

namespace gs::chat {
namespace {

void add_to(ReactionCounts& sum, const ReactionCounts& more) {
    for (std::size_t kind = 0; kind < reaction_kinds; ++kind)
        sum[kind] += more[kind];
}

bool is_zero(const ReactionCounts& counts) {
    return std::ranges::all_of(counts, [](std::uint32_t count) { return count == 0; });
}

}  // namespace

Reactions::Taken Reactions::take(const Moment& moment, const Conversation::IsPublic& is_public) {
    const auto& [players, live, late] = sums_;
    Taken taken{.players = players, .all = players, .public_now = late};
    add_to(taken.all, live);
    if (!is_zero(taken.all)) {
        if (pending_.size() == pending_max) pending_.pop_front();
        pending_.push_back({.moment = moment, .counts = taken.all});
    }
    add_to(taken.all, late);
    while (!pending_.empty() && is_public(pending_.front().moment)) {
        add_to(taken.public_now, pending_.front().counts);
        pending_.pop_front();
    }
    sums_ = {};
    is_empty_ = true;
    return taken;
}

}  // namespace gs::chat
