// Who gets in: first packets that are forged, replayed, too many or of another version, and what they cost.
#include "server/quic/endpoint.h"
#include "server/quic/sealed_initial.h"
#include "server/quic/test_pair.h"

#include <gtest/gtest.h>

#include <set>

namespace gs::quic {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Sent = SimulatedNetwork::Node::Sent;

net::Address address(const std::string& text) { return *net::Address::parse(text); }

std::string forged_address(int n) {
    return "10." + std::to_string(1 + n / 250) + "." + std::to_string(n % 250) +
           ".7:" + std::to_string(4000 + n);
}

std::size_t total_bytes(const std::vector<Sent>& packets) {
    std::size_t total = 0;
    for (const Sent& packet : packets)
        total += packet.bytes.size();
    return total;
}

/// First packets of `count` clients, as they would leave them; nothing arrives anywhere.
std::vector<std::vector<std::byte>> first_packets(TestPair& pair, int count) {
    Visitor dialler(pair, "10.200.0.1:1");
    std::vector<Sent> sent;
    dialler.node.recording = &sent;
    dialler.node.on_leaving = [](ByteView) { return std::vector<std::byte>{}; };
    for (int i = 0; i < count; ++i)
        dialler.dial();
    dialler.endpoint->flush();
    std::vector<std::vector<std::byte>> packets;
    for (Sent& packet : sent)
        packets.push_back(std::move(packet.bytes));
    return packets;
}

/// A long-header packet of a version that nobody speaks.
std::string unknown_version(std::size_t size) {
    std::string packet(
        "\xc0\x1a\x2a\x3a\x4a\x08"
        "DESTINAT"
        "\x06"
        "SOURCE",
        6 + 8 + 1 + 6);
    packet.resize(size, 'x');
    return packet;
}

/// A short-header packet for a connection that nobody knows.
std::string unknown_connection(std::size_t size) {
    std::string packet(1, '\x41');
    packet.resize(size, 'i');
    return packet;
}

TEST(Accept, retry_is_demanded_from_the_configured_number_of_handshakes_on) {
    TestPair pair({.server = {.handshakes_before_retry = 20}});
    const auto packets = first_packets(pair, 120);
    ASSERT_GE(packets.size(), 120u);
    int n = 0;
    for (const auto& packet : packets)
        pair.network.inject(address(forged_address(n++)), pair.server_node.address(), packet);
    pair.network.run_for(milliseconds(1));
    EXPECT_EQ(pair.server->connection_count(), 20u);
    EXPECT_EQ(pair.server->counts().connections_accepted, 20u);
    EXPECT_EQ(pair.server->counts().retries_sent, packets.size() - 20);

    // A real client gets in all the same: it answers the Retry.
    ASSERT_TRUE(pair.connect());
    EXPECT_EQ(pair.server->counts().retries_sent, packets.size() - 20 + 1);
    EXPECT_EQ(pair.server->counts().tokens_invalid, 0u);

    // The forged ones leave nothing behind, and the load is over.
    pair.network.run_for(seconds(30));
    EXPECT_EQ(pair.server->connection_count(), 1u);
    Visitor later(pair, "10.9.9.9:1000");
    ASSERT_TRUE(later.connect());
    EXPECT_EQ(pair.server->counts().retries_sent, packets.size() - 20 + 1);
}

TEST(Accept, a_second_copy_of_a_first_packet_makes_no_second_connection) {
    TestPair pair;
    const auto packets = first_packets(pair, 1);
    for (int i = 0; i < 50; ++i)
        pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), packets[0]);
    // The same from elsewhere: the connection id is taken.
    pair.network.inject(address("10.1.1.2:5"), pair.server_node.address(), packets[0]);
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->connection_count(), 1u);
    EXPECT_EQ(pair.server->counts().connections_accepted, 1u);
}

// Tokens

/// Dials with Retry always demanded, and keeps the packets that show the token from arriving.
std::vector<std::vector<std::byte>> packets_with_token(TestPair& pair) {
    std::vector<std::vector<std::byte>> kept;
    int initials = 0;
    pair.client_node.on_leaving = [&](ByteView packet) {
        std::vector<std::byte> copy(packet.begin(), packet.end());
        if (pair.server->counts().retries_sent == 0 || ++initials > 100) return copy;
        kept.push_back(copy);
        return std::vector<std::byte>{};
    };
    pair.dial();
    EXPECT_TRUE(pair.run_until([&] { return !kept.empty(); }));
    pair.client_node.on_leaving = [](ByteView) { return std::vector<std::byte>{}; };
    return kept;
}

/// Where the token of an Initial begins (RFC 9000 section 17.2.2).
std::size_t token_offset(const std::vector<std::byte>& packet) {
    std::size_t at = 1 + 4;
    at += 1 + std::to_integer<std::size_t>(packet[at]);
    at += 1 + std::to_integer<std::size_t>(packet[at]);
    return at + varint_length(packet[at]);
}

TEST(Accept, a_token_opens_the_door_for_its_address_only) {
    TestPair pair({.server = {.handshakes_before_retry = 0}});
    const auto packets = packets_with_token(pair);
    for (const char* thief : {"10.0.0.2:5001", "10.0.0.3:5000", "[2001:db8::1]:5000"})
        pair.network.inject(address(thief), pair.server_node.address(), packets[0]);
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->counts().tokens_invalid, 3u);
    EXPECT_EQ(pair.server->connection_count(), 0u);

    pair.network.inject(address("10.0.0.2:5000"), pair.server_node.address(), packets[0]);
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->counts().connections_accepted, 1u);
}

TEST(Accept, an_expired_token_is_refused_and_says_so) {
    TestPair pair({.server = {.handshakes_before_retry = 0}});
    const auto packets = packets_with_token(pair);
    pair.network.run_for(seconds(11));
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    pair.network.inject(address("10.0.0.2:5000"), pair.server_node.address(), packets[0]);
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->counts().tokens_invalid, 1u);
    EXPECT_EQ(pair.server->counts().connections_accepted, 0u);
    EXPECT_EQ(answers.size(), 1u);
}

TEST(Accept, forged_tokens_and_those_of_another_server_are_like_none) {
    TestPair pair({.server = {.token_key = {1}, .handshakes_before_retry = 0}});
    auto packets = packets_with_token(pair);
    const std::size_t token = token_offset(packets[0]);
    const std::uint64_t retries = pair.server->counts().retries_sent;
    std::uint64_t forged = 0;
    for (std::size_t i = 1; i < 60; i += 7, ++forged) {
        auto packet = packets[0];
        packet[token + i] ^= std::byte{0x10};
        pair.network.inject(address("10.0.0.2:5000"), pair.server_node.address(), packet);
    }
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->counts().connections_accepted, 0u);
    EXPECT_EQ(pair.server->counts().retries_sent, retries + forged);
    EXPECT_EQ(pair.server->counts().tokens_invalid, forged);

    TestPair foreign({.server = {.token_key = {2}, .handshakes_before_retry = 0}});
    foreign.network.inject(address("10.0.0.2:5000"), foreign.server_node.address(), packets[0]);
    foreign.network.run_for(milliseconds(10));
    EXPECT_EQ(foreign.server->counts().connections_accepted, 0u);
    EXPECT_EQ(foreign.server->counts().retries_sent, 1u);
}

// First packets whose content is well protected and wrong

std::vector<std::byte> sealed(std::string_view frames, std::size_t size = 1200) {
    const std::uint8_t destination[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const std::uint8_t source[] = {9, 9, 9};
    return seal({.destination = ConnectionId(destination, sizeof destination),
                 .source = ConnectionId(source, sizeof source),
                 .frames = bytes_of(frames),
                 .size = size});
}

TEST(Accept, a_first_packet_with_the_beginning_of_a_handshake_is_acknowledged_and_forgotten_in_time) {
    TestPair pair;
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    // CRYPTO with the head of a ClientHello of 4,096 bytes that never comes.
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(),
                        sealed(std::string("\x06\x00\x04\x01\x00\x10\x00", 7)));
    pair.network.run_for(milliseconds(100));
    ASSERT_GE(answers.size(), 1u) << "that it is answered shows that it could be read";
    EXPECT_EQ(pair.server->connection_count(), 1u);
    pair.network.run_for(seconds(15));
    EXPECT_EQ(pair.server->connection_count(), 0u);
    EXPECT_EQ(pair.server->counts().handshakes_failed, 1u);
    EXPECT_LE(total_bytes(answers), 3 * 1200u);
}

TEST(Accept, a_handshake_message_that_begins_later_must_come_from_a_proven_address) {
    TestPair pair;
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(),
                        sealed(std::string("\x06\x05\x04\x01\x00\x10\x00", 7)));
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->counts().retries_sent, 1u);
    EXPECT_EQ(pair.server->connection_count(), 0u);
}

TEST(Accept, frames_that_a_first_packet_must_not_carry_close_it_at_once) {
    const std::string cases[] = {
        std::string("\x01", 1),                          // PING, and no handshake
        std::string("\x08\x00x", 3),                     // STREAM
        std::string("\x1e", 1),                          // HANDSHAKE_DONE
        std::string("\x04\x00\x00\x00", 4),              // RESET_STREAM
        std::string("\x10\x40\xff", 3),                  // MAX_DATA
        std::string("\x30x", 2),                         // DATAGRAM
        std::string("\x02\xff\xff\xff\xff\xff", 6),      // ACK, cut
        std::string("\x06\x00\x04\xde\xad\xbe\xef", 7),  // CRYPTO that is no TLS
        std::string("\x40\x99", 2),                      // no frame at all
    };
    for (const std::string& frames : cases) {
        TestPair pair;
        std::vector<Sent> answers;
        pair.server_node.recording = &answers;
        pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), sealed(frames));
        pair.network.run_for(milliseconds(10));
        EXPECT_LE(total_bytes(answers), 1200u);
        pair.network.run_for(seconds(15));
        EXPECT_EQ(pair.server->connection_count(), 0u);
        EXPECT_EQ(pair.server->session_count(), 0u);
        ASSERT_TRUE(pair.connect()) << "others get in";
    }
}

TEST(Accept, a_first_packet_in_a_small_datagram_is_dropped) {
    TestPair pair;
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), sealed("\x01", 1199));
    pair.network.run_for(milliseconds(10));
    EXPECT_EQ(pair.server->connection_count(), 0u);
    EXPECT_EQ(pair.server->counts().packets_sent, 0u);
}

// Limits

TEST(Accept, one_address_has_a_limit_and_others_are_not_affected_by_it) {
    TestPair pair({.server = {.connections_per_address_max = 8}});
    Visitor crowd(pair, "10.7.7.7:1000");
    for (int i = 0; i < 12; ++i)
        crowd.dial();
    ASSERT_TRUE(pair.run_until(
        [&] { return crowd.streams.refusals.size() == 4 && pair.server->session_count() == 8; }));
    EXPECT_EQ(pair.server->counts().initials_refused_full, 4u);
    EXPECT_GE(pair.server->counts().retries_sent, 8u)
        << "from half of the limit on an address must be proven";
    ASSERT_TRUE(pair.connect());

    // Another port is the same address; a closed connection makes room.
    Visitor neighbour(pair, "10.7.7.7:2000");
    neighbour.dial();
    ASSERT_TRUE(pair.run_until([&] { return !neighbour.streams.refusals.empty(); }));
    crowd.endpoint->close_all();
    ASSERT_TRUE(pair.run_until([&] { return pair.server->connection_count() == 1; }));
    EXPECT_TRUE(neighbour.connect());
}

TEST(Accept, loopback_has_no_limit_of_its_own) {
    TestPair pair({.server = {.connections_per_address_max = 2}});
    Visitor local(pair, "127.0.0.1:1000");
    for (int i = 0; i < 6; ++i)
        local.dial();
    EXPECT_TRUE(pair.run_until([&] { return pair.server->session_count() == 6; }));
    EXPECT_EQ(pair.server->counts().retries_sent, 0u);
}

TEST(Accept, the_whole_server_has_a_limit_and_those_inside_stay) {
    TestPair pair({.server = {.connections_max = 5}});
    ASSERT_TRUE(pair.connect());
    Visitor crowd(pair, "10.7.7.7:1000");
    for (int i = 0; i < 10; ++i)
        crowd.dial();
    ASSERT_TRUE(pair.run_until([&] { return crowd.streams.refusals.size() == 6; }));
    EXPECT_EQ(pair.server->connection_count(), 5u);
    EXPECT_EQ(pair.server->counts().initials_refused_full, 6u);
    pair.client_session().send_datagram({}, bytes_of("still inside"));
    EXPECT_TRUE(pair.run_until([&] { return !pair.server_streams.log.datagrams.empty(); }));
}

// Stateless answers

TEST(Stateless, version_negotiation_is_answered_only_where_it_cannot_amplify) {
    TestPair pair;
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    const net::Address from = address("10.1.1.1:5");
    pair.network.inject(from, pair.server_node.address(), bytes_of(unknown_version(1199)));
    pair.network.run_for(milliseconds(1));
    EXPECT_TRUE(answers.empty());

    pair.network.inject(from, pair.server_node.address(), bytes_of(unknown_version(1200)));
    pair.network.run_for(milliseconds(1));
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].to, from);
    const std::string answer(text_of(answers[0].bytes));
    EXPECT_EQ(answer.substr(1, 4), std::string(4, '\0')) << "version 0";
    EXPECT_EQ(answer.substr(5, 7), "\x06SOURCE") << "the ids swapped";
    EXPECT_EQ(answer.substr(12, 9),
              "\x08"
              "DESTINAT");
    EXPECT_EQ(answer.substr(21, 4), std::string("\0\0\0\1", 4)) << "QUIC version 1";
    EXPECT_EQ(pair.server->counts().version_negotiations_sent, 1u);
    EXPECT_EQ(pair.server->connection_count(), 0u);
}

TEST(Stateless, a_version_negotiation_packet_is_never_answered) {
    TestPair pair;
    std::string packet = unknown_version(1200);
    packet.replace(1, 4, std::string(4, '\0'));
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), bytes_of(packet));
    pair.network.run_for(milliseconds(1));
    EXPECT_TRUE(answers.empty());
    EXPECT_EQ(pair.server->counts().packets_garbled, 1u);
}

TEST(Stateless, resets_are_shorter_than_what_they_answer_and_tiny_packets_get_none) {
    TestPair pair;
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    for (std::size_t size = 1; size < 100; ++size) {
        answers.clear();
        pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(),
                            bytes_of(unknown_connection(size)));
        pair.network.run_for(milliseconds(1));
        ASSERT_EQ(answers.size(), size >= 43 ? 1u : 0u) << size;
        if (!answers.empty()) EXPECT_LT(answers[0].bytes.size(), size);
    }
}

TEST(Stateless, answers_have_a_limit_per_second) {
    TestPair pair({.server = {.stateless_answers_per_second = 10}});
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    for (int second = 1; second <= 3; ++second) {
        for (int i = 0; i < 100; ++i) {
            const std::string packet = i % 2 == 0 ? unknown_version(1200) : unknown_connection(200);
            pair.network.inject(address(forged_address(i)), pair.server_node.address(), bytes_of(packet));
        }
        pair.network.run_for(milliseconds(500));
        EXPECT_EQ(answers.size(), static_cast<unsigned>(10 * second));
        pair.network.run_for(milliseconds(600));
    }
    EXPECT_EQ(pair.server->counts().stateless_resets_sent + pair.server->counts().version_negotiations_sent,
              30u);
}

TEST(Stateless, what_goes_out_without_a_connection_is_counted_as_sent) {
    TestPair pair;
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), bytes_of(unknown_version(1200)));
    pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), bytes_of(unknown_connection(200)));
    pair.network.run_for(milliseconds(1));
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(pair.server->counts().packets_sent, 2u);
    EXPECT_EQ(pair.server->counts().bytes_sent, total_bytes(answers));
}

// Amplification (RFC 9000 section 8.1)

TEST(Amplification, an_address_that_has_proven_nothing_gets_at_most_three_times_what_came_from_it) {
    TestPair pair;
    const auto packets = first_packets(pair, 1);
    std::vector<Sent> answers;
    pair.server_node.recording = &answers;
    std::size_t received = 0;
    for (int i = 0; i < 5; ++i) {
        pair.network.inject(address("10.1.1.1:5"), pair.server_node.address(), packets[0]);
        received += packets[0].size();
        // Time for every probe that the server may want to send again.
        pair.network.run_for(seconds(2));
        EXPECT_LE(total_bytes(answers), 3 * received);
    }
    EXPECT_GT(total_bytes(answers), 0u);
    pair.network.run_for(seconds(60));
    EXPECT_LE(total_bytes(answers), 3 * received);
    EXPECT_EQ(pair.server->connection_count(), 0u);
}

TEST(Amplification, a_packet_that_claims_a_new_address_does_not_aim_a_transfer_at_it) {
    TestPair pair;
    ASSERT_TRUE(pair.connect());
    pair.network.run_for(seconds(1));
    const auto stream =
        pair.server_session().open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(stream.has_value());
    pair.server_session().write(*stream, net::share(bytes_of(std::string(2'000'000, 't'))), Fin::yes);
    pair.network.run_for(milliseconds(30));

    // An attacker on the way repeats a packet of the client from a victim's address, before the client's own.
    const net::Address victim = address("10.66.66.66:6");
    std::size_t claimed = 0;
    pair.client_node.on_leaving = [&](ByteView packet) {
        if (claimed == 0) {
            claimed = packet.size();
            pair.network.inject(victim, pair.server_node.address(), packet);
        }
        return std::vector<std::byte>(packet.begin(), packet.end());
    };
    std::vector<Sent> sent;
    pair.server_node.recording = &sent;
    pair.client_session().send_datagram({}, bytes_of("a packet worth repeating"));
    ASSERT_TRUE(pair.run_until([&] { return pair.client_streams.log.ended[number(*stream)]; }, seconds(60)));
    ASSERT_GT(claimed, 0u);
    std::erase_if(sent, [&](const Sent& packet) { return !(packet.to == victim); });
    EXPECT_LE(total_bytes(sent), 3 * claimed);
    EXPECT_EQ(pair.client_streams.log.data[number(*stream)].size(), 2'000'000u);
}

}  // namespace
}  // namespace gs::quic
