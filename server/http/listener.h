// Listener: the sockets that connections come in on. Owned by the server; accepts, applies the limits on
// connections, and starts an HttpConnection for each. One thread.
#pragma once

#include "server/http/connection.h"
#include "server/http/failure.h"

#include <expected>
#include <memory>
#include <vector>

namespace gs::http {

class Listener {
  public:
    explicit Listener(std::shared_ptr<ServerCore> core);
    ~Listener();

    /// Binds every address and listens; nothing stays open on failure. With SO_REUSEADDR, so that a restart
    /// does not wait for the connections of the process before. On a machine without IPv6 the IPv6 loopback
    /// and wildcard are left out when there are other addresses.
    [[nodiscard]] std::expected<void, Failure> open(const std::vector<net::Address>& addresses);
    /// Takes no more connections.
    void close();

    [[nodiscard]] const std::vector<net::Address>& addresses() const { return addresses_; }

  private:
    struct Accepting;

    std::shared_ptr<ServerCore> core_;
    std::vector<std::shared_ptr<Accepting>> accepting_;
    std::vector<net::Address> addresses_;
};

}  // namespace gs::http
