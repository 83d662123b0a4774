// UdpSockets: a UDP socket per client, as browsers have one each, for one Endpoint that carries them all.
// Reads and writes in batches, and puts each client's conditioner between its socket and the Endpoint. Owned
// by the WebTransportDialer; on the loop's thread. Not its job: what is in the packets.
#pragma once

#include "core/base/error.h"
#include "server/quic/packet_writer.h"
#include "tools/bots/client.h"
#include "tools/bots/conditioner.h"
#include "tools/bots/delay_line.h"
#include "tools/bots/loop.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace gs::bots {

class UdpSockets;

/// One client's socket, connected to the server. Must go before the UdpSockets.
class UdpSocket final : private Loop::Watcher, private DelayedReceiver {
  public:
    ~UdpSocket() override;

    [[nodiscard]] const quic::Path& path() const { return path_; }
    [[nodiscard]] WireCounters wire() const;

  private:
    friend class UdpSockets;
    UdpSocket(UdpSockets& owner, int fd, quic::Path path, const DialTarget& target);
    void on_ready(bool readable, bool writable) override;
    void on_arrived(int channel, ByteView bytes) override;

    struct Network {
        Conditioner in;
        Conditioner out;
    };

    UdpSockets& owner_;
    int fd_;
    quic::Path path_;
    std::unique_ptr<Network> network_;  // null for a perfect one
    WireCounters wire_;
};

class UdpSockets final : public quic::PacketWriter {
  public:
    using OnPacket = std::function<void(const quic::Path& path, ByteView packet)>;

    UdpSockets(Loop& loop, DelayLine& delay_line, OnPacket on_packet);
    ~UdpSockets() override;

    /// Errors: `full` without file descriptors left, `io` otherwise.
    [[nodiscard]] std::expected<std::unique_ptr<UdpSocket>, Error> open(const DialTarget& target);

    /// Gives everything committed to the kernel, or to the delay line. What the kernel does not take is lost.
    void flush();

    // quic::PacketWriter
    MutableBytes begin() override;
    void commit(const quic::Path& path, std::size_t size) override;

  private:
    friend class UdpSocket;
    struct Batches;
    struct Packet {
        UdpSocket* socket;
        std::size_t offset;
        std::size_t size;
    };

    static std::uint32_t key_of(const net::Address& local);
    void receive(UdpSocket& socket);
    void send(const UdpSocket& socket, std::size_t first, std::size_t count);

    Loop& loop_;
    DelayLine& delay_line_;
    OnPacket on_packet_;
    std::unordered_map<std::uint32_t, UdpSocket*> by_local_;
    std::unique_ptr<Batches> batches_;
    std::vector<Packet> packets_;
    std::size_t arena_used_ = 0;
};

}  // namespace gs::bots
