// TcpClient: a blocking connection to this machine, for tests. Not part of the server.
#pragma once

#include "server/net/address.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gs::app {

/// A TCP connection to the server, read with patience but not for ever.
class TcpClient {
  public:
    explicit TcpClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        net::Address to = *net::Address::parse("127.0.0.1:0");
        to.set_port(port);
        connected_ = ::connect(fd_, to.data(), to.size()) == 0;
    }
    TcpClient(const TcpClient&) = delete;
    TcpClient& operator=(const TcpClient&) = delete;
    ~TcpClient() { ::close(fd_); }

    [[nodiscard]] bool connected() const { return connected_; }
    void send(std::string_view text) const { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }

    /// Everything up to the end of the connection, or until `enough` has been read.
    std::string read(std::string_view enough = {}) {
        char part[4096];
        while (enough.empty() || received_.find(enough) == std::string::npos) {
            const ssize_t got = ::recv(fd_, part, sizeof part, 0);
            if (got <= 0) break;
            received_.append(part, static_cast<std::size_t>(got));
        }
        return received_;
    }

  private:
    int fd_;
    bool connected_ = false;
    std::string received_;
};

}  // namespace gs::app
