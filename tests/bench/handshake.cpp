// Handshakes and idle sessions against the real server: CPU of the server per WebTransport session opened,
// and the memory that a thousand idle sessions add, over WebTransport and over WebSocket.
#include "tests/bench/bench.h"
#include "tests/bench/load_client.h"
#include "tests/bench/server_process.h"
#include "tests/bench/websocket_client.h"

#include <cstdio>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr int handshakes = 512;
constexpr int runs = 7;
constexpr int at_once = 16;
constexpr int idle_sessions = 1000;

std::unique_ptr<LoadClient> dial(const ServerProcess& server,
                                 const std::shared_ptr<const quic::ClientCredentials>& trust,
                                 Poller& poller) {
    auto client = std::make_unique<LoadClient>(LoadClient::Options{.server = server.quic(),
                                                                   .authority = "localhost",
                                                                   .path = "/wt/echo",
                                                                   .origin = "",
                                                                   .credentials = trust,
                                                                   .on_datagram = {}});
    poller.add(client->fd(), [pointer = client.get()] { pointer->on_readable(); });
    return client;
}

void wait_connected(std::vector<std::unique_ptr<LoadClient>>& clients, Poller& poller) {
    const net::Instant deadline = now() + std::chrono::seconds(20);
    while (now() < deadline &&
           !std::ranges::all_of(clients, [](const auto& client) { return client->connected(); })) {
        poller.wait(std::chrono::milliseconds(5));
        for (const auto& client : clients)
            client->on_time();
    }
    if (!std::ranges::all_of(clients, [](const auto& client) { return client->connected(); })) {
        give_up("sessions do not open within 20 s, or are refused");
    }
}

double handshake_cpu_us(const ServerProcess& server,
                        const std::shared_ptr<const quic::ClientCredentials>& trust) {
    const double before = cpu_seconds(server.pid());
    for (int done = 0; done < handshakes; done += at_once) {
        Poller poller;
        std::vector<std::unique_ptr<LoadClient>> clients;
        for (int i = 0; i < at_once; ++i)
            clients.push_back(dial(server, trust, poller));
        wait_connected(clients, poller);
        for (const auto& client : clients)
            client->close();
    }
    return (cpu_seconds(server.pid()) - before) * 1e6 / handshakes;
}

/// Resident memory once it has stopped changing.
double settled_bytes(const ServerProcess& server, const std::function<void()>& meanwhile) {
    double last = resident_bytes(server.pid());
    for (int quiet = 0; quiet < 10;) {
        const net::Instant until = now() + std::chrono::milliseconds(200);
        while (now() < until)
            meanwhile();
        const double bytes = resident_bytes(server.pid());
        quiet = bytes == last ? quiet + 1 : 0;
        last = bytes;
    }
    return last;
}

double webtransport_session_bytes() {
    const ServerProcess server;
    const auto trust =
        std::make_shared<const quic::ClientCredentials>(quic::ClientTrust{{server.certificate_hash()}});
    Poller poller;
    std::vector<std::unique_ptr<LoadClient>> clients;
    const auto turn = [&] {
        poller.wait(std::chrono::milliseconds(5));
        for (const auto& client : clients)
            client->on_time();
    };
    clients.push_back(dial(server, trust, poller));
    wait_connected(clients, poller);
    const double before = settled_bytes(server, turn);
    for (int i = 0; i < idle_sessions; i += at_once) {
        for (int j = 0; j < at_once && i + j < idle_sessions; ++j)
            clients.push_back(dial(server, trust, poller));
        wait_connected(clients, poller);
    }
    return (settled_bytes(server, turn) - before) / idle_sessions;
}

double websocket_session_bytes() {
    const ServerProcess server;
    std::vector<std::unique_ptr<WebSocketClient>> clients;
    const auto open = [&] {
        clients.push_back(std::make_unique<WebSocketClient>(server.http(), "/ws/echo", [](ByteView) {}));
        if (!clients.back()->connected()) std::fprintf(stderr, "a WebSocket did not open\n");
    };
    const auto turn = [] { ::usleep(1000); };
    open();
    const double before = settled_bytes(server, turn);
    for (int i = 0; i < idle_sessions; ++i)
        open();
    return (settled_bytes(server, turn) - before) / idle_sessions;
}

}  // namespace

std::vector<Row> handshake() {
    std::vector<double> costs;
    {
        const ServerProcess server;
        const auto trust =
            std::make_shared<const quic::ClientCredentials>(quic::ClientTrust{{server.certificate_hash()}});
        for (int run = 0; run < runs; ++run)
            costs.push_back(handshake_cpu_us(server, trust));
    }
    return {
        {.name = "WebTransport session opened and closed, server CPU",
         .value = median(costs),
         .unit = "us",
         .target = 900,
         .note = "median of " + std::to_string(runs) + " runs of " + std::to_string(handshakes)},
        {.name = "idle WebTransport session, resident memory",
         .value = webtransport_session_bytes() / 1000,
         .unit = "kB",
         .target = 48,
         .note = "growth over " + std::to_string(idle_sessions) + " sessions"},
        {.name = "idle WebSocket session without TLS, resident memory",
         .value = websocket_session_bytes() / 1000,
         .unit = "kB",
         .target = 20,
         .note = "growth over " + std::to_string(idle_sessions) + " sessions"},
    };
}

}  // namespace gs::bench
