#include "server/http/server.h"

#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gs::http {
namespace {

using testing::body_of;
using testing::field_of;
using testing::make_certificate;
using testing::status_of;
using testing::TestClient;
using testing::TestFolder;
using testing::TestServer;

constexpr std::chrono::milliseconds soon{60};

TEST(Server, answers_and_keeps_the_connection) {
    TestServer test;
    TestClient& client = test.connect();
    for (int i = 0; i < 3; ++i) {
        client.get("/hello");
        std::optional<std::string> response;
        ASSERT_TRUE(test.run_until([&] { return (response = client.take_response()).has_value(); }));
        EXPECT_EQ(status_of(*response), 200);
        EXPECT_EQ(body_of(*response), "hello");
        EXPECT_EQ(field_of(*response, "Server"), "");
        EXPECT_EQ(field_of(*response, "Date"), "Sat, 15 Jun 2030 12:00:00 GMT");
        EXPECT_EQ(field_of(*response, "X-Content-Type-Options"), "nosniff");
    }
    EXPECT_EQ(test.server->counters().requests, 3u);
    EXPECT_EQ(test.server->counters().connections_accepted, 1u);
}

TEST(Server, answers_pipelined_requests_in_their_order) {
    TestServer test;
    TestClient& client = test.connect();
    client.get("/hello");
    client.get("/missing");
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    client.get("/hello", "Connection: close\r\n");
    ASSERT_TRUE(test.run_until([&] { return client.ended; }));
    EXPECT_EQ(status_of(*client.take_response()), 200);
    EXPECT_EQ(status_of(*client.take_response()), 404);
    const std::size_t head = client.received.find("\r\n\r\n");
    EXPECT_EQ(field_of(client.received, "Content-Length"), "5");
    EXPECT_TRUE(client.received.substr(head + 4).starts_with("HTTP/1.1 200")) << "HEAD has no body";
    EXPECT_TRUE(client.received.ends_with("hello"));
}

TEST(Server, speaks_to_http_1_0_and_closes) {
    TestServer test;
    TestClient& client = test.connect();
    client.send("GET /hello HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(test.run_until([&] { return client.ended; }));
    EXPECT_EQ(status_of(client.received), 200);
    EXPECT_EQ(field_of(client.received, "Connection"), "close");
}

TEST(Server, says_why_and_closes_on_malformed_requests) {
    TestServer test;
    for (const char* attempt : {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
                                "chunked\r\n\r\n0\r\n\r\nGET /hello",
                                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                                "\x16\x03\x01\x02\n"}) {
        TestClient& client = test.connect();
        client.send(attempt);
        ASSERT_TRUE(test.run_until([&] { return client.ended; })) << attempt;
        EXPECT_EQ(status_of(client.received), 400) << attempt;
        EXPECT_EQ(field_of(client.received, "Connection"), "close");
        EXPECT_EQ(client.received.rfind("HTTP/1.1"), 0u) << "one answer: " << attempt;
    }
    EXPECT_EQ(test.server->counters().requests_malformed, 4u);
    EXPECT_EQ(test.server->counters().requests, 0u);
}

TEST(Server, cuts_ten_megabytes_of_headers_short) {
    TestServer test;
    TestClient& client = test.connect();
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    head.resize(10'000'000, 'x');
    client.send(head);
    ASSERT_TRUE(test.run_until([&] { return client.ended; }));
    EXPECT_EQ(status_of(client.received), 431);
    EXPECT_EQ(test.server->counters().requests_too_large, 1u);
    EXPECT_EQ(status_of(test.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
}

TEST(Server, reads_a_body_after_saying_continue) {
    TestServer test([](Options&, Router& router) {
        router.post("/size", [](const Request& request) {
            return Response::text(std::to_string(request.body.size()));
        });
    });
    TestClient& client = test.connect();
    client.send("POST /size HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 60000\r\n\r\n");
    ASSERT_TRUE(test.run_until([&] { return client.received == "HTTP/1.1 100 Continue\r\n\r\n"; }));
    client.received.clear();
    client.send(std::string(60'000, 'b'));
    ASSERT_TRUE(test.run_until([&] { return client.received.ends_with("60000"); }));
}

TEST(Server, cuts_off_a_slowloris) {
    TestServer test([](Options& options, Router&) { options.limits.request_timeout = soon; });
    TestClient& silent = test.connect();
    TestClient& drip = test.connect();
    std::size_t drops = 0;
    drip.send("GET / HTTP/1.1\r\nHost: a\r\n");
    ASSERT_TRUE(test.run_until([&] {
        // One more field now and then: what counts is the whole request, not the last byte.
        if (drip.has_sent_all() && drops < 50) drip.send("X-" + std::to_string(++drops) + ": y\r\n");
        return silent.ended && drip.ended;
    }));
    EXPECT_EQ(test.server->counters().timeouts_request, 2u);
    ASSERT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

TEST(Server, closes_idle_connections_after_their_time) {
    TestServer test([](Options& options, Router&) { options.limits.keep_alive_timeout = soon; });
    TestClient& client = test.connect();
    client.get("/hello");
    ASSERT_TRUE(test.run_until([&] { return client.ended; }));
    EXPECT_EQ(status_of(client.received), 200);
    EXPECT_EQ(test.server->counters().timeouts_keep_alive, 1u);
}

TEST(Server, gives_up_on_a_client_that_does_not_read_its_answer) {
    TestServer test([](Options& options, Router& router) {
        options.limits.write_timeout = soon;
        router.get("/large", [](const Request&) { return Response::text(std::string(8'000'000, 'x')); });
    });
    TestClient& client = test.connect(TestClient::Tls::off, 4096);
    client.stop_reading();
    client.get("/large");
    ASSERT_TRUE(test.run_until([&] { return test.server->counters().timeouts_write == 1; }));
    ASSERT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

TEST(Server, takes_so_many_connections_and_no_more) {
    TestServer test([](Options& options, Router&) {
        options.limits.connections = 3;
        options.limits.connections_per_address = 2;
        options.per_address_limit = PerAddressLimit::counts_all;
    });
    TestClient& first = test.connect();
    test.connect();
    ASSERT_TRUE(test.run_until([&] { return test.server->connections() == 2; }));
    TestClient& third = test.connect();
    ASSERT_TRUE(test.run_until([&] { return third.ended; }));
    EXPECT_EQ(test.server->counters().connections_refused_address, 1u);
    first.reset();
    ASSERT_TRUE(test.run_until([&] { return test.server->connections() == 1; }));
    EXPECT_EQ(status_of(test.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")), 200)
        << "the place is free again";
}

TEST(Server, counts_all_addresses_together_too) {
    TestServer test([](Options& options, Router&) { options.limits.connections = 1; });
    test.connect();
    ASSERT_TRUE(test.run_until([&] { return test.server->connections() == 1; }));
    TestClient& second = test.connect();
    ASSERT_TRUE(test.run_until([&] { return second.ended; }));
    EXPECT_EQ(test.server->counters().connections_refused_full, 1u);
}

TEST(Server, listens_on_both_families_with_one_port) {
    TestServer test([](Options& options, Router&) {
        options.listen = {*net::Address::parse("127.0.0.1:0"), *net::Address::parse("[::1]:0")};
    });
    const auto& addresses = test.server->addresses();
    ASSERT_EQ(addresses.size(), 2u);
    EXPECT_NE(addresses[0].port(), 0);
    EXPECT_EQ(addresses[0].port(), addresses[1].port());
    TestClient& client = *test.clients.emplace_back(std::make_unique<TestClient>(addresses[1]));
    client.get("/hello");
    ASSERT_TRUE(test.run_until([&] { return client.received.ends_with("hello"); }));
}

TEST(Server, says_which_port_is_taken_and_what_to_do) {
    TestServer first;
    Options options;
    options.listen = {*net::Address::parse("127.0.0.1:0"), first.server->addresses().front()};
    Server second(first.io, options, Router(), first.acceptor);
    const auto result = second.start();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::in_use);
    EXPECT_NE(result.error().message.find(std::to_string(first.server->addresses().front().port())),
              std::string::npos);
    EXPECT_NE(result.error().message.find("--http"), std::string::npos);
    EXPECT_TRUE(second.addresses().empty());
}

TEST(Server, says_that_an_address_is_not_of_this_machine) {
    TestServer other;
    Options options;
    options.listen = {*net::Address::parse("192.0.2.1:8080")};
    Server server(other.io, options, Router(), other.acceptor);
    const auto result = server.start();
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().message.find("192.0.2.1:8080"), std::string::npos);
}

TEST(Server, binds_at_once_after_a_restart) {
    net::Address address;
    {
        TestServer first;
        address = first.server->addresses().front();
        TestClient& client = first.connect();
        // The server closes first, so its side of the connection waits in the kernel afterwards.
        client.get("/hello", "Connection: close\r\n");
        ASSERT_TRUE(first.run_until([&] { return client.ended; }));
    }
    TestServer second([&](Options& options, Router&) { options.listen = {address}; });
    EXPECT_EQ(status_of(second.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
}

TEST(Server, finishes_what_was_asked_when_it_drains) {
    TestServer test([](Options&, Router& router) {
        router.get("/large", [](const Request&) { return Response::text(std::string(1'000'000, 'x')); });
        router.post("/late", [](const Request&) { return Response::text("late"); });
    });
    TestClient& idle = test.connect();
    idle.get("/hello");
    TestClient& loading = test.connect(TestClient::Tls::off, 4096);
    loading.stop_reading();
    loading.get("/large");
    TestClient& asking = test.connect();
    asking.send("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1");
    ASSERT_TRUE(test.run_until([&] {
        return idle.received.ends_with("hello") && test.server->counters().requests == 2 &&
               asking.has_sent_all();
    }));
    bool is_idle = false;
    test.server->drain({.on_idle = [&] { is_idle = true; }});
    ASSERT_TRUE(test.run_until([&] { return idle.ended; })) << "nothing was asked here";
    EXPECT_FALSE(is_idle);
    loading.start_reading();
    asking.send("2");
    ASSERT_TRUE(test.run_until([&] { return is_idle; }));
    ASSERT_TRUE(test.run_until([&] { return asking.ended && loading.ended; }));
    EXPECT_EQ(body_of(loading.received).size(), 1'000'000u);
    EXPECT_EQ(field_of(asking.received, "Connection"), "close");
    EXPECT_EQ(body_of(asking.received), "late");
    EXPECT_EQ(test.server->connections(), 0u);
}

TEST(Server, tells_that_it_is_idle_when_there_was_nobody) {
    TestServer test;
    bool is_idle = false;
    test.server->drain({.on_idle = [&] { is_idle = true; }});
    EXPECT_FALSE(is_idle) << "never from inside the call";
    EXPECT_TRUE(test.run_until([&] { return is_idle; }));
}

TEST(Server, serves_files_in_the_best_encoding_and_large_ones_whole) {
    const TestFolder folder;
    const std::string large(3'000'000, 'l');
    folder.write("assets/app.js", std::string(500, 'j'));
    folder.write("assets/app.js.br", "br");
    folder.write("assets/large.bin", large);
    TestServer test([&](Options& options, Router&) { options.static_root = folder.path().string(); });
    const std::string encoded =
        test.ask("GET /assets/app.js HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br\r\n\r\n");
    EXPECT_EQ(body_of(encoded), "br");
    EXPECT_EQ(field_of(encoded, "Content-Encoding"), "br");
    EXPECT_EQ(field_of(encoded, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(body_of(test.ask("GET /assets/large.bin HTTP/1.1\r\nHost: a\r\n\r\n")), large);
    EXPECT_EQ(status_of(test.ask("POST /assets/app.js HTTP/1.1\r\nHost: a\r\n\r\n")), 405);
    EXPECT_EQ(status_of(test.ask("GET /assets/%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n")), 400);
    folder.write("assets/new.js", "n");
    EXPECT_EQ(status_of(test.ask("GET /assets/new.js HTTP/1.1\r\nHost: a\r\n\r\n")), 404);
    ASSERT_TRUE(test.server->reload_static_files().has_value());
    EXPECT_EQ(body_of(test.ask("GET /assets/new.js HTTP/1.1\r\nHost: a\r\n\r\n")), "n");
}

TEST(Server, does_not_start_without_its_files) {
    TestServer other;
    Options options;
    options.listen = {*net::Address::parse("127.0.0.1:0")};
    options.static_root = "/nowhere/web";
    Server server(other.io, options, Router(), other.acceptor);
    const auto result = server.start();
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().message.find("/nowhere/web"), std::string::npos);
}

TEST(Server, believes_forwarded_fields_of_trusted_proxies_only) {
    const auto configure = [](const char* trusted) {
        return [trusted](Options& options, Router& router) {
            options.trusted_proxies = {*AddressRange::parse(trusted)};
            router.get("/who", [](const Request& request) {
                return Response::text(request.peer.host() + " " + std::string(name_of(request.scheme)) + " " +
                                      request.host);
            });
        };
    };
    const char* request =
        "GET /who HTTP/1.1\r\nHost: inner\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.5\r\n"
        "X-Forwarded-Proto: https\r\nX-Forwarded-Host: play.example\r\n\r\n";
    TestServer behind(configure("127.0.0.0/8"));
    EXPECT_EQ(body_of(behind.ask(request)), "203.0.113.5 https play.example");
    TestServer direct(configure("10.0.0.0/8"));
    EXPECT_EQ(body_of(direct.ask(request)), "127.0.0.1 http inner");
}

TEST(Server, carries_requests_and_sessions_over_tls) {
    const auto certificate = make_certificate("grandstand", -1, 30);
    const TestFolder folder;
    const TlsFiles files{.certificate = folder.write("cert.pem", certificate.chain_pem),
                         .key = folder.write("key.pem", certificate.key_pem)};
    TestServer test([&](Options& options, Router& router) {
        options.tls = files;
        router.get("/large", [](const Request& request) {
            return Response::text(std::string(name_of(request.scheme)) + std::string(500'000, 'x'));
        });
    });
    TestClient& client = test.connect(TestClient::Tls::on);
    client.get("/large");
    std::optional<std::string> response;
    ASSERT_TRUE(test.run_until([&] { return (response = client.take_response()) || client.ended; }));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(body_of(*response).size(), 500'005u);
    EXPECT_TRUE(body_of(*response).starts_with("https"));
    EXPECT_FALSE(field_of(*response, "Strict-Transport-Security").empty());
    EXPECT_EQ(client.tls_protocol(), "http/1.1");

    TestClient& session = test.open_websocket("/ws/echo", TestClient::Tls::on);
    session.send_frame(1, "over tls");
    EXPECT_EQ(test.next_frame(session).payload, "over tls");
    session.send_frame(2, "\x01now");
    EXPECT_EQ(test.next_frame(session).payload, "\x01now");
    session.send_frame(8, "\x03\xe8");
    EXPECT_EQ(test.next_frame(session).opcode, 8);
    EXPECT_TRUE(test.run_until([&] { return session.ended && test.acceptor.closed.size() == 1; }));
}

TEST(Server, changes_its_certificate_without_dropping_anyone) {
    const auto first = make_certificate("first", -1, 30);
    const auto second = make_certificate("second", -1, 30);
    const auto expired = make_certificate("expired", -9, -1);
    const TestFolder folder;
    const TlsFiles files{.certificate = folder.write("cert.pem", first.chain_pem),
                         .key = folder.write("key.pem", first.key_pem)};
    TestServer test([&](Options& options, Router&) { options.tls = files; });
    TestClient& session = test.open_websocket("/ws/echo", TestClient::Tls::on);
    EXPECT_EQ(session.peer_common_name(), "first");

    folder.write("cert.pem", expired.chain_pem);
    folder.write("key.pem", expired.key_pem);
    EXPECT_FALSE(test.server->reload_certificate().has_value());
    EXPECT_EQ(test.open_websocket("/ws/echo", TestClient::Tls::on).peer_common_name(), "first");

    folder.write("cert.pem", second.chain_pem);
    folder.write("key.pem", second.key_pem);
    EXPECT_TRUE(test.server->reload_certificate().has_value());
    EXPECT_EQ(test.open_websocket("/ws/echo", TestClient::Tls::on).peer_common_name(), "second");
    session.send_frame(1, "still here");
    EXPECT_EQ(test.next_frame(session).payload, "still here");
}

TEST(Server, takes_a_development_certificate_and_does_not_insist_on_https) {
    TestServer test;
    const auto certificate = make_certificate("development", -1, 13);
    ASSERT_TRUE(
        test.server->set_certificate(certificate.chain_pem, certificate.key_pem, CertificateKind::development)
            .has_value());
    TestClient& client = test.connect(TestClient::Tls::on);
    client.get("/hello");
    ASSERT_TRUE(test.run_until([&] { return client.received.ends_with("hello"); }));
    EXPECT_EQ(field_of(client.received, "Strict-Transport-Security"), "");
}

TEST(Server, does_not_start_with_a_missing_or_expired_certificate) {
    const auto expired = make_certificate("expired", -9, -1);
    const TestFolder folder;
    TestServer other;
    Options options;
    options.listen = {*net::Address::parse("127.0.0.1:0")};
    options.wall_clock = testing::test_now;
    options.tls = {.certificate = folder.write("cert.pem", expired.chain_pem),
                   .key = folder.write("key.pem", expired.key_pem)};
    Server late(other.io, options, Router(), other.acceptor);
    const auto refused = late.start();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::expired);
    EXPECT_NE(refused.error().message.find("cert.pem"), std::string::npos);
    EXPECT_TRUE(late.addresses().empty());
    options.tls.certificate = "/nowhere.pem";
    Server missing(other.io, options, Router(), other.acceptor);
    EXPECT_EQ(missing.start().error().code, ErrorCode::not_found);
}

TEST(Server, survives_garbage_on_its_tls_port) {
    TestServer test;
    const auto certificate = make_certificate("x", -1, 13);
    ASSERT_TRUE(
        test.server->set_certificate(certificate.chain_pem, certificate.key_pem, CertificateKind::development)
            .has_value());
    TestClient& plain = test.connect();
    plain.get("/hello");
    ASSERT_TRUE(test.run_until([&] { return plain.ended; }));
    EXPECT_EQ(test.server->counters().tls_handshakes_failed, 1u);
    EXPECT_TRUE(test.run_until([&] { return test.server->connections() == 0; }));
}

}  // namespace
}  // namespace gs::http
