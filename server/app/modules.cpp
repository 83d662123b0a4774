#include "server/app/modules.h"

#include "games/games.h"

namespace gs::app {

std::span<const game::Module* const> modules() { return games::all(); }

const game::Module* find_module(std::string_view id) {
    for (const game::Module* each : modules()) {
        if (each->info->id == id) return each;
    }
    return nullptr;
}

}  // namespace gs::app
