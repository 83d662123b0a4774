#include "core/base/allocation_count.h"
#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/http/server.h"
#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace gs::http {
namespace {

using testing::field_of;
using testing::Frame;
using testing::masked_frame;
using testing::status_of;
using testing::TestClient;
using testing::TestServer;

constexpr std::chrono::milliseconds soon{60};
constexpr std::uint8_t text_frame = 1;
constexpr std::uint8_t binary_frame = 2;
constexpr std::uint8_t close_frame = 8;
constexpr std::uint8_t ping_frame = 9;
constexpr std::uint8_t pong_frame = 10;

std::string upgrade_answer(TestServer& test, std::string_view path, std::string_view fields = {}) {
    TestClient& client = test.connect();
    client.upgrade(path, fields);
    std::optional<std::string> response;
    EXPECT_TRUE(test.run_until([&] { return (response = client.take_response()) || client.ended; }));
    return response.value_or("");
}

std::string part_frame(std::uint32_t id, std::uint32_t total, std::string_view part) {
    std::string frame(wire::bulk_head_bytes, '\0');
    wire::write_bulk_head(std::as_writable_bytes(std::span(frame)),
                          {.transfer_id = id, .total_bytes = total});
    return frame.append(part);
}

TEST(WebSocketUpgrade, is_answered_as_rfc_6455_says) {
    TestServer test;
    const std::string response = upgrade_answer(test, "/ws/echo", "Origin: http://allowed.example\r\n");
    EXPECT_EQ(status_of(response), 101);
    EXPECT_EQ(field_of(response, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(field_of(response, "Sec-WebSocket-Extensions"), "");
    EXPECT_EQ(field_of(response, "Server"), "");
    EXPECT_TRUE(test.run_until([&] { return test.acceptor.accepted == 1; }));
    EXPECT_EQ(test.acceptor.authority, "localhost");
    EXPECT_EQ(test.server->counters().websockets_open, 1u);
}

TEST(WebSocketUpgrade, is_refused_before_it_happens) {
    TestServer test;
    EXPECT_EQ(status_of(upgrade_answer(test, "/ws", "Origin: http://evil.example\r\n")), 403);
    EXPECT_EQ(status_of(upgrade_answer(test, "/ws", "Origin: null\r\n")), 403);
    EXPECT_EQ(status_of(upgrade_answer(test, "/elsewhere")), 404);
    EXPECT_EQ(test.server->counters().requests_refused_origin, 2u);
    EXPECT_EQ(test.server->counters().websockets_refused_path, 1u);
    for (const char* incomplete :
         {"GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
          "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
          "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
          "POST /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}) {
        const std::string response = test.ask(incomplete);
        EXPECT_EQ(status_of(response), 426) << incomplete;
        EXPECT_EQ(field_of(response, "Sec-WebSocket-Version"), "13");
        EXPECT_EQ(field_of(response, "Upgrade"), "websocket");
    }
    EXPECT_EQ(
        status_of(test.ask("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n")),
        400);
    EXPECT_EQ(
        status_of(test.ask("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET / HTTP/1.1")),
        400);
    EXPECT_EQ(test.acceptor.accepted, 0u);
}

TEST(WebSocketUpgrade, counts_the_clients_of_a_proxy_by_their_own_address) {
    TestServer test([](Options& options, Router&) {
        options.trusted_proxies = {*AddressRange::parse("127.0.0.1")};
        options.limits.connections_per_address = 1;
        options.per_address_limit = PerAddressLimit::counts_all;
    });
    EXPECT_EQ(status_of(upgrade_answer(test, "/ws", "X-Forwarded-For: 203.0.113.1\r\n")), 101);
    EXPECT_TRUE(test.run_until([&] { return test.acceptor.accepted == 1; }));
    EXPECT_EQ(test.acceptor.peer, "203.0.113.1");
    EXPECT_EQ(status_of(upgrade_answer(test, "/ws", "X-Forwarded-For: 203.0.113.2\r\n")), 101);
    EXPECT_EQ(status_of(upgrade_answer(test, "/ws", "X-Forwarded-For: 203.0.113.1\r\n")), 503);
    EXPECT_EQ(test.server->counters().websockets_refused_full, 1u);
}

TEST(WebSocketSession, echoes_all_three_lanes) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws/echo");
    EXPECT_EQ(test.acceptor.session->transport(), net::TransportKind::websocket);
    client.send_frame(text_frame, "grüße");
    const Frame message = test.next_frame(client);
    EXPECT_EQ(message.opcode, text_frame);
    EXPECT_EQ(message.payload, "grüße");

    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, wire::datagram_bytes_max}) {
        const std::string datagram = "\x01" + std::string(size, 'd');
        client.send_frame(binary_frame, datagram);
        const Frame back = test.next_frame(client);
        EXPECT_EQ(back.opcode, binary_frame);
        EXPECT_EQ(back.payload, datagram);
    }

    std::string sent;
    for (std::size_t i = 0; i < 1'000'000; ++i)
        sent += static_cast<char>(i * 7 >> 3);
    for (std::size_t at = 0; at < sent.size(); at += 16'384) {
        client.send_frame(binary_frame, part_frame(5, 1'000'000, std::string_view(sent).substr(at, 16'384)));
    }
    std::string returned;
    while (returned.size() < sent.size()) {
        const Frame part = test.next_frame(client);
        ASSERT_EQ(part.opcode, binary_frame);
        const auto head = wire::read_bulk_head(bytes_of(part.payload));
        ASSERT_TRUE(head.has_value());
        EXPECT_EQ(head->total_bytes, 1'000'000u);
        returned += part.payload.substr(wire::bulk_head_bytes);
    }
    EXPECT_EQ(returned, sent);
    EXPECT_EQ(test.acceptor.transfers_done, 1u);
    EXPECT_EQ(test.server->counters().datagrams_received, 3u);
    EXPECT_EQ(test.server->counters().datagrams_sent, 3u);
}

TEST(WebSocketSession, joins_fragments_up_to_the_limit) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws/echo");
    client.send(masked_frame(0x01, "one ") + masked_frame(0x89, "between") + masked_frame(0x00, "") +
                masked_frame(0x80, "two"));
    EXPECT_EQ(test.next_frame(client).opcode, pong_frame);
    EXPECT_EQ(test.next_frame(client).payload, "one two");
    client.send(masked_frame(0x01, std::string(40'000, 'a')) + masked_frame(0x80, std::string(40'000, 'a')));
    EXPECT_EQ(test.next_frame(client).close_code(), 1009);
}

struct Violation {
    const char* what;
    std::string bytes;
    std::uint16_t close_code;
};

TEST(WebSocketSession, closes_on_broken_frames_and_spares_the_others) {
    TestServer test;
    TestClient& bystander = test.open_websocket("/ws/echo");
    const std::string unmasked("\x81\x02hi", 4);
    const std::vector<Violation> violations = {
        {"no mask", unmasked, 1002},
        {"reserved bit", masked_frame(0xc1, "x"), 1002},
        {"reserved opcode", masked_frame(0x83, "x"), 1002},
        {"reserved control opcode", masked_frame(0x8b, "x"), 1002},
        {"oversize ping", masked_frame(0x89, std::string(126, 'p')), 1002},
        {"fragmented ping", masked_frame(0x09, "p"), 1002},
        {"oversize close", masked_frame(0x88, "\x03\xe8" + std::string(124, 'r')), 1002},
        {"one-byte close", masked_frame(0x88, "\x03"), 1002},
        {"close code that is never sent", masked_frame(0x88, "\x03\xee"), 1002},
        {"continuation of nothing", masked_frame(0x80, "x"), 1002},
        {"message inside a message", masked_frame(0x01, "a") + masked_frame(0x81, "b"), 1002},
        {"text that is not UTF-8", masked_frame(0x81, "a\xff"), 1007},
        {"text that ends inside a character", masked_frame(0x81, "a\xc3"), 1007},
        {"message over the limit", masked_frame(0x81, std::string(wire::message_bytes_max + 1, 'm')), 1009},
        {"announced 2^63 bytes", std::string("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 14),
         1009},
        {"negative length", std::string("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 14),
         1009},
        {"long form of a short length", std::string("\x82\xfe\x00\x01\x01\x02\x03\x04\x05", 9), 1002},
        {"no lane", masked_frame(0x82, ""), 1002},
        {"unknown lane", masked_frame(0x82, "\x07"), 1002},
        {"oversize datagram", masked_frame(0x82, "\x01" + std::string(wire::datagram_bytes_max + 1, 'd')),
         1009},
        {"huge transfer", masked_frame(0x82, part_frame(1, 0xffffffff, "x")), 1009},
        {"transfer past its end", masked_frame(0x82, part_frame(1, 2, "xyz")), 1002},
    };
    for (const Violation& violation : violations) {
        TestClient& client = test.open_websocket("/ws");
        const std::size_t closed_before = test.acceptor.closed.size();
        client.send(violation.bytes);
        const Frame frame = test.next_frame(client);
        EXPECT_EQ(frame.opcode, close_frame) << violation.what;
        EXPECT_EQ(frame.close_code(), violation.close_code) << violation.what;
        client.send_frame(close_frame, frame.payload.substr(0, 2));
        ASSERT_TRUE(test.run_until([&] {
            return client.ended && test.acceptor.closed.size() > closed_before;
        })) << violation.what;
        EXPECT_EQ(test.acceptor.closed.back().by, net::CloseInfo::By::transport_error) << violation.what;
    }
    EXPECT_EQ(test.acceptor.closed.size(), violations.size());
    EXPECT_EQ(test.server->counters().websocket_lane_errors, 6u);
    EXPECT_EQ(test.server->counters().websocket_protocol_errors, violations.size() - 6);
    bystander.send_frame(text_frame, "still here");
    EXPECT_EQ(test.next_frame(bystander).payload, "still here");
    EXPECT_EQ(test.server->counters().websockets_open, 1u);
}

TEST(WebSocketSession, reports_the_close_of_the_client) {
    TestServer test;
    const auto close_with = [&](std::string_view payload) {
        TestClient& client = test.open_websocket("/ws");
        client.send_frame(close_frame, payload);
        EXPECT_EQ(test.next_frame(client).opcode, close_frame);
        EXPECT_TRUE(test.run_until([&] { return client.ended && test.acceptor.session == nullptr; }));
        return test.acceptor.closed.back();
    };
    EXPECT_EQ(close_with("\x0f\xa7"
                         "enough")
                  .code,
              7u);
    EXPECT_EQ(test.acceptor.closed.back().reason, "enough");
    EXPECT_EQ(test.acceptor.closed.back().by, net::CloseInfo::By::peer);
    EXPECT_EQ(close_with("\x03\xe9").code, 0u);
    EXPECT_EQ(close_with("").code, 0u);
    EXPECT_EQ(test.acceptor.closed.back().by, net::CloseInfo::By::peer);
    EXPECT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

TEST(WebSocketSession, tells_the_client_code_and_reason_after_what_was_queued) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    net::Session& session = *test.acceptor.session;
    EXPECT_TRUE(session.send_message("last words").has_value());
    EXPECT_TRUE(session.send_transfer(net::share(bytes_of("dropped"))).has_value());
    std::string reason(121, 'r');
    reason += "ü and more";
    session.close(12, reason);
    session.close(13, "again");
    EXPECT_EQ(session.send_message("x").error(), net::SendRefusal::closed);
    EXPECT_EQ(session.send_datagram({}, {}), net::DatagramResult::closed);
    EXPECT_TRUE(test.acceptor.closed.empty()) << "never from inside a call";
    EXPECT_EQ(test.next_frame(client).payload, "last words");
    const Frame frame = test.next_frame(client);
    EXPECT_EQ(frame.close_code(), 4012);
    EXPECT_EQ(frame.payload.substr(2), reason.substr(0, 123));
    client.send_frame(text_frame, "too late");
    client.send_frame(close_frame, frame.payload.substr(0, 2));
    ASSERT_TRUE(test.run_until([&] { return client.ended && test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::us);
    EXPECT_EQ(test.acceptor.closed[0].code, 12u);
    EXPECT_TRUE(test.acceptor.messages.empty());
}

TEST(WebSocketSession, ends_although_the_client_never_answers_the_close) {
    TestServer test([](Options& options, Router&) { options.limits.websocket_close_timeout = soon; });
    test.open_websocket("/ws");
    test.acceptor.session->close(0, "");
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::us);
    EXPECT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

TEST(WebSocketSession, ends_although_the_client_breaks_the_protocol_while_it_closes) {
    TestServer test([](Options& options, Router&) { options.limits.websocket_close_timeout = soon; });
    // A fault of the lanes makes us close; a frame that continues nothing follows at once, or comes later.
    for (const bool at_once : {true, false}) {
        TestClient& client = test.open_websocket("/ws");
        if (at_once) {
            client.send(masked_frame(0x82, "") + masked_frame(0x82, "x") + masked_frame(0x80, "x"));
        } else {
            test.acceptor.session->close(1, "");
            EXPECT_EQ(test.next_frame(client).close_code(), 4001);
            client.send(masked_frame(0x80, "x"));
        }
        ASSERT_TRUE(test.run_until([&] { return client.ended && test.server->connections() == 0; }));
    }
    EXPECT_EQ(test.acceptor.closed.size(), 2u);
}

TEST(WebSocketSession, may_be_closed_from_inside_its_own_events) {
    TestServer test;
    test.acceptor.when_message = [](net::Session& session, std::string_view) { session.close(3, "kicked"); };
    TestClient& client = test.open_websocket("/ws");
    client.send(masked_frame(0x81, "one") + masked_frame(0x81, "two"));
    EXPECT_EQ(test.next_frame(client).close_code(), 4003);
    client.send_frame(close_frame, "\x0f\xa3");
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.messages.size(), 1u);
}

TEST(WebSocketSession, notices_a_connection_that_breaks) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    client.send_frame(binary_frame, part_frame(1, 100, "unfinished"));
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.transfer_bytes == "unfinished"; }));
    client.reset();
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::transport_error);
    EXPECT_EQ(test.acceptor.transfers_aborted, 1u);
    EXPECT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

TEST(WebSocketSession, pings_the_silent_and_closes_the_dead) {
    TestServer test([](Options& options, Router&) { options.limits.websocket_silence = 3 * soon; });
    TestClient& alive = test.open_websocket("/ws");
    TestClient& dead = test.open_websocket("/ws");
    std::size_t pings = 0;
    ASSERT_TRUE(test.run_until([&] {
        while (const auto frame = alive.take_frame()) {
            if (frame->opcode != ping_frame) continue;
            ++pings;
            alive.send_frame(pong_frame, frame->payload);
        }
        return dead.ended && pings >= 3;
    }));
    ASSERT_EQ(test.acceptor.closed.size(), 1u);
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::timeout);
    EXPECT_EQ(test.server->counters().timeouts_websocket, 1u);
    EXPECT_FALSE(alive.ended);
}

TEST(WebSocketSession, stays_bounded_when_the_client_never_reads) {
    TestServer test(
        [](Options& options, Router&) { options.limits.websocket_send_queue_bytes = 256 * 1024; });
    TestClient& client = test.open_websocket("/ws", TestClient::Tls::off, 4096);
    client.stop_reading();
    net::Session& session = *test.acceptor.session;
    const std::string message(10'000, 'm');
    std::size_t queued = 0;
    // Fills the sockets' buffers, then the queue.
    ASSERT_TRUE(test.run_until([&] {
        while (session.send_message(message).has_value())
            ++queued;
        return session.stats().send_queue_bytes >= 256 * 1024 &&
               session.send_datagram({}, bytes_of("probe")) == net::DatagramResult::held;
    }));
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(session.send_datagram(bytes_of("tick "), bytes_of(std::to_string(i))),
                  net::DatagramResult::held);
        EXPECT_EQ(session.send_message(message).error(), net::SendRefusal::full);
        EXPECT_EQ(session.send_transfer(net::share(bytes_of("x"))).error(), net::SendRefusal::full);
    }
    EXPECT_LE(session.stats().send_queue_bytes, 256 * 1024 + message.size());
    EXPECT_GE(session.stats().datagrams_replaced, 999u);
    const std::size_t told_before = test.acceptor.writable;
    client.start_reading();
    std::size_t messages = 0;
    std::vector<std::string> datagrams;
    ASSERT_TRUE(test.run_until([&] {
        while (const auto frame = client.take_frame()) {
            if (frame->opcode == text_frame) ++messages;
            if (frame->opcode == binary_frame) datagrams.push_back(frame->payload);
        }
        return messages == queued;
    }));
    EXPECT_EQ(test.acceptor.writable, told_before + 1);
    ASSERT_FALSE(datagrams.empty());
    EXPECT_EQ(datagrams.back(), "\x01tick 999") << "only the newest was kept";
    EXPECT_LT(datagrams.size(), 10u);
}

TEST(WebSocketSession, sends_a_whole_turn_as_one_stream_of_frames) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    net::Session& session = *test.acceptor.session;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(session.send_datagram(bytes_of("a"), bytes_of("b")), net::DatagramResult::sent);
    }
    EXPECT_TRUE(session.send_message("").has_value());
    EXPECT_EQ(session.send_datagram(bytes_of(std::string(600, 'a')), bytes_of(std::string(401, 'b'))),
              net::DatagramResult::too_large);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(test.next_frame(client).payload,
                  "\x01"
                  "ab");
    EXPECT_EQ(test.next_frame(client).opcode, text_frame);
    EXPECT_EQ(session.stats().datagrams_sent, 100u);
}

TEST(WebSocketSession, drops_no_datagram_over_tls_while_the_client_reads) {
    const auto certificate = testing::make_certificate("x", -1, 13);
    TestServer test;
    ASSERT_TRUE(
        test.server->set_certificate(certificate.chain_pem, certificate.key_pem, CertificateKind::development)
            .has_value());
    TestClient& client = test.open_websocket("/ws", TestClient::Tls::on);
    std::size_t sent = 0;
    std::size_t received = 0;
    // Several in each turn, and turns without waiting for the client: writes are always under way.
    ASSERT_TRUE(test.run_until([&] {
        for (int i = 0; i < 3 && sent < 300; ++i, ++sent) {
            EXPECT_EQ(test.acceptor.session->send_datagram({}, bytes_of("tick")), net::DatagramResult::sent);
        }
        while (client.take_frame())
            ++received;
        return received == 300;
    }));
    EXPECT_EQ(test.server->counters().datagrams_replaced, 0u);
}

TEST(WebSocketSession, leaves_bytes_with_the_client_while_paused) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    net::Session& session = *test.acceptor.session;
    session.set_receiving(net::Session::Receiving::paused);
    for (int i = 0; i < 200; ++i)
        client.send_frame(text_frame, std::string(60'000, 'm'));
    TestClient& other = test.open_websocket("/ws");
    other.send_frame(text_frame, "turns the loop");
    ASSERT_TRUE(test.run_until([&] { return !test.acceptor.messages.empty(); }));
    EXPECT_EQ(test.acceptor.messages.size(), 1u) << "the other's only";
    session.set_receiving(net::Session::Receiving::open);
    EXPECT_EQ(test.acceptor.messages.size(), 1u) << "never from inside a call";
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.messages.size() == 201; }));
}

TEST(WebSocketSession, notices_a_reset_while_paused) {
    TestServer test([](Options& options, Router&) { options.limits.linger = soon; });
    TestClient& client = test.open_websocket("/ws");
    test.acceptor.session->set_receiving(net::Session::Receiving::paused);
    client.send_frame(text_frame, "unread");
    client.send_frame(text_frame, "unread too");
    client.pump();
    client.reset();
    ASSERT_TRUE(test.run_until([&] { return test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::transport_error);
    EXPECT_TRUE(test.acceptor.messages.empty());
}

TEST(WebSocketSession, can_be_closed_while_paused) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    net::Session& session = *test.acceptor.session;
    session.set_receiving(net::Session::Receiving::paused);
    client.send_frame(text_frame, "unread");
    client.send_frame(text_frame, "unread too");
    session.close(5, "");
    EXPECT_EQ(test.next_frame(client).close_code(), 4005);
    client.send_frame(close_frame, "\x0f\xa5");
    ASSERT_TRUE(test.run_until([&] { return client.ended && test.acceptor.closed.size() == 1; }));
    EXPECT_EQ(test.acceptor.closed[0].by, net::CloseInfo::By::us);
    EXPECT_TRUE(test.acceptor.messages.empty());
}

TEST(WebSocketSession, drains_with_a_code_and_stops_with_an_event) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws");
    bool is_idle = false;
    test.server->drain({.close_code = 9, .close_reason = "restarting", .on_idle = [&] { is_idle = true; }});
    const Frame frame = test.next_frame(client);
    EXPECT_EQ(frame.close_code(), 4009);
    EXPECT_EQ(frame.payload.substr(2), "restarting");
    client.send_frame(close_frame, "\x0f\xa9");
    ASSERT_TRUE(test.run_until([&] { return is_idle; }));
    EXPECT_EQ(test.acceptor.closed.size(), 1u);

    TestServer stopped;
    stopped.open_websocket("/ws");
    stopped.server->stop();
    EXPECT_EQ(stopped.acceptor.closed.size(), 1u);
    EXPECT_EQ(stopped.server->connections(), 0u);
}

TEST(WebSocketSession, answers_a_flood_of_pings_without_hoarding_pongs) {
    TestServer test;
    TestClient& client = test.open_websocket("/ws/echo", TestClient::Tls::off, 4096);
    client.stop_reading();
    constexpr std::size_t pings = 20'000;
    std::string flood;
    for (std::size_t i = 0; i < pings; ++i)
        flood += masked_frame(0x89, std::string(125, 'p'));
    client.send(flood);
    // The server stops reading once its answers do not leave, so the flood stays with the client.
    const std::size_t heap_before = base::heap_use().live_bytes;
    TestClient& other = test.open_websocket("/ws/echo");
    for (int i = 0; i < 200; ++i) {
        other.send_frame(text_frame, "alive");
        EXPECT_EQ(test.next_frame(other).payload, "alive");
    }
    EXPECT_LT(base::heap_use().live_bytes, heap_before + 100'000);
    client.start_reading();
    std::size_t pongs = 0;
    ASSERT_TRUE(test.run_until([&] {
        while (const auto frame = client.take_frame())
            pongs += frame->opcode == pong_frame ? 1 : 0;
        return pongs == pings;
    }));
}

}  // namespace
}  // namespace gs::http
