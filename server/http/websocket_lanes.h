// WebSocketLanes: what a client's WebSocket messages mean on our three lanes (docs/protocol.md, "Lanes"): a
// text message is `sure`, a binary one with lane byte 1 a datagram, with lane byte 2 a part of a transfer.
// Owned by one WebSocketSession, or by a test: knows nothing of sockets. Checks every length before it is
// believed and keeps a few numbers per open transfer, never bytes.
#pragma once

#include "core/base/bytes.h"
#include "server/http/options.h"
#include "server/net/session.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gs::http {

class WebSocketLanes {
  public:
    /// Told what came in. Views are valid during the call.
    class Sink {
      public:
        virtual ~Sink() = default;
        virtual void on_datagram(ByteView payload) = 0;
        virtual void on_message(std::string_view text) = 0;
        virtual void on_transfer(std::uint32_t transfer_id, ByteView bytes,
                                 net::SessionHandler::TransferPart part) = 0;
    };

    /// Why the client cannot be followed any further; the session closes with close_code_of().
    enum class Fault : std::uint8_t {
        none,
        empty_frame,         // a binary message without a lane byte
        unknown_lane,        // a lane byte that is neither 1 nor 2
        datagram_too_large,  // over wire::datagram_bytes_max
        message_too_large,   // over Limits::websocket_message_bytes
        bad_transfer_head,   // too short, empty, or another total than before
        transfer_too_large,  // announces more than wire::transfer_bytes_max
        transfer_overrun,    // more bytes than announced
        too_many_transfers,  // over Limits::websocket_transfers_open
    };

    explicit WebSocketLanes(const Limits& limits);

    /// `text` is valid UTF-8.
    [[nodiscard]] Fault receive_text(std::string_view text, Sink& sink) const;
    [[nodiscard]] Fault receive_binary(ByteView frame, Sink& sink);

    /// The session ends: what is open is reported as aborted.
    void abort_open_transfers(Sink& sink);

    [[nodiscard]] std::size_t open_transfers() const { return transfers_.size(); }

  private:
    struct Transfer {
        std::uint32_t id;
        std::uint32_t total_bytes;
        std::uint32_t received_bytes;
    };

    Fault receive_transfer(ByteView frame, Sink& sink);

    std::size_t message_bytes_max_;
    std::size_t transfers_max_;
    std::vector<Transfer> transfers_;
};

/// RFC 6455 section 7.4.1: 1009 for what is too big, 1002 for the rest.
[[nodiscard]] std::uint16_t close_code_of(WebSocketLanes::Fault fault);
/// For the close frame: one plain sentence of at most wire::close_reason_bytes_max bytes.
[[nodiscard]] const char* sentence_of(WebSocketLanes::Fault fault);

}  // namespace gs::http
