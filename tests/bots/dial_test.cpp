// Dials that go wrong, and what the modelled network does to both transports.
#include "tests/bots/rig.h"

#include <gmock/gmock.h>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(WebTransportDial, another_certificate_is_refused) {
    Loopback loopback(Kind::webtransport);
    quic::CertificateHash other{};
    loopback.dialer = QuicServer::trusting(loopback.loop, loopback.delay_line, {.hashes = {other}});
    loopback.dial();
    ASSERT_TRUE(loopback.run_until([&] { return loopback.dialled.words.has_value(); }));
    EXPECT_THAT(*loopback.dialled.words, HasSubstr("another certificate"));
    EXPECT_EQ(loopback.dialled.session, nullptr);
    loopback.client.reset();
}

TEST(WebTransportDial, without_hashes_an_authority_has_to_vouch_for_the_server) {
    Loopback loopback(Kind::webtransport);
    loopback.dialer =
        QuicServer::trusting(loopback.loop, loopback.delay_line, {.hashes = {}, .host = "localhost"});
    loopback.dial();
    ASSERT_TRUE(loopback.run_until([&] { return loopback.dialled.words.has_value(); }));
    EXPECT_EQ(loopback.dialled.session, nullptr);
    loopback.client.reset();
}

TEST(WebTransportDial, a_path_that_is_not_there_is_a_refusal_with_its_status) {
    Loopback loopback(Kind::webtransport);
    DialTarget target = loopback.server->target();
    target.path = "/nowhere";
    loopback.client = loopback.dialer->dial(target, loopback.dialled);
    ASSERT_TRUE(loopback.run_until([&] { return loopback.dialled.words.has_value(); }));
    EXPECT_THAT(*loopback.dialled.words, HasSubstr("404"));
}

TEST(Dial, nobody_there_is_said_in_words) {
    for (const Kind kind : {Kind::webtransport, Kind::websocket}) {
        Loopback loopback(kind);
        DialTarget target = loopback.server->target();
        loopback.server.reset();
        loopback.skip = milliseconds(5);
        loopback.client = loopback.dialer->dial(target, loopback.dialled);
        ASSERT_TRUE(loopback.run_until([&] { return loopback.dialled.words.has_value(); }));
        EXPECT_FALSE(loopback.dialled.words->empty());
        loopback.client.reset();
    }
}

TEST(Dial, a_client_may_go_at_any_moment) {
    for (const Kind kind : {Kind::webtransport, Kind::websocket}) {
        for (int turns = 0; turns < 12; ++turns) {
            Loopback loopback(kind);
            loopback.dial();
            int turned = 0;
            (void)loopback.run_until([&] { return turned++ >= turns; });
            loopback.client.reset();
            turned = 0;
            (void)loopback.run_until([&] { return turned++ >= 5; });
            EXPECT_FALSE(loopback.dialled.words.has_value());
        }
    }
}

TEST(Dial, the_server_hears_of_a_client_that_goes) {
    for (const Kind kind : {Kind::webtransport, Kind::websocket}) {
        Loopback loopback(kind);
        ASSERT_TRUE(loopback.connect());
        loopback.client.reset();
        EXPECT_TRUE(loopback.run_until([&] { return !loopback.server_handler.closes.empty(); }));
        EXPECT_TRUE(loopback.client_handler.closes.empty()) << "its owner does not want to hear it";
    }
}

TEST(Dial, a_keyframe_sent_at_once_arrives_over_a_network_that_reorders) {
    const std::string keyframe(30'000, 'k');
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Loopback loopback(Kind::webtransport);
        loopback.skip = milliseconds(1);
        loopback.sessions.on_accept = [&](net::Session& session) {
            EXPECT_TRUE(session.send_transfer(net::share(bytes_of(keyframe))).has_value());
        };
        loopback.dial({.loss_percent = 10, .latency = milliseconds(10), .jitter = milliseconds(40)}, seed);
        EXPECT_TRUE(loopback.run_until([&] { return loopback.client_handler.transfers.size() == 1; }))
            << "seed " << seed;
        EXPECT_EQ(loopback.client_handler.transfers, std::vector{keyframe});
        loopback.client.reset();
    }
}

TEST(ModelledNetwork, datagrams_are_late_lost_and_doubled_as_asked) {
    Loopback loopback(Kind::webtransport);
    ASSERT_TRUE(loopback.connect({.loss_percent = 20, .latency = milliseconds(30), .duplicate_percent = 20}));
    loopback.skip = milliseconds(1);
    constexpr std::size_t count = 1000;
    for (std::size_t i = 0; i < count; ++i) {
        loopback.dialled.session->send_datagram({}, bytes_of("up"));
        loopback.sessions.session->send_datagram({}, bytes_of("down"));
        int turned = 0;
        (void)loopback.run_until([&] { return turned++ >= 2; });
    }
    int turned = 0;
    (void)loopback.run_until([&] { return turned++ >= 200; });
    // Four standard deviations of 1000 with 20 % are 51. QUIC knows doubled packets and drops them.
    EXPECT_NEAR(static_cast<double>(loopback.server_handler.datagrams.size()), 800, 51);
    EXPECT_NEAR(static_cast<double>(loopback.client_handler.datagrams.size()), 800, 51);
    EXPECT_GE(loopback.dialled.session->stats().rtt, milliseconds(60));
    const WireCounters wire = loopback.client->wire();
    EXPECT_GT(wire.lost, 300u);
    EXPECT_GT(wire.bytes_in, 10'000u);
    loopback.client.reset();
}

TEST(ModelledNetwork, a_perfect_one_adds_nothing) {
    for (const Kind kind : {Kind::webtransport, Kind::websocket}) {
        Loopback loopback(kind);
        ASSERT_TRUE(loopback.connect());
        EXPECT_TRUE(loopback.dialled.session->send_message("hello").has_value());
        EXPECT_TRUE(loopback.run_until([&] { return loopback.server_handler.messages.size() == 1; }));
        EXPECT_EQ(loopback.client->wire().lost, 0u);
        EXPECT_EQ(loopback.delay_line.next(), net::never);
        loopback.client.reset();
    }
}

}  // namespace
}  // namespace gs::bots
