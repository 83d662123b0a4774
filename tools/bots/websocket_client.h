// WebSocketDialer: WebSocket clients (ws://) as net::Sessions with the three lanes, on non-blocking sockets
// of their own. What a client's lanes carry is in docs/protocol.md, "Lanes"; frames are read and written by
// websocket_frames.h. With a conditioner, the TCP stream stalls as it would for repeats of lost packets.
// One per loop, on its thread.
#pragma once

#include "tools/bots/client.h"
#include "tools/bots/delay_line.h"
#include "tools/bots/loop.h"

#include <memory>
#include <vector>

namespace gs::bots {

class WebSocketDialer final : public Dialer, private Loop::TurnEnd {
  public:
    /// `loop` and `delay_line` outlive it.
    WebSocketDialer(Loop& loop, DelayLine& delay_line);
    ~WebSocketDialer() override;

    [[nodiscard]] std::unique_ptr<Client> dial(const DialTarget& target, ClientEvents& events) override;
    /// The same over a stream socket that is connected already; owns `fd` from now on.
    [[nodiscard]] std::unique_ptr<Client> dial_over(int fd, const DialTarget& target, ClientEvents& events);

  private:
    class Connection;
    void on_turn_end() override;

    Loop& loop_;
    DelayLine& delay_line_;
    std::vector<std::byte> received_;     // shared by all: only what is left of a frame stays with a client
    std::vector<Connection*> turn_ends_;  // have something to send or to tell
    std::vector<Connection*> ending_;     // the list that is worked on; null where one has gone
};

}  // namespace gs::bots
