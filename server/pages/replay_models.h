// What the pages of replays show, as plain values; as models.h has it for all others.
#pragma once

#include "server/pages/models.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gs::pages {

/// Whoever has played, in the order to be shown.
struct ReplayLineModel {
    std::string_view name = {};
    bool is_computer = false;
    bool has_left = false;  // before the end
    bool has_won = false;
    std::int32_t score = 0;
    std::span<const std::int64_t> statistics = {};
};

struct ReplayCardModel {
    std::string_view match = {};
    std::string_view game_title = {};
    std::string_view room_name = {};
    bool has_result = false;                  // or it ended without one
    std::vector<ReplayLineModel> lines = {};  // without a result: who had seats at the end
    std::uint32_t length_s = 0;
    std::uint64_t ended_unix_s = 0;
};

struct ReplaysModel {
    std::span<const GameCardModel> games = {};
    std::string_view game = {};    // the chosen one; empty: all
    std::string_view player = {};  // as it was typed
    std::span<const ReplayCardModel> replays = {};
    std::string_view next = {};  // address of the page with older ones; empty: there are none
    bool is_first = true;        // or it is a page of older ones
};

/// A match that somebody wants to watch again, and that is not over as far as everybody may know.
struct ReplayWaitModel {
    std::string_view room = {};  // id
    std::string_view room_name = {};
    std::string_view game_title = {};
    std::string_view invite = {};  // of a room that is not listed; or empty
    std::uint32_t delay_s = 0;     // so much later everybody may see it
};

struct ReplayEventModel {
    std::uint32_t at_s = 0;  // since the play began
    std::string words = {};
};

struct ReplayPageModel {
    ReplayCardModel card = {};
    std::string_view game = {};                         // id
    std::span<const std::string_view> statistics = {};  // names
    std::span<const ReplayEventModel> events = {};
    std::string_view invite = {};      // of a room that is not listed; or empty
    std::string_view module_url = {};  // empty: the game has changed, and that version is not here
    std::uint32_t begin_s = 0;         // where the address asked to begin
    enum class Check : std::uint8_t { unknown, equal, differs } check = Check::unknown;
};

}  // namespace gs::pages
