#include "games/pong/module.h"

#include "games/pong/pong.h"

namespace gs::pong {

const game::Module& module() {
    static constexpr game::Module pong = game::module_of<Pong>();
    return pong;
}

}  // namespace gs::pong

#ifdef __wasm__
const gs::game::Module& gs::game::the_module() { return pong::module(); }
#endif
