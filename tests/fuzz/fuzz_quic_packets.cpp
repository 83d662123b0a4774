// UDP payloads from strangers into a server: as they are, as changes of the packets of a real handshake, and
// as first packets that are properly protected around any content. Whatever comes: there are never more
// connections than first packets, an address that has proven nothing gets at most three times what came from
// it, and when time passes nothing is left.
#include "core/base/assert.h"
#include "server/quic/endpoint.h"
#include "server/quic/sealed_initial.h"
#include "server/quic/simulated_network.h"
#include "tests/fuzz/fuzz_input.h"

#include <array>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace gs;
using namespace gs::quic;
using std::chrono::milliseconds;

class Silent final : public WebTransportHandler {
  public:
    void on_datagram(ByteView) override {}
    void on_stream_data(StreamId, ByteView, Fin) override {}
    void on_stream_reset(StreamId, std::uint32_t) override {}
    void on_stop_sending(StreamId) override {}
    void on_stream_writable(StreamId) override {}
    void on_stream_closed(StreamId) override {}
    void on_closed(const net::CloseInfo&) override {}
};

class Acceptor final : public WebTransportAcceptor {
  public:
    [[nodiscard]] bool serves(const net::SessionRequest&) const override { return true; }
    [[nodiscard]] std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest&,
                                                              WebTransportSession&) override {
        ++sessions;
        return std::make_unique<Silent>();
    }
    int sessions = 0;
};

constexpr std::int64_t day_unix_s = 1'790'000'000;

std::shared_ptr<const ServerCredentials> credentials() {
    static const std::shared_ptr<const ServerCredentials> made = [] {
        const auto pem = make_development_certificate(day_unix_s);
        GS_ASSERT(pem.has_value(), "a certificate can be made");
        return *ServerCredentials::make(*pem, day_unix_s);
    }();
    return made;
}

/// What a client sends from its first packet to the end of its session, and what it receives.
std::vector<std::vector<std::byte>> record() {
    Acceptor at_server;
    Acceptor at_client;
    net::OriginPolicy origins;
    SimulatedNetwork network(1);
    SimulatedNetwork::Node& server_node = network.add("10.0.0.1:443");
    SimulatedNetwork::Node& client_node = network.add("10.0.0.2:5000");
    std::vector<SimulatedNetwork::Node::Sent> sent;
    server_node.recording = &sent;
    client_node.recording = &sent;
    Endpoint server({.http3 = {.acceptor = &at_server, .origins = &origins}}, credentials(), server_node,
                    network.now());
    Endpoint client(
        {.http3 = {.role = Role::client, .acceptor = &at_client, .authority = "a", .path = "/wt"}}, nullptr,
        client_node, network.now());
    server_node.attach(server);
    client_node.attach(client);
    const auto trust = std::make_shared<const ClientCredentials>(ClientTrust{{credentials()->hash()}});
    client.connect({.local = client_node.address(), .remote = server_node.address()}, trust, "a");
    network.run_until([&] { return at_client.sessions == 1; });
    GS_ASSERT(at_server.sessions == 1, "the handshake that is recorded works");
    client.close_sessions(1, "recorded");
    network.run_until([&] { return server.connection_count() == 0; });
    std::vector<std::vector<std::byte>> packets;
    for (auto& each : sent)
        packets.push_back(std::move(each.bytes));
    return packets;
}

/// Counts what goes where.
class Meter final : public PacketWriter {
  public:
    MutableBytes begin() override { return room_; }
    void commit(const Path& path, std::size_t size) override {
        GS_ASSERT(size > 0 && size <= packet_bytes_max, "packets have a size");
        std::size_t& sent = sent_[path.remote.to_string()];
        sent += size;
        GS_ASSERT(sent <= 3 * received_[path.remote.to_string()],
                  "no address gets more than three times its own");
    }
    void receive(const net::Address& from, std::size_t size) { received_[from.to_string()] += size; }

  private:
    std::array<std::byte, packet_bytes_max> room_ = {};
    std::map<std::string, std::size_t> sent_;
    std::map<std::string, std::size_t> received_;
};

class Attack {
  public:
    explicit Attack(std::uint8_t setup) {
        Endpoint::Options options{.connections_max = 16, .connections_per_address_max = 8};
        constexpr std::size_t retry_from[] = {200, 0, 2, 4};
        options.handshakes_before_retry = retry_from[setup % 4];
        options.http3 = {.acceptor = &acceptor_, .origins = &origins_};
        endpoint_ = std::make_unique<Endpoint>(options, credentials(), meter_, now_);
    }

    void step(fuzz::Input& input) {
        static const std::vector<std::vector<std::byte>> recorded = record();
        switch (input.u8() % 6) {
            case 0:
                send(input.u8(), input.bytes(input.u16() % 1500));
                break;
            case 1: {
                const std::uint8_t from = input.u8();
                std::vector<std::byte> packet = recorded[input.u8() % recorded.size()];
                for (unsigned changes = input.u8() % 8; changes > 0; --changes)
                    packet[input.u16() % packet.size()] ^= static_cast<std::byte>(input.u8());
                const std::size_t cut = input.u16();
                if (cut % 4 == 0) packet.resize(cut % (packet.size() + 200));
                send(from, packet);
                break;
            }
            case 2:
            case 3:
                send_sealed(input);
                break;
            case 4:
                turn(milliseconds(input.u16()));
                break;
            default:
                turn(milliseconds(0));
                break;
        }
    }

    void finish() {
        GS_ASSERT(acceptor_.sessions == 0, "nobody completes a handshake without its keys");
        for (int i = 0; i < 400; ++i)
            turn(milliseconds(100));
        GS_ASSERT(endpoint_->connection_count() == 0, "when time passes nothing is left");
    }

  private:
    void send(std::uint8_t from, ByteView packet) {
        const net::Address address = *net::Address::parse("10.9.0." + std::to_string(from % 8) + ":" +
                                                          std::to_string(1000 + from % 16));
        meter_.receive(address, packet.size());
        ++packets_;
        endpoint_->read({.local = local_, .remote = address}, packet);
        GS_ASSERT(endpoint_->connection_count() <= packets_ && endpoint_->connection_count() <= 16,
                  "connections are bounded");
    }

    void send_sealed(fuzz::Input& input) {
        const std::uint8_t from = input.u8();
        const std::uint8_t id = input.u8();
        std::uint8_t destination[20];
        std::ranges::fill(destination, id);
        const std::uint8_t source[4] = {id, from, 0, 1};
        const std::uint8_t shape = input.u8();
        const ByteView frames = input.bytes(input.u16() % 1100);
        send(from, seal({.destination = ConnectionId(destination, 8 + shape % 13),
                         .source = ConnectionId(source, shape % 5),
                         .packet_number = shape,
                         .frames = frames,
                         .size = shape & 0x80 ? 0u : 1200u}));
    }

    void turn(net::Duration later) {
        now_ += later;
        endpoint_->advance(now_);
        endpoint_->timers();
        endpoint_->flush();
    }

    net::Instant now_ = net::Instant(std::chrono::hours(1));
    net::Address local_ = *net::Address::parse("10.0.0.1:443");
    net::OriginPolicy origins_;
    Acceptor acceptor_;
    Meter meter_;
    std::unique_ptr<Endpoint> endpoint_;
    std::size_t packets_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    Attack attack(input.u8());
    while (!input.empty())
        attack.step(input);
    attack.finish();
    return 0;
}
