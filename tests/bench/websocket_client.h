// A WebSocket client for load: blocking upgrade, then non-blocking binary frames of the `now` lane under 126
// bytes.
#pragma once

#include "core/base/bytes.h"
#include "server/net/address.h"

#include <functional>
#include <string>

namespace gs::bench {

class WebSocketClient {
  public:
    using OnDatagram = std::function<void(ByteView)>;

    WebSocketClient(const net::Address& server, const std::string& path, OnDatagram on_datagram);
    ~WebSocketClient();
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool connected() const { return connected_; }
    void on_readable();
    void send_datagram(ByteView payload) const;

  private:
    int fd_;
    bool connected_ = false;
    OnDatagram on_datagram_;
    std::string received_;
};

}  // namespace gs::bench
