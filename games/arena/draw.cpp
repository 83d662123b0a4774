#include "games/arena/arena.h"
namespace gs::arena {
void Arena::draw(const game::Frame<State>&, game::DrawList&) {}
}
