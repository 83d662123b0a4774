// UdpPort: one UDP port on up to one IPv4 and one IPv6 address, as sockets that read and write in batches
// (recvmmsg, sendmmsg, generic segmentation offload). Owned by a shard, whose loop waits for fds() to be
// readable. Not its job: what is in the packets (endpoint.h).
#pragma once

#include "core/base/error.h"
#include "server/quic/packet_writer.h"

#include <expected>
#include <functional>
#include <memory>
#include <vector>

namespace gs::quic {

struct UdpPortOptions {
    /// Kernel buffers: a burst of a few thousand packets, while the loop is busy elsewhere for some
    /// milliseconds.
    int receive_buffer_bytes = 4 * 1024 * 1024;
    int send_buffer_bytes = 4 * 1024 * 1024;
};

class UdpPort final : public PacketWriter {
  public:
    using OnPacket = std::function<void(const Path& path, ByteView packet)>;

    /// Binds `addresses` (at most one per family). With port 0 the first address chooses and the others
    /// follow. Errors: `in_use` when another program has the port, `refused` without permission, `invalid`
    /// otherwise.
    [[nodiscard]] static std::expected<std::unique_ptr<UdpPort>, Error> open(
        const std::vector<net::Address>& addresses, const UdpPortOptions& options = {});

    UdpPort(const UdpPort&) = delete;
    UdpPort& operator=(const UdpPort&) = delete;
    ~UdpPort() override;

    [[nodiscard]] std::vector<int> fds() const;
    /// As bound; the port is the real one.
    [[nodiscard]] std::vector<net::Address> addresses() const;

    /// Reads what has arrived, at most about `packets_max` packets per socket so that sending gets its turn.
    /// Returns how many there were; sockets with more stay readable.
    std::size_t receive(const OnPacket& on_packet, std::size_t packets_max = 512);

    /// Gives everything committed to the kernel. What it does not take is lost, as on any network.
    void flush();

    // PacketWriter
    MutableBytes begin() override;
    void commit(const Path& path, std::size_t size) override;

    struct Counters {
        std::uint64_t receive_calls = 0;
        std::uint64_t send_calls = 0;
        std::uint64_t packets_unsent = 0;  // the kernel's buffer was full, or the network unreachable
    };
    [[nodiscard]] const Counters& counts() const { return counts_; }

  private:
    struct Socket;
    struct Batches;

    UdpPort();
    [[nodiscard]] std::expected<void, Error> add(const net::Address& address, const UdpPortOptions& options);
    std::size_t receive(Socket& socket, const OnPacket& on_packet, std::size_t packets_max);
    void send(Socket& socket, unsigned first, unsigned count);
    void fill(Socket& socket, unsigned first, unsigned count);
    bool send_segments(Socket& socket, unsigned index);

    std::vector<std::unique_ptr<Socket>> sockets_;
    std::unique_ptr<Batches> batches_;
    bool segmentation_ = true;  // until the kernel or the network card says no
    Counters counts_;
};

}  // namespace gs::quic
