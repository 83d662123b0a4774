// The whole server in this process, on real sockets of the loopback interface: what an operator and a visitor
// meet. The server runs in a thread of its own, as it does in its program; the test is the client.
#include "server/app/compose.h"

#include "server/app/healthcheck.h"
#include "server/app/test_folder.h"
#include "server/app/test_tcp_client.h"
#include "server/net/close_codes.h"
#include "server/net/recording_handler.h"
#include "server/quic/endpoint.h"
#include "server/quic/lane_acceptor.h"
#include "server/quic/tls.h"
#include "server/quic/udp_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view manifest = R"({
  "src/main.ts": {"file": "assets/main-a1.js", "isEntry": true},
  "src/styles/main.css": {"file": "assets/main-c3.css", "isEntry": true},
  "src/styles/room_page.css": {"file": "assets/room_page-r5.css", "isEntry": true},
  "src/styles/echo.css": {"file": "assets/echo-c4.css", "isEntry": true},
  "src/images/icon.svg": {"file": "assets/icon-d4.svg"}
})";

class ComposeTest : public testing::Test {
  protected:
    void SetUp() override {
        options_.config.http = ListenAddress::localhost(0);
        options_.config.quic = ListenAddress::localhost(0);
        options_.config.data = folder_.path() / "data";
        options_.config.ring = folder_.path() / "ring";
        options_.config.assets = folder_.path() / "web";
        folder_.write("web/manifest.json", manifest);
        folder_.write("web/assets/main-a1.js", "export {};");
    }
    void TearDown() override { stop(); }

    /// The reason why the server did not start; empty when it did.
    std::string start() {
        auto started = App::start(options_, log_);
        if (!started) return started.error().message;
        app_ = std::move(*started);
        thread_ = std::thread([this] { app_->run(); });
        return "";
    }
    void stop() {
        if (!app_) return;
        // Twice: at once.
        app_->drain();
        app_->drain();
        join();
    }
    void join() {
        if (thread_.joinable()) thread_.join();
        app_.reset();
    }

    [[nodiscard]] std::string get(const std::string& path, const std::string& fields = "") const {
        TcpClient client(app_->http_port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(app_->http_port()) +
                    "\r\nConnection: close\r\n" + fields + "\r\n");
        return client.read();
    }
    [[nodiscard]] std::string post(const std::string& path, const std::string& body,
                                   const std::string& fields = "") const {
        TcpClient client(app_->http_port());
        client.send("POST " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(app_->http_port()) +
                    "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                    fields + "\r\n" + body);
        return client.read();
    }
    static nlohmann::json json_in(const std::string& answer) {
        return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n")), nullptr, false);
    }
    [[nodiscard]] nlohmann::json directory() const {
        const std::string answer = get("/api/v1/transport");
        return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n")), nullptr, false);
    }
    /// Read after the server has stopped: it writes from its own thread.
    [[nodiscard]] std::string logged() const { return log_text_.str(); }

    TestFolder folder_;
    std::ostringstream log_text_;
    Log log_{LogLevel::debug, LogFormat::text, log_text_};
    App::Options options_;
    std::unique_ptr<App> app_;
    std::thread thread_;
};

TEST_F(ComposeTest, answers_the_routes_of_the_contract) {
    ASSERT_EQ(start(), "");
    EXPECT_THAT(get("/healthz"), AllOf(HasSubstr("HTTP/1.1 200"), EndsWith("ok\n")));
    EXPECT_THAT(get("/readyz"), HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(get("/"), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("<!doctype html>"),
                                HasSubstr("Vary: HX-Request")));
    EXPECT_THAT(get("/", "HX-Request: true\r\n"), Not(HasSubstr("<!doctype html>")));
    EXPECT_THAT(get("/echo"), HasSubstr(std::to_string(app_->quic_port())));
    EXPECT_THAT(get("/fragments/lobby"), HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(get("/assets/main-a1.js"), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("immutable")));
    EXPECT_THAT(get("/nothing"), AllOf(HasSubstr("HTTP/1.1 404"), HasSubstr("<html")));
    EXPECT_THAT(get("/api/v1/nothing"),
                AllOf(HasSubstr("HTTP/1.1 404"), HasSubstr("application/problem+json")));
    const std::string origin = "https://localhost:" + std::to_string(app_->quic_port());
    EXPECT_THAT(get("/"), HasSubstr("connect-src 'self' " + origin));
}

TEST_F(ComposeTest, tells_where_both_transports_are_under_the_host_that_was_asked) {
    options_.config.quic_public_port = 4433;
    ASSERT_EQ(start(), "");
    const auto answer = directory();
    EXPECT_EQ(answer["webtransport"]["url"], "https://localhost:4433/wt");
    EXPECT_EQ(answer["webtransport"]["certificate_hashes"].size(), 1u);
    EXPECT_EQ(answer["websocket"]["url"], "ws://localhost:" + std::to_string(app_->http_port()) + "/ws");
    EXPECT_THAT(get("/api/v1/transport"), HasSubstr("Cache-Control: no-store"));
}

TEST_F(ComposeTest, says_so_when_it_runs_without_quic) {
    options_.config.quic_off = true;
    ASSERT_EQ(start(), "");
    EXPECT_TRUE(directory()["webtransport"].is_null());
    EXPECT_THAT(get("/"), Not(HasSubstr("connect-src 'self' https:")));
}

TEST_F(ComposeTest, shows_metrics_to_this_machine_and_not_through_a_proxy) {
    ASSERT_EQ(start(), "");
    EXPECT_THAT(get("/metrics"),
                AllOf(HasSubstr("text/plain; version=0.0.4"),
                      HasSubstr("grandstand_sessions_open{transport=\"webtransport\"} 0"),
                      HasSubstr("grandstand_refused_total{kind=\"quic_packets_garbled\"} 0")));
    EXPECT_THAT(get("/metrics", "X-Forwarded-For: 203.0.113.5\r\n"), HasSubstr("HTTP/1.1 404"));
}

TEST_F(ComposeTest, websockets_without_hello_and_from_other_sites_are_refused) {
    ASSERT_EQ(start(), "");
    const std::string upgrade =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    {
        TcpClient foreign(app_->http_port());
        foreign.send(upgrade + "Origin: https://evil.example\r\n\r\n");
        EXPECT_THAT(foreign.read("\r\n\r\n"), HasSubstr("HTTP/1.1 403"));
    }
    TcpClient own(app_->http_port());
    own.send(upgrade + "\r\n");
    EXPECT_THAT(own.read("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
    // A masked text frame with the mask 0.
    const std::string ticket = R"({"ticket":"t"})";
    own.send(std::string("\x81") + static_cast<char>(0x80 | ticket.size()) + std::string(4, '\0') + ticket);
    EXPECT_THAT(own.read("message"),
                HasSubstr(std::string("\x0f\xa4", 2) + "there is no such type of message"));
    stop();
    EXPECT_THAT(logged(), HasSubstr("origin=https://evil.example"));
}

TEST_F(ComposeTest, a_stranger_gets_a_name_a_room_and_a_ticket_that_opens_it) {
    ASSERT_EQ(start(), "");
    // Made first and as empty as the plaza, it does not draw strangers away from there.
    const std::string made = post("/api/v1/rooms", R"({"game":"plaza","name":"Aside"})");
    EXPECT_THAT(made, HasSubstr("HTTP/1.1 201"));
    EXPECT_EQ(json_in(get("/api/v1/rooms"))["rooms"].size(), 2u);

    const std::string played = post("/play", "nickname=Ada");
    EXPECT_THAT(played, AllOf(HasSubstr("HTTP/1.1 303"), HasSubstr("Location: /rooms/plaza0000000?play=1"),
                              HasSubstr("HttpOnly; SameSite=Lax")));
    const std::size_t at = played.find("grandstand_guest=");
    ASSERT_NE(at, std::string::npos);
    const std::string cookie = "Cookie: " + played.substr(at, played.find(';', at) - at) + "\r\n";
    EXPECT_THAT(get("/rooms/plaza0000000", cookie),
                AllOf(HasSubstr("value=\"Ada\""), HasSubstr("The Plaza")));

    const std::string asked = R"({"role":"player","room":"plaza0000000"})";
    EXPECT_THAT(post("/api/v1/tickets", asked, cookie + "Origin: https://evil.example\r\n"),
                HasSubstr("HTTP/1.1 403"));
    const std::string ticket = json_in(post("/api/v1/tickets", asked, cookie))["ticket"];
    TcpClient socket(app_->http_port());
    socket.send(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    EXPECT_THAT(socket.read("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
    const std::string hello = R"({"type":"hello","ticket":")" + ticket + "\"}";
    // A masked text frame with the mask 0.
    socket.send(std::string("\x81") + static_cast<char>(0x80 | hello.size()) + std::string(4, '\0') + hello);
    EXPECT_THAT(socket.read("entered"), AllOf(HasSubstr("welcome"), HasSubstr(R"("name":"Ada")")));
    EXPECT_THAT(get("/metrics"), HasSubstr("grandstand_guests_made_total"));
}

TEST_F(ComposeTest, a_taken_tcp_port_is_named) {
    ASSERT_EQ(start(), "");
    App::Options second = options_;
    second.config.http = ListenAddress::localhost(app_->http_port());
    second.config.data = folder_.path() / "second";
    const auto refused = App::start(second, log_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr(std::to_string(app_->http_port())), HasSubstr("--http")));
    EXPECT_THAT(get("/healthz"), HasSubstr("HTTP/1.1 200"));
}

TEST_F(ComposeTest, a_taken_udp_port_is_named) {
    ASSERT_EQ(start(), "");
    App::Options second = options_;
    second.config.quic = ListenAddress::localhost(app_->quic_port());
    second.config.data = folder_.path() / "second";
    const auto refused = App::start(second, log_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::in_use);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr(std::to_string(app_->quic_port())), HasSubstr("--quic")));
}

TEST_F(ComposeTest, a_data_folder_in_use_or_unwritable_stops_the_start) {
    ASSERT_EQ(start(), "");
    const auto refused = App::start(options_, log_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("in use by another Grandstand"));
    App::Options unwritable = options_;
    unwritable.config.data = folder_.write("file", "") / "data";
    EXPECT_THAT(App::start(unwritable, log_).error().message, HasSubstr("cannot make the data folder"));
}

TEST_F(ComposeTest, missing_pages_say_how_to_build_them) {
    options_.config.assets = folder_.path() / "nowhere";
    EXPECT_THAT(start(), HasSubstr("nowhere"));
    options_.config.assets.clear();
    options_.program_folder = folder_.path() / "opt" / "bin";
    EXPECT_THAT(start(), AllOf(HasSubstr("./gs build"), HasSubstr("--assets")));
    options_.program_folder = folder_.path() / "release";
    EXPECT_EQ(start(), "");
}

TEST_F(ComposeTest, missing_and_expired_certificates_stop_the_start) {
    const std::int64_t now = options_.wall_clock();
    const auto pem = quic::make_development_certificate(now - 40 * 24 * 3600);
    options_.config.tls_cert = folder_.write("old.pem", pem->chain);
    options_.config.tls_key = folder_.write("old.key", pem->key);
    EXPECT_THAT(start(), AllOf(HasSubstr("old.pem"), HasSubstr("expired")));
    options_.config.tls_cert = folder_.path() / "missing.pem";
    EXPECT_THAT(start(), HasSubstr("missing.pem"));
}

TEST_F(ComposeTest, serves_https_and_takes_new_certificates_while_running) {
    const auto write_certificate = [this] {
        const auto pem = quic::make_development_certificate(options_.wall_clock());
        options_.config.tls_cert = folder_.write("site.pem", pem->chain);
        options_.config.tls_key = folder_.write("site.key", pem->key);
    };
    write_certificate();
    ASSERT_EQ(start(), "");
    EXPECT_THAT(app_->url(), HasSubstr("https://localhost:"));
    Config asked = options_.config;
    asked.http = ListenAddress::localhost(app_->http_port());
    EXPECT_TRUE(check_health(asked).has_value());
    write_certificate();
    app_->reload();
    EXPECT_TRUE(check_health(asked).has_value());
    folder_.write("site.key", "no key any more");
    app_->reload();
    EXPECT_TRUE(check_health(asked).has_value());
    stop();
    EXPECT_THAT(logged(),
                AllOf(HasSubstr("new certificate in use"), HasSubstr("the certificate stays as it was")));
}

TEST_F(ComposeTest, health_is_asked_without_knowing_the_flags) {
    ASSERT_EQ(start(), "");
    Config asked;
    asked.http = ListenAddress::everywhere(app_->http_port());
    EXPECT_EQ(asked.http_tls(), HttpTls::development);
    EXPECT_TRUE(check_health(asked).has_value());
    asked.http = ListenAddress::localhost(app_->http_port());
    stop();
    EXPECT_FALSE(check_health(asked).has_value());
}

TEST_F(ComposeTest, draining_tells_sessions_and_frees_the_ports_at_once) {
    ASSERT_EQ(start(), "");
    const std::uint16_t http_port = app_->http_port();
    const std::uint16_t quic_port = app_->quic_port();
    TcpClient socket(http_port);
    socket.send(
        "GET /ws/echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    EXPECT_THAT(socket.read("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
    // A text frame with the mask 0: the session is open for sure when it has come back.
    socket.send(std::string("\x81\x85\0\0\0\0hello", 11));
    EXPECT_THAT(socket.read("hello"), EndsWith("hello"));
    app_->drain();
    EXPECT_THAT(socket.read("moment"), HasSubstr(std::string("\x0f\xa1", 2) + "The server is stopping"));
    // The answer to the close frame: a masked close with the same code.
    socket.send(std::string("\x88\x82\0\0\0\0\x0f\xa1", 8));
    join();
    options_.config.http = ListenAddress::localhost(http_port);
    options_.config.quic = ListenAddress::localhost(quic_port);
    EXPECT_EQ(start(), "");
    EXPECT_THAT(get("/healthz"), HasSubstr("HTTP/1.1 200"));
}

TEST_F(ComposeTest, a_client_that_does_not_answer_delays_the_end_no_longer_than_configured) {
    options_.config.drain_seconds = 0;
    ASSERT_EQ(start(), "");
    TcpClient socket(app_->http_port());
    socket.send(
        "GET /ws/echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    EXPECT_THAT(socket.read("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
    const std::uint16_t port = app_->http_port();
    app_->drain();
    join();
    EXPECT_FALSE(TcpClient(port).connected());
}

/// A WebTransport client on a real socket, turned by the test's thread.
class QuicClient {
  public:
    QuicClient(std::uint16_t server_port, const quic::CertificateHash& hash, const std::string& path)
        : acceptor_(handler, path) {
        port_ = *quic::UdpPort::open({*net::Address::parse("127.0.0.1:0")});
        quic::Endpoint::Options options;
        options.http3 = {.role = quic::Role::client,
                         .acceptor = &acceptor_,
                         .authority = "localhost:" + std::to_string(server_port),
                         .path = path,
                         .origin = {}};
        endpoint_ = std::make_unique<quic::Endpoint>(options, nullptr, *port_, now());
        trust_ = std::make_shared<const quic::ClientCredentials>(quic::ClientTrust{{hash}});
        net::Address to = *net::Address::parse("127.0.0.1:0");
        to.set_port(server_port);
        endpoint_->connect({.local = port_->addresses().front(), .remote = to}, trust_, "localhost");
    }

    /// False if it takes unreasonably long.
    bool run_until(const std::function<bool()>& done) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!done()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            endpoint_->advance(now());
            endpoint_->timers();
            endpoint_->flush();
            port_->flush();
            pollfd waits{.fd = port_->fds().front(), .events = POLLIN, .revents = 0};
            ::poll(&waits, 1, 5);
            endpoint_->advance(now());
            (void)port_->receive(
                [this](const quic::Path& path, ByteView packet) { endpoint_->read(path, packet); });
        }
        return true;
    }
    [[nodiscard]] net::Session* session() const { return acceptor_.session; }

    net::RecordingHandler handler;

  private:
    struct Acceptor final : net::SessionAcceptor {
        explicit Acceptor(net::SessionHandler& to) : handler(to) {}
        [[nodiscard]] bool serves(const net::SessionRequest&) const override { return true; }
        net::SessionHandler* accept(const net::SessionRequest&, net::Session& opened) override {
            session = &opened;
            return &handler;
        }
        net::SessionHandler& handler;
        net::Session* session = nullptr;
    };
    struct LaneClient final : quic::WebTransportAcceptor {
        LaneClient(net::SessionHandler& handler, const std::string&)
            : sessions(handler), lanes(sessions, {.role = quic::Role::client, .echo_path = {}}) {}
        [[nodiscard]] bool serves(const net::SessionRequest&) const override { return true; }
        std::unique_ptr<quic::WebTransportHandler> accept(const net::SessionRequest& request,
                                                          quic::WebTransportSession& opened) override {
            auto made = lanes.accept(request, opened);
            session = sessions.session;
            return made;
        }
        Acceptor sessions;
        quic::LaneAcceptor lanes;
        net::Session* session = nullptr;
    };

    static net::Instant now() { return net::Instant(std::chrono::steady_clock::now().time_since_epoch()); }

    LaneClient acceptor_;
    std::unique_ptr<quic::UdpPort> port_;
    std::unique_ptr<quic::Endpoint> endpoint_;
    std::shared_ptr<const quic::ClientCredentials> trust_;
};

quic::CertificateHash hash_in(const nlohmann::json& directory) {
    const std::string text = directory["webtransport"]["certificate_hashes"][0];
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    quic::CertificateHash hash = {};
    std::uint32_t bits = 0;
    int count = 0;
    std::size_t at = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = bits << 6 | static_cast<std::uint32_t>(alphabet.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        if (at < hash.size()) hash[at++] = static_cast<std::uint8_t>(bits >> count);
    }
    return hash;
}

TEST_F(ComposeTest, webtransport_echoes_with_the_published_certificate) {
    ASSERT_EQ(start(), "");
    QuicClient client(app_->quic_port(), hash_in(directory()), "/wt/echo");
    ASSERT_TRUE(client.run_until([&] { return client.session() != nullptr; }));
    EXPECT_TRUE(client.session()->send_message("over a stream").has_value());
    EXPECT_TRUE(client.run_until([&] { return client.handler.messages.size() == 1; }));
    EXPECT_EQ(client.handler.messages.front(), "over a stream");
    const std::string megabyte(1'000'000, 'm');
    EXPECT_TRUE(client.session()->send_transfer(net::share(bytes_of(megabyte))).has_value());
    EXPECT_TRUE(client.run_until([&] { return client.handler.transfers.size() == 1; }));
    EXPECT_EQ(client.handler.transfers.front(), megabyte);
    EXPECT_THAT(get("/metrics"), HasSubstr("grandstand_sessions_open{transport=\"webtransport\"} 1"));
}

TEST_F(ComposeTest, draining_tells_webtransport_sessions_too) {
    ASSERT_EQ(start(), "");
    QuicClient client(app_->quic_port(), hash_in(directory()), "/wt/echo");
    ASSERT_TRUE(client.run_until([&] { return client.session() != nullptr; }));
    // Loopback loses nothing, so the datagram comes back.
    client.session()->send_datagram(bytes_of("pi"), bytes_of("ng"));
    ASSERT_TRUE(client.run_until([&] { return !client.handler.datagrams.empty(); }));
    EXPECT_EQ(client.handler.datagrams.front(), "ping");
    // With the sure lane open: its end must not hide the words of the close.
    EXPECT_TRUE(client.session()->send_message("over a stream").has_value());
    ASSERT_TRUE(client.run_until([&] { return client.handler.messages.size() == 1; }));
    app_->drain();
    EXPECT_TRUE(client.run_until([&] { return !client.handler.closes.empty(); }));
    EXPECT_EQ(client.handler.closes.front().by, net::CloseInfo::By::peer);
    EXPECT_EQ(client.handler.closes.front().code, net::close_code::going_away);
    EXPECT_EQ(client.handler.closes.front().reason, "The server is stopping; come back in a moment");
    join();
}

TEST_F(ComposeTest, a_session_that_does_not_say_hello_is_closed_in_words) {
    ASSERT_EQ(start(), "");
    QuicClient client(app_->quic_port(), hash_in(directory()), "/wt");
    ASSERT_TRUE(client.run_until([&] { return client.session() != nullptr; }));
    EXPECT_TRUE(client.session()->send_message(R"({"ticket":"t"})").has_value());
    EXPECT_TRUE(client.run_until([&] { return !client.handler.closes.empty(); }));
    EXPECT_EQ(client.handler.closes.front().code, net::close_code::bad_message);
    EXPECT_EQ(client.handler.closes.front().reason, "there is no such type of message");
}

TEST_F(ComposeTest, a_clock_that_steps_back_disturbs_nobody) {
    auto offset = std::make_shared<std::atomic<std::int64_t>>(0);
    options_.clock = ShardClock([offset] {
        return std::chrono::steady_clock::now().time_since_epoch() + std::chrono::seconds(offset->load());
    });
    ASSERT_EQ(start(), "");
    QuicClient client(app_->quic_port(), hash_in(directory()), "/wt/echo");
    ASSERT_TRUE(client.run_until([&] { return client.session() != nullptr; }));
    *offset = -3600;
    EXPECT_TRUE(client.session()->send_message("after the step").has_value());
    EXPECT_TRUE(client.run_until([&] { return client.handler.messages.size() == 1; }));
    EXPECT_THAT(get("/healthz"), HasSubstr("HTTP/1.1 200"));
}

}  // namespace
}  // namespace gs::app
