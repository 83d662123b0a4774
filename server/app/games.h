// The games that this program has. A new game is one line in games.cpp.
#pragma once

#include "core/game/module.h"

#include <span>
#include <string_view>

namespace gs::app {

/// At least one; the first is the featured one.
[[nodiscard]] std::span<const game::Module* const> games();

/// By game::Info::id; null when there is none.
[[nodiscard]] const game::Module* find_game(std::string_view id);

}  // namespace gs::app
