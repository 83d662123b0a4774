// Shard: one thread with one event loop, and QUIC on it: waits for the UDP port, keeps QUIC's timers, and
// makes the turns that endpoint.h asks for. Made and run by compose; http/ lives on the same loop through
// io(). The only reader of the clock on this thread: everything else is given now(). Not its job: what is
// served.
#pragma once

#include "server/app/clock.h"
#include "server/quic/endpoint.h"
#include "server/quic/udp_port.h"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace gs::app {

class Shard {
  public:
    explicit Shard(ShardClock clock);
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;
    ~Shard();

    [[nodiscard]] boost::asio::io_context& io();
    [[nodiscard]] net::Instant now();
    /// The clock itself, for other threads that measure.
    [[nodiscard]] const ShardClock& clock() const;

    /// Gives the shard its UDP port; packets are read from now on. At most once.
    void add_quic(std::unique_ptr<quic::UdpPort> port, const quic::Endpoint::Options& options,
                  std::shared_ptr<const quic::ServerCredentials> credentials);

    /// Null without QUIC.
    [[nodiscard]] quic::Endpoint* endpoint();
    [[nodiscard]] quic::UdpPort* port();

    /// Sends what calls on the endpoint or its sessions from outside a packet have left to send.
    void flush();

    /// Work that is due at times of its own: ticks. `next` says when; `make` does what cannot wait, and what
    /// it leaves to send, over WebSocket too, is on its way before `finish` does the rest. At most once; all
    /// are called on the loop.
    struct Turns {
        std::function<net::Instant()> next;
        std::function<void(net::Instant now)> make;
        std::function<void(net::Instant now)> finish;
    };
    void set_turns(Turns turns);
    /// `next` may have become earlier than it was after the last turn.
    void turn_earlier();

    /// Calls `job` every `period` for as long as the loop runs.
    void every(net::Duration period, std::function<void()> job);

    /// Calls `job` once, in a later turn of the loop.
    void after(net::Duration delay, std::function<void()> job);

    /// Calls `job` for each of these signals from now on.
    void on_signals(std::initializer_list<int> signals, const std::function<void(int signal)>& job);

    /// Runs the loop until stop().
    void run();
    void stop();
    /// After run(): calls what is ready, without waiting. What has been ended since tells its owners so, and
    /// lets go of what it holds.
    void finish();

    /// Calls `job` in a later turn of the loop. The only call that other threads may make.
    void post(std::function<void()> job);

  private:
    struct Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace gs::app
