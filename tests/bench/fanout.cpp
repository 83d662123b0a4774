// Fan-out: what it costs the server to send a datagram to each of 200 clients on a tick, as a multiple of a
// bare UDP server that sends the same bytes and reads as many answers. The two take turns within one run.
#include "core/base/assert.h"
#include "tests/bench/bench.h"
#include "tests/bench/fanout_server.h"
#include "tests/bench/load_client.h"
#include "tests/bench/report.h"

#include <array>
#include <cstdio>
#include <sys/socket.h>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr int clients_count = 200;
constexpr int pairs = 7;
constexpr std::uint32_t phase_ticks = 120;  // of the 60 Hz phases: two seconds
// What a QUIC packet with an ACK frame has in bytes of UDP payload.
constexpr std::size_t acknowledgement_bytes = 32;

/// A client of the floor: answers each datagram with a packet of an acknowledgement's size.
class RawClient {
  public:
    explicit RawClient(const net::Address& server) {
        fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        GS_ASSERT(::connect(fd_, server.data(), server.size()) == 0, "loopback is reachable");
        const std::byte hello{1};
        (void)::send(fd_, &hello, 1, 0);
    }
    ~RawClient() { ::close(fd_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    void on_readable() {
        std::array<std::byte, 2048> packet;
        while (::recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT) > 0) {
            (void)::send(fd_, packet.data(), acknowledgement_bytes, MSG_DONTWAIT);
        }
    }

  private:
    int fd_;
};

class Fanout {
  public:
    Fanout()
        : credentials_(development_credentials()), server_(credentials_), network_(credentials_->hash()) {
        network_.add(server_.fd(), [this] { phase_over_ = true; });
        for (int i = 0; i < clients_count; ++i) {
            raw_clients_.push_back(std::make_unique<RawClient>(server_.raw_address()));
            network_.add(raw_clients_.back()->fd(),
                         [client = raw_clients_.back().get()] { client->on_readable(); });
            clients_.push_back(std::make_unique<LoadClient>(
                network_, LoadClient::Options{.transport = net::TransportKind::webtransport,
                                              .server = server_.quic_address(),
                                              .path = "/wt",
                                              .on_datagram = [this](ByteView) { ++received_; }}));
        }
        wait_connected(clients_, network_);
    }

    struct Sample {
        double us_per_payload;
        double packets_back_per_datagram;
    };

    Sample run(FanoutPhase::Kind kind, std::uint32_t rate_hz, std::uint32_t bytes,
               std::uint32_t payloads_per_datagram) {
        phase_over_ = false;
        received_ = 0;
        server_.begin(
            {.kind = kind, .rate_hz = rate_hz, .bytes = bytes, .ticks = phase_ticks * rate_hz / 60});
        while (!phase_over_)
            network_.wait(std::chrono::milliseconds(10));
        const FanoutResult result = server_.result();
        lost_ += kind == FanoutPhase::Kind::webtransport
                     ? result.datagrams_sent - std::min(result.datagrams_sent, received_)
                     : 0;
        const auto payloads = static_cast<double>(result.datagrams_sent * payloads_per_datagram);
        return {.us_per_payload = result.cpu_s * 1e6 / payloads,
                .packets_back_per_datagram = static_cast<double>(result.packets_received) /
                                             static_cast<double>(result.datagrams_sent)};
    }

    [[nodiscard]] std::uint64_t lost() const { return lost_; }

  private:
    std::shared_ptr<const quic::ServerCredentials> credentials_;
    FanoutServer server_;
    LoadNetwork network_;
    std::vector<std::unique_ptr<RawClient>> raw_clients_;
    std::vector<std::unique_ptr<LoadClient>> clients_;
    bool phase_over_ = false;
    std::uint64_t received_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace

std::vector<Row> fanout() {
    using Kind = FanoutPhase::Kind;
    Fanout bench;
    std::vector<double> floors;
    std::vector<double> single;
    std::vector<double> single_ratio;
    std::vector<double> paired;
    std::vector<double> paired_ratio;
    std::vector<double> back;
    (void)bench.run(Kind::raw, 60, 100, 1);
    (void)bench.run(Kind::webtransport, 60, 100, 1);
    for (int pair = 0; pair < pairs; ++pair) {
        const auto floor = bench.run(Kind::raw, 60, 100, 1);
        const auto one = bench.run(Kind::webtransport, 60, 100, 1);
        const auto two = bench.run(Kind::webtransport, 30, 200, 2);
        floors.push_back(floor.us_per_payload);
        single.push_back(one.us_per_payload);
        single_ratio.push_back(one.us_per_payload / floor.us_per_payload);
        paired.push_back(two.us_per_payload);
        paired_ratio.push_back(two.us_per_payload / floor.us_per_payload);
        back.push_back(one.packets_back_per_datagram);
        std::printf("pair %d: floor %.2f us, one payload %.2f us (%.2f), two per datagram %.2f us (%.2f)\n",
                    pair + 1, floors.back(), single.back(), single_ratio.back(), paired.back(),
                    paired_ratio.back());
    }
    const double floor = median(floors);
    return {
        {.name = "raw UDP, 200 x 60 Hz x 100 B, CPU per datagram", .value = floor, .unit = "us"},
        {.name = "WebTransport, 200 x 60 Hz x 100 B, CPU per datagram",
         .value = floor * median(single_ratio),
         .unit = "us",
         .floor = floor,
         .target = 2.4,
         .note = "median of " + std::to_string(pairs) + " pairs; packets back per datagram " +
                 std::to_string(median(back)).substr(0, 4) + ", lost " + std::to_string(bench.lost())},
        {.name = "WebTransport, 200 x 30 Hz x 2 payloads, CPU per payload",
         .value = floor * median(paired_ratio),
         .unit = "us",
         .floor = floor,
         .target = 1.25,
         .note = "median of " + std::to_string(pairs) + " pairs"},
    };
}

}  // namespace gs::bench
