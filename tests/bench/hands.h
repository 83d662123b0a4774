// Hands: random controls of one player, as people move: a direction for 0.3 to 1.5 s, now and then a press.
// Made into inputs by the game's own from_controls(). From a seed; used by the benchmarks of rooms and logs.
#pragma once

#include "core/base/rng.h"
#include "core/game/module.h"

namespace gs::bench {

class Hands {
  public:
    Hands(const game::Module& module, std::uint64_t seed) : module_(module), rng_(seed) {}

    /// The input for the next tick.
    [[nodiscard]] game::InputBuffer16 next(const game::StateBuffer& shown, Seat own) {
        controls_.pressed = rng_.chance(5) ? 1U << rng_.below(5) : 0;
        if (ticks_left_ == 0) {
            ticks_left_ = static_cast<int>(18 + rng_.below(72));
            controls_.move = rng_.chance(200) ? Vec2{} : Vec2{unit(), unit()};
        }
        --ticks_left_;
        game::InputBuffer16 input;
        module_.from_controls(controls_, shown.data(), own, input.bytes);
        module_.sanitise(input.bytes);
        return input;
    }

  private:
    [[nodiscard]] float unit() { return static_cast<float>(rng_.below(2001)) / 1000 - 1; }

    const game::Module& module_;
    base::Rng rng_;
    game::Controls controls_;
    int ticks_left_ = 0;
};

}  // namespace gs::bench
