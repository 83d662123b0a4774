// Inputs: what the hands of a bot (tools/bots/hands.h) do, tick after tick, made into inputs by the game's
// own from_controls(). From a seed; used by the benchmarks of rooms and logs, where no bot has a connection.
#pragma once

#include "core/game/module.h"
#include "tools/bots/hands.h"

#include <chrono>

namespace gs::bench {

class Inputs {
  public:
    Inputs(const game::Module& module, std::uint64_t seed) : module_(module), hands_(seed) {}

    /// The input for the next tick.
    [[nodiscard]] game::InputBuffer16 next(const game::StateBuffer& shown, Seat own) {
        now_ += std::chrono::nanoseconds(std::chrono::seconds(1)) / module_.info->tick_rate_hz;
        game::InputBuffer16 input;
        module_.from_controls(hands_.at(now_), shown.data(), own, input.bytes);
        module_.sanitise(input.bytes);
        return input;
    }

  private:
    const game::Module& module_;
    bots::Hands hands_;
    net::Instant now_ = {};
};

}  // namespace gs::bench
