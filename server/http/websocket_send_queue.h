// WebSocketSendQueue: what waits to be sent to one client, in the order of importance: the newest datagram,
// then `sure` messages, then parts of `bulk` transfers. Bounded; owned by one WebSocketSession; knows no
// socket.
#pragma once

#include "server/net/session.h"
#include "server/net/shared_bytes.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <string>
#include <string_view>

namespace gs::http {

class WebSocketSendQueue {
  public:
    /// `bytes_max` bounds the waiting `sure` and `bulk` bytes; one message or transfer may go over it.
    explicit WebSocketSendQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    enum class Held : std::uint8_t { in_free_place, in_place_of_older };
    /// Keeps the datagram until fill(); an older one that still waits is stale and goes.
    Held hold_datagram(ByteView head, ByteView body);

    [[nodiscard]] std::expected<void, net::SendRefusal> push_message(std::string_view text);
    /// Returns the transfer's id. `bytes` is not empty.
    [[nodiscard]] std::expected<std::uint32_t, net::SendRefusal> push_transfer(net::SharedBytes bytes);

    /// Appends whole frames to `out` until it has `budget` bytes or nothing waits. A frame is never split, so
    /// `out` may end one frame over the budget.
    void fill(std::string& out, std::size_t budget);

    void drop_transfers();
    void clear();

    [[nodiscard]] bool has_datagram() const { return has_datagram_; }
    [[nodiscard]] bool empty() const { return !has_datagram_ && messages_.empty() && transfers_.empty(); }
    /// Waiting `sure` and `bulk` bytes.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// True once after a refusal, when less than half of the limit waits.
    [[nodiscard]] bool take_writable_again();

  private:
    struct Transfer {
        std::uint32_t id;
        net::SharedBytes bytes;
        std::size_t sent_bytes;
    };

    void fill_part(std::string& out);
    std::unexpected<net::SendRefusal> refuse_full();

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::string datagram_;
    bool has_datagram_ = false;
    bool refused_ = false;
    std::uint32_t last_transfer_id_ = 0;
    std::list<std::string> messages_;
    std::list<Transfer> transfers_;
};

/// Appends one datagram as a binary frame with its lane byte.
void append_datagram_frame(std::string& out, ByteView head, ByteView body);

}  // namespace gs::http
