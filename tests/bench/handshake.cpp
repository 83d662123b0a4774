// Handshakes and idle sessions against the real server: CPU of the server per WebTransport session opened,
// and the memory that a thousand idle sessions add, over WebTransport and over WebSocket.
#include "tests/bench/bench.h"
#include "tests/bench/load_client.h"
#include "tests/bench/server_process.h"

#include <cstdio>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr int handshakes = 512;
constexpr int runs = 7;
constexpr int at_once = 16;
constexpr int idle_sessions = 1000;

std::unique_ptr<LoadClient> dial(const ServerProcess& server, LoadNetwork& network,
                                 net::TransportKind transport) {
    const bool quic = transport == net::TransportKind::webtransport;
    return std::make_unique<LoadClient>(network,
                                        LoadClient::Options{.transport = transport,
                                                            .server = quic ? server.quic() : server.http(),
                                                            .path = quic ? "/wt/echo" : "/ws/echo"});
}

double handshake_cpu_us(const ServerProcess& server) {
    const double before = cpu_seconds(server.pid());
    for (int done = 0; done < handshakes; done += at_once) {
        LoadNetwork network(server.certificate_hash());
        std::vector<std::unique_ptr<LoadClient>> clients;
        for (int i = 0; i < at_once; ++i)
            clients.push_back(dial(server, network, net::TransportKind::webtransport));
        wait_connected(clients, network);
        network.close_all();
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

double session_bytes(net::TransportKind transport) {
    const ServerProcess server;
    LoadNetwork network(server.certificate_hash());
    std::vector<std::unique_ptr<LoadClient>> clients;
    const auto turn = [&network] { network.wait(std::chrono::milliseconds(5)); };
    clients.push_back(dial(server, network, transport));
    wait_connected(clients, network);
    const double before = settled_bytes(server, turn);
    for (int i = 0; i < idle_sessions; i += at_once) {
        for (int j = 0; j < at_once && i + j < idle_sessions; ++j)
            clients.push_back(dial(server, network, transport));
        wait_connected(clients, network);
    }
    return (settled_bytes(server, turn) - before) / idle_sessions;
}

}  // namespace

std::vector<Row> handshake() {
    std::vector<double> costs;
    {
        const ServerProcess server;
        for (int run = 0; run < runs; ++run)
            costs.push_back(handshake_cpu_us(server));
    }
    return {
        {.name = "WebTransport session opened and closed, server CPU",
         .value = median(costs),
         .unit = "us",
         .target = 900,
         .note = "median of " + std::to_string(runs) + " runs of " + std::to_string(handshakes)},
        {.name = "idle WebTransport session, resident memory",
         .value = session_bytes(net::TransportKind::webtransport) / 1000,
         .unit = "kB",
         .target = 48,
         .note = "growth over " + std::to_string(idle_sessions) + " sessions"},
        {.name = "idle WebSocket session without TLS, resident memory",
         .value = session_bytes(net::TransportKind::websocket) / 1000,
         .unit = "kB",
         .target = 20,
         .note = "growth over " + std::to_string(idle_sessions) + " sessions"},
    };
}

}  // namespace gs::bench
