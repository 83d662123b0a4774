// What every game has to pass (core/game/test_kit.h).
#include "core/game/test_kit.h"
#include "games/arena/module.h"

namespace gs::arena {
namespace {

GS_TEST_GAME(Arena, module());

}  // namespace
}  // namespace gs::arena
