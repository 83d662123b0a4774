#include "tests/bench/fanout_server.h"

#include "core/base/assert.h"
#include "server/quic/endpoint.h"
#include "server/quic/receive_pacer.h"
#include "server/quic/udp_port.h"
#include "tests/bench/load_client.h"
#include "tests/bench/report.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace gs::bench {
namespace {

double own_cpu_seconds() {
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Keeps the list of live sessions; inputs from clients are counted by the endpoint.
class Acceptor final : public quic::WebTransportAcceptor {
  public:
    class Handler final : public quic::WebTransportHandler {
      public:
        Handler(Acceptor& acceptor, quic::WebTransportSession& session)
            : acceptor_(acceptor), session_(session) {}
        void on_datagram(ByteView) override {}
        void on_stream_data(quic::StreamId stream, ByteView bytes, quic::Fin) override {
            session_.consumed(stream, bytes.size());
        }
        void on_stream_reset(quic::StreamId, std::uint32_t) override {}
        void on_stop_sending(quic::StreamId) override {}
        void on_stream_writable(quic::StreamId) override {}
        void on_stream_closed(quic::StreamId) override {}
        void on_closed(const net::CloseInfo&) override { std::erase(acceptor_.sessions, &session_); }

      private:
        Acceptor& acceptor_;
        quic::WebTransportSession& session_;
    };

    bool serves(const net::SessionRequest&) const override { return true; }
    std::unique_ptr<quic::WebTransportHandler> accept(const net::SessionRequest&,
                                                      quic::WebTransportSession& session) override {
        sessions.push_back(&session);
        return std::make_unique<Handler>(*this, session);
    }

    std::vector<quic::WebTransportSession*> sessions;
};

constexpr std::size_t raw_batch = 64;

/// A UDP server reduced to its system calls: sendmmsg to everybody on the tick, recvmmsg of what comes back.
class RawServer {
  public:
    RawServer() {
        fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int size = 4 * 1024 * 1024;
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        const auto any = net::Address::parse("127.0.0.1:0");
        GS_ASSERT(::bind(fd_, any->data(), any->size()) == 0, "loopback can be bound");
    }
    ~RawServer() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] net::Address address() const {
        sockaddr_storage name;
        socklen_t size = sizeof name;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
        return {reinterpret_cast<sockaddr*>(&name), size};
    }

    /// A client says hello with one byte; longer packets are acknowledgements.
    std::size_t receive() {
        std::size_t before = received;
        while (true) {
            std::array<mmsghdr, raw_batch> headers = {};
            std::array<iovec, raw_batch> vectors;
            std::array<net::Address, raw_batch> names;
            for (std::size_t i = 0; i < raw_batch; ++i) {
                vectors[i] = {buffer_.data() + i * 2048, 2048};
                headers[i].msg_hdr.msg_name = names[i].data();
                headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_in6);
                headers[i].msg_hdr.msg_iov = &vectors[i];
                headers[i].msg_hdr.msg_iovlen = 1;
            }
            const int count = ::recvmmsg(fd_, headers.data(), raw_batch, MSG_DONTWAIT, nullptr);
            if (count <= 0) return received - before;
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
                ++received;
                if (headers[i].msg_len == 1) clients.push_back(names[i]);
            }
            if (static_cast<std::size_t>(count) < raw_batch) return received - before;
        }
    }

    void send_to_all(ByteView payload) {
        std::array<mmsghdr, raw_batch> headers = {};
        iovec vector{const_cast<std::byte*>(payload.data()), payload.size()};
        for (std::size_t first = 0; first < clients.size(); first += raw_batch) {
            const std::size_t count = std::min(raw_batch, clients.size() - first);
            for (std::size_t i = 0; i < count; ++i) {
                headers[i].msg_hdr = {};
                headers[i].msg_hdr.msg_name = clients[first + i].data();
                headers[i].msg_hdr.msg_namelen = clients[first + i].size();
                headers[i].msg_hdr.msg_iov = &vector;
                headers[i].msg_hdr.msg_iovlen = 1;
            }
            const int sent = ::sendmmsg(fd_, headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
            if (sent > 0) sent_total += static_cast<std::uint64_t>(sent);
        }
    }

    std::vector<net::Address> clients;
    std::uint64_t received = 0;
    std::uint64_t sent_total = 0;

  private:
    int fd_ = -1;
    std::vector<std::byte> buffer_ = std::vector<std::byte>(raw_batch * 2048);
};

/// The child's loop: as a shard turns, with the phases of the benchmark in place of rooms.
class Child {
  public:
    Child(std::shared_ptr<const quic::ServerCredentials> credentials, int pipe) : pipe_(pipe) {
        auto port = quic::UdpPort::open({*net::Address::parse("127.0.0.1:0")});
        GS_ASSERT(port.has_value(), "loopback can be bound");
        port_ = std::move(*port);
        quic::Endpoint::Options options;
        options.http3.acceptor = &acceptor_;
        endpoint_ = std::make_unique<quic::Endpoint>(options, std::move(credentials), *port_, now());
    }

    void tell_addresses() {
        for (const net::Address& address : {port_->addresses().front(), raw_.address()}) {
            GS_ASSERT(::write(pipe_, &address, sizeof address) == sizeof address, "the parent listens");
        }
    }

    void run() {
        FanoutPhase phase;
        while (true) {
            turn(now() + std::chrono::milliseconds(20));
            pollfd wanted{.fd = pipe_, .events = POLLIN, .revents = 0};
            if (::poll(&wanted, 1, 0) <= 0) continue;
            if (::read(pipe_, &phase, sizeof phase) != sizeof phase) return;
            if (phase.kind == FanoutPhase::Kind::stop) return;
            measure(phase);
        }
    }

  private:
    /// Waits for packets until `end`, dealing with each batch as it comes. The floor is paced the same way.
    void turn(net::Instant end) {
        net::Instant not_before = {};
        while (true) {
            const net::Instant begin = now();
            if (begin >= end) return;
            pollfd wanted[] = {{.fd = port_->fds().front(), .events = POLLIN, .revents = 0},
                               {.fd = raw_.fd(), .events = POLLIN, .revents = 0}};
            const bool pausing = begin < not_before;
            const net::Duration left = std::min(end, pausing ? not_before : end) - begin;
            const timespec wait{.tv_sec = 0, .tv_nsec = std::min<std::int64_t>(left.count(), 999'999'999)};
            const int ready = ::ppoll(pausing ? nullptr : wanted, pausing ? 0 : 2, &wait, nullptr);
            if (pausing) continue;
            endpoint_->advance(now());
            std::size_t packets = 0;
            if (wanted[0].revents & POLLIN) {
                packets = port_->receive(
                    [this](const quic::Path& path, ByteView packet) { endpoint_->read(path, packet); });
            }
            if (wanted[1].revents & POLLIN) packets += raw_.receive();
            if (ready > 0) not_before = now() + pacer_.pause(packets, now());
            endpoint_->timers();
            endpoint_->flush();
            port_->flush();
        }
    }

    void measure(const FanoutPhase& phase) {
        const std::vector<std::byte> payload(phase.bytes, std::byte{7});
        const net::Duration interval(1'000'000'000 / phase.rate_hz);
        const bool raw = phase.kind == FanoutPhase::Kind::raw;
        const double cpu_before = own_cpu_seconds();
        const std::uint64_t sent_before = raw ? raw_.sent_total : endpoint_->counts().datagrams_sent;
        const std::uint64_t received_before = raw ? raw_.received : endpoint_->counts().packets_received;
        net::Instant next = now();
        for (std::uint32_t tick = 0; tick < phase.ticks; ++tick) {
            if (raw) {
                raw_.send_to_all(payload);
            } else {
                endpoint_->advance(now());
                for (quic::WebTransportSession* session : acceptor_.sessions)
                    session->send_datagram({}, payload);
                endpoint_->flush();
                port_->flush();
            }
            next += interval;
            turn(next);
        }
        const FanoutResult result{
            .cpu_s = own_cpu_seconds() - cpu_before,
            .datagrams_sent = (raw ? raw_.sent_total : endpoint_->counts().datagrams_sent) - sent_before,
            .packets_received =
                (raw ? raw_.received : endpoint_->counts().packets_received) - received_before,
            .sessions = raw ? raw_.clients.size() : acceptor_.sessions.size(),
        };
        GS_ASSERT(::write(pipe_, &result, sizeof result) == sizeof result, "the parent listens");
    }

    int pipe_;
    Acceptor acceptor_;
    std::unique_ptr<quic::UdpPort> port_;
    std::unique_ptr<quic::Endpoint> endpoint_;
    RawServer raw_;
    quic::ReceivePacer pacer_;
};

}  // namespace

FanoutServer::FanoutServer(std::shared_ptr<const quic::ServerCredentials> credentials) {
    int ends[2];
    GS_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
    child_ = ::fork();
    GS_ASSERT(child_ >= 0, "a process for the server");
    if (child_ == 0) {
        ::close(ends[0]);
        Child child(std::move(credentials), ends[1]);
        child.tell_addresses();
        child.run();
        ::_exit(0);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
    for (net::Address* address : {&quic_, &raw_}) {
        GS_ASSERT(::read(pipe_, address, sizeof *address) == sizeof *address,
                  "the child has bound its ports");
    }
}

FanoutServer::~FanoutServer() {
    begin({.kind = FanoutPhase::Kind::stop, .rate_hz = 0, .bytes = 0, .ticks = 0});
    ::waitpid(child_, nullptr, 0);
    ::close(pipe_);
}

void FanoutServer::begin(const FanoutPhase& phase) {
    GS_ASSERT(::write(pipe_, &phase, sizeof phase) == sizeof phase, "the child listens");
}

FanoutResult FanoutServer::result() {
    FanoutResult result;
    GS_ASSERT(::read(pipe_, &result, sizeof result) == sizeof result, "the child answers");
    return result;
}

}  // namespace gs::bench
