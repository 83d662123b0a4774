// The measured side of the fan-out benchmark: a process of its own that sends datagrams to all sessions on a
// tick, over WebTransport or, as the floor, over a bare UDP socket with the same batches of system calls.
#pragma once

#include "server/net/address.h"
#include "server/quic/tls.h"

#include <cstdint>
#include <memory>
#include <sys/types.h>

namespace gs::bench {

struct FanoutPhase {
    enum class Kind : std::uint32_t { webtransport, raw, stop };
    Kind kind;
    std::uint32_t rate_hz;
    std::uint32_t bytes;
    std::uint32_t ticks;
};

struct FanoutResult {
    double cpu_s;
    std::uint64_t datagrams_sent;
    std::uint64_t packets_received;
    std::uint64_t sessions;
};

class FanoutServer {
  public:
    /// Starts the process. Its ports are known when this returns.
    explicit FanoutServer(std::shared_ptr<const quic::ServerCredentials> credentials);
    ~FanoutServer();
    FanoutServer(const FanoutServer&) = delete;
    FanoutServer& operator=(const FanoutServer&) = delete;

    [[nodiscard]] const net::Address& quic_address() const { return quic_; }
    [[nodiscard]] const net::Address& raw_address() const { return raw_; }
    /// Becomes readable when a phase is over.
    [[nodiscard]] int fd() const { return pipe_; }

    void begin(const FanoutPhase& phase);
    [[nodiscard]] FanoutResult result();

  private:
    net::Address quic_;
    net::Address raw_;
    int pipe_;
    pid_t child_;
};

}  // namespace gs::bench
