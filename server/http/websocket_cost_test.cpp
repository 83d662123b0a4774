// What a WebSocket session costs: memory while idle, allocations per datagram.
#include "core/base/allocation_count.h"
#include "server/http/server.h"
#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::http {
namespace {

using base::heap_use;
using testing::TestClient;
using testing::TestServer;

TEST(WebSocketCost, is_small_for_an_idle_session) {
    constexpr std::size_t sessions = 100;
    TestServer test;
    test.open_websocket("/ws");
    const std::size_t before = heap_use().live_bytes;
    std::size_t clients_bytes = 0;
    for (std::size_t i = 0; i < sessions; ++i) {
        const std::size_t before_client = heap_use().live_bytes;
        TestClient& client = test.connect();
        clients_bytes += heap_use().live_bytes - before_client;
        client.upgrade("/ws");
        ASSERT_TRUE(
            test.run_until([&] { return test.acceptor.accepted == i + 2 && client.take_response(); }));
        client.received = std::string();
    }
    const std::size_t per_session = (heap_use().live_bytes - before - clients_bytes) / sessions;
    // 20 kB of RSS are allowed; 8 KiB of heap leave room for what malloc and the kernel add.
    EXPECT_LT(per_session, 8 * 1024u);
    RecordProperty("heap_bytes_per_idle_session", static_cast<int>(per_session));
    std::printf("heap per idle WebSocket session: %zu bytes\n", per_session);
}

TEST(WebSocketCost, has_no_allocation_per_datagram) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws/echo");
    std::string datagrams;
    for (int i = 0; i < 10; ++i)
        datagrams += testing::masked_frame(0x82, "\x01" + std::string(100, 'd'));
    const auto echo_all = [&] {
        const std::size_t wanted = 10 * 103;
        client.received.clear();
        client.send(datagrams);
        return test.run_until([&] { return client.received.size() == wanted; });
    };
    // Buffers of the server, the client and the loop reach their sizes first.
    client.received.reserve(4096);
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(echo_all());
    const std::uint64_t before = heap_use().allocations;
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(echo_all());
    const std::uint64_t used = heap_use().allocations - before;
    std::printf("allocations for 1,000 datagrams received and sent: %llu\n",
                static_cast<unsigned long long>(used));
    EXPECT_LT(used, 100u);
}

}  // namespace
}  // namespace gs::http
