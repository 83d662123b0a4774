// The raw echo over a simulated network, as the echo page uses it.
#include "server/quic/stream_echo.h"

#include "core/base/rng.h"
#include "core/wire/limits.h"
#include "server/quic/test_pair.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Direction = QuicTransport::Direction;

std::string pattern(std::size_t bytes, int number = 0) {
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = static_cast<char>('a' + (i * 7 + i / 251 + static_cast<std::size_t>(number)) % 26);
    return text;
}

class EchoAcceptor final : public WebTransportAcceptor {
  public:
    [[nodiscard]] bool serves(const net::SessionRequest&) const override { return true; }
    [[nodiscard]] std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest&,
                                                              WebTransportSession& accepted) override {
        session = &accepted;
        return std::make_unique<StreamEcho>(accepted);
    }
    WebTransportSession* session = nullptr;
};

class EchoRig {
  public:
    explicit EchoRig(TestPairOptions options = {}) : pair(std::move(options), &echo) {}

    bool connect() {
        pair.dial();
        return pair.run_until([this] { return pair.client_streams.log.session != nullptr; });
    }
    [[nodiscard]] WebTransportSession& client() const { return pair.client_session(); }
    RecordingStreams::Log& log() { return pair.client_streams.log; }
    [[nodiscard]] StreamId open(Direction direction) const {
        const auto stream = client().open_stream(direction, Priority::normal);
        EXPECT_TRUE(stream.has_value());
        return stream.value_or(StreamId::none);
    }
    /// What the server holds for this client, on its n-th unidirectional stream after the control stream or
    /// on `stream`.
    [[nodiscard]] std::size_t server_holds(StreamId stream) const {
        return echo.session->queued_bytes(stream);
    }

    EchoAcceptor echo;
    TestPair pair;
};

/// The server's first unidirectional stream is its control stream.
StreamId server_stream(std::int64_t n) { return StreamId{4 * (n + 1) + 3}; }

TestPairOptions bad_network(std::uint64_t seed) {
    return {.seed = seed,
            .conditions = {.delay = milliseconds(10),
                           .jitter = milliseconds(15),
                           .loss_permille = 20,
                           .duplicate_permille = 20}};
}

TEST(StreamEcho, datagrams_come_back_from_the_empty_to_the_largest) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    std::vector<std::string> sent;
    for (const std::size_t bytes :
         {std::size_t{0}, std::size_t{1}, std::size_t{500}, wire::datagram_bytes_max}) {
        sent.push_back(pattern(bytes));
        rig.client().send_datagram({}, bytes_of(sent.back()));
        rig.pair.network.run_for(milliseconds(50));
    }
    EXPECT_EQ(rig.log().datagrams, sent);
}

class EchoSeeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(EchoSeeds, a_megabyte_comes_back_on_both_kinds_of_streams_under_loss) {
    EchoRig rig(bad_network(GetParam()));
    ASSERT_TRUE(rig.connect());
    const std::string text = pattern(1'000'000);
    const StreamId both = rig.open(Direction::bidirectional);
    const StreamId one = rig.open(Direction::unidirectional);
    rig.client().write(both, net::share(bytes_of(text)), Fin::yes);
    rig.client().write(one, net::share(bytes_of(text)), Fin::yes);
    const std::int64_t back = number(server_stream(0));
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().ended[number(both)] && rig.log().ended[back]; },
                                   seconds(300)));
    EXPECT_EQ(rig.log().data[number(both)], text);
    EXPECT_EQ(rig.log().data[back], text);
}

TEST_P(EchoSeeds, many_streams_at_once_come_back_apart) {
    EchoRig rig(bad_network(GetParam()));
    ASSERT_TRUE(rig.connect());
    base::Rng rng(GetParam());
    std::map<std::int64_t, std::string> sent;
    std::multiset<std::string> one_way;
    for (int i = 0; i < 10; ++i) {
        const std::string text = pattern(1 + rng.below(60'000), i);
        const StreamId both = rig.open(Direction::bidirectional);
        const StreamId one = rig.open(Direction::unidirectional);
        rig.client().write(both, bytes_of(text), Fin::yes);
        rig.client().write(one, bytes_of(text), Fin::yes);
        sent[number(both)] = text;
        one_way.insert(text);
    }
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().ended.size() == 20; }, seconds(120)));
    std::multiset<std::string> returned;
    for (const auto& [id, data] : rig.log().data) {
        if (is_unidirectional(StreamId{id})) {
            returned.insert(data);
        } else {
            EXPECT_EQ(data, sent[id]);
        }
    }
    EXPECT_EQ(returned, one_way);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EchoSeeds, testing::Range<std::uint64_t>(1, 6));

TEST(StreamEcho, an_empty_stream_comes_back_as_one) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    const StreamId both = rig.open(Direction::bidirectional);
    const StreamId one = rig.open(Direction::unidirectional);
    rig.client().write(both, ByteView{}, Fin::yes);
    rig.client().write(one, ByteView{}, Fin::yes);
    EXPECT_TRUE(rig.pair.run_until(
        [&] { return rig.log().ended[number(both)] && rig.log().ended[number(server_stream(0))]; }));
}

TEST(StreamEcho, a_client_that_does_not_read_holds_its_own_writer_and_not_the_servers_memory) {
    for (const auto direction : {Direction::bidirectional, Direction::unidirectional}) {
        EchoRig rig;
        ASSERT_TRUE(rig.connect());
        rig.log().consume = false;
        const StreamId stream = rig.open(direction);
        const StreamId back = direction == Direction::bidirectional ? stream : server_stream(0);
        const std::string text = pattern(3'000'000);
        rig.client().write(stream, net::share(bytes_of(text)), Fin::yes);
        const std::size_t window = ConnectionLimits{}.stream_window_bytes;
        for (int i = 0; i < 50; ++i) {
            rig.pair.network.run_for(milliseconds(100));
            ASSERT_LE(rig.server_holds(back), window);
        }
        EXPECT_LE(rig.log().data[number(back)].size(), window);
        EXPECT_GE(rig.client().queued_bytes(stream), text.size() - 3 * window);

        rig.log().consume = true;
        rig.client().consumed(back, rig.log().data[number(back)].size());
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().ended[number(back)]; }, seconds(60)));
        EXPECT_EQ(rig.log().data[number(back)], text);
    }
}

TEST(StreamEcho, a_client_that_reads_nothing_on_many_streams_costs_the_server_one_connection_window) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    rig.log().consume = false;
    std::vector<StreamId> streams;
    const net::SharedBytes text = net::share(bytes_of(pattern(1'000'000)));
    for (int i = 0; i < 12; ++i) {
        streams.push_back(rig.open(Direction::bidirectional));
        rig.client().write(streams.back(), text, Fin::no);
    }
    for (int i = 0; i < 50; ++i) {
        rig.pair.network.run_for(milliseconds(100));
        std::size_t held = 0;
        for (const StreamId stream : streams)
            held += rig.server_holds(stream);
        ASSERT_LE(held, ConnectionLimits{}.connection_window_bytes);
    }
    rig.client().send_datagram({}, bytes_of("other lanes live"));
    EXPECT_TRUE(rig.pair.run_until([&] { return !rig.log().datagrams.empty(); }));
}

TEST(StreamEcho, a_reset_comes_back_with_its_code) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    for (const auto direction : {Direction::bidirectional, Direction::unidirectional}) {
        const StreamId stream = rig.open(direction);
        const StreamId back = direction == Direction::bidirectional ? stream : server_stream(0);
        rig.client().write(stream, bytes_of("begun"), Fin::no);
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().data[number(back)] == "begun"; }));
        rig.client().reset_stream(stream, 4711);
        ASSERT_TRUE(rig.pair.run_until([&] { return !rig.log().resets.empty(); }));
        EXPECT_EQ(rig.log().resets,
                  (std::vector<std::pair<std::int64_t, std::uint32_t>>{{number(back), 4711}}));
        rig.log().resets.clear();
    }
}

TEST(StreamEcho, a_reader_that_stops_stops_its_own_writer) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    for (const auto direction : {Direction::bidirectional, Direction::unidirectional}) {
        const StreamId stream = rig.open(direction);
        const StreamId back = direction == Direction::bidirectional ? stream : server_stream(0);
        rig.client().write(stream, bytes_of("begun"), Fin::no);
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().data[number(back)] == "begun"; }));
        rig.client().stop_sending(back, 9);
        // The server finds out when it writes, the client when it does.
        ASSERT_TRUE(rig.pair.run_until([&] {
            rig.client().write(stream, bytes_of("more"), Fin::no);
            return !rig.log().stops.empty();
        }));
        EXPECT_EQ(rig.log().stops, std::vector<std::int64_t>{number(stream)});
        rig.log().stops.clear();
    }
}

TEST(StreamEcho, stopped_and_reset_streams_give_their_flow_control_back) {
    EchoRig rig;
    ASSERT_TRUE(rig.connect());
    rig.log().consume = false;
    // Together several times both windows of the connection.
    for (int i = 0; i < 20; ++i) {
        const StreamId stream = rig.open(Direction::bidirectional);
        rig.client().write(stream, bytes_of(std::string(200'000, 'r')), Fin::no);
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().data[number(stream)].size() == 200'000; }))
            << i;
        rig.client().consumed(stream, 200'000);
        if (i % 2 == 0) {
            rig.client().stop_sending(stream, 1);
            rig.pair.network.run_for(milliseconds(50));
        }
        rig.client().write(stream, bytes_of(std::string(100'000, 's')), Fin::no);
        rig.pair.network.run_for(milliseconds(200));
        rig.client().reset_stream(stream, 1);
        // The bytes after the stop were not passed to the client; those before the reset were.
        rig.client().consumed(stream, rig.log().data[number(stream)].size() - 200'000);
        rig.pair.network.run_for(milliseconds(200));
    }
    rig.log().consume = true;
    const StreamId last = rig.open(Direction::bidirectional);
    rig.client().write(last, net::share(bytes_of(pattern(1'000'000))), Fin::yes);
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.log().ended[number(last)]; }));
}

TEST(StreamEcho, one_way_streams_wait_until_the_client_allows_streams_back) {
    Endpoint::Options client;
    client.limits.unidirectional_streams = 2;  // the control stream and one more
    EchoRig rig({.client = client});
    ASSERT_TRUE(rig.connect());
    std::multiset<std::string> sent;
    for (int i = 0; i < 8; ++i) {
        const StreamId stream = rig.open(Direction::unidirectional);
        sent.insert(pattern(30'000, i));
        rig.client().write(stream, bytes_of(pattern(30'000, i)), Fin::yes);
    }
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.log().ended.size() == sent.size(); }));
    std::multiset<std::string> returned;
    for (const auto& [id, data] : rig.log().data)
        returned.insert(data);
    EXPECT_EQ(returned, sent);
}

TEST(StreamEcho, a_client_that_never_allows_streams_back_is_held_by_its_own_windows) {
    Endpoint::Options client;
    client.limits.unidirectional_streams = 1;
    EchoRig rig({.client = client});
    ASSERT_TRUE(rig.connect());
    std::size_t queued = 0;
    const net::SharedBytes text = net::share(bytes_of(pattern(1'000'000)));
    std::vector<StreamId> streams;
    for (int i = 0; i < 10; ++i) {
        streams.push_back(rig.open(Direction::unidirectional));
        rig.client().write(streams.back(), text, Fin::yes);
    }
    rig.pair.network.run_for(seconds(5));
    for (const StreamId stream : streams)
        queued += rig.client().queued_bytes(stream);
    EXPECT_GE(queued, 10'000'000 - ConnectionLimits{}.connection_window_bytes);
    const StreamId both = rig.open(Direction::bidirectional);
    EXPECT_NE(both, StreamId::none);
    rig.client().send_datagram({}, bytes_of("alive"));
    EXPECT_TRUE(rig.pair.run_until([&] { return !rig.log().datagrams.empty(); }));
}

}  // namespace
}  // namespace gs::quic
