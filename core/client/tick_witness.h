// TickWitness: who hears of every tick that a Client confirms, to keep it: a Playback, so that whoever
// watches live can go back. Called by the Client on its own thread; not owned by it.
#pragma once

#include "core/game/module.h"

namespace gs::client {

class TickWitness {
  public:
    virtual ~TickWitness() = default;

    /// `tick`, whose entry has `body`, was simulated; `state` and `inputs` are those after it.
    virtual void on_tick(Tick tick, ByteView body, const game::StateBuffer& state,
                         const game::InputVector& inputs) = 0;
};

}  // namespace gs::client
