// The games of this server: which ones there are, and where browsers find their WebAssembly. The only place
// that names them.
#pragma once

#include "server/pages/game_modules.h"
#include "server/rooms/rooms.h"

#include <vector>

namespace gs::app {

/// The first is what a visitor plays who does not choose. A game whose WebAssembly was not built is played by
/// programs only; its url is empty.
[[nodiscard]] std::vector<rooms::GameEntry> games(const pages::GameModules& built);

/// Rooms that are always there.
[[nodiscard]] std::vector<rooms::PermanentRoom> permanent_rooms();

}  // namespace gs::app
