// Reactions: how many people of a room reacted in which way: summed up per second, so that thousands who
// cheer cost each viewer one message a second. Counts of players, of spectators who see the match as it
// happens and of those who see what is public are apart, because they are not for the same people. Owned by
// app/ beside a room's Conversation, on the shard's thread.
#pragma once

#include "server/chat/conversation.h"

#include <deque>
#include <functional>

namespace gs::chat {

class Reactions {
  public:
    enum class From : std::uint8_t { players, live_spectators, late_spectators };

    void add(From from, std::size_t kind) {
        if (kind < reaction_kinds) ++sums_[static_cast<std::size_t>(from)][kind];
        is_empty_ = false;
    }
    /// Nothing to take, and nothing that waits.
    [[nodiscard]] bool is_empty() const { return is_empty_ && pending_.empty(); }

    struct Taken {
        ReactionCounts players = {};  // of players alone
        ReactionCounts all = {};
        ReactionCounts public_now = {};  // what has become public since the last call
    };
    /// What came since the last call. `moment` is now, for who sees the match as it happens.
    [[nodiscard]] Taken take(const Moment& moment, const Conversation::IsPublic& is_public);

  private:
    /// Seconds of the longest delay, and some more.
    static constexpr std::size_t pending_max = 256;

    struct Pending {
        Moment moment;
        ReactionCounts counts;
    };
    std::array<ReactionCounts, 3> sums_ = {};
    std::deque<Pending> pending_;
    bool is_empty_ = true;
};

}  // namespace gs::chat
