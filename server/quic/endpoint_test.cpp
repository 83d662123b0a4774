// Two endpoints on a simulated network: handshakes, datagrams, streams, ends.
#include "server/quic/endpoint.h"

#include "core/wire/limits.h"
#include "server/quic/test_pair.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string pattern(std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

TEST(Endpoint, session_opens_and_carries_datagrams_both_ways) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    EXPECT_EQ(pair.client_session().send_datagram({}, bytes_of("up")), net::DatagramResult::sent);
    EXPECT_EQ(pair.server_session().send_datagram(bytes_of("do"), bytes_of("wn")), net::DatagramResult::sent);
    ASSERT_TRUE(pair.run_until([&] {
        return !pair.server_streams.log.datagrams.empty() && !pair.client_streams.log.datagrams.empty();
    }));
    EXPECT_EQ(pair.server_streams.log.datagrams.front(), "up");
    EXPECT_EQ(pair.client_streams.log.datagrams.front(), "down");
}

TEST(Endpoint, empty_and_largest_datagrams_arrive_and_larger_ones_are_refused) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    const std::string largest = pattern(wire::datagram_bytes_max);
    pair.client_session().send_datagram({}, {});
    pair.client_session().send_datagram({}, bytes_of(largest));
    EXPECT_EQ(pair.client_session().send_datagram(bytes_of("x"), bytes_of(largest)),
              net::DatagramResult::too_large);
    ASSERT_TRUE(pair.run_until([&] { return pair.server_streams.log.datagrams.size() == 2; }));
    EXPECT_EQ(pair.server_streams.log.datagrams[0], "");
    EXPECT_EQ(pair.server_streams.log.datagrams[1], largest);
}

class LossyEndpoint : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LossyEndpoint, a_megabyte_arrives_whole_on_each_kind_of_stream_both_ways) {
    TestPair pair({.seed = GetParam(),
                   .conditions = {.delay = milliseconds(10),
                                  .jitter = milliseconds(20),
                                  .loss_permille = 30,
                                  .duplicate_permille = 20}});
    ASSERT_TRUE(pair.connect());
    const std::string text = pattern(1'000'000);
    std::vector<std::int64_t> ids;
    for (WebTransportSession* session : {&pair.client_session(), &pair.server_session()}) {
        for (const auto direction :
             {QuicTransport::Direction::bidirectional, QuicTransport::Direction::unidirectional}) {
            const auto stream = session->open_stream(direction, Priority::normal);
            ASSERT_TRUE(stream.has_value());
            session->write(*stream, net::share(bytes_of(text)), Fin::yes);
            ids.push_back(number(*stream));
        }
    }
    auto& at_server = pair.server_streams.log;
    auto& at_client = pair.client_streams.log;
    ASSERT_TRUE(pair.run_until(
        [&] {
            return at_server.ended[ids[0]] && at_server.ended[ids[1]] && at_client.ended[ids[2]] &&
                   at_client.ended[ids[3]];
        },
        seconds(600)));
    EXPECT_EQ(at_server.data[ids[0]], text);
    EXPECT_EQ(at_server.data[ids[1]], text);
    EXPECT_EQ(at_client.data[ids[2]], text);
    EXPECT_EQ(at_client.data[ids[3]], text);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LossyEndpoint, testing::Range<std::uint64_t>(1, 9));

TEST(Endpoint, close_code_and_reason_reach_the_other_side_and_both_ends_learn_of_it_once) {
    for (const bool server_closes : {false, true}) {
        TestPair pair;
        ASSERT_TRUE(pair.connect());
        (server_closes ? pair.server_session() : pair.client_session()).close(4321, "enough \xe2\x82\xac");
        ASSERT_TRUE(pair.run_until(
            [&] { return pair.server->connection_count() == 0 && pair.client->connection_count() == 0; }));
        for (const auto* log : {&pair.server_streams.log, &pair.client_streams.log}) {
            ASSERT_EQ(log->close_codes.size(), 1u);
            EXPECT_EQ(log->close_codes[0], 4321u);
            EXPECT_EQ(log->close_reasons[0], "enough \xe2\x82\xac");
        }
        const auto& closer = server_closes ? pair.server_streams.log : pair.client_streams.log;
        const auto& other = server_closes ? pair.client_streams.log : pair.server_streams.log;
        EXPECT_EQ(closer.closed_by[0], net::CloseInfo::By::us);
        EXPECT_EQ(other.closed_by[0], net::CloseInfo::By::peer);
    }
}

TEST(Endpoint, reset_codes_survive_the_mapping_to_http3_codes) {
    for (const std::uint32_t code : {0u, 1u, 29u, 30u, 31u, 77u, 0xffffffffu}) {
        TestPair pair;
        ASSERT_TRUE(pair.connect());
        const auto stream =
            pair.client_session().open_stream(QuicTransport::Direction::bidirectional, Priority::normal);
        ASSERT_TRUE(stream.has_value());
        pair.client_session().write(*stream, bytes_of("begun"), Fin::no);
        ASSERT_TRUE(pair.run_until([&] { return pair.server_streams.log.data[number(*stream)] == "begun"; }));
        pair.client_session().reset_stream(*stream, code);
        ASSERT_TRUE(pair.run_until([&] { return !pair.server_streams.log.resets.empty(); }));
        EXPECT_EQ(pair.server_streams.log.resets[0], std::make_pair(number(*stream), code));
    }
}

TEST(Endpoint, stop_sending_reaches_the_writer) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    const auto stream =
        pair.client_session().open_stream(QuicTransport::Direction::unidirectional, Priority::normal);
    ASSERT_TRUE(stream.has_value());
    pair.client_session().write(*stream, bytes_of("begun"), Fin::no);
    ASSERT_TRUE(pair.run_until([&] { return pair.server_streams.log.data[number(*stream)] == "begun"; }));
    pair.server_session().stop_sending(*stream, 5);
    pair.network.run_for(milliseconds(50));
    pair.client_session().write(*stream, bytes_of("more"), Fin::no);
    ASSERT_TRUE(pair.run_until([&] { return !pair.client_streams.log.stops.empty(); }));
    EXPECT_EQ(pair.client_streams.log.stops[0], number(*stream));
    EXPECT_EQ(pair.client_session().queued_bytes(*stream), 0u);
}

TEST(Endpoint, unknown_path_and_foreign_origin_are_refused_with_a_status) {
    TestPair wrong_path({.path = "/nowhere"});
    wrong_path.dial();
    ASSERT_TRUE(wrong_path.run_until([&] { return !wrong_path.client_streams.refusals.empty(); }));
    EXPECT_EQ(wrong_path.client_streams.refusals[0], 404);

    TestPair wrong_origin({.origin = "https://evil.example"});
    wrong_origin.dial();
    ASSERT_TRUE(wrong_origin.run_until([&] { return !wrong_origin.client_streams.refusals.empty(); }));
    EXPECT_EQ(wrong_origin.client_streams.refusals[0], 403);
    EXPECT_EQ(wrong_origin.server->counts().requests_refused_origin, 1u);
}

TEST(Endpoint, an_untrusted_certificate_ends_the_dial) {
    TestPair pair;
    CertificateHash other = {};
    pair.trust = std::make_shared<const ClientCredentials>(ClientTrust{{other}});
    pair.client->connect({.local = pair.client_node.address(), .remote = pair.server_node.address()},
                         pair.trust, "x");
    ASSERT_TRUE(pair.run_until([&] { return !pair.client_streams.refusals.empty(); }));
    EXPECT_EQ(pair.server_streams.log.session, nullptr);
}

TEST(Endpoint, a_silent_session_ends_even_though_its_browser_acknowledges) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    ASSERT_TRUE(pair.run_until([&] { return !pair.server_streams.log.closed_by.empty(); }, seconds(200)));
    EXPECT_EQ(pair.server_streams.log.closed_by[0], net::CloseInfo::By::timeout);
    EXPECT_EQ(pair.server->counts().sessions_timed_out, 1u);
}

TEST(Endpoint, a_vanished_client_times_out) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.set_conditions({.loss_permille = 1000});
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }, seconds(120)));
    EXPECT_EQ(pair.server_streams.log.closed_by, std::vector{net::CloseInfo::By::timeout});
}

TEST(Endpoint, a_connection_without_a_session_does_not_stay) {
    TestPair pair({.path = "/nowhere"});
    pair.dial();
    EXPECT_TRUE(pair.run_until(
        [&] { return !pair.client_streams.refusals.empty() && pair.server->connection_count() == 0; }));
}

TEST(Endpoint, the_newest_refused_datagram_is_kept) {
    TestPair pair({.conditions = {.delay = milliseconds(50)}});
    ASSERT_TRUE(pair.connect());
    const std::string filler = pattern(900);
    std::string last;
    bool held = false;
    // More than any initial congestion window, within one turn.
    for (int i = 0; i < 200; ++i) {
        last = std::to_string(i) + " " + filler;
        held = pair.server_session().send_datagram({}, bytes_of(last)) == net::DatagramResult::held || held;
    }
    EXPECT_TRUE(held);
    ASSERT_TRUE(pair.run_until([&] {
        return !pair.client_streams.log.datagrams.empty() && pair.client_streams.log.datagrams.back() == last;
    }));
    EXPECT_LT(pair.client_streams.log.datagrams.size(), 200u);
    EXPECT_GT(pair.server->counts().datagrams_replaced, 0u);
}

TEST(Endpoint, a_reader_that_does_not_read_holds_the_writer_back) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.server_streams.log.consume = false;
    const auto stream =
        pair.client_session().open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    pair.client_session().write(*stream, net::share(bytes_of(pattern(2'000'000))), Fin::yes);
    pair.network.run_for(seconds(5));
    const std::size_t received = pair.server_streams.log.data[number(*stream)].size();
    EXPECT_LE(received, ConnectionLimits{}.stream_window_bytes);
    EXPECT_GT(pair.client_session().queued_bytes(*stream), 1'000'000u);
    pair.server_streams.log.consume = true;
    pair.server_session().consumed(*stream, received);
    EXPECT_TRUE(pair.run_until([&] { return pair.server_streams.log.ended[number(*stream)]; }));
}

TEST(Endpoint, drain_tells_everybody_and_refuses_new_clients) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.server->drain();
    pair.network.run_for(seconds(1));
    EXPECT_EQ(pair.server->session_count(), 1u);
    pair.dial();
    ASSERT_TRUE(pair.run_until([&] { return !pair.client_streams.refusals.empty(); }));
    pair.server->close_sessions(1, "restarting");
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }));
    EXPECT_EQ(pair.client_streams.log.close_codes, std::vector<std::uint32_t>{1});
}

TEST(Endpoint, keys_are_updated_after_tls_is_gone) {
    TestPair pair;
    Connection* dialled = pair.dial();
    ASSERT_TRUE(pair.run_until([&] { return pair.client_streams.log.session != nullptr; }));
    pair.network.run_for(seconds(1));
    for (int round = 1; round <= 3; ++round) {
        // ngtcp2 wants three probe timeouts between updates.
        ASSERT_TRUE(pair.run_until([&] { return dialled->update_keys(); }));
        pair.client_session().send_datagram({}, bytes_of("under new keys"));
        ASSERT_TRUE(pair.run_until(
            [&] { return pair.server_streams.log.datagrams.size() == static_cast<unsigned>(round); }));
        pair.network.run_for(seconds(2));
    }
    // Those of the next update may be made already.
    EXPECT_GE(pair.server->counts().key_updates, 3u);
    EXPECT_LE(pair.server->counts().key_updates, 4u);
}

TEST(Endpoint, a_client_behind_a_rebinding_nat_stays_connected) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(seconds(1));
    pair.client_node.rebind(*net::Address::parse("10.0.0.2:6000"));
    pair.client_session().send_datagram({}, bytes_of("from a new port"));
    ASSERT_TRUE(pair.run_until([&] { return pair.server->counts().paths_migrated == 1; }));
    pair.server_session().send_datagram({}, bytes_of("to the new port"));
    EXPECT_TRUE(pair.run_until([&] { return !pair.client_streams.log.datagrams.empty(); }));
    EXPECT_EQ(pair.server_session().peer().port(), 6000);
}

TEST(Endpoint, a_restarted_server_resets_the_connections_it_forgot) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(seconds(1));
    Endpoint::Options options;
    options.http3 = {.acceptor = &pair.server_streams, .origins = &pair.origins};
    Endpoint restarted(options, test_credentials(), pair.server_node, pair.network.now());
    pair.server_node.attach(restarted);
    pair.client_session().send_datagram({}, bytes_of(pattern(100)));
    ASSERT_TRUE(pair.run_until([&] { return !pair.client_streams.log.closed_by.empty(); }, seconds(3)));
    EXPECT_EQ(restarted.counts().stateless_resets_sent, 1u);
}

TEST(Endpoint, a_clock_that_steps_back_is_ignored) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.server->advance(pair.network.now() - seconds(100));
    pair.server_session().send_datagram({}, bytes_of("still here"));
    pair.server->timers();
    pair.server->flush();
    EXPECT_TRUE(pair.run_until([&] { return !pair.client_streams.log.datagrams.empty(); }));
}

}  // namespace
}  // namespace gs::quic
