// RollbackLoad: what a wrong guess costs, for benchmarks (tests/bench), native and as WebAssembly: a room
// full of hands that change their minds, and from one moment of it twelve ticks, once as steps and once as a
// client makes them again. Allocates when it is made; no clock: whoever runs it measures.
#pragma once

#include "core/game/golden_run.h"
#include "core/netcode/predictor.h"

namespace gs::netcode {

inline constexpr std::uint32_t rollback_load_ticks = 12;

class RollbackLoad {
  public:
    RollbackLoad(const game::Module& module, std::uint64_t seed)
        : module_(module),
          predictor_(module, rollback_load_ticks),
          before_(module),
          work_(module),
          inputs_(module),
          hands_(module) {
        // 20 s: until then most seats are taken and a match is under way.
        game::SelfPlay play(module, seed);
        for (next_ = {}; next_.value < 1200; ++next_) {
            const game::RawTurn turn = play.next();
            static_cast<void>(module.step(before_.data(), turn));
            std::memcpy(inputs_.at(Seat{0}), turn.inputs, module.info->seats_max * module.input_bytes);
        }
    }

    /// Twelve steps, each with the guess for it.
    void steps() {
        work_.copy_from(before_);
        hands_.copy_from(inputs_);
        for (std::uint32_t tick = 0; tick < rollback_load_ticks; ++tick) {
            hands_.repeat();
            static_cast<void>(
                module_.step(work_.data(), {.tick = next_ + tick, .inputs = hands_.data(), .events = {}}));
        }
    }
    /// The same after a wrong guess.
    void rollback() {
        predictor_.reset();
        predictor_.predict(
            {.state = before_,
             .inputs = inputs_,
             .next = next_,
             .end = next_ + rollback_load_ticks,
             .own = Seat{0}},
            [](const void*, Tick) -> const void* { return nullptr; }, nullptr);
    }
    /// Whether both came to the same.
    [[nodiscard]] bool is_same() {
        std::vector<std::byte> scratch(game::state_bytes_max);
        return work_.hash(scratch) == predictor_.after(next_ + (rollback_load_ticks - 1)).hash(scratch);
    }

  private:
    const game::Module& module_;
    Predictor predictor_;
    game::StateBuffer before_;
    game::StateBuffer work_;
    game::InputVector inputs_;
    game::InputVector hands_;
    Tick next_;
};

}  // namespace gs::netcode
