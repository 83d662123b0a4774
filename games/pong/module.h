// Pong as a game::Module, for those who do not want to know its types: rooms, netcode, tools.
#pragma once

#include "core/game/module.h"

namespace gs::pong {

/// Lives as long as the program.
[[nodiscard]] const game::Module& module();

}  // namespace gs::pong
