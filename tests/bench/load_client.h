// A WebTransport client over a UDP socket of its own, as a browser is one, cheap enough for thousands in a
// process: one packet per system call and no batching, because its cost is not what is measured.
#pragma once

#include "server/quic/endpoint.h"

#include <functional>
#include <memory>
#include <string>

namespace gs::bench {

[[nodiscard]] net::Instant now();

class LoadClient final : private quic::PacketWriter, private quic::WebTransportAcceptor {
  public:
    struct Options {
        net::Address server;
        std::string authority;
        std::string path;
        std::string origin;
        std::shared_ptr<const quic::ClientCredentials> credentials;
        std::function<void(ByteView)> on_datagram;
        std::size_t acknowledge_every = 1;  // browsers at 60 datagrams a second: each one
    };

    explicit LoadClient(Options options);
    ~LoadClient() override;
    LoadClient(const LoadClient&) = delete;
    LoadClient& operator=(const LoadClient&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool connected() const { return session_ != nullptr; }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] quic::WebTransportSession& session() { return *session_; }

    /// Reads what has arrived and answers.
    void on_readable();
    /// Runs timers that are due; call it now and then.
    void on_time();
    void send_datagram(ByteView payload);
    /// Ends the session and tells the server.
    void close();

  private:
    class Handler;

    MutableBytes begin() override { return room_; }
    void commit(const quic::Path& path, std::size_t size) override;
    bool serves(const net::SessionRequest&) const override { return true; }
    std::unique_ptr<quic::WebTransportHandler> accept(const net::SessionRequest&,
                                                      quic::WebTransportSession& session) override;
    void refused(int) override { failed_ = true; }

    Options options_;
    int fd_;
    net::Address local_;
    std::vector<std::byte> room_ = std::vector<std::byte>(quic::packet_bytes_max);
    std::unique_ptr<quic::Endpoint> endpoint_;
    quic::WebTransportSession* session_ = nullptr;
    bool failed_ = false;
};

/// Waits for many sockets at once and hands their readiness out.
class Poller {
  public:
    Poller();
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    void add(int fd, std::function<void()> on_readable);
    /// Waits at most `timeout`, then calls those that are readable.
    void wait(net::Duration timeout);

  private:
    int epoll_;
    std::vector<std::unique_ptr<std::function<void()>>> callbacks_;
};

}  // namespace gs::bench
