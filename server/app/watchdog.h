// Watchdog: ends a step of a game that does not end, so that one game's loop is not the end of all rooms
// (docs/adr/0008-leaving-a-step.md). A thread of its own looks at the shard's StepWatch a few times per
// second; when the same step has run for too long, it sends the shard's thread a signal, whose handler leaves
// the step; the room then closes with its log. Made by the world; turns of the shard are inside a Turn.
#pragma once

#include "server/net/instant.h"
#include "server/rooms/step_guard.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <pthread.h>
#include <thread>

namespace gs::app {

/// No honest step takes a hundredth of it, and a page waits for longer before it says that it lost the
/// server.
inline constexpr net::Duration step_max = std::chrono::seconds(1);

/// Whether a step has run for too long, as somebody sees it who looks now and then.
class StepJudge {
  public:
    StepJudge(rooms::StepWatch& watch, net::Duration longest) : watch_(watch), longest_(longest) {}

    /// Now and then. True: the step that runs is condemned, and its thread is to get the signal.
    [[nodiscard]] bool look(net::Instant now);

  private:
    rooms::StepWatch& watch_;
    net::Duration longest_;
    std::uint64_t seen_ = 0;
    net::Instant seen_at_ = {};
};

class Watchdog {
  public:
    /// Not used for anything else in this process.
    static constexpr int step_signal = SIGUSR2;
    /// Its handler; done by the first Watchdog, and by tests.
    static void install_handler();

    Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog();

    /// While it is there, steps of this thread are watched.
    class Turn {
      public:
        explicit Turn(Watchdog& watchdog);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { rooms::StepWatch::watch_this_thread(nullptr); }
    };

  private:
    void watch();

    rooms::StepWatch watch_;
    StepJudge judge_{watch_, step_max};
    std::atomic<pthread_t> watched_ = {};
    std::mutex mutex_;
    std::condition_variable ended_;
    bool ends_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace gs::app
