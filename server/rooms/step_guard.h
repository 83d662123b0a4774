// StepGuard: the way out of a step that does not end (docs/adr/0008-leaving-a-step.md). A shard that is
// watched has a StepWatch, which says whether it is inside a game's step; app/watchdog.h looks at it from
// another thread, and leaves a step that takes too long by a signal to the shard's thread. Games have no
// heap, locks or destructors by contract, so nothing is lost but the state, which is abandoned with its room.
// On a thread without a watch a guarded step is just the step.
#pragma once

#include "core/game/module.h"

#include <atomic>
#include <csetjmp>
#include <cstdint>

namespace gs::rooms {

class StepWatch {
  public:
    StepWatch() = default;
    StepWatch(const StepWatch&) = delete;
    StepWatch& operator=(const StepWatch&) = delete;

    /// Steps begun and ended so far: odd inside a step. Any thread.
    [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
    /// The step of this count is to be left when its thread gets the signal. Any thread.
    void condemn(std::uint64_t count) { condemned_.store(count, std::memory_order_relaxed); }

    /// This thread's steps are watched by `watch` from now on; null: not any more.
    static void watch_this_thread(StepWatch* watch);
    [[nodiscard]] static StepWatch* of_this_thread();

    /// For the signal's handler, on the shard's thread: does not return if the step that runs is condemned.
    static void leave_condemned_step();

  private:
    friend game::CheckFailure guarded_step(const game::Module& module, void* state,
                                           const game::RawTurn& turn);
    void turn_over() { count_.store(count() + 1, std::memory_order_relaxed); }

    std::atomic<std::uint64_t> count_ = 0;
    std::atomic<std::uint64_t> condemned_ = 0;
    sigjmp_buf way_out_ = {};
};

/// The failure of a step that was left; its state is not one any more.
extern const game::CheckFailure endless_step;
[[nodiscard]] bool is_endless(const game::CheckFailure& failure);

/// module.step(), watched if this thread is.
[[nodiscard]] game::CheckFailure guarded_step(const game::Module& module, void* state,
                                              const game::RawTurn& turn);

}  // namespace gs::rooms
