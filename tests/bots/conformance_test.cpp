// The clients of the bots keep every promise of server/net/session.h, over real sockets against real servers,
// and over a bad network.
#include "server/net/session_conformance.h"
#include "tests/bots/rig.h"

namespace gs::bots {
namespace {

using std::chrono::milliseconds;

/// The suite's "server" is the client here, and the client that it steers is the server.
class ClientRig final : public net::SessionRig {
  public:
    ClientRig(Kind kind, const Conditions& conditions) : loopback_(kind), dialled_(handler_), peer_(client_) {
        server_ = kind == Kind::websocket
                      ? std::unique_ptr<LoopbackServer>(new WebSocketServer(peer_))
                      : std::unique_ptr<LoopbackServer>(new QuicServer(peer_, loopback_.clock));
        loopback_.dialer = server_->dialer(loopback_.loop, loopback_.delay_line);
        DialTarget target = server_->target();
        target.conditions = conditions;
        connection_ = loopback_.dialer->dial(target, dialled_);
        EXPECT_TRUE(run_until([this] { return dialled_.session != nullptr && peer_.session != nullptr; }));
        // On WebTransport the server learns of the lane `sure` with its first message, which has to arrive.
        EXPECT_TRUE(dialled_.session->send_message("first").has_value());
        EXPECT_TRUE(run_until([this] { return client_.messages.size() == 1; }));
        client_.messages.clear();
    }
    ~ClientRig() override {
        connection_.reset();
        loopback_.dialer.reset();
    }
    ClientRig(const ClientRig&) = delete;
    ClientRig& operator=(const ClientRig&) = delete;

    net::Session* session() override { return connection_->has_session() ? dialled_.session : nullptr; }
    void client_sends_datagram(std::string_view payload) override {
        peer_.session->send_datagram({}, bytes_of(payload));
    }
    void client_sends_message(std::string_view text) override {
        EXPECT_TRUE(peer_.session->send_message(text).has_value());
    }
    void client_sends_transfer(std::string_view bytes) override {
        EXPECT_TRUE(peer_.session->send_transfer(net::share(bytes_of(bytes))).has_value());
    }
    void client_reads(net::Session::Receiving receiving) override { peer_.session->set_receiving(receiving); }
    void client_closes(std::uint32_t code, std::string_view reason) override {
        peer_.session->close(code, reason);
    }
    void client_vanishes() override {
        vanished_ = true;
        server_.reset();
    }
    bool run_until(const std::function<bool()>& done) override {
        return loopback_.run_until([&] {
            if (server_) server_->turn();
            // QUIC notices by silence.
            if (vanished_) loopback_.clock.add(milliseconds(100));
            return done();
        });
    }

  private:
    Loopback loopback_;
    Dialled dialled_;
    OneServerSession peer_;
    std::unique_ptr<LoopbackServer> server_;
    std::unique_ptr<Client> connection_;
    bool vanished_ = false;
};

net::RigMaker maker(const char* name, Kind kind, const Conditions& conditions) {
    return {name, [kind, conditions] { return std::make_unique<ClientRig>(kind, conditions); }};
}

const Conditions bad_network{
    .loss_percent = 3, .latency = milliseconds(10), .jitter = milliseconds(10), .duplicate_percent = 3};

}  // namespace
}  // namespace gs::bots

namespace gs::net {

INSTANTIATE_TEST_SUITE_P(
    BotClients, SessionConformance,
    testing::Values(bots::maker("webtransport", bots::Kind::webtransport, {}),
                    bots::maker("websocket", bots::Kind::websocket, {}),
                    bots::maker("webtransport_bad", bots::Kind::webtransport, bots::bad_network),
                    bots::maker("websocket_bad", bots::Kind::websocket, bots::bad_network)),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace gs::net
