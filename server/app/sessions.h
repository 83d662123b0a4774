// Sessions: which path leads to which handler, on both transports. The SessionAcceptor of http/ and quic/,
// owned by compose. /wt/echo is not here: quic/ serves it at the level of W3C streams.
#pragma once

#include "server/app/log.h"
#include "server/app/no_rooms.h"
#include "server/net/echo_handler.h"
#include "server/net/session.h"

#include <cstdint>

namespace gs::app {

inline constexpr std::string_view webtransport_echo_path = "/wt/echo";

class Sessions final : public net::SessionAcceptor {
  public:
    explicit Sessions(Log& log) : log_(log) {}

    [[nodiscard]] bool serves(const net::SessionRequest& request) const override;
    net::SessionHandler* accept(const net::SessionRequest& request, net::Session& session) override;

  private:
    Log& log_;
    net::EchoHandler echo_;
    NoRooms no_rooms_;
    std::uint64_t newest_id_ = 0;
};

}  // namespace gs::app
