// Test support: one loop with a client of the bots and, in the same thread, a real server of each transport
// on loopback. Time is the real one plus what a test adds, so that nothing waits for time to pass.
#pragma once

#include "server/http/server.h"
#include "server/net/recording_handler.h"
#include "server/quic/lane_acceptor.h"
#include "server/quic/udp_port.h"
#include "tools/bots/websocket_client.h"
#include "tools/bots/webtransport_client.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gs::bots {

/// A clock that a test can put forward; it may stand still otherwise.
class MovingClock {
  public:
    enum class Runs : std::uint8_t { by_itself, when_told };
    explicit MovingClock(Runs runs = Runs::by_itself) : runs_(runs) {}

    [[nodiscard]] net::Instant now() const {
        if (runs_ == Runs::when_told) return net::Instant(std::chrono::hours(1)) + added_;
        return net::Instant(std::chrono::steady_clock::now().time_since_epoch()) + added_;
    }
    void add(net::Duration duration) { added_ += duration; }

  private:
    Runs runs_;
    net::Duration added_ = {};
};

/// What became of a dial.
class Dialled final : public ClientEvents {
  public:
    explicit Dialled(net::SessionHandler& handler) : handler_(handler) {}
    net::SessionHandler& on_opened(net::Session& opened) override {
        session = &opened;
        if (on_open) on_open(opened);
        return handler_;
    }
    void on_failed(std::string_view why) override {
        words = std::string(why);
        if (on_fail) on_fail();
    }

    net::Session* session = nullptr;
    std::optional<std::string> words;
    std::function<void(net::Session&)> on_open;
    std::function<void()> on_fail;

  private:
    net::SessionHandler& handler_;
};

/// The other end: serves one session at /wt and /ws.
class OneServerSession final : public net::SessionAcceptor {
  public:
    explicit OneServerSession(net::SessionHandler& handler) : handler_(handler) {}
    [[nodiscard]] bool serves(const net::SessionRequest& request) const override {
        return request.path == "/wt" || request.path == "/ws";
    }
    net::SessionHandler* accept(const net::SessionRequest&, net::Session& accepted) override {
        session = &accepted;
        if (on_accept) on_accept(accepted);
        return &handler_;
    }

    net::Session* session = nullptr;
    std::function<void(net::Session&)> on_accept;

  private:
    net::SessionHandler& handler_;
};

class LoopbackServer {
  public:
    virtual ~LoopbackServer() = default;
    virtual void turn() = 0;
    [[nodiscard]] virtual DialTarget target() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Dialer> dialer(Loop& loop, DelayLine& delay_line) const = 0;
};

class WebSocketServer final : public LoopbackServer {
  public:
    explicit WebSocketServer(net::SessionAcceptor& sessions, http::Limits limits = {})
        : server_(io_, options(limits), http::Router(), sessions) {
        EXPECT_TRUE(server_.start().has_value());
    }
    void turn() override {
        io_.restart();
        io_.poll();
    }
    [[nodiscard]] DialTarget target() const override {
        return {.address = server_.addresses().front(),
                .authority = server_.addresses().front().to_string(),
                .server_name = "",
                .path = "/ws"};
    }
    [[nodiscard]] std::unique_ptr<Dialer> dialer(Loop& loop, DelayLine& delay_line) const override {
        return std::make_unique<WebSocketDialer>(loop, delay_line);
    }

  private:
    static http::Options options(const http::Limits& limits) {
        http::Options options;
        options.limits = limits;
        options.listen = {*net::Address::parse("127.0.0.1:0")};
        return options;
    }

    boost::asio::io_context io_{1};
    http::Server server_;
};

class QuicServer final : public LoopbackServer {
  public:
    QuicServer(net::SessionAcceptor& sessions, const MovingClock& clock)
        : clock_(clock),
          lanes_(sessions, {}),
          port_(*quic::UdpPort::open({*net::Address::parse("127.0.0.1:0")})) {
        const std::int64_t today = std::time(nullptr);
        credentials_ = *quic::ServerCredentials::make(*quic::make_development_certificate(today), today);
        quic::Endpoint::Options options;
        options.http3.acceptor = &lanes_;
        endpoint_.emplace(options, credentials_, *port_, clock_.now());
    }
    void turn() override {
        endpoint_->advance(clock_.now());
        port_->receive([this](const quic::Path& path, ByteView packet) { endpoint_->read(path, packet); });
        endpoint_->timers();
        endpoint_->flush();
        port_->flush();
    }
    [[nodiscard]] DialTarget target() const override {
        return {.address = port_->addresses().front(),
                .authority = port_->addresses().front().to_string(),
                .server_name = "",
                .path = "/wt"};
    }
    [[nodiscard]] std::unique_ptr<Dialer> dialer(Loop& loop, DelayLine& delay_line) const override {
        return trusting(loop, delay_line, {.hashes = {credentials_->hash()}});
    }
    [[nodiscard]] static std::unique_ptr<Dialer> trusting(Loop& loop, DelayLine& delay_line,
                                                          quic::ClientTrust trust) {
        return std::make_unique<WebTransportDialer>(
            loop, delay_line,
            WebTransportDialer::Options{
                .credentials = std::make_shared<const quic::ClientCredentials>(std::move(trust))});
    }

  private:
    const MovingClock& clock_;
    quic::LaneAcceptor lanes_;
    std::unique_ptr<quic::UdpPort> port_;
    std::shared_ptr<const quic::ServerCredentials> credentials_;
    std::optional<quic::Endpoint> endpoint_;
};

enum class Kind : std::uint8_t { webtransport, websocket };

/// Server, loop and a dialer of one kind.
class Loopback {
  public:
    explicit Loopback(Kind kind) {
        if (kind == Kind::websocket) {
            server = std::make_unique<WebSocketServer>(sessions);
        } else {
            server = std::make_unique<QuicServer>(sessions, clock);
        }
        dialer = server->dialer(loop, delay_line);
    }
    ~Loopback() {
        client.reset();
        dialer.reset();
    }
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    void dial(const Conditions& conditions = {}, std::uint64_t seed = 1) {
        DialTarget target = server->target();
        target.conditions = conditions;
        target.seed = seed;
        client = dialer->dial(target, dialled);
    }
    bool connect(const Conditions& conditions = {}, std::uint64_t seed = 1) {
        dial(conditions, seed);
        return run_until([this] { return dialled.session != nullptr && sessions.session != nullptr; });
    }
    /// Turns everything until `done`; false after some 20 s without.
    bool run_until(const std::function<bool()>& done) {
        for (int turns = 0; turns < 10'000; ++turns) {
            if (server) server->turn();
            loop.turn(std::chrono::milliseconds(turns % 8 == 0 ? 2 : 0));
            clock.add(skip);
            if (done()) return true;
        }
        return false;
    }

    MovingClock clock;
    net::Duration skip = {};  // so much more time passes in each turn
    Loop loop{{.clock = [this] { return clock.now(); }}};
    DelayLine delay_line{loop};
    net::RecordingHandler client_handler;
    net::RecordingHandler server_handler;
    Dialled dialled{client_handler};
    OneServerSession sessions{server_handler};
    std::unique_ptr<LoopbackServer> server;
    std::unique_ptr<Dialer> dialer;
    std::unique_ptr<Client> client;
};

}  // namespace gs::bots
