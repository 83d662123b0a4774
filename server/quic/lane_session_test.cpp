// net::Session over WebTransport: the claims of every transport (session_conformance.h), and those of the
// lanes on streams.
#include "server/quic/lane_session.h"

#include "core/wire/limits.h"
#include "server/net/close_codes.h"
#include "server/net/session_conformance.h"
#include "server/quic/lane_rig.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Direction = QuicTransport::Direction;

class LaneSessionRig final : public net::SessionRig {
  public:
    explicit LaneSessionRig(TestPairOptions options)
        : pair_(std::move(options), &server_lanes_, &client_lanes_) {
        pair_.dial();
        EXPECT_TRUE(pair_.run_until(
            [this] { return server_.session != nullptr && client_sessions_.session != nullptr; }));
        // The client's sure stream has to arrive as well.
        pair_.network.run_for(seconds(2));
    }
    net::Session* session() override {
        return pair_.server->session_count() == 1 ? server_.session : nullptr;
    }
    void client_sends_datagram(std::string_view payload) override {
        client_sessions_.session->send_datagram({}, bytes_of(payload));
    }
    void client_sends_message(std::string_view text) override {
        EXPECT_TRUE(client_sessions_.session->send_message(text).has_value());
    }
    void client_sends_transfer(std::string_view bytes) override {
        EXPECT_TRUE(client_sessions_.session->send_transfer(net::share(bytes_of(bytes))).has_value());
    }
    void client_reads(net::Session::Receiving receiving) override {
        client_sessions_.session->set_receiving(receiving);
    }
    void client_closes(std::uint32_t code, std::string_view reason) override {
        client_sessions_.session->close(code, reason);
    }
    void client_vanishes() override { pair_.client_node.detach(); }
    bool run_until(const std::function<bool()>& done)
        override {  // Half of what makes a session silent, so that a lost datagram can be sent again.
        return pair_.run_until(done, seconds(45));
    }

  private:
    OneSession server_{handler_};
    OneSession client_sessions_{client_};
    LaneAcceptor server_lanes_{server_, {}};
    LaneAcceptor client_lanes_{client_sessions_, {.role = Role::client}};
    TestPair pair_;
};

std::unique_ptr<net::SessionRig> plain_rig() { return std::make_unique<LaneSessionRig>(TestPairOptions{}); }

std::unique_ptr<net::SessionRig> bad_rig() {
    return std::make_unique<LaneSessionRig>(TestPairOptions{.seed = 5,
                                                            .conditions = {.delay = milliseconds(40),
                                                                           .jitter = milliseconds(30),
                                                                           .loss_permille = 20,
                                                                           .duplicate_permille = 50}});
}

}  // namespace
}  // namespace gs::quic

namespace gs::net {

INSTANTIATE_TEST_SUITE_P(WebTransport, SessionConformance,
                         testing::Values(RigMaker{"plain", quic::plain_rig},
                                         RigMaker{"bad_network", quic::bad_rig}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace gs::net

namespace gs::quic {
namespace {

std::string framed(std::string_view text, std::size_t claimed) {
    std::byte head[4];
    store_u32_le(head, static_cast<std::uint32_t>(claimed));
    return std::string(text_of(ByteView(head))) + std::string(text);
}
std::string framed(std::string_view text) { return framed(text, text.size()); }

// The now lane

TEST(LaneSession, counts_datagrams_that_newer_ones_replaced) {
    RawLaneRig rig({.conditions = {.delay = milliseconds(50)}});
    ASSERT_TRUE(rig.connect());
    // More than any initial congestion window, within one turn.
    const std::string payload(900, 'p');
    std::uint64_t sent = 0;
    while (rig.session().send_datagram({}, bytes_of(payload)) == net::DatagramResult::sent)
        ++sent;
    ASSERT_GT(sent, 0u);
    EXPECT_EQ(rig.session().stats().datagrams_replaced, 0u);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(rig.session().send_datagram({}, bytes_of(payload)), net::DatagramResult::held);
    EXPECT_EQ(rig.session().stats().datagrams_replaced, 5u);
    EXPECT_EQ(rig.session().stats().datagrams_sent, sent);
    EXPECT_EQ(rig.session().stats().bytes_sent, sent * payload.size());
    EXPECT_EQ(rig.pair.server->counts().datagrams_replaced, 5u);
    // The last one that was held goes when the path takes it.
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.session().stats().datagrams_sent == sent + 1; }));
    EXPECT_EQ(rig.session().stats().datagrams_replaced, 5u);
}

TEST(LaneSession, a_datagram_sent_in_an_event_is_held_and_goes_after_it) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    std::vector<net::DatagramResult> results;
    rig.handler.on_event = [&results](net::Session& session) {
        results.push_back(session.send_datagram({}, bytes_of("answer")));
        EXPECT_EQ(session.stats().datagrams_sent, 0u);
    };
    rig.pair.client_session().send_datagram({}, bytes_of("question"));
    ASSERT_TRUE(rig.pair.run_until([&] { return !rig.pair.client_streams.log.datagrams.empty(); }));
    EXPECT_EQ(results, std::vector{net::DatagramResult::held});
    EXPECT_EQ(rig.session().stats().datagrams_sent, 1u);
    EXPECT_EQ(rig.session().stats().datagrams_replaced, 0u);
}

TEST(LaneSession, of_too_many_datagrams_sent_in_an_event_the_newest_arrives) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    constexpr std::size_t count = 200;
    std::string last;
    rig.handler.on_event = [&last](net::Session& session) {
        for (std::size_t i = 0; i < count; ++i) {
            last = std::to_string(i) + std::string(900, 'p');
            EXPECT_EQ(session.send_datagram({}, bytes_of(last)), net::DatagramResult::held);
        }
    };
    rig.pair.client_session().send_datagram({}, bytes_of("question"));
    const auto& arrived = rig.pair.client_streams.log.datagrams;
    ASSERT_TRUE(rig.pair.run_until([&] { return !arrived.empty() && arrived.back() == last; }));
    const net::SessionStats stats = rig.session().stats();
    EXPECT_EQ(stats.datagrams_sent, arrived.size());
    EXPECT_EQ(stats.datagrams_sent + stats.datagrams_replaced, count);
}

// The sure lane

TEST(LaneSession, messages_sent_before_the_client_opens_its_stream_arrive_when_it_does) {
    RawLaneRig rig;
    rig.sessions.on_accept = [](net::Session& session) {
        EXPECT_TRUE(session.send_message("welcome").has_value());
        EXPECT_TRUE(session.send_message("to the room").has_value());
    };
    ASSERT_TRUE(rig.connect());
    rig.pair.network.run_for(seconds(1));
    EXPECT_EQ(rig.session().stats().send_queue_bytes,
              framed("welcome").size() + framed("to the room").size());
    const StreamId sure = rig.client_opens(Direction::bidirectional, "");
    const std::string expected = framed("welcome") + framed("to the room");
    EXPECT_TRUE(
        rig.pair.run_until([&] { return rig.pair.client_streams.log.data[number(sure)] == expected; }));
    EXPECT_EQ(rig.session().stats().send_queue_bytes, 0u);
}

TEST(LaneSession, a_client_that_never_opens_its_stream_costs_no_more_than_the_queue) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    const std::string message(10'000, 'm');
    std::size_t accepted = 0;
    auto result = rig.session().send_message(message);
    for (; result.has_value(); result = rig.session().send_message(message))
        ASSERT_LT(++accepted, 1000u);
    EXPECT_EQ(result.error(), net::SendRefusal::full);
    EXPECT_LE(rig.session().stats().send_queue_bytes, wire::send_queue_bytes_max + 4 * accepted);
    const StreamId sure = rig.client_opens(Direction::bidirectional, "");
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.handler.writable == 1; }));
    EXPECT_TRUE(rig.pair.run_until([&] {
        return rig.pair.client_streams.log.data[number(sure)].size() == accepted * framed(message).size();
    }));
}

TEST(LaneSession, a_message_split_into_single_bytes_is_one_message) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    const StreamId sure = rig.client_opens(Direction::bidirectional, "");
    const std::string bytes = framed("hello \xe2\x82\xac") + framed("") + framed("again");
    for (const char byte : bytes) {
        rig.pair.client_session().write(sure, bytes_of({&byte, 1}), Fin::no);
        rig.pair.network.run_for(milliseconds(1));
    }
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == 3; }));
    EXPECT_EQ(rig.handler.messages, (std::vector<std::string>{"hello \xe2\x82\xac", "", "again"}));
}

TEST(LaneSession, a_message_over_the_limit_closes_by_its_length_alone) {
    for (const std::size_t claimed : {wire::message_bytes_max + 1, std::size_t{0xffffffff}}) {
        RawLaneRig rig;
        ASSERT_TRUE(rig.connect());
        rig.client_opens(Direction::bidirectional, framed("before") + framed("", claimed));
        rig.expect_close(net::close_code::too_much);
        EXPECT_EQ(rig.handler.messages, std::vector<std::string>{"before"});
    }
}

TEST(LaneSession, a_message_that_is_not_utf8_closes) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.client_opens(Direction::bidirectional, framed("\xc3\x28") + framed("after"));
    rig.expect_close(net::close_code::bad_message);
    EXPECT_TRUE(rig.handler.messages.empty());
}

TEST(LaneSession, a_second_bidirectional_stream_closes) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.client_opens(Direction::bidirectional, framed("one"));
    rig.client_opens(Direction::bidirectional, framed("two"));
    rig.expect_close(net::close_code::bad_message);
    EXPECT_LE(rig.handler.messages.size(), 1u);
}

TEST(LaneSession, the_end_of_the_sure_stream_is_the_end_of_the_session) {
    for (const int how : {0, 1, 2}) {
        RawLaneRig rig;
        ASSERT_TRUE(rig.connect());
        const StreamId sure =
            rig.client_opens(Direction::bidirectional, framed("bye"), how == 0 ? Fin::yes : Fin::no);
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == 1; }));
        if (how == 1) rig.pair.client_session().reset_stream(sure, 0);
        if (how == 2) {
            rig.pair.client_session().stop_sending(sure, 0);
            rig.pair.network.run_for(milliseconds(50));
            EXPECT_TRUE(rig.session().send_message("is anybody there?").has_value());
        }
        rig.expect_close(net::close_code::done);
    }
}

TEST(LaneSession, queued_messages_go_out_before_a_close) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    const StreamId sure = rig.client_opens(Direction::bidirectional, framed("hello"));
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == 1; }));
    const std::string last_words(5000, 'w');
    EXPECT_TRUE(rig.session().send_message(last_words).has_value());
    rig.session().close(12, "");
    rig.expect_close(12);
    EXPECT_TRUE(rig.pair.client_streams.log.data[number(sure)] == framed(last_words));
}

TEST(LaneSession, a_browser_that_resets_its_streams_with_its_close_is_still_heard_out) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    const StreamId sure = rig.client_opens(Direction::bidirectional, framed("hello"));
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == 1; }));
    rig.pair.client_session().reset_stream(sure, 0);
    rig.pair.client_session().stop_sending(sure, 0);
    rig.pair.client_session().close(31, "going home");
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.closes.size() == 1; }));
    EXPECT_EQ(rig.handler.closes[0].by, net::CloseInfo::By::peer);
    EXPECT_EQ(rig.handler.closes[0].code, 31u);
    EXPECT_EQ(rig.handler.closes[0].reason, "going home");
}

// The bulk lane

TEST(LaneSession, a_transfer_over_the_limit_closes_before_all_of_it_has_come) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    const auto stream = rig.pair.client_session().open_stream(Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(stream.has_value());
    const std::string endless(3 * wire::transfer_bytes_max, 'e');
    rig.pair.client_session().write(*stream, net::share(bytes_of(endless)), Fin::yes);
    rig.expect_close(net::close_code::too_much);
    ASSERT_EQ(rig.handler.open_transfers.size(), 1u);
    EXPECT_LE(rig.handler.open_transfers.begin()->second.size(), wire::transfer_bytes_max);
}

TEST(LaneSession, the_largest_transfer_arrives) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.client_opens(Direction::unidirectional, std::string(wire::transfer_bytes_max, 'l'), Fin::yes);
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.transfers.size() == 1; }, seconds(60)));
    EXPECT_EQ(rig.handler.transfers[0].size(), wire::transfer_bytes_max);
}

TEST(LaneSession, an_empty_transfer_ends_at_once_and_a_reset_one_is_aborted) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.client_opens(Direction::unidirectional, "", Fin::yes);
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.transfers.size() == 1; }));
    EXPECT_EQ(rig.handler.transfers[0], "");
    const StreamId begun = rig.client_opens(Direction::unidirectional, "begun");
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.open_transfers.size() == 1; }));
    rig.pair.client_session().reset_stream(begun, 3);
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.aborted == 1; }));
    EXPECT_TRUE(rig.handler.open_transfers.empty());
}

TEST(LaneSession, transfers_wait_while_the_client_allows_no_streams_and_go_when_it_does) {
    // The control stream takes one; 2 leaves one for transfers.
    for (const std::uint64_t allowed : {1u, 2u}) {
        Endpoint::Options client;
        client.limits.unidirectional_streams = allowed;
        RawLaneRig rig({.client = client});
        ASSERT_TRUE(rig.connect());
        std::size_t sent = 0;
        auto result = rig.session().send_transfer(net::share(bytes_of("transfer")));
        for (; result.has_value(); result = rig.session().send_transfer(net::share(bytes_of("transfer"))))
            ++sent;
        EXPECT_EQ(result.error(), net::SendRefusal::full);
        EXPECT_EQ(sent, allowed - 1);
        EXPECT_TRUE(rig.session().send_message("other lanes go on").has_value());
        while (allowed > 1 && sent < 10) {
            const int writable = rig.handler.writable;
            ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.writable > writable; })) << sent;
            while (rig.session().send_transfer(net::share(bytes_of("transfer"))).has_value())
                ++sent;
        }
        rig.pair.network.run_for(seconds(1));
        EXPECT_EQ(rig.pair.client_streams.log.ended.size(), sent);
        EXPECT_EQ(rig.pair.server->session_count(), 1u);
    }
}

TEST(LaneSession, concurrent_transfers_have_a_limit_and_a_client_that_stops_one_makes_room) {
    Endpoint::Options client;
    client.limits.unidirectional_streams = 100;
    RawLaneRig rig({.client = client});
    ASSERT_TRUE(rig.connect());
    rig.pair.client_streams.log.consume = false;
    const net::SharedBytes bytes = net::share(bytes_of(std::string(60'000, 't')));
    std::size_t accepted = 0;
    while (rig.session().send_transfer(bytes).has_value())
        ASSERT_LE(++accepted, wire::transfers_max);
    EXPECT_EQ(accepted, wire::transfers_max);
    rig.pair.network.run_for(seconds(2));
    ASSERT_EQ(rig.pair.client_streams.log.data.size(), wire::transfers_max);
    EXPECT_EQ(rig.handler.writable, 0);
    EXPECT_LE(bytes.use_count(), static_cast<long>(wire::transfers_max) + 1);
    auto& log = rig.pair.client_streams.log;
    log.consume = true;
    for (const auto& [id, data] : log.data)
        rig.pair.client_session().consumed(StreamId{id}, data.size());
    ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.writable == 1; }));
    ASSERT_TRUE(rig.pair.run_until([&] { return log.ended.size() == wire::transfers_max; }));
    ASSERT_TRUE(rig.pair.run_until([&] { return bytes.use_count() == 1; }))
        << "acknowledged bytes are let go";
}

// Paused

TEST(LaneSession, while_paused_the_client_is_held_by_flow_control_and_datagrams_still_come) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.session().set_receiving(net::Session::Receiving::paused);
    const auto stream = rig.pair.client_session().open_stream(Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(stream.has_value());
    rig.pair.client_session().write(*stream, net::share(bytes_of(std::string(2'000'000, 'p'))), Fin::yes);
    rig.pair.network.run_for(seconds(5));
    EXPECT_GE(rig.pair.client_session().queued_bytes(*stream),
              2'000'000 - ConnectionLimits{}.stream_window_bytes);
    rig.pair.client_session().send_datagram({}, bytes_of("now"));
    EXPECT_TRUE(rig.pair.run_until([&] { return !rig.handler.datagrams.empty(); }));
    EXPECT_TRUE(rig.handler.open_transfers.empty());
    rig.session().set_receiving(net::Session::Receiving::open);
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.handler.transfers.size() == 1; }));
    EXPECT_EQ(rig.handler.transfers[0].size(), 2'000'000u);
}

TEST(LaneSession, transfers_that_are_reset_while_paused_give_their_flow_control_back) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.session().set_receiving(net::Session::Receiving::paused);
    // Together several times the connection's window.
    for (int i = 0; i < 20; ++i) {
        const StreamId stream = rig.client_opens(Direction::unidirectional, std::string(200'000, 'r'));
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.pair.client_session().queued_bytes(stream) == 0; }))
            << i;
        rig.pair.network.run_for(milliseconds(200));
        rig.pair.client_session().reset_stream(stream, 1);
        rig.pair.network.run_for(milliseconds(200));
    }
    rig.session().set_receiving(net::Session::Receiving::open);
    rig.client_opens(Direction::unidirectional, std::string(1'000'000, 'a'), Fin::yes);
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.handler.transfers.size() == 1; }));
    EXPECT_EQ(rig.handler.aborted, 0) << "the handler never heard of the others";
}

TEST(LaneSession, a_handler_may_pause_and_open_inside_its_events_without_disorder) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.session().set_receiving(net::Session::Receiving::paused);
    const StreamId sure = rig.client_opens(Direction::bidirectional, "");
    std::vector<std::string> sent;
    for (int i = 0; i < 12; ++i) {
        sent.push_back("message " + std::to_string(i));
        rig.pair.client_session().write(sure, bytes_of(framed(sent.back())), Fin::no);
        // Four messages to a packet, three packets.
        if (i % 4 == 3) rig.pair.network.run_for(milliseconds(50));
    }
    rig.handler.on_event = [&](net::Session& session) {
        session.set_receiving(net::Session::Receiving::paused);
        session.set_receiving(net::Session::Receiving::open);
    };
    rig.session().set_receiving(net::Session::Receiving::open);
    EXPECT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == sent.size(); }));
    EXPECT_EQ(rig.handler.messages, sent);
}

TEST(LaneSession, a_handler_that_closes_while_waiting_bytes_are_delivered_hears_no_more) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.session().set_receiving(net::Session::Receiving::paused);
    rig.client_opens(Direction::bidirectional, framed("one") + framed("two"));
    rig.client_opens(Direction::unidirectional, "a transfer", Fin::yes);
    rig.client_opens(Direction::unidirectional, "another", Fin::yes);
    rig.pair.network.run_for(milliseconds(100));
    rig.handler.on_event = [](net::Session& session) { session.close(6, "enough"); };
    rig.session().set_receiving(net::Session::Receiving::open);
    rig.expect_close(6);
    EXPECT_EQ(rig.handler.messages.size() + rig.handler.transfers.size(), 1u);
}

TEST(LaneSession, received_bytes_are_counted_once_even_when_they_waited) {
    RawLaneRig rig;
    ASSERT_TRUE(rig.connect());
    rig.handler.on_event = [](net::Session& session) {
        session.set_receiving(net::Session::Receiving::paused);
    };
    const std::string bytes = framed("one") + framed("two") + framed("three");
    rig.client_opens(Direction::bidirectional, bytes);
    for (std::size_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(rig.pair.run_until([&] { return rig.handler.messages.size() == i; }));
        rig.session().set_receiving(net::Session::Receiving::open);
    }
    EXPECT_EQ(rig.session().stats().bytes_received, bytes.size());
}

TEST(LaneSession, a_transfer_that_is_sent_with_the_answer_arrives_on_any_network) {
    const std::string keyframe(20'000, 'k');
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        net::RecordingHandler server_handler;
        net::RecordingHandler client_handler;
        OneSession server_sessions(server_handler);
        OneSession client_sessions(client_handler);
        LaneAcceptor server_lanes(server_sessions, {});
        LaneAcceptor client_lanes(client_sessions, {.role = Role::client});
        server_sessions.on_accept = [&](net::Session& session) {
            EXPECT_TRUE(session.send_transfer(net::share(bytes_of(keyframe))).has_value());
        };
        TestPair pair(
            {.seed = seed,
             .conditions = {.delay = milliseconds(20), .jitter = milliseconds(40), .loss_permille = 200}},
            &server_lanes, &client_lanes);
        pair.dial();
        EXPECT_TRUE(pair.run_until([&] { return client_handler.transfers.size() == 1; })) << "seed " << seed;
        EXPECT_EQ(client_handler.transfers, std::vector{keyframe});
        EXPECT_EQ(pair.client->counts().streams_refused, 0u) << "seed " << seed;
    }
}

}  // namespace
}  // namespace gs::quic
