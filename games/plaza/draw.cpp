#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

namespace gs::plaza {

void Plaza::draw(const game::Frame<State>& frame, game::DrawList& list) {
    list.clear();
    list.camera = {.centre = {0, 0}, .height = 26, .clear = {222, 205, 178, 255}};
    for (const Solid& solid : solids)
        list.line(solid.from, solid.to, solid.radius * 2, {120, 110, 95});
    for (const Walker& walker : frame.after.walkers) {
        if (walker.is_present()) list.disc(walker.at, Walker::radius, {0, 114, 178});
    }
    for (const Pigeon& pigeon : frame.after.pigeons)
        list.disc(pigeon.at, 0.2F, {90, 90, 100});
    list.disc(frame.after.ball.at, Ball::radius, {250, 250, 245});
}

}  // namespace gs::plaza
