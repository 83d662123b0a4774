// Shadow: follows the log of a room beside it, as a replay would, and so knows every state by itself: that
// nothing but the log decides what a match is, is what it proves.
#pragma once

#include "core/game/test_game.h"
#include "core/netcode/entry.h"
#include "core/netcode/match_log.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gs::sim {

class Shadow {
  public:
    explicit Shadow(const game::Module& module) : module_(module), state_(module), inputs_(module) {}

    /// Simulates what is new. Says what is wrong, or nothing.
    [[nodiscard]] std::optional<std::string> follow(const netcode::MatchLog& log);

    [[nodiscard]] Tick next() const { return next_; }
    [[nodiscard]] const game::StateBuffer& state() const { return state_; }
    /// Of the state after `tick`; nothing when it is too long ago.
    [[nodiscard]] std::optional<std::uint64_t> hash_after(Tick tick) const;

  private:
    [[nodiscard]] std::optional<std::string> step(ByteView body);

    const game::Module& module_;
    game::StateBuffer state_;
    game::InputVector inputs_;
    netcode::TickCommands commands_;
    Tick next_ = {};
    std::map<std::uint32_t, std::uint64_t> hashes_;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(game::state_bytes_max);
};

/// Simulates a whole log from its file and compares every hash and every keyframe in it. Says what is wrong.
[[nodiscard]] std::optional<std::string> verify_file(const game::Module& module,
                                                     const netcode::MatchLog& log);

}  // namespace gs::sim
