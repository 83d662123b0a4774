// What a datagram and an idle session cost in allocations. This program replaces operator new, which counts
// what our code allocates, and malloc, which counts that and what ngtcp2 and GnuTLS allocate. Sanitizers
// bring their own malloc; there its hooks do the counting.
#include "core/wire/limits.h"
#include "server/quic/test_pair.h"
#include "server/quic/udp_port.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <malloc.h>
#include <new>
#include <poll.h>

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GS_SANITIZED 1
#include <sanitizer/allocator_interface.h>
#else
#define GS_SANITIZED 0
#endif

namespace {

struct Allocations {
    std::size_t news = 0;     // by operator new: ours
    std::size_t mallocs = 0;  // all, so ours as well
    std::ptrdiff_t live_bytes = 0;
};

thread_local Allocations counted;
thread_local bool counting = false;

void count_malloc(const volatile void* memory) {
    if (!counting || memory == nullptr) return;
    ++counted.mallocs;
    counted.live_bytes += static_cast<std::ptrdiff_t>(malloc_usable_size(const_cast<void*>(memory)));
}

void count_free(const volatile void* memory) {
    if (!counting || memory == nullptr) return;
    counted.live_bytes -= static_cast<std::ptrdiff_t>(malloc_usable_size(const_cast<void*>(memory)));
}

void* counted_new(std::size_t size) {
    if (counting) ++counted.news;
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) std::abort();
    return memory;
}

#if GS_SANITIZED
const int hooks_installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void* memory, std::size_t) { count_malloc(memory); },
    [](const volatile void* memory) { count_free(memory); });
#endif

}  // namespace

void* operator new(std::size_t size) { return counted_new(size); }
void* operator new[](std::size_t size) { return counted_new(size); }
// What std::stable_sort in Debian 13's GoogleTest calls; a sanitizer wants new and delete from one place.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted_new(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted_new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#if !GS_SANITIZED
// glibc's own allocator under the names it exports for this.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void __libc_free(void* memory);
// NOLINTEND(readability-identifier-naming)

void* malloc(std::size_t size) {
    void* memory = __libc_malloc(size);
    count_malloc(memory);
    return memory;
}
void* calloc(std::size_t count, std::size_t size) {
    void* memory = __libc_calloc(count, size);
    count_malloc(memory);
    return memory;
}
void* realloc(void* memory, std::size_t size) {
    count_free(memory);
    void* moved = __libc_realloc(memory, size);
    count_malloc(moved);
    return moved;
}
void free(void* memory) {
    count_free(memory);
    __libc_free(memory);
}
}
#endif

namespace gs::quic {
namespace {

using std::chrono::milliseconds;

/// Counts what happens inside `what`.
template <typename What>
void measure(const What& what) {
    counting = true;
    what();
    counting = false;
}

/// One direction of a network that allocates nothing while it carries packets.
class Wire final : public PacketWriter {
  public:
    MutableBytes begin() override {
        GS_ASSERT(used_ < packets_.size(), "room for the packets of a turn");
        return packets_[used_].bytes;
    }
    void commit(const Path& path, std::size_t size) override {
        packets_[used_].path = {.local = path.remote, .remote = path.local};
        packets_[used_++].size = size;
    }
    /// Gives what was committed to `endpoint`.
    void deliver(Endpoint& endpoint) {
        for (std::size_t i = 0; i < used_; ++i)
            endpoint.read(packets_[i].path, ByteView(packets_[i].bytes).first(packets_[i].size));
        used_ = 0;
    }

  private:
    struct Packet {
        Path path;
        std::size_t size = 0;
        std::array<std::byte, packet_bytes_max> bytes;
    };
    std::vector<Packet> packets_ = std::vector<Packet>(2048);
    std::size_t used_ = 0;
};

class CountingHandler final : public WebTransportHandler {
  public:
    explicit CountingHandler(std::size_t& datagrams) : datagrams_(datagrams) {}
    void on_datagram(ByteView) override { ++datagrams_; }
    void on_stream_data(StreamId, ByteView, Fin) override {}
    void on_stream_reset(StreamId, std::uint32_t) override {}
    void on_stop_sending(StreamId) override {}
    void on_stream_writable(StreamId) override {}
    void on_stream_closed(StreamId) override {}
    void on_closed(const net::CloseInfo&) override {}

  private:
    std::size_t& datagrams_;
};

class CountingAcceptor final : public WebTransportAcceptor {
  public:
    [[nodiscard]] bool serves(const net::SessionRequest&) const override { return true; }
    [[nodiscard]] std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest&,
                                                              WebTransportSession& session) override {
        sessions.push_back(&session);
        return std::make_unique<CountingHandler>(datagrams);
    }
    std::vector<WebTransportSession*> sessions;
    std::size_t datagrams = 0;
};

/// A server and clients that take turns at 60 Hz; only the server's side is measured.
class Turns {
  public:
    Turns() {
        Endpoint::Options options;
        options.http3 = {.acceptor = &at_server, .origins = &origins_};
        server = std::make_unique<Endpoint>(options, test_credentials(), to_client_, now_);
        options.http3 = {.role = Role::client, .acceptor = &at_client, .authority = "a", .path = "/wt"};
        client = std::make_unique<Endpoint>(options, nullptr, to_server_, now_);
    }
    void dial() {
        client->connect({.local = *net::Address::parse("127.0.0.1:2000"),
                         .remote = *net::Address::parse("127.0.0.1:1000")},
                        trust_, "a");
    }
    /// `tick` is what the server's rooms do.
    template <typename Tick>
    void turn(const Tick& tick) {
        now_ += milliseconds(16);
        measure([&] {
            server->advance(now_);
            to_server_.deliver(*server);
            server->timers();
            tick();
            server->flush();
        });
        client->advance(now_);
        to_client_.deliver(*client);
        client->timers();
        client->flush();
    }

    CountingAcceptor at_server;
    CountingAcceptor at_client;
    std::unique_ptr<Endpoint> server;
    std::unique_ptr<Endpoint> client;

  private:
    net::Instant now_ = net::Instant(std::chrono::hours(1));
    net::OriginPolicy origins_;
    Wire to_client_;
    Wire to_server_;
    std::shared_ptr<const ClientCredentials> trust_ =
        std::make_shared<const ClientCredentials>(ClientTrust{{test_credentials()->hash()}});
};

TEST(Allocation, both_counters_count) {
    const Allocations before = counted;
    measure([] {
        void* volatile memory = std::malloc(100);  // volatile, or an optimiser takes it away
        std::free(memory);
        auto kept = std::make_unique<std::array<std::byte, 5000>>();
        EXPECT_NE(kept, nullptr);
        EXPECT_GE(counted.live_bytes, 5000);
    });
    EXPECT_EQ(counted.news - before.news, 1u);
    EXPECT_EQ(counted.mallocs - before.mallocs, 2u);
    EXPECT_EQ(counted.live_bytes, before.live_bytes);
}

TEST(Allocation, a_datagram_on_an_established_session_costs_none_of_ours_and_few_of_the_librarys) {
    counted = {};
    Turns turns;
    turns.dial();
    const std::string payload(100, 'd');
    const auto tick = [&] {
        for (WebTransportSession* session : turns.at_server.sessions)
            session->send_datagram(bytes_of("head"), bytes_of(payload));
    };
    const auto client_answers = [&] {
        for (WebTransportSession* session : turns.at_client.sessions)
            session->send_datagram({}, bytes_of(payload));
    };
    for (int warm_up = 0; warm_up < 600; ++warm_up) {
        turns.turn(tick);
        client_answers();
    }
    ASSERT_EQ(turns.at_server.sessions.size(), 1u);
    EXPECT_GT(counted.mallocs, 2 * counted.news) << "the handshake shows that the libraries are counted";
    const std::size_t received = turns.at_client.datagrams;
    counted = {};
    constexpr std::size_t count = 1000;
    for (std::size_t i = 0; i < count; ++i) {
        turns.turn(tick);
        client_answers();
    }
    ASSERT_GE(turns.at_client.datagrams - received, count - 2);
    ASSERT_GE(turns.at_server.datagrams, count);
    const double of_libraries = static_cast<double>(counted.mallocs - counted.news) / count;
    std::printf("per datagram sent, acknowledged and answered: ours %zu / %zu, ngtcp2 and GnuTLS %.3f\n",
                counted.news, count, of_libraries);
    EXPECT_EQ(counted.news, 0u);
    // ngtcp2 takes its frames and packets from pools, which grow now and then; GnuTLS needs nothing.
    EXPECT_LE(of_libraries, 0.1);
    EXPECT_LE(std::abs(counted.live_bytes), 64 * 1024) << "nothing grows";
}

TEST(Allocation, a_tick_that_is_the_same_for_hundreds_of_sessions_costs_none_of_ours) {
    Turns turns;
    for (int i = 0; i < 100; ++i)
        turns.dial();
    const std::string payload(100, 'd');
    const auto tick = [&] {
        for (WebTransportSession* session : turns.at_server.sessions)
            session->send_datagram({}, bytes_of(payload));
    };
    for (int warm_up = 0; warm_up < 300; ++warm_up)
        turns.turn(tick);
    ASSERT_EQ(turns.at_server.sessions.size(), 100u);
    counted = {};
    for (int i = 0; i < 50; ++i)
        turns.turn(tick);
    EXPECT_EQ(counted.news, 0u);
}

TEST(Allocation, an_idle_session_holds_less_than_its_budget) {
    Turns turns;
    const auto idle = [] {};
    const auto settle = [&](std::size_t sessions) {
        for (int i = 0; i < 400; ++i)
            turns.turn(idle);
        EXPECT_EQ(turns.server->session_count(), sessions);
    };
    turns.dial();
    settle(1);
    counted = {};
    constexpr std::size_t count = 200;
    for (std::size_t i = 0; i < count; ++i)
        turns.dial();
    settle(1 + count);
    const auto bytes = static_cast<std::size_t>(counted.live_bytes) / count;
    std::printf("an idle session holds %zu bytes\n", bytes);
    EXPECT_LE(bytes, 48'000u);
}

TEST(Allocation, the_udp_port_sends_and_receives_without_any) {
    const auto port = UdpPort::open({*net::Address::parse("127.0.0.1:0")});
    ASSERT_TRUE(port.has_value());
    const net::Address address = (*port)->addresses()[0];
    std::size_t received = 0;
    const UdpPort::OnPacket on_packet = [&received](const Path&, ByteView) { ++received; };
    pollfd polled{.fd = (*port)->fds()[0], .events = POLLIN, .revents = 0};
    counted = {};
    for (std::size_t sent = 0; sent < 1000; sent += 10) {
        measure([&] {
            for (int i = 0; i < 10; ++i) {
                (*port)->begin();
                (*port)->commit({.local = address, .remote = address}, 1000);
            }
            (*port)->flush();
        });
        while (received < sent + 10) {
            ASSERT_GT(::poll(&polled, 1, 5000), 0);
            measure([&] { (void)(*port)->receive(on_packet); });
        }
    }
    EXPECT_EQ(counted.news, 0u);
    EXPECT_EQ(counted.mallocs, 0u);
}

}  // namespace
}  // namespace gs::quic
