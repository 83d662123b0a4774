#include "tests/bench/load_client.h"

#include "tests/bench/report.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace gs::bench {

net::Instant now() { return net::Instant(Clock::now().time_since_epoch()); }

class LoadNetwork::Watched final : public bots::Loop::Watcher {
  public:
    explicit Watched(std::function<void()> on_readable) : on_readable_(std::move(on_readable)) {}
    void on_ready(bool readable, bool) override {
        if (readable) on_readable_();
    }

  private:
    std::function<void()> on_readable_;
};

LoadNetwork::LoadNetwork(const quic::CertificateHash& hash)
    : webtransport_(loop_, delay_line_, [&hash] {
          bots::WebTransportDialer::Options options{
              .credentials =
                  std::make_shared<const quic::ClientCredentials>(quic::ClientTrust{.hashes = {hash}})};
          // Browsers at 60 datagrams a second: each one.
          options.limits.acknowledge_every = 1;
          return options;
      }()) {}

LoadNetwork::~LoadNetwork() = default;

void LoadNetwork::add(int fd, std::function<void()> on_readable) {
    watched_.push_back(std::make_unique<Watched>(std::move(on_readable)));
    loop_.watch(fd, *watched_.back(), {});
}

void LoadNetwork::close_all() {
    webtransport_.endpoint().close_all();
    wait(net::Duration(0));
}

bots::Dialer& LoadNetwork::dialer(net::TransportKind kind) {
    if (kind == net::TransportKind::websocket) return websocket_;
    return webtransport_;
}

LoadClient::LoadClient(LoadNetwork& network, Options options)
    : network_(network), on_datagram_(std::move(options.on_datagram)) {
    client_ = network_.dialer(options.transport)
                  .dial({.address = options.server,
                         .authority = options.server.to_string(),
                         .server_name = "localhost",
                         .path = options.path},
                        *this);
}

net::SessionHandler& LoadClient::on_opened(net::Session& session) {
    session_ = &session;
    return *this;
}

void LoadClient::on_failed(std::string_view words) {
    std::fprintf(stderr, "a session did not open: %.*s\n", static_cast<int>(words.size()), words.data());
}

void LoadClient::on_datagram(net::Session&, ByteView payload) {
    if (on_datagram_) on_datagram_(payload);
}

void LoadClient::send_datagram(ByteView payload) {
    if (session_ != nullptr) session_->send_datagram({}, payload);
    network_.wait(net::Duration(0));
}

void wait_connected(const std::vector<std::unique_ptr<LoadClient>>& clients, LoadNetwork& network) {
    const auto all = [&clients] {
        return std::ranges::all_of(clients, [](const auto& client) { return client->connected(); });
    };
    const net::Instant deadline = now() + std::chrono::seconds(20);
    while (now() < deadline && !all())
        network.wait(std::chrono::milliseconds(5));
    if (!all()) give_up("sessions do not open within 20 s, or are refused");
}

}  // namespace gs::bench
