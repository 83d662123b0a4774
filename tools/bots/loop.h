// Loop: one thread's event loop for thousands of sockets: epoll, timers of a millisecond, and work at the end
// of each turn, so that what a turn has to send leaves together. Owned by whoever runs the bots; everything
// in tools/bots lives on it. It reads the clock that it is given once per turn; all others ask now(). Not its
// job: what sockets carry.
#pragma once

#include "server/net/instant.h"
#include "server/quic/timer_wheel.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace gs::bots {

class Loop;

/// Calls `run` once when its time has come. Belongs to what it calls; must go before the Loop.
class Timer final : private quic::TimerNode {
  public:
    Timer(Loop& loop, std::function<void()> run) : loop_(loop), run_(std::move(run)) {}
    ~Timer() = default;

    /// From now on it runs at `at` (up to a millisecond later), and at no other time; `never` stops it.
    void set(net::Instant at);
    [[nodiscard]] net::Instant due() const { return due_; }

  private:
    friend class Loop;
    Loop& loop_;
    std::function<void()> run_;
    net::Instant due_ = net::never;
};

class Loop {
  public:
    using Clock = std::function<net::Instant()>;

    struct Options {
        Clock clock;
        /// While there is something to do, a turn begins at the earliest this long after the one before, so
        /// that the packets of many clients gather and are dealt with together. Bounds the processor time
        /// that waking up costs; adds at most as much to every time that is measured.
        net::Duration gather = {};
    };

    /// Told when a descriptor can be read or written; lives until it has been unwatched.
    class Watcher {
      public:
        virtual ~Watcher() = default;
        virtual void on_ready(bool readable, bool writable) = 0;
    };

    /// Asked at the end of each turn, in the order in which they were added.
    class TurnEnd {
      public:
        virtual ~TurnEnd() = default;
        virtual void on_turn_end() = 0;
    };

    struct Interest {
        bool read = true;
        bool write = false;
    };

    explicit Loop(Options options);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    /// The time of this turn.
    [[nodiscard]] net::Instant now() const { return now_; }

    void watch(int fd, Watcher& watcher, Interest interest);
    void change(int fd, Watcher& watcher, Interest interest);
    /// `watcher` hears nothing of it any more, not even what has happened already.
    void unwatch(int fd, Watcher& watcher);

    void add(TurnEnd& end) { ends_.push_back(&end); }
    void remove(TurnEnd& end) { std::erase(ends_, &end); }

    /// Waits for something to do, at most `wait_max`, and does it.
    void turn(net::Duration wait_max);

    /// Turns until `done` says so after a turn.
    void run_until(const std::function<bool()>& done);

    struct Counters {
        std::uint64_t turns = 0;
        std::uint64_t events = 0;
    };
    [[nodiscard]] const Counters& counts() const { return counts_; }

  private:
    friend class Timer;
    struct Events;

    void wait(net::Duration wait_max);
    void run_timers();

    Options options_;
    int epoll_;
    net::Instant now_;
    quic::TimerWheel wheel_;
    std::vector<Watcher*> ready_;       // of this turn; unwatch() takes them out
    std::vector<std::uint32_t> masks_;  // what they are ready for
    std::vector<TurnEnd*> ends_;
    bool busy_ = false;  // the turn before had something to do
    Counters counts_;
};

}  // namespace gs::bots
