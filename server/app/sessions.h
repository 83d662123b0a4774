// Sessions: which path leads to which handler, on both transports. The SessionAcceptor of http/ and quic/,
// owned by compose. /wt/echo is not here: quic/ serves it at the level of W3C streams.
#pragma once

#include "server/app/log.h"
#include "server/net/echo_handler.h"
#include "server/net/session.h"
#include "server/rooms/visits.h"

#include <cstdint>

namespace gs::app {

inline constexpr std::string_view webtransport_echo_path = "/wt/echo";

class Sessions final : public net::SessionAcceptor {
  public:
    explicit Sessions(Log& log) : log_(log) {}

    /// Before the first session; they outlive the sessions.
    void set_visits(rooms::Visits& visits) { visits_ = &visits; }

    [[nodiscard]] bool serves(const net::SessionRequest& request) const override;
    net::SessionHandler* accept(const net::SessionRequest& request, net::Session& session) override;

  private:
    Log& log_;
    net::EchoHandler echo_;
    rooms::Visits* visits_ = nullptr;
    std::uint64_t newest_id_ = 0;
};

}  // namespace gs::app
