// LaneAcceptor: joins WebTransport to the neutral seam. Every path becomes a net::Session for the
// net::SessionAcceptor behind it; one path may be served as a raw echo of streams.
#pragma once

#include "server/net/session.h"
#include "server/quic/webtransport_session.h"

#include <string>

namespace gs::quic {

class LaneAcceptor final : public WebTransportAcceptor {
  public:
    struct Options {
        Role role = Role::server;
        std::string echo_path = {};  // served by StreamEcho; empty for none
    };

    /// `sessions` outlives the acceptor.
    LaneAcceptor(net::SessionAcceptor& sessions, Options options);

    [[nodiscard]] bool serves(const net::SessionRequest& request) const override;
    [[nodiscard]] std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest& request,
                                                              WebTransportSession& session) override;

  private:
    net::SessionAcceptor& sessions_;
    Options options_;
};

}  // namespace gs::quic
