// Replayer: makes the ticks of a log again, from a keyframe on: for checking logs, for bringing rooms back,
// for finding out what a client understood otherwise. One owner, one thread, no clock.
#pragma once

#include "core/netcode/entry.h"
#include "core/netcode/keyframe.h"

#include <cstdint>

namespace gs::netcode {

class Replayer {
  public:
    /// How a step is made: by whoever must be able to leave one that does not end.
    using Step = game::CheckFailure (*)(const game::Module& module, void* state, const game::RawTurn& turn);

    /// `module` outlives it.
    explicit Replayer(const game::Module& module, Step stepper = plain_step)
        : module_(module), step_(stepper), state_(module), inputs_(module) {}

    /// From the state in `keyframe` on. False: it is none of this game; nothing else may be called then.
    [[nodiscard]] bool start(ByteView keyframe) {
        return read_keyframe(module_, keyframe, next_, state_, inputs_);
    }

    enum class Made : std::uint8_t {
        tick,
        unreadable,    // the body is none of this game; the state is unspecified
        check_failed,  // the game found itself broken, as it did when the log was written; see failure()
    };
    /// The next tick, from the body of its entry; what it emits goes to `emitted`, if there is one.
    Made step(ByteView body, game::EventList* emitted = nullptr) {
        if (!read_entry(module_, body, inputs_, commands_)) return Made::unreadable;
        if (commands_.begins) module_.start(state_.data());
        failure_ = step_(module_, state_.data(),
                         {.tick = next_,
                          .inputs = inputs_.data(),
                          .events = {commands_.events.begin(), commands_.events.size()},
                          .random = commands_.random,
                          .start_asked = commands_.start_asked,
                          .emitted = emitted});
        ++next_;
        return failure_ ? Made::check_failed : Made::tick;
    }

    /// The tick that is made next.
    [[nodiscard]] Tick next() const { return next_; }
    [[nodiscard]] const game::StateBuffer& state() const { return state_; }
    [[nodiscard]] game::StateBuffer& state() { return state_; }
    [[nodiscard]] const game::InputVector& inputs() const { return inputs_; }
    /// Of the newest tick.
    [[nodiscard]] const TickCommands& commands() const { return commands_; }
    [[nodiscard]] const game::CheckFailure& failure() const { return failure_; }

  private:
    static game::CheckFailure plain_step(const game::Module& module, void* state, const game::RawTurn& turn) {
        return module.step(state, turn);
    }

    const game::Module& module_;
    Step step_;
    game::StateBuffer state_;
    game::InputVector inputs_;
    TickCommands commands_;
    game::CheckFailure failure_;
    Tick next_;
};

}  // namespace gs::netcode
