// The games that this program has, as code. A new game is one line in modules.cpp.
#pragma once

#include "core/game/module.h"

#include <span>
#include <string_view>

namespace gs::app {

/// At least one; the first is the featured one.
[[nodiscard]] std::span<const game::Module* const> modules();

/// By game::Info::id; null when there is none.
[[nodiscard]] const game::Module* find_module(std::string_view id);

}  // namespace gs::app
