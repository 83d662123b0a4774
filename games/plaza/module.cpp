#include "games/plaza/module.h"

#include "games/plaza/plaza.h"

namespace gs::plaza {

const game::Module& module() {
    static constexpr game::Module plaza = game::module_of<Plaza>();
    return plaza;
}

}  // namespace gs::plaza

#ifdef __wasm__
const gs::game::Module& gs::game::the_module() { return plaza::module(); }
#endif
