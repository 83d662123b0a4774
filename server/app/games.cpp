#include "server/app/games.h"

#include "games/plaza/module.h"

#include <array>

namespace gs::app {

std::span<const game::Module* const> games() {
    static const std::array all = {&plaza::module()};
    return all;
}

const game::Module* find_game(std::string_view id) {
    for (const game::Module* each : games()) {
        if (each->info->id == id) return each;
    }
    return nullptr;
}

}  // namespace gs::app
