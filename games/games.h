// The games of this build, from the list in games/CMakeLists.txt: for programs that offer them by name. The
// WebAssembly modules have one game each and do not use this.
#pragma once

#include "core/game/module.h"

#include <span>

namespace gs::games {

/// The first is what a visitor plays who does not choose. They live as long as the program.
[[nodiscard]] std::span<const game::Module* const> all();

}  // namespace gs::games
