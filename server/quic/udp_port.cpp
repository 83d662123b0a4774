#include "server/quic/udp_port.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::quic {
namespace {

constexpr unsigned receive_batch = 64;
constexpr std::size_t receive_bytes_max =
    2048;  // a packet of an Ethernet frame; larger ones are no QUIC for us

// One sendmmsg gives the kernel this many messages, each of one or more packets of equal size to one peer.
constexpr unsigned send_batch = 64;
constexpr unsigned segments_max = 32;                 // the kernel's limit is 64 (UDP_MAX_SEGMENTS)
constexpr std::size_t message_bytes_max = 60 * 1024;  // and 64 KiB together
constexpr std::size_t arena_bytes = 256 * 1024;

// Room for IP(V6)_PKTINFO and UDP_SEGMENT.
constexpr std::size_t control_bytes = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t));

Error system_error(ErrorCode code, const char* context) { return {code, context, errno}; }

template <typename T>
void put_control(msghdr& message, std::size_t& used, int level, int type, const T& value) {
    auto* header = reinterpret_cast<cmsghdr*>(static_cast<std::byte*>(message.msg_control) + used);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
    used += CMSG_SPACE(sizeof value);
}

}  // namespace

struct UdpPort::Socket {
    int fd = -1;
    net::Address bound;
    bool wildcard = false;  // replies must name the address that was asked

    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
};

/// Buffers of both directions, shared by the sockets; allocated once.
struct UdpPort::Batches {
    struct Message {
        Path path;
        std::size_t offset;
        std::size_t bytes;
        std::size_t segment_bytes;
        unsigned segments;
        bool open;  // the last segment was a full one, another may follow
    };

    std::vector<std::byte> receive_bytes = std::vector<std::byte>(receive_batch * receive_bytes_max);
    std::array<mmsghdr, receive_batch> receive_headers = {};
    std::array<iovec, receive_batch> receive_vectors = {};
    std::array<net::Address, receive_batch> receive_names;
    alignas(cmsghdr) std::array<std::array<std::byte, control_bytes>, receive_batch> receive_controls = {};

    std::vector<std::byte> arena = std::vector<std::byte>(arena_bytes);
    std::size_t arena_used = 0;
    std::array<Message, send_batch> messages;
    unsigned message_count = 0;
    std::array<mmsghdr, send_batch> send_headers = {};
    std::array<iovec, send_batch> send_vectors = {};
    alignas(cmsghdr) std::array<std::array<std::byte, control_bytes>, send_batch> send_controls = {};
};

UdpPort::UdpPort() : batches_(std::make_unique<Batches>()) {}

UdpPort::~UdpPort() = default;

std::expected<std::unique_ptr<UdpPort>, Error> UdpPort::open(const std::vector<net::Address>& addresses,
                                                             const UdpPortOptions& options) {
    std::unique_ptr<UdpPort> port(new UdpPort);
    for (net::Address address : addresses) {
        const bool same_family = std::ranges::any_of(
            port->sockets_, [&](const auto& socket) { return socket->bound.is_v6() == address.is_v6(); });
        if (same_family) return std::unexpected(Error{ErrorCode::invalid, "one UDP address per family"});
        if (address.port() == 0 && !port->sockets_.empty())
            address.set_port(port->sockets_.front()->bound.port());
        if (const auto added = port->add(address, options); !added) return std::unexpected(added.error());
    }
    return port;
}

std::expected<void, Error> UdpPort::add(const net::Address& address, const UdpPortOptions& options) {
    auto socket = std::make_unique<Socket>();
    const int family = address.is_v6() ? AF_INET6 : AF_INET;
    socket->fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket->fd < 0) return std::unexpected(system_error(ErrorCode::io, "opening a UDP socket"));
    const int on = 1;
    const auto set = [&socket](int level, int name, int value) {
        return ::setsockopt(socket->fd, level, name, &value, sizeof value) == 0;
    };
    // Each family has its own socket; never fragment, path MTU discovery is QUIC's.
    const bool required =
        address.is_v6()
            ? set(IPPROTO_IPV6, IPV6_V6ONLY, on) && set(IPPROTO_IPV6, IPV6_RECVPKTINFO, on) &&
                  set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
            : set(IPPROTO_IP, IP_PKTINFO, on) && set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    if (!required) return std::unexpected(system_error(ErrorCode::io, "setting up a UDP socket"));
    // The kernel caps these quietly; smaller buffers only mean more loss under bursts.
    set(SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
    set(SOL_SOCKET, SO_SNDBUF, options.send_buffer_bytes);
    if (::bind(socket->fd, address.data(), address.size()) != 0) {
        const ErrorCode code = errno == EADDRINUSE ? ErrorCode::in_use
                               : errno == EACCES   ? ErrorCode::refused
                                                   : ErrorCode::invalid;
        return std::unexpected(system_error(code, "binding the UDP port"));
    }
    sockaddr_storage name;
    socklen_t size = sizeof name;
    ::getsockname(socket->fd, reinterpret_cast<sockaddr*>(&name), &size);
    socket->bound = net::Address(reinterpret_cast<sockaddr*>(&name), size);
    const std::string host = socket->bound.host();
    socket->wildcard = host == "0.0.0.0" || host == "::";
    sockets_.push_back(std::move(socket));
    return {};
}

std::vector<int> UdpPort::fds() const {
    std::vector<int> fds;
    for (const auto& socket : sockets_)
        fds.push_back(socket->fd);
    return fds;
}

std::vector<net::Address> UdpPort::addresses() const {
    std::vector<net::Address> addresses;
    for (const auto& socket : sockets_)
        addresses.push_back(socket->bound);
    return addresses;
}

// Receiving

std::size_t UdpPort::receive(const OnPacket& on_packet, std::size_t packets_max) {
    std::size_t received = 0;
    for (const auto& socket : sockets_)
        received += receive(*socket, on_packet, packets_max);
    return received;
}

namespace {

/// The address that a packet was sent to, from its control message.
void read_destination(msghdr& message, net::Address& local) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            in_pktinfo info;
            std::memcpy(&info, CMSG_DATA(header), sizeof info);
            reinterpret_cast<sockaddr_in*>(local.data())->sin_addr = info.ipi_addr;
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info;
            std::memcpy(&info, CMSG_DATA(header), sizeof info);
            reinterpret_cast<sockaddr_in6*>(local.data())->sin6_addr = info.ipi6_addr;
        }
    }
}

}  // namespace

std::size_t UdpPort::receive(Socket& socket, const OnPacket& on_packet, std::size_t packets_max) {
    Batches& batches = *batches_;
    std::size_t received = 0;
    while (received < packets_max) {
        for (unsigned i = 0; i < receive_batch; ++i) {
            batches.receive_vectors[i] = {batches.receive_bytes.data() + i * receive_bytes_max,
                                          receive_bytes_max};
            msghdr& message = batches.receive_headers[i].msg_hdr;
            message = {};
            message.msg_name = batches.receive_names[i].data();
            message.msg_namelen = sizeof(sockaddr_in6);
            message.msg_iov = &batches.receive_vectors[i];
            message.msg_iovlen = 1;
            if (socket.wildcard) {
                message.msg_control = batches.receive_controls[i].data();
                message.msg_controllen = batches.receive_controls[i].size();
            }
        }
        ++counts_.receive_calls;
        const int count =
            ::recvmmsg(socket.fd, batches.receive_headers.data(), receive_batch, MSG_DONTWAIT, nullptr);
        if (count <= 0) break;
        for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
            mmsghdr& header = batches.receive_headers[i];
            if (header.msg_hdr.msg_flags & MSG_TRUNC) continue;
            Path path{.local = socket.bound, .remote = batches.receive_names[i]};
            if (socket.wildcard) read_destination(header.msg_hdr, path.local);
            on_packet(path, ByteView(batches.receive_bytes).subspan(i * receive_bytes_max, header.msg_len));
        }
        received += static_cast<std::size_t>(count);
        if (count < static_cast<int>(receive_batch)) break;
    }
    return received;
}

// Sending

MutableBytes UdpPort::begin() {
    Batches& batches = *batches_;
    if (batches.message_count == send_batch || batches.arena_used + packet_bytes_max > arena_bytes) flush();
    return MutableBytes(batches.arena).subspan(batches.arena_used, packet_bytes_max);
}

void UdpPort::commit(const Path& path, std::size_t size) {
    Batches& batches = *batches_;
    GS_ASSERT(size > 0 && size <= packet_bytes_max, "a packet as begin() allows");
    const std::size_t offset = batches.arena_used;
    batches.arena_used += size;
    if (batches.message_count > 0) {
        // All segments but the last have the same size; a shorter one ends the message.
        Batches::Message& last = batches.messages[batches.message_count - 1];
        if (segmentation_ && last.open && size <= last.segment_bytes && last.segments < segments_max &&
            last.bytes + size <= message_bytes_max && last.path == path) {
            last.bytes += size;
            ++last.segments;
            last.open = size == last.segment_bytes;
            return;
        }
    }
    batches.messages[batches.message_count++] = {
        .path = path, .offset = offset, .bytes = size, .segment_bytes = size, .segments = 1, .open = true};
}

void UdpPort::flush() {
    Batches& batches = *batches_;
    unsigned first = 0;
    while (first < batches.message_count) {
        // Runs of one family go to the kernel together.
        const bool v6 = batches.messages[first].path.remote.is_v6();
        unsigned end = first;
        while (end < batches.message_count && batches.messages[end].path.remote.is_v6() == v6)
            ++end;
        const auto socket =
            std::ranges::find_if(sockets_, [v6](const auto& each) { return each->bound.is_v6() == v6; });
        if (socket != sockets_.end()) send(**socket, first, end - first);
        first = end;
    }
    batches.message_count = 0;
    batches.arena_used = 0;
}

void UdpPort::fill(Socket& socket, unsigned first, unsigned count) {
    Batches& batches = *batches_;
    for (unsigned i = 0; i < count; ++i) {
        Batches::Message& from = batches.messages[first + i];
        batches.send_vectors[i] = {batches.arena.data() + from.offset, from.bytes};
        msghdr& message = batches.send_headers[i].msg_hdr;
        message = {};
        message.msg_name = from.path.remote.data();
        message.msg_namelen = from.path.remote.size();
        message.msg_iov = &batches.send_vectors[i];
        message.msg_iovlen = 1;
        message.msg_control = batches.send_controls[i].data();
        std::size_t used = 0;
        if (socket.wildcard && from.path.local.is_v6()) {
            in6_pktinfo info{};
            info.ipi6_addr = reinterpret_cast<const sockaddr_in6*>(from.path.local.data())->sin6_addr;
            put_control(message, used, IPPROTO_IPV6, IPV6_PKTINFO, info);
        } else if (socket.wildcard) {
            in_pktinfo info{};
            info.ipi_spec_dst = reinterpret_cast<const sockaddr_in*>(from.path.local.data())->sin_addr;
            put_control(message, used, IPPROTO_IP, IP_PKTINFO, info);
        }
        if (from.segments > 1) {
            put_control(message, used, SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(from.segment_bytes));
        }
        message.msg_controllen = used;
        if (used == 0) message.msg_control = nullptr;
    }
}

/// Message `index` packet by packet: the kernel would not segment it. False when it takes no more at all.
bool UdpPort::send_segments(Socket& socket, unsigned index) {
    Batches& batches = *batches_;
    const Batches::Message& from = batches.messages[index];
    // As sendmmsg had it, without UDP_SEGMENT, which stands last.
    msghdr message = batches.send_headers[0].msg_hdr;
    for (std::size_t at = 0; at < from.bytes; at += from.segment_bytes) {
        iovec vector{batches.arena.data() + from.offset + at, std::min(from.segment_bytes, from.bytes - at)};
        message.msg_iov = &vector;
        ++counts_.send_calls;
        if (::sendmsg(socket.fd, &message, MSG_DONTWAIT) < 0) {
            ++counts_.packets_unsent;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
        }
    }
    return true;
}

void UdpPort::send(Socket& socket, unsigned first, unsigned count) {
    fill(socket, first, count);
    Batches& batches = *batches_;
    unsigned sent = 0;
    while (sent < count) {
        ++counts_.send_calls;
        const int result =
            ::sendmmsg(socket.fd, batches.send_headers.data() + sent, count - sent, MSG_DONTWAIT);
        if (result > 0) {
            sent += static_cast<unsigned>(result);
            continue;
        }
        if (errno == EINTR) continue;
        const Batches::Message& refused = batches.messages[first + sent];
        if (refused.segments > 1 && (errno == EIO || errno == EINVAL || errno == EOPNOTSUPP)) {
            // Segmentation needs checksums by the card; without it packets go one by one from now on.
            segmentation_ = false;
            batches.messages[first + sent].segments = 1;
            fill(socket, first + sent, 1);
            if (!send_segments(socket, first + sent)) return;
            ++sent;
            fill(socket, first, count);
            continue;
        }
        // One message that cannot go (unreachable, too large for the route) must not keep back the others.
        counts_.packets_unsent += refused.segments;
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            for (unsigned i = sent + 1; i < count; ++i)
                counts_.packets_unsent += batches.messages[first + i].segments;
            return;
        }
        ++sent;
    }
}

}  // namespace gs::quic
