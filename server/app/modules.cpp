#include "server/app/modules.h"

#include "games/arena/module.h"
#include "games/plaza/module.h"

#include <array>

namespace gs::app {

std::span<const game::Module* const> modules() {
    static const std::array all = {&plaza::module(), &arena::module()};
    return all;
}

const game::Module* find_module(std::string_view id) {
    for (const game::Module* each : modules()) {
        if (each->info->id == id) return each;
    }
    return nullptr;
}

}  // namespace gs::app
