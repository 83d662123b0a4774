#include "games/arena/module.h"

#include "games/arena/arena.h"

namespace gs::arena {

const game::Module& module() {
    static constexpr game::Module arena = game::module_of<Arena>();
    return arena;
}

}  // namespace gs::arena

#ifdef __wasm__
const gs::game::Module& gs::game::the_module() { return arena::module(); }
#endif
