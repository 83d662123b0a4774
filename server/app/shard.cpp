#include "server/app/shard.h"

#include "core/base/assert.h"
#include "server/quic/receive_pacer.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <list>
#include <optional>
#include <utility>
#include <vector>

namespace gs::app {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// QUIC's timers wait at least this long, so that pacing at a high rate does not become a busy loop.
constexpr net::Duration timer_least = std::chrono::milliseconds(1);
/// Without anything to time the timer looks again after this.
constexpr net::Duration timer_most = std::chrono::seconds(1);

}  // namespace

struct Shard::Loop {
    explicit Loop(ShardClock shard_clock) : clock(std::move(shard_clock)) {}
    ~Loop() {
        // The port closes its sockets itself.
        for (Socket& socket : sockets) {
            socket.descriptor.release();
        }
    }

    struct Socket {
        asio::posix::stream_descriptor descriptor;
        asio::steady_timer pause;  // under load packets gather in the kernel for this long
    };

    struct Job {
        asio::steady_timer timer;
        net::Duration period;
        std::function<void()> run;
    };

    void wait_readable(Socket& socket);
    void on_readable(Socket& socket);
    void end_turn();
    void schedule_timer();
    void schedule(Job& job);
    void schedule_turn();
    void make_turn();
    void finish_turn();
    void wait_signal(asio::signal_set& set, const std::function<void(int)>& job);

    ShardClock clock;
    // Declared before what runs on it: one thread, so asio needs no locks.
    asio::io_context io{1};
    std::unique_ptr<quic::UdpPort> port;
    std::optional<quic::Endpoint> endpoint;
    quic::UdpPort::OnPacket on_packet;
    std::list<Socket> sockets;
    asio::steady_timer timer{io};
    quic::ReceivePacer pacer;
    net::Instant timer_at = net::never;
    std::list<Job> jobs;
    Turns turns;
    asio::steady_timer turn_timer{io};
    net::Instant turn_at = net::never;
    std::list<asio::signal_set> signals;
};

void Shard::Loop::wait_readable(Socket& socket) {
    socket.descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                 [this, &socket](const error_code& error) {
                                     if (!error) on_readable(socket);
                                 });
}

void Shard::Loop::on_readable(Socket& socket) {
    endpoint->advance(clock.now());
    const std::size_t packets = port->receive(on_packet);
    end_turn();
    const net::Duration pause = pacer.pause(packets, clock.now());
    if (pause.count() == 0) return wait_readable(socket);
    socket.pause.expires_after(pause);
    socket.pause.async_wait([this, &socket](const error_code& error) {
        if (!error) on_readable(socket);
    });
}

void Shard::Loop::end_turn() {
    endpoint->timers();
    endpoint->flush();
    port->flush();
    schedule_timer();
}

void Shard::Loop::schedule_timer() {
    const net::Instant now = clock.now();
    const net::Instant next = std::clamp(endpoint->next_expiry(), now + timer_least, now + timer_most);
    // Most turns make it later; then the one that is set fires early, does nothing and sets the next.
    if (timer_at <= next && timer_at > now) return;
    timer_at = next;
    timer.expires_after(next - now);
    timer.async_wait([this](const error_code& error) {
        if (error) return;
        timer_at = net::never;
        endpoint->advance(clock.now());
        end_turn();
    });
}

void Shard::Loop::schedule(Job& job) {
    job.timer.expires_after(job.period);
    job.timer.async_wait([this, &job](const error_code& error) {
        if (error) return;
        job.run();
        schedule(job);
    });
}

void Shard::Loop::schedule_turn() {
    const net::Instant now = clock.now();
    turn_at = std::clamp(turns.next(), now, now + timer_most);
    // Setting it again ends the wait before it.
    turn_timer.expires_after(turn_at - now);
    turn_timer.async_wait([this](const error_code& error) {
        if (!error) make_turn();
    });
}

void Shard::Loop::make_turn() {
    const net::Instant now = clock.now();
    if (endpoint) endpoint->advance(now);
    // What is woken by this turn is seen by schedule_turn().
    turn_at = net::Instant::min();
    turns.make(now);
    if (endpoint) end_turn();
    // What WebSockets have to write was queued on the loop before this.
    asio::post(io, [this] { finish_turn(); });
    schedule_turn();
}

void Shard::Loop::finish_turn() {
    const net::Instant now = clock.now();
    if (endpoint) endpoint->advance(now);
    turns.finish(now);
    if (endpoint) end_turn();
}

void Shard::Loop::wait_signal(asio::signal_set& set, const std::function<void(int)>& job) {
    set.async_wait([this, &set, job](const error_code& error, int number) {
        if (error) return;
        job(number);
        wait_signal(set, job);
    });
}

Shard::Shard(ShardClock clock) : loop_(std::make_unique<Loop>(std::move(clock))) {}
Shard::~Shard() = default;

asio::io_context& Shard::io() { return loop_->io; }
net::Instant Shard::now() { return loop_->clock.now(); }
const ShardClock& Shard::clock() const { return loop_->clock; }
quic::Endpoint* Shard::endpoint() { return loop_->endpoint ? &*loop_->endpoint : nullptr; }
quic::UdpPort* Shard::port() { return loop_->port.get(); }

void Shard::add_quic(std::unique_ptr<quic::UdpPort> port, const quic::Endpoint::Options& options,
                     std::shared_ptr<const quic::ServerCredentials> credentials) {
    GS_ASSERT(loop_->port == nullptr, "a shard has one UDP port");
    loop_->port = std::move(port);
    loop_->endpoint.emplace(options, std::move(credentials), *loop_->port, loop_->clock.now());
    loop_->on_packet = [endpoint = &*loop_->endpoint](const quic::Path& path, ByteView packet) {
        endpoint->read(path, packet);
    };
    for (const int fd : loop_->port->fds()) {
        Loop::Socket& socket = loop_->sockets.emplace_back(
            Loop::Socket{.descriptor = {loop_->io, fd}, .pause = asio::steady_timer(loop_->io)});
        loop_->wait_readable(socket);
    }
    loop_->schedule_timer();
}

void Shard::flush() {
    if (!loop_->endpoint) return;
    loop_->endpoint->advance(loop_->clock.now());
    loop_->end_turn();
}

void Shard::set_turns(Turns turns) {
    GS_ASSERT(loop_->turns.next == nullptr, "a shard has one kind of turns");
    loop_->turns = std::move(turns);
    loop_->schedule_turn();
}

void Shard::turn_earlier() {
    if (loop_->turns.next != nullptr && loop_->turns.next() < loop_->turn_at) loop_->schedule_turn();
}

void Shard::every(net::Duration period, std::function<void()> job) {
    Loop::Job& added = loop_->jobs.emplace_back(
        Loop::Job{.timer = asio::steady_timer(loop_->io), .period = period, .run = std::move(job)});
    loop_->schedule(added);
}

void Shard::after(net::Duration delay, std::function<void()> job) {
    auto timer = std::make_shared<asio::steady_timer>(loop_->io, delay);
    timer->async_wait([timer, job = std::move(job)](const error_code& error) {
        if (!error) job();
    });
}

void Shard::on_signals(std::initializer_list<int> signals, const std::function<void(int)>& job) {
    asio::signal_set& set = loop_->signals.emplace_back(loop_->io);
    for (const int number : signals) {
        set.add(number);
    }
    loop_->wait_signal(set, job);
}

void Shard::run() { loop_->io.run(); }
void Shard::stop() { loop_->io.stop(); }
void Shard::finish() {
    loop_->io.restart();
    // Bounded: a client that keeps sending must not keep the server from ending.
    for (int left = 10'000; left > 0 && loop_->io.poll_one() > 0; --left) {
    }
}
void Shard::post(std::function<void()> job) { asio::post(loop_->io, std::move(job)); }

}  // namespace gs::app
