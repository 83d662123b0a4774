// NoRooms: what /wt and /ws answer while this version has no rooms. The protocol asks for a ticket in the
// first `sure` message; there is no room that any ticket could be for, so every session that shows one is
// closed with words that the page can show, and one that sends anything else is closed for that. Keeps no
// state.
#pragma once

#include "server/net/session.h"

namespace gs::app {

class NoRooms final : public net::SessionHandler {
  public:
    void on_datagram(net::Session&, ByteView) override {}
    void on_message(net::Session& session, std::string_view text) override;
    void on_transfer(net::Session& session, std::uint32_t transfer_id, ByteView bytes,
                     TransferPart part) override;
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo&) override {}
};

}  // namespace gs::app
