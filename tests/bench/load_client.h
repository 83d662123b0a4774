// LoadClient: a client of the bots (tools/bots), on either transport, that only sends and receives datagrams;
// and LoadNetwork, the loop that thousands of them share. Their cost is not what is measured.
#pragma once

#include "tools/bots/websocket_client.h"
#include "tools/bots/webtransport_client.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gs::bench {

[[nodiscard]] net::Instant now();

class LoadNetwork {
  public:
    /// WebTransport servers have to show this certificate.
    explicit LoadNetwork(const quic::CertificateHash& hash);
    ~LoadNetwork();
    LoadNetwork(const LoadNetwork&) = delete;
    LoadNetwork& operator=(const LoadNetwork&) = delete;

    /// Another descriptor to wait for.
    void add(int fd, std::function<void()> on_readable);
    /// Waits at most `timeout` for something, and deals with it.
    void wait(net::Duration timeout) { loop_.turn(timeout); }
    /// Ends all WebTransport connections and tells the server.
    void close_all();
    [[nodiscard]] bots::Dialer& dialer(net::TransportKind kind);

  private:
    class Watched;

    bots::Loop loop_{{.clock = now}};
    bots::DelayLine delay_line_{loop_};
    bots::WebTransportDialer webtransport_;
    bots::WebSocketDialer websocket_{loop_, delay_line_};
    std::vector<std::unique_ptr<Watched>> watched_;
};

class LoadClient final : private bots::ClientEvents, private net::SessionHandler {
  public:
    struct Options {
        net::TransportKind transport;
        net::Address server;
        std::string path;
        std::function<void(ByteView)> on_datagram = {};
    };

    /// Dials. `network` outlives it.
    LoadClient(LoadNetwork& network, Options options);

    [[nodiscard]] bool connected() const { return session_ != nullptr; }
    /// Leaves with this turn of the network.
    void send_datagram(ByteView payload);

  private:
    net::SessionHandler& on_opened(net::Session& session) override;
    void on_failed(std::string_view words) override;
    void on_datagram(net::Session& session, ByteView payload) override;
    void on_message(net::Session&, std::string_view) override {}
    void on_transfer(net::Session&, std::uint32_t, ByteView, TransferPart) override {}
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo&) override { session_ = nullptr; }

    LoadNetwork& network_;
    std::function<void(ByteView)> on_datagram_;
    net::Session* session_ = nullptr;
    std::unique_ptr<bots::Client> client_;
};

/// Waits until all are connected; stops the program with a message when that takes too long.
void wait_connected(const std::vector<std::unique_ptr<LoadClient>>& clients, LoadNetwork& network);

}  // namespace gs::bench
