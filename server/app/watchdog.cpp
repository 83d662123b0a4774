#include "server/app/watchdog.h"

namespace gs::app {
namespace {

constexpr std::chrono::milliseconds look_period(200);

extern "C" void on_step_signal(int) { rooms::StepWatch::leave_condemned_step(); }

}  // namespace

bool StepJudge::look(net::Instant now) {
    const std::uint64_t count = watch_.count();
    if (count != seen_ || count % 2 == 0) {
        seen_ = count;
        seen_at_ = now;
        return false;
    }
    if (now - seen_at_ < longest_) return false;
    watch_.condemn(count);
    return true;
}

void Watchdog::install_handler() {
    struct sigaction action = {};
    action.sa_handler = on_step_signal;
    // Not blocked while it is handled: it is never returned from when it has something to do.
    action.sa_flags = SA_NODEFER | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(step_signal, &action, nullptr);
}

Watchdog::Watchdog() : thread_([this] { watch(); }) { install_handler(); }

Watchdog::~Watchdog() {
    {
        const std::scoped_lock lock(mutex_);
        ends_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

Watchdog::Turn::Turn(Watchdog& watchdog) {
    watchdog.watched_.store(pthread_self(), std::memory_order_relaxed);
    rooms::StepWatch::watch_this_thread(&watchdog.watch_);
}

void Watchdog::watch() {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, look_period, [this] { return ends_; })) {
        const net::Instant now(std::chrono::steady_clock::now().time_since_epoch());
        if (judge_.look(now)) pthread_kill(watched_.load(std::memory_order_relaxed), step_signal);
    }
}

}  // namespace gs::app
