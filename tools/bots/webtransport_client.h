// WebTransportDialer: WebTransport clients over UDP sockets of their own, carried by one quic::Endpoint in
// the client's role, because an Endpoint per client would cost more memory than its connection. Sessions are
// net::Sessions with the three lanes, or raw WebTransport for who measures below the lanes. One per loop.
#pragma once

#include "server/quic/endpoint.h"
#include "server/quic/webtransport_session.h"
#include "tools/bots/client.h"
#include "tools/bots/delay_line.h"
#include "tools/bots/loop.h"
#include "tools/bots/udp_sockets.h"

#include <memory>
#include <string>

namespace gs::bots {

class WebTransportDialer final : public Dialer, private Loop::TurnEnd {
  public:
    struct Options {
        std::shared_ptr<const quic::ClientCredentials> credentials;
        std::string origin = {};  // empty sends none, as programs do
        quic::ConnectionLimits limits = {};
    };

    /// `loop` and `delay_line` outlive it.
    WebTransportDialer(Loop& loop, DelayLine& delay_line, Options options);
    ~WebTransportDialer() override;

    [[nodiscard]] std::unique_ptr<Client> dial(const DialTarget& target, ClientEvents& events) override;

    /// Connections that are not over yet; a client that went leaves its own for a moment, to say so.
    [[nodiscard]] std::size_t connection_count() const { return endpoint_.connection_count(); }
    [[nodiscard]] quic::Endpoint& endpoint() { return endpoint_; }

  private:
    class Dial;
    class Handle;
    void on_turn_end() override;

    Loop& loop_;
    Options options_;
    UdpSockets sockets_;
    quic::Endpoint endpoint_;
    Timer timer_;
};

}  // namespace gs::bots
