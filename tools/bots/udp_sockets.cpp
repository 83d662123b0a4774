#include "tools/bots/udp_sockets.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

constexpr unsigned batch = 16;
constexpr std::size_t packet_room = 2048;
// A turn reads at most this much of one client, so that the others and the timers get theirs.
constexpr unsigned receive_rounds_max = 8;
constexpr std::size_t arena_bytes = 256 * 1024;

enum Channel : std::uint8_t { channel_in, channel_out };

}  // namespace

struct UdpSockets::Batches {
    std::vector<std::byte> received = std::vector<std::byte>(batch * packet_room);
    std::vector<std::byte> arena = std::vector<std::byte>(arena_bytes);
    std::array<mmsghdr, batch> headers = {};
    std::array<iovec, batch> vectors = {};
};

UdpSocket::UdpSocket(UdpSockets& owner, int fd, quic::Path path, const DialTarget& target)
    : owner_(owner), fd_(fd), path_(path) {
    if (!target.conditions.none()) {
        // Neighbouring seeds give unrelated sequences.
        network_ =
            std::make_unique<Network>(Network{.in = Conditioner(target.conditions, 2 * target.seed),
                                              .out = Conditioner(target.conditions, 2 * target.seed + 1)});
    }
    owner_.by_local_.emplace(UdpSockets::key_of(path_.local), this);
    owner_.loop_.watch(fd_, *this, {});
}

UdpSocket::~UdpSocket() {
    owner_.flush();
    owner_.loop_.unwatch(fd_, *this);
    owner_.delay_line_.forget(*this);
    owner_.by_local_.erase(UdpSockets::key_of(path_.local));
    ::close(fd_);
}

WireCounters UdpSocket::wire() const {
    WireCounters wire = wire_;
    if (network_) wire.lost = network_->in.counts().lost + network_->out.counts().lost;
    return wire;
}

void UdpSocket::on_ready(bool readable, bool) {
    if (readable) owner_.receive(*this);
}

void UdpSocket::on_arrived(int channel, ByteView bytes) {
    if (channel == channel_out) {
        (void)::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        return;
    }
    wire_.bytes_in += bytes.size();
    ++wire_.packets_in;
    owner_.on_packet_(path_, bytes);
}

UdpSockets::UdpSockets(Loop& loop, DelayLine& delay_line, OnPacket on_packet)
    : loop_(loop),
      delay_line_(delay_line),
      on_packet_(std::move(on_packet)),
      batches_(std::make_unique<Batches>()) {}

UdpSockets::~UdpSockets() = default;

std::uint32_t UdpSockets::key_of(const net::Address& local) {
    return std::uint32_t{local.port()} | (local.is_v6() ? 0x10000U : 0U);
}

std::expected<std::unique_ptr<UdpSocket>, Error> UdpSockets::open(const DialTarget& target) {
    const auto failed = [](const char* context) {
        const bool full = errno == EMFILE || errno == ENFILE;
        return std::unexpected(Error{full ? ErrorCode::full : ErrorCode::io, context, errno});
    };
    const int family = target.address.is_v6() ? AF_INET6 : AF_INET;
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed("opening a UDP socket");
    sockaddr_storage name;
    socklen_t size = sizeof name;
    if (::connect(fd, target.address.data(), target.address.size()) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) {
        const auto error = failed("finding a way to the server");
        ::close(fd);
        return error;
    }
    quic::Path path{.local = net::Address(reinterpret_cast<sockaddr*>(&name), size),
                    .remote = target.address};
    return std::unique_ptr<UdpSocket>(new UdpSocket(*this, fd, path, target));
}

void UdpSockets::receive(UdpSocket& socket) {
    Batches& batches = *batches_;
    for (unsigned round = 0; round < receive_rounds_max; ++round) {
        for (unsigned i = 0; i < batch; ++i) {
            batches.vectors[i] = {batches.received.data() + i * packet_room, packet_room};
            batches.headers[i] = {};
            batches.headers[i].msg_hdr.msg_iov = &batches.vectors[i];
            batches.headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int count = ::recvmmsg(socket.fd_, batches.headers.data(), batch, MSG_DONTWAIT, nullptr);
        for (unsigned i = 0; i < static_cast<unsigned>(std::max(count, 0)); ++i) {
            const ByteView packet =
                ByteView(batches.received).subspan(i * packet_room, batches.headers[i].msg_len);
            if (!socket.network_) {
                socket.on_arrived(channel_in, packet);
                continue;
            }
            const Conditioner::Fate fate = socket.network_->in.datagram(loop_.now());
            for (int copy = 0; copy < fate.copies; ++copy)
                delay_line_.add(fate.at[copy], socket, channel_in, packet);
        }
        if (count < static_cast<int>(batch)) return;
    }
}

MutableBytes UdpSockets::begin() {
    if (arena_used_ + quic::packet_bytes_max > arena_bytes) flush();
    return MutableBytes(batches_->arena).subspan(arena_used_, quic::packet_bytes_max);
}

void UdpSockets::commit(const quic::Path& path, std::size_t size) {
    const auto found = by_local_.find(key_of(path.local));
    // A packet of a connection whose socket has gone goes nowhere.
    if (found == by_local_.end()) return;
    packets_.push_back({.socket = found->second, .offset = arena_used_, .size = size});
    arena_used_ += size;
}

void UdpSockets::flush() {
    for (std::size_t first = 0; first < packets_.size();) {
        UdpSocket& socket = *packets_[first].socket;
        std::size_t end = first;
        for (; end < packets_.size() && packets_[end].socket == &socket && end - first < batch; ++end) {
            ++socket.wire_.packets_out;
            socket.wire_.bytes_out += packets_[end].size;
        }
        send(socket, first, end - first);
        first = end;
    }
    packets_.clear();
    arena_used_ = 0;
}

void UdpSockets::send(const UdpSocket& socket, std::size_t first, std::size_t count) {
    Batches& batches = *batches_;
    if (socket.network_) {
        for (std::size_t i = first; i < first + count; ++i) {
            const ByteView packet = ByteView(batches.arena).subspan(packets_[i].offset, packets_[i].size);
            const Conditioner::Fate fate = socket.network_->out.datagram(loop_.now());
            for (int copy = 0; copy < fate.copies; ++copy)
                delay_line_.add(fate.at[copy], *packets_[i].socket, channel_out, packet);
        }
        return;
    }
    if (count == 1) {
        (void)::send(socket.fd_, batches.arena.data() + packets_[first].offset, packets_[first].size,
                     MSG_DONTWAIT);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        batches.vectors[i] = {batches.arena.data() + packets_[first + i].offset, packets_[first + i].size};
        batches.headers[i] = {};
        batches.headers[i].msg_hdr.msg_iov = &batches.vectors[i];
        batches.headers[i].msg_hdr.msg_iovlen = 1;
    }
    (void)::sendmmsg(socket.fd_, batches.headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
}

}  // namespace gs::bots
