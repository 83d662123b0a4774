// Real sockets on loopback: what the kernel does with our batches.
#include "server/quic/udp_port.h"

#include <gtest/gtest.h>

#include <map>
#include <poll.h>
#include <string>

namespace gs::quic {
namespace {

net::Address address(const char* text) {
    const auto parsed = net::Address::parse(text);
    EXPECT_TRUE(parsed.has_value());
    return *parsed;
}

std::unique_ptr<UdpPort> open_port(const std::vector<net::Address>& addresses) {
    auto port = UdpPort::open(addresses);
    EXPECT_TRUE(port.has_value()) << (port ? "" : port.error().context);
    return port ? std::move(*port) : nullptr;
}

struct Received {
    Path path;
    std::string bytes;
};

/// Waits for the kernel, not for a time: gives up only when nothing comes for seconds.
std::vector<Received> receive(UdpPort& port, std::size_t count) {
    std::vector<Received> received;
    const UdpPort::OnPacket on_packet = [&](const Path& path, ByteView packet) {
        received.push_back({.path = path, .bytes = std::string(text_of(packet))});
    };
    while (received.size() < count) {
        std::vector<pollfd> polled;
        for (const int fd : port.fds())
            polled.push_back({.fd = fd, .events = POLLIN, .revents = 0});
        if (::poll(polled.data(), polled.size(), 5000) <= 0) break;
        while (port.receive(on_packet)) {
        }
    }
    return received;
}

void put(UdpPort& port, const Path& path, std::string_view bytes) {
    const MutableBytes room = port.begin();
    ASSERT_GE(room.size(), bytes.size());
    std::ranges::copy(bytes_of(bytes), room.begin());
    port.commit(path, bytes.size());
}

/// Text of `size` bytes that names its place.
std::string numbered(std::size_t size, int number) {
    std::string text = std::to_string(number) + ":";
    text.resize(std::max(size, text.size()), static_cast<char>('a' + number % 26));
    return text;
}

TEST(UdpPort, both_families_share_the_port_that_the_first_one_chose) {
    const auto port = open_port({address("127.0.0.1:0"), address("[::1]:0")});
    ASSERT_NE(port, nullptr);
    const auto addresses = port->addresses();
    ASSERT_EQ(addresses.size(), 2u);
    EXPECT_NE(addresses[0].port(), 0);
    EXPECT_EQ(addresses[0].port(), addresses[1].port());
    EXPECT_EQ(addresses[0].host(), "127.0.0.1");
    EXPECT_EQ(addresses[1].host(), "::1");
    EXPECT_EQ(port->fds().size(), 2u);
}

TEST(UdpPort, packets_of_both_families_come_with_their_path) {
    const auto server = open_port({address("127.0.0.1:0"), address("[::1]:0")});
    const auto client = open_port({address("127.0.0.1:0"), address("[::1]:0")});
    ASSERT_TRUE(server && client);
    for (const int family : {0, 1}) {
        const Path path{.local = client->addresses()[static_cast<unsigned>(family)],
                        .remote = server->addresses()[static_cast<unsigned>(family)]};
        put(*client, path, "hello");
        client->flush();
        const auto received = receive(*server, 1);
        ASSERT_EQ(received.size(), 1u);
        EXPECT_EQ(received[0].bytes, "hello");
        EXPECT_EQ(received[0].path.local, path.remote);
        EXPECT_EQ(received[0].path.remote, path.local);
    }
}

TEST(UdpPort, batches_arrive_whole_and_in_order_for_each_peer) {
    const auto server = open_port({address("127.0.0.1:0"), address("[::1]:0")});
    const auto one = open_port({address("127.0.0.1:0")});
    const auto two = open_port({address("[::1]:0")});
    ASSERT_TRUE(server && one && two);
    const Path to_one{.local = server->addresses()[0], .remote = one->addresses()[0]};
    const Path to_two{.local = server->addresses()[1], .remote = two->addresses()[0]};
    // Runs of equal sizes (one kernel message), shorter ends, longer ones behind shorter ones, one byte, the
    // largest, changing peers and families: every way in which a message is closed.
    const std::size_t sizes[] = {1200, 1200, 1200, 700, 1200, 100, 100, 1452, 1452, 1, 1, 1452, 300, 900};
    std::map<bool, std::vector<std::string>> sent;
    for (int i = 0; i < 300; ++i) {
        const bool second = i % 7 > 4;
        const std::string bytes = numbered(sizes[static_cast<unsigned>(i) % std::size(sizes)], i);
        put(*server, second ? to_two : to_one, bytes);
        sent[second].push_back(bytes);
    }
    server->flush();
    EXPECT_LT(server->counts().send_calls, 100u);
    for (const bool second : {false, true}) {
        const auto received = receive(second ? *two : *one, sent[second].size());
        ASSERT_EQ(received.size(), sent[second].size());
        for (std::size_t i = 0; i < received.size(); ++i)
            ASSERT_EQ(received[i].bytes, sent[second][i]) << i;
    }
    EXPECT_EQ(server->counts().packets_unsent, 0u);
}

TEST(UdpPort, more_than_a_batch_holds_is_sent_on_the_way) {
    const auto server = open_port({address("127.0.0.1:0")});
    const auto client = open_port({address("127.0.0.1:0")});
    ASSERT_TRUE(server && client);
    const Path path{.local = server->addresses()[0], .remote = client->addresses()[0]};
    constexpr int count = 1000;  // 1.2 MB: several times the arena
    std::vector<Received> received;
    for (int i = 0; i < count; ++i) {
        put(*server, path, numbered(1200, i));
        // Reads as it goes, so that the test does not depend on the size of the kernel's buffers.
        if (i % 50 == 49) {
            server->flush();
            for (Received& each : receive(*client, 50))
                received.push_back(std::move(each));
        }
    }
    ASSERT_EQ(received.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(received[static_cast<unsigned>(i)].bytes, numbered(1200, i));
}

TEST(UdpPort, a_wildcard_port_answers_from_the_address_that_was_asked) {
    const auto server = open_port({address("0.0.0.0:0"), address("[::]:0")});
    const auto client = open_port({address("127.0.0.1:0"), address("[::1]:0")});
    ASSERT_TRUE(server && client);
    for (const char* asked : {"127.0.0.2:0", "127.0.0.1:0", "[::1]:0"}) {
        net::Address to = address(asked);
        to.set_port(server->addresses()[0].port());
        put(*client, {.local = client->addresses()[to.is_v6() ? 1 : 0], .remote = to}, "asked");
        client->flush();
        const auto at_server = receive(*server, 1);
        ASSERT_EQ(at_server.size(), 1u);
        EXPECT_EQ(at_server[0].path.local, to);
        // Two of the same size, so that they go as one kernel message with both control parts.
        put(*server, at_server[0].path, "one");
        put(*server, at_server[0].path, "two");
        server->flush();
        const auto at_client = receive(*client, 2);
        ASSERT_EQ(at_client.size(), 2u);
        for (const Received& each : at_client)
            EXPECT_EQ(each.path.remote, to) << each.path.remote.to_string();
    }
}

TEST(UdpPort, packets_larger_than_any_of_ours_are_dropped) {
    const auto server = open_port({address("127.0.0.1:0")});
    const auto client = open_port({address("127.0.0.1:0")});
    ASSERT_TRUE(server && client);
    const std::string huge(10'000, 'h');
    ASSERT_EQ(::sendto(client->fds()[0], huge.data(), huge.size(), 0, server->addresses()[0].data(),
                       server->addresses()[0].size()),
              static_cast<ssize_t>(huge.size()));
    put(*client, {.local = client->addresses()[0], .remote = server->addresses()[0]}, "after");
    client->flush();
    const auto received = receive(*server, 1);
    ASSERT_EQ(received.size(), 1u);
    EXPECT_EQ(received[0].bytes, "after");
}

TEST(UdpPort, an_empty_packet_arrives_as_one) {
    const auto server = open_port({address("127.0.0.1:0")});
    const auto client = open_port({address("127.0.0.1:0")});
    ASSERT_TRUE(server && client);
    ASSERT_EQ(
        ::sendto(client->fds()[0], "", 0, 0, server->addresses()[0].data(), server->addresses()[0].size()),
        0);
    EXPECT_EQ(receive(*server, 1).size(), 1u);
}

TEST(UdpPort, one_peer_that_cannot_be_reached_does_not_keep_back_the_others) {
    const auto server = open_port({address("127.0.0.1:0")});
    const auto client = open_port({address("127.0.0.1:0")});
    ASSERT_TRUE(server && client);
    const net::Address local = server->addresses()[0];
    put(*server, {.local = local, .remote = client->addresses()[0]}, "before");
    // Nothing can be sent to the broadcast address without asking for it.
    put(*server, {.local = local, .remote = address("255.255.255.255:9")}, "lost");
    put(*server, {.local = local, .remote = client->addresses()[0]}, "after");
    // A family that the port does not have.
    put(*server, {.local = local, .remote = address("[::1]:9")}, "lost too");
    put(*server, {.local = local, .remote = client->addresses()[0]}, "last");
    server->flush();
    const auto received = receive(*client, 3);
    ASSERT_EQ(received.size(), 3u);
    EXPECT_EQ(received[2].bytes, "last");
    EXPECT_GE(server->counts().packets_unsent, 1u);
}

TEST(UdpPort, a_port_that_is_taken_says_so) {
    const auto first = open_port({address("127.0.0.1:0")});
    ASSERT_NE(first, nullptr);
    const auto second = UdpPort::open(first->addresses());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::in_use);
    EXPECT_NE(second.error().system, 0);
}

TEST(UdpPort, an_address_of_another_machine_and_two_of_one_family_are_invalid) {
    const auto foreign = UdpPort::open({address("192.0.2.1:0")});
    ASSERT_FALSE(foreign.has_value());
    EXPECT_EQ(foreign.error().code, ErrorCode::invalid);
    const auto twice = UdpPort::open({address("127.0.0.1:0"), address("127.0.0.2:0")});
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace gs::quic
