// The real server as a child process on free loopback ports with a data folder of its own, as users run it.
#pragma once

#include "server/net/address.h"
#include "server/quic/tls.h"

#include <string>
#include <sys/types.h>

namespace gs::bench {

class ServerProcess {
  public:
    /// Starts build/release/grandstand and waits for its ready line; stops the program with a message if it
    /// does not come.
    ServerProcess();
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const net::Address& http() const { return http_; }
    [[nodiscard]] const net::Address& quic() const { return quic_; }
    [[nodiscard]] const quic::CertificateHash& certificate_hash() const { return hash_; }

  private:
    void read_transport();

    pid_t pid_ = -1;
    std::string data_folder_;
    net::Address http_;
    net::Address quic_;
    quic::CertificateHash hash_ = {};
};

}  // namespace gs::bench
