// What a hostile or unlucky network does to connections that exist: garbled, repeated and late packets,
// floods, peers that never read, addresses that change. The claim is always the same: that session may
// suffer, others do not, and nothing grows.
#include "core/base/rng.h"
#include "core/wire/limits.h"
#include "server/quic/endpoint.h"
#include "server/quic/test_pair.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Bytes = std::vector<std::byte>;
using Sent = SimulatedNetwork::Node::Sent;

/// Changes a packet in one of the ways that networks and attackers have.
Bytes garbled(Bytes packet, base::Rng& rng) {
    switch (rng.below(5)) {
        case 0:
            packet.resize(rng.below(packet.size()));
            break;
        case 1:
            packet[rng.below(packet.size())] ^= std::byte{1} << rng.below(8);
            break;
        case 2:
            for (std::size_t i = rng.below(packet.size()); i < packet.size(); i += 1 + rng.below(40))
                packet[i] = static_cast<std::byte>(rng.next());
            break;
        case 3:
            packet.insert(packet.end(), rng.below(300), std::byte{0x55});
            break;
        default:
            break;  // as it was, but late and again
    }
    return packet;
}

/// Twenty seeds to a test case, because each case is a process of its own.
constexpr std::uint64_t seeds_per_case = 20;

void exchange_among_garbled_packets(std::uint64_t seed) {
    SCOPED_TRACE(seed);
    base::Rng rng(seed);
    TestPair pair({.seed = seed});
    std::vector<Sent> of_client;
    std::vector<Sent> of_server;
    pair.client_node.recording = &of_client;
    pair.server_node.recording = &of_server;
    ASSERT_TRUE(pair.connect());
    Visitor other(pair, "10.0.0.3:5000");
    ASSERT_TRUE(other.connect());
    WebTransportSession& session = pair.client_session();
    const auto stream = session.open_stream(QuicTransport::Direction::bidirectional, Priority::normal);
    ASSERT_TRUE(stream.has_value());
    std::string sent;
    for (int round = 0; round < 20; ++round) {
        session.write(*stream, bytes_of("a piece of a stream "), Fin::no);
        sent += "a piece of a stream ";
        session.send_datagram({}, bytes_of("a datagram"));
        for (int i = 0; i < 10; ++i) {
            const bool to_server = rng.chance(700);
            const auto& from = to_server ? of_client : of_server;
            const Bytes packet = garbled(from[rng.below(from.size())].bytes, rng);
            const net::Address source = rng.chance(800)
                                            ? (to_server ? pair.client_node : pair.server_node).address()
                                            : *net::Address::parse("10.66.6.6:6");
            pair.network.inject(source, (to_server ? pair.server_node : pair.client_node).address(), packet);
        }
        pair.network.run_for(milliseconds(7));
    }
    session.write(*stream, ByteView{}, Fin::yes);
    other.streams.log.session->send_datagram({}, bytes_of("other"));
    ASSERT_TRUE(pair.run_until([&] { return pair.server_streams.log.ended[number(*stream)]; }));
    EXPECT_EQ(pair.server_streams.log.data[number(*stream)], sent);
    EXPECT_TRUE(pair.client_streams.log.closed_by.empty());
    EXPECT_TRUE(other.streams.log.closed_by.empty());
    EXPECT_EQ(pair.server->session_count(), 2u);
    // A repeated first packet may have begun a handshake that nobody continues.
    pair.network.run_for(seconds(20));
    EXPECT_EQ(pair.server->connection_count(), 2u);
}

class Garbled : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Garbled, packets_of_a_session_sent_again_and_broken_harm_neither_it_nor_another) {
    for (std::uint64_t i = 0; i < seeds_per_case && !HasFailure(); ++i)
        exchange_among_garbled_packets(GetParam() * seeds_per_case + i);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Garbled, testing::Range<std::uint64_t>(0, 10));

TEST(Noise, an_empty_packet_is_garbled_and_nothing_more) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    for (const char* from : {"10.66.6.6:6", "10.0.0.2:5000"})
        pair.network.inject(*net::Address::parse(from), pair.server_node.address(), {});
    pair.network.run_for(milliseconds(1));
    EXPECT_EQ(pair.server->counts().packets_garbled, 2u);
    EXPECT_EQ(pair.server->session_count(), 1u);
}

TEST(Noise, random_bytes_from_everywhere_make_no_connection) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    base::Rng rng(7);
    for (int i = 0; i < 5'000; ++i) {
        Bytes packet(rng.below(1500));
        for (std::byte& byte : packet)
            byte = static_cast<std::byte>(rng.next());
        // Half of them look like first packets of QUIC version 1 up to their ids.
        if (packet.size() > 10 && rng.chance(500)) {
            const std::uint8_t head[] = {0xc3, 0, 0, 0, 1, 8};
            std::ranges::copy(bytes_of(head, sizeof head), packet.begin());
        }
        pair.network.inject(*net::Address::parse("10.5." + std::to_string(i % 250) + ".1:99"),
                            pair.server_node.address(), packet);
    }
    pair.network.run_for(seconds(15));
    EXPECT_EQ(pair.server->connection_count(), 1u);
    EXPECT_GT(pair.server->counts().packets_garbled, 1'000u);
    EXPECT_LE(pair.server->counts().stateless_resets_sent + pair.server->counts().version_negotiations_sent,
              1000u);
    pair.client_session().send_datagram({}, bytes_of("through the noise"));
    EXPECT_TRUE(pair.run_until([&] { return !pair.server_streams.log.datagrams.empty(); }));
}

// Streams

TEST(StreamAbuse, streams_end_at_the_limit_and_a_thousand_go_through_it_one_after_another) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    for (const auto direction :
         {QuicTransport::Direction::unidirectional, QuicTransport::Direction::bidirectional}) {
        std::vector<StreamId> open;
        std::size_t opened = 0;
        const ConnectionLimits limits;
        while (opened < 1000) {
            auto stream = pair.client_session().open_stream(direction, Priority::normal);
            while (stream.has_value()) {
                ++opened;
                pair.client_session().write(*stream, bytes_of("x"), Fin::yes);
                open.push_back(*stream);
                stream = pair.client_session().open_stream(direction, Priority::normal);
            }
            EXPECT_EQ(stream.error(), net::SendRefusal::full);
            // The control stream or the CONNECT stream is one of them.
            ASSERT_LE(open.size(), limits.bidirectional_streams - 1);
            ASSERT_TRUE(pair.run_until([&] {
                return std::ranges::all_of(
                    open, [&](StreamId id) { return pair.server_streams.log.ended[number(id)]; });
            }));
            for (const StreamId id : open) {
                if (!is_unidirectional(id)) pair.server_session().write(id, ByteView{}, Fin::yes);
            }
            open.clear();
            pair.network.run_for(milliseconds(100));
        }
        EXPECT_GE(opened, 1000u);
    }
    EXPECT_EQ(pair.server->session_count(), 1u);
}

TEST(StreamAbuse, streams_that_are_opened_and_reset_at_once_do_not_use_up_the_limit) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(milliseconds(100));
    for (int i = 0; i < 300; ++i) {
        const auto direction =
            i % 2 == 0 ? QuicTransport::Direction::unidirectional : QuicTransport::Direction::bidirectional;
        const auto stream = pair.client_session().open_stream(direction, Priority::normal);
        ASSERT_TRUE(stream.has_value()) << i;
        if (i % 3 == 0) pair.client_session().write(*stream, bytes_of("x"), Fin::no);
        // ngtcp2 never closes a unidirectional stream that is reset before its first byte; that uses up the
        // client's own limit, and costs the server no more than the limit.
        if (i % 2 == 0 || i % 5 == 0) pair.network.run_for(milliseconds(20));
        pair.client_session().reset_stream(*stream, 1);
        pair.client_session().stop_sending(*stream, 1);
        pair.network.run_for(milliseconds(50));
        for (const auto& [id, code] : pair.server_streams.log.resets) {
            if ((id & 2) == 0) pair.server_session().reset_stream(StreamId{id}, code);
        }
        pair.server_streams.log.resets.clear();
        pair.network.run_for(milliseconds(50));
    }
    EXPECT_EQ(pair.server->session_count(), 1u);
}

// Floods

TEST(Flood, datagrams_faster_than_the_path_takes_them_only_hurt_their_sender) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    Visitor other(pair, "10.0.0.3:5000");
    ASSERT_TRUE(other.connect());
    for (int turn = 0; turn < 200; ++turn) {
        for (int i = 0; i < 100; ++i)
            pair.client_session().send_datagram({}, bytes_of(std::string(900, 'f')));
        other.streams.log.session->send_datagram({}, bytes_of("calm"));
        pair.network.run_for(milliseconds(16));
    }
    pair.network.run_for(seconds(1));
    const auto& datagrams = pair.server_streams.log.datagrams;
    EXPECT_EQ(std::ranges::count(datagrams, "calm"), 200);
    EXPECT_EQ(pair.server->session_count(), 2u);
    EXPECT_GT(pair.client->counts().datagrams_replaced, 0u);
}

TEST(Flood, sessions_that_come_and_go_at_once_leave_nothing) {
    TestPair pair;
    Visitor crowd(pair, "127.0.0.1:1000");
    for (int round = 0; round < 30; ++round) {
        for (int i = 0; i < 10; ++i)
            crowd.dial();
        pair.network.run_for(milliseconds(round * 3));
        if (round % 2 == 0) {
            crowd.endpoint->close_sessions(9, "gone");
        } else {
            crowd.endpoint->close_all();
        }
        pair.network.run_for(milliseconds(5));
    }
    ASSERT_TRUE(pair.run_until([&] { return crowd.endpoint->connection_count() == 0; }, seconds(120)));
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }, seconds(120)));
    EXPECT_EQ(pair.server->session_count(), 0u);
    EXPECT_EQ(pair.server->counts().connections_accepted, pair.server->counts().connections_closed);
}

TEST(Flood, a_closed_connection_answers_ever_more_rarely) {
    TestPair pair;
    std::vector<Sent> of_client;
    pair.client_node.recording = &of_client;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(seconds(1));
    pair.client_session().send_datagram({}, bytes_of("x"));
    pair.network.run_for(milliseconds(1));
    const Bytes packet = of_client.back().bytes;
    pair.server->close_all();
    pair.server->flush();
    const std::uint64_t before = pair.server->counts().packets_sent;
    for (int i = 0; i < 1000; ++i)
        pair.network.inject(pair.client_node.address(), pair.server_node.address(), packet);
    pair.network.run_for(milliseconds(1));
    const std::uint64_t answers = pair.server->counts().packets_sent - before;
    EXPECT_GE(answers, 1u);
    EXPECT_LE(answers, 10u);  // every power of two up to 1,000
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }));
}

// Bad networks

void handshake_on_a_bad_network(std::uint64_t seed) {
    SCOPED_TRACE(seed);
    ConnectionLimits patient;
    patient.handshake_timeout = seconds(60);
    Endpoint::Options options{.limits = patient};
    options.handshakes_before_retry = seed % 2 == 0 ? 0 : 200;
    options.http3.request_timeout = seconds(60);
    TestPair pair({.seed = seed,
                   .conditions = {.delay = milliseconds(20),
                                  .jitter = milliseconds(80),
                                  .loss_permille = 200,
                                  .duplicate_permille = 200},
                   .server = options,
                   .client = {.limits = patient}});
    pair.dial();
    ASSERT_TRUE(pair.run_until(
        [&] {
            const bool both =
                pair.server_streams.log.session != nullptr && pair.client_streams.log.session != nullptr;
            return both || !pair.client_streams.refusals.empty();
        },
        minutes(3)));
    if (pair.client_streams.log.session == nullptr) {
        // The server has heard of it or finds out by itself.
        ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }, minutes(3)));
        return;
    }
    ASSERT_EQ(pair.server->connection_count(), 1u);
    pair.client_session().close(5, "done");
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 0; }, minutes(3)));
    EXPECT_EQ(pair.server_streams.log.close_codes.size(), 1u);
}

class BadNetwork : public testing::TestWithParam<std::uint64_t> {};

TEST_P(BadNetwork, a_handshake_ends_in_a_session_on_both_sides_or_in_a_refusal) {
    for (std::uint64_t i = 0; i < seeds_per_case && !HasFailure(); ++i)
        handshake_on_a_bad_network(GetParam() * seeds_per_case + i);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BadNetwork, testing::Range<std::uint64_t>(0, 5));

TEST(Rebinding, a_transfer_goes_on_whenever_the_nat_forgets) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        TestPair pair({.seed = seed, .conditions = {.delay = milliseconds(15), .loss_permille = 10}});
        ASSERT_TRUE(pair.connect());
        pair.network.run_for(seconds(1));
        const std::string text(3'000'000, 't');
        std::vector<std::int64_t> ids;
        for (WebTransportSession* session : {&pair.client_session(), &pair.server_session()}) {
            const auto stream =
                session->open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
            ASSERT_TRUE(stream.has_value());
            session->write(*stream, net::share(bytes_of(text)), Fin::yes);
            ids.push_back(number(*stream));
        }
        for (int port = 6000; port < 6004; ++port) {
            pair.network.run_for(milliseconds(300));
            pair.client_node.rebind(*net::Address::parse("10.0.0.2:" + std::to_string(port)));
        }
        ASSERT_TRUE(pair.run_until(
            [&] { return pair.server_streams.log.ended[ids[0]] && pair.client_streams.log.ended[ids[1]]; },
            seconds(300)));
        EXPECT_EQ(pair.server_streams.log.data[ids[0]], text);
        EXPECT_EQ(pair.client_streams.log.data[ids[1]], text);
        EXPECT_GE(pair.server->counts().paths_migrated, 1u);
        EXPECT_EQ(pair.server_session().peer().port(), 6003);
        EXPECT_TRUE(pair.client_streams.log.closed_by.empty());
    }
}

TEST(Rebinding, an_outage_shorter_than_the_idle_limit_is_survived) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(seconds(2));
    pair.network.set_conditions({.loss_permille = 1000});
    for (int i = 0; i < 20; ++i) {
        pair.client_session().send_datagram({}, bytes_of("lost"));
        pair.network.run_for(seconds(1));
    }
    pair.network.set_conditions({});
    pair.network.run_for(seconds(15));
    pair.client_session().send_datagram({}, bytes_of("back"));
    ASSERT_TRUE(pair.run_until([&] {
        const auto& datagrams = pair.server_streams.log.datagrams;
        return std::ranges::find(datagrams, "back") != datagrams.end();
    }));
    EXPECT_TRUE(pair.client_streams.log.closed_by.empty());
}

// Idle

TEST(Idle, a_session_whose_client_says_something_now_and_then_stays_for_many_minutes) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    for (int i = 0; i < 15; ++i) {
        pair.network.run_for(seconds(80));
        pair.client_session().send_datagram({}, {});
    }
    pair.network.run_for(seconds(1));
    EXPECT_EQ(pair.server_streams.log.datagrams.size(), 15u);
    EXPECT_EQ(pair.server->session_count(), 1u);
    EXPECT_TRUE(pair.client_streams.log.closed_by.empty());
    // 20 minutes at a ping every 12 s on both sides, with its answer, is a few hundred packets.
    EXPECT_LT(pair.server->counts().packets_sent, 600u);
}

}  // namespace
}  // namespace gs::quic
