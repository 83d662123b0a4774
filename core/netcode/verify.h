// Checks a match: simulates its log again and compares every hash and every keyframe that stands in it.
// Called by the `replay` command, by the background check of finished matches and by simulations. Pure; of a
// log that was read from a file all bounds have been checked (log_file.h).
#pragma once

#include "core/netcode/log_file.h"

#include <cstdint>
#include <string_view>

namespace gs::netcode {

struct Verification {
    enum class Found : std::uint8_t {
        equal,
        other_rules,          // of another game or version than `module`: nothing was simulated
        no_keyframe,          // there is nothing to begin with
        keyframe_unreadable,  // it is none of this game
        keyframe_differs,     // it is not the state that the log gives
        entry_unreadable,
        hash_missing,  // where one has to be, or is where none may be
        hash_differs,  // the state after `at` is another one
        check_failed,  // the game found itself broken in `at`
    };
    Found found = Found::equal;
    Tick at = {};                // the first tick that differs
    std::uint64_t expected = 0;  // of hash_differs: what stands in the log
    std::uint64_t simulated = 0;
    std::uint32_t ticks = 0;  // simulated
    std::uint32_t hashes = 0;
    std::uint32_t keyframes = 0;

    [[nodiscard]] bool is_equal() const { return found == Found::equal; }
};

/// For people: "the state after this tick is another one".
[[nodiscard]] std::string_view words_of(Verification::Found found);

[[nodiscard]] Verification verify(const game::Module& module, const LogFile& log);

}  // namespace gs::netcode
