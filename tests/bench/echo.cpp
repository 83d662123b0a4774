// Echo: round trip time of 64-byte datagrams, 50 sessions at 60 Hz, against the real server over both
// transports and against a bare UDP echo as the floor, all in one run.
#include "core/base/assert.h"
#include "tests/bench/bench.h"
#include "tests/bench/load_client.h"
#include "tests/bench/server_process.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr int sessions = 50;
constexpr int rate_hz = 60;
constexpr int rounds = 7;
constexpr int ticks_per_round = 2 * rate_hz;
constexpr std::size_t payload_bytes = 64;

/// A process that sends every packet back, one system call each way.
class RawEcho {
  public:
    RawEcho() {
        fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const auto any = net::Address::parse("127.0.0.1:0");
        GS_ASSERT(::bind(fd_, any->data(), any->size()) == 0, "loopback can be bound");
        sockaddr_storage name;
        socklen_t size = sizeof name;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
        address_ = net::Address(reinterpret_cast<sockaddr*>(&name), size);
        child_ = ::fork();
        if (child_ == 0) run();
    }
    ~RawEcho() {
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
        ::close(fd_);
    }
    RawEcho(const RawEcho&) = delete;
    RawEcho& operator=(const RawEcho&) = delete;
    [[nodiscard]] const net::Address& address() const { return address_; }

  private:
    [[noreturn]] void run() {
        std::byte packet[2048];
        while (true) {
            sockaddr_storage from;
            socklen_t from_size = sizeof from;
            const ssize_t size =
                ::recvfrom(fd_, packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &from_size);
            if (size < 0) ::_exit(0);
            (void)::sendto(fd_, packet, static_cast<std::size_t>(size), 0, reinterpret_cast<sockaddr*>(&from),
                           from_size);
        }
    }

    int fd_;
    pid_t child_;
    net::Address address_;
};

/// Sends on a schedule through `send(client)` and collects the times until the same bytes come back.
class Load {
  public:
    void on_echo(ByteView payload) {
        if (payload.size() != payload_bytes) return;
        std::int64_t sent_ns = 0;
        std::memcpy(&sent_ns, payload.data(), sizeof sent_ns);
        times_us.push_back(static_cast<double>(now().time_since_epoch().count() - sent_ns) / 1000);
    }

    void run(LoadNetwork& network, const std::function<void(int, ByteView)>& send) {
        const net::Duration interval(1'000'000'000 / rate_hz / sessions);
        net::Instant next = now();
        for (int i = 0; i < ticks_per_round * sessions; ++i) {
            std::byte payload[payload_bytes] = {};
            const std::int64_t sent_ns = now().time_since_epoch().count();
            std::memcpy(payload, &sent_ns, sizeof sent_ns);
            send(i % sessions, payload);
            ++sent;
            next += interval;
            while (now() < next)
                network.wait(std::max(next - now(), net::Duration(0)));
        }
        const net::Instant end = now() + std::chrono::milliseconds(100);
        while (now() < end)
            network.wait(std::chrono::milliseconds(10));
    }

    std::vector<double> times_us;
    std::uint64_t sent = 0;
};

class RawClients {
  public:
    RawClients(const net::Address& server, LoadNetwork& network, Load& load) {
        for (int i = 0; i < sessions; ++i) {
            const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            GS_ASSERT(::connect(fd, server.data(), server.size()) == 0, "loopback is reachable");
            fds_.push_back(fd);
            network.add(fd, [fd, &load] {
                std::byte packet[2048];
                const ssize_t size = ::recv(fd, packet, sizeof packet, MSG_DONTWAIT);
                if (size > 0) load.on_echo(ByteView(packet).first(static_cast<std::size_t>(size)));
            });
        }
    }
    ~RawClients() {
        for (const int fd : fds_)
            ::close(fd);
    }
    RawClients(const RawClients&) = delete;
    RawClients& operator=(const RawClients&) = delete;
    void send(int index, ByteView payload) {
        (void)::send(fds_[static_cast<unsigned>(index)], payload.data(), payload.size(), MSG_DONTWAIT);
    }

  private:
    std::vector<int> fds_;
};

}  // namespace

std::vector<Row> echo() {
    const RawEcho raw_server;
    const ServerProcess server;
    LoadNetwork network(server.certificate_hash());
    Load raw;
    Load webtransport;
    Load websocket;
    RawClients raw_clients(raw_server.address(), network, raw);
    std::vector<std::unique_ptr<LoadClient>> quic_clients;
    std::vector<std::unique_ptr<LoadClient>> websocket_clients;
    for (int i = 0; i < sessions; ++i) {
        quic_clients.push_back(std::make_unique<LoadClient>(
            network,
            LoadClient::Options{.transport = net::TransportKind::webtransport,
                                .server = server.quic(),
                                .path = "/wt/echo",
                                .on_datagram = [&](ByteView payload) { webtransport.on_echo(payload); }}));
        websocket_clients.push_back(std::make_unique<LoadClient>(
            network,
            LoadClient::Options{.transport = net::TransportKind::websocket,
                                .server = server.http(),
                                .path = "/ws/echo",
                                .on_datagram = [&](ByteView payload) { websocket.on_echo(payload); }}));
    }
    wait_connected(quic_clients, network);
    wait_connected(websocket_clients, network);
    for (int round = 0; round < rounds; ++round) {
        raw.run(network, [&](int i, ByteView payload) { raw_clients.send(i, payload); });
        webtransport.run(network, [&](int i, ByteView payload) {
            quic_clients[static_cast<unsigned>(i)]->send_datagram(payload);
        });
        websocket.run(network, [&](int i, ByteView payload) {
            websocket_clients[static_cast<unsigned>(i)]->send_datagram(payload);
        });
    }
    const auto row = [&raw](const std::string& name, const Load& load, double share) {
        return Row{
            .name = name,
            .value = percentile(load.times_us, share),
            .unit = "us",
            .floor = percentile(raw.times_us, share),
            .note = std::to_string(load.times_us.size()) + " of " + std::to_string(load.sent) + " came back"};
    };
    return {row("WebTransport datagram echo, p50", webtransport, 0.5),
            row("WebTransport datagram echo, p99", webtransport, 0.99),
            row("WebSocket frame echo, p50", websocket, 0.5),
            row("WebSocket frame echo, p99", websocket, 0.99)};
}

}  // namespace gs::bench
