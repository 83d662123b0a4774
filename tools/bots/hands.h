// Hands: what somebody at a keyboard might do, for any game: walks somewhere for a while, stands, presses
// things now and then. From a seed; one per bot. Knows no game: games make inputs of Controls themselves.
#pragma once

#include "core/base/rng.h"
#include "core/game/controls.h"
#include "server/net/instant.h"

#include <cstdint>

namespace gs::bots {

class Hands {
  public:
    explicit Hands(std::uint64_t seed) : rng_(seed) {}

    /// What the hands do at `now`; `pressed` is set in the one call in which something goes down.
    [[nodiscard]] game::Controls at(net::Instant now);

  private:
    void change();

    base::Rng rng_;
    net::Instant changes_at_ = {};
    game::Controls controls_;
};

}  // namespace gs::bots
