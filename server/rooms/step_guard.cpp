#include "server/rooms/step_guard.h"

namespace gs::rooms {
namespace {

thread_local StepWatch* watch_of_this_thread = nullptr;

}  // namespace

const game::CheckFailure endless_step = {
    .expression = "step()", .why = "a step does not end", .file = __FILE__, .line = __LINE__};

bool is_endless(const game::CheckFailure& failure) { return failure.expression == endless_step.expression; }

void StepWatch::watch_this_thread(StepWatch* watch) { watch_of_this_thread = watch; }

StepWatch* StepWatch::of_this_thread() { return watch_of_this_thread; }

void StepWatch::leave_condemned_step() {
    StepWatch* const watch = watch_of_this_thread;
    // The step that was meant may have ended before the signal came.
    if (watch == nullptr || watch->count() % 2 == 0) return;
    if (watch->condemned_.load(std::memory_order_relaxed) != watch->count()) return;
    siglongjmp(watch->way_out_, 1);
}

game::CheckFailure guarded_step(const game::Module& module, void* state, const game::RawTurn& turn) {
    StepWatch* const watch = watch_of_this_thread;
    if (watch == nullptr) return module.step(state, turn);
    // The signal's mask is not saved, which would be a system call per tick: its handler does not block it.
    if (sigsetjmp(watch->way_out_, 0) != 0) {
        watch->turn_over();
        return endless_step;
    }
    watch->turn_over();
    // What is in a register is in its place before the step, and the step is over before it is said so.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const game::CheckFailure failure = module.step(state, turn);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    watch->turn_over();
    return failure;
}

}  // namespace gs::rooms
