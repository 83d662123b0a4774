// The WebSocket client against a server that this test plays byte by byte on a pair of sockets.
#include "tools/bots/websocket_client.h"

#include "core/wire/limits.h"
#include "server/net/recording_handler.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

class Script final : private ClientEvents {
  public:
    explicit Script(const Conditions& conditions = {}) {
        int both[2] = {};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both), 0);
        server_ = both[1];
        client = dialer_.dial_over(both[0],
                                   {.address = {},
                                    .authority = "play.example",
                                    .server_name = {},
                                    .path = "/ws",
                                    .conditions = conditions},
                                   *this);
    }
    ~Script() override {
        client.reset();
        hang_up();
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    void open() {
        send(accepted);
        EXPECT_TRUE(run_until([this] { return session != nullptr; }));
        EXPECT_TRUE(received().ends_with("\r\n\r\n"));
        received_.clear();
    }
    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(server_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    void hang_up() {
        if (server_ >= 0) ::close(std::exchange(server_, -1));
    }
    bool run_until(const std::function<bool()>& done) {
        for (int turns = 0; turns < 3000; ++turns) {
            loop_.turn(milliseconds(1));
            if (done()) return true;
        }
        return false;
    }
    void turn() { loop_.turn({}); }
    void pass(net::Duration duration) { added_ += duration; }

    /// What the client has sent since the upgrade; frames unmasked: first byte, then payload.
    const std::string& received() {
        char part[65'536];
        for (ssize_t size = 0; (size = ::recv(server_, part, sizeof part, MSG_DONTWAIT)) > 0;)
            received_.append(part, static_cast<std::size_t>(size));
        return received_;
    }
    std::vector<std::string> frames() {
        const std::string& bytes = received();
        std::vector<std::string> all;
        for (std::size_t at = 0; at + 6 <= bytes.size();) {
            std::size_t size = static_cast<unsigned char>(bytes[at + 1]) & 0x7f;
            EXPECT_NE(static_cast<unsigned char>(bytes[at + 1]) & 0x80, 0) << "every frame is masked";
            std::size_t head = 2;
            if (size == 126) {
                size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 2])) << 8 |
                       static_cast<unsigned char>(bytes[at + 3]);
                head = 4;
            }
            std::string frame(1, bytes[at]);
            for (std::size_t i = 0; i < size; ++i)
                frame += static_cast<char>(bytes[at + head + 4 + i] ^ bytes[at + head + i % 4]);
            all.push_back(frame);
            at += head + 4 + size;
        }
        return all;
    }

    net::RecordingHandler handler;
    net::Session* session = nullptr;
    std::optional<std::string> words;
    std::function<void()> on_fail;

  private:
    net::SessionHandler& on_opened(net::Session& opened) override {
        session = &opened;
        return handler;
    }
    void on_failed(std::string_view why) override {
        words = std::string(why);
        if (on_fail) on_fail();
    }

    net::Duration added_ = {};
    Loop loop_{{.clock = [this] {
        return net::Instant(std::chrono::steady_clock::now().time_since_epoch()) + added_;
    }}};
    DelayLine delay_line_{loop_};
    WebSocketDialer dialer_{loop_, delay_line_};
    int server_ = -1;
    std::string received_;

  public:
    std::unique_ptr<Client> client;
};

std::string frame(int first, std::string_view payload) {
    return std::string(1, static_cast<char>(first)) + static_cast<char>(payload.size()) +
           std::string(payload);
}

TEST(WebSocketClient, asks_for_the_path_and_opens_when_it_is_answered) {
    Script script;
    ASSERT_TRUE(script.run_until([&] { return script.received().ends_with("\r\n\r\n"); }));
    EXPECT_TRUE(script.received().starts_with("GET /ws HTTP/1.1\r\nHost: play.example\r\n"));
    // The answer comes in pieces, the last one together with a frame.
    script.send(accepted.substr(0, 30));
    script.turn();
    EXPECT_EQ(script.session, nullptr);
    script.send(std::string(accepted.substr(30)) + frame(0x81, "{}"));
    EXPECT_TRUE(script.run_until([&] { return script.handler.messages.size() == 1; }));
}

TEST(WebSocketClient, a_refusal_is_told_in_the_servers_words) {
    Script script;
    script.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(script.run_until([&] { return script.words.has_value(); }));
    EXPECT_EQ(*script.words, "the server refuses the WebSocket: HTTP/1.1 404 Not Found");
    EXPECT_EQ(script.session, nullptr);
}

TEST(WebSocketClient, silence_and_hanging_up_before_the_answer_are_failures) {
    Script silent;
    silent.turn();
    silent.pass(seconds(11));
    ASSERT_TRUE(silent.run_until([&] { return silent.words.has_value(); }));
    EXPECT_EQ(*silent.words, "the server does not answer within 10 s");
    Script gone;
    gone.hang_up();
    ASSERT_TRUE(gone.run_until([&] { return gone.words.has_value(); }));
    EXPECT_EQ(*gone.words, "the server ends the connection before it answers");
    Script endless;
    endless.send("HTTP/1.1 101 " + std::string(9000, 'x'));
    ASSERT_TRUE(endless.run_until([&] { return endless.words.has_value(); }));
}

TEST(WebSocketClient, the_owner_may_drop_it_when_it_fails) {
    Script script;
    script.on_fail = [&] { script.client.reset(); };
    script.hang_up();
    EXPECT_TRUE(script.run_until([&] { return script.client == nullptr; }));
}

TEST(WebSocketClient, takes_lanes_apart_however_their_bytes_come) {
    Script script;
    script.open();
    const std::string transfer_head = std::string("\x02\x05\0\0\0\x06\0\0\0", 9);
    const std::string bytes = frame(0x82, "\x01now") + frame(0x01, "{\"a\"") + frame(0x89, "?") +
                              frame(0x80, ":1}") + frame(0x82, transfer_head + "big") +
                              frame(0x82, transfer_head + "ger");
    for (const char byte : bytes) {
        script.send(std::string_view(&byte, 1));
        script.turn();
    }
    ASSERT_TRUE(script.run_until([&] { return script.handler.transfers.size() == 1; }));
    EXPECT_EQ(script.handler.datagrams, std::vector<std::string>{"now"});
    EXPECT_EQ(script.handler.messages, std::vector<std::string>{R"({"a":1})"});
    EXPECT_EQ(script.handler.transfers, std::vector<std::string>{"bigger"});
    script.turn();
    EXPECT_EQ(script.frames(), std::vector<std::string>{"\x8a?"});
}

TEST(WebSocketClient, what_no_server_sends_ends_the_session_with_a_word) {
    const struct {
        std::string bytes;
        std::string close;  // code and reason
    } cases[] = {
        {frame(0x83, "x"),
         "\x03\xea"
         "a frame has an unknown opcode"},
        {frame(0x82, "\x07what"),
         "\x03\xea"
         "the lane byte is neither 1 nor 2"},
        {frame(0x82, ""),
         "\x03\xea"
         "a binary message needs a lane byte"},
        {frame(0x82, std::string("\x02\x05\0\0\0\xff\xff\xff\xff"
                                 "x",
                                 10)),
         "\x03\xf1"
         "the transfer is too large"},
        {frame(0x81, "\xc3\x28"),
         "\x03\xea"
         "a text message is not UTF-8"},
        {std::string("\x82\x7f\0\0\0\0\0\x02\0\0", 10),
         "\x03\xea"
         "a message is too large"},
    };
    for (const auto& each : cases) {
        Script script;
        script.open();
        script.send(each.bytes + frame(0x81, "after"));
        ASSERT_TRUE(script.run_until([&] { return !script.handler.closes.empty(); }));
        EXPECT_EQ(script.handler.closes[0].by, net::CloseInfo::By::transport_error);
        EXPECT_TRUE(script.handler.messages.empty());
        EXPECT_EQ(script.frames(), std::vector<std::string>{"\x88" + each.close});
        EXPECT_FALSE(script.client->has_session());
    }
}

TEST(WebSocketClient, the_servers_close_is_answered_and_its_code_is_ours_again) {
    for (const auto& [code, by, ours] :
         {std::tuple{4017, net::CloseInfo::By::peer, 17U}, std::tuple{1000, net::CloseInfo::By::peer, 0U},
          std::tuple{1009, net::CloseInfo::By::transport_error, 0U}}) {
        Script script;
        script.open();
        const std::string bytes = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
        script.send(frame(0x88, bytes + "why"));
        ASSERT_TRUE(script.run_until([&] { return !script.handler.closes.empty(); }));
        EXPECT_EQ(script.handler.closes[0].by, by);
        EXPECT_EQ(script.handler.closes[0].code, ours);
        EXPECT_EQ(script.handler.closes[0].reason, "why");
        EXPECT_EQ(script.frames(), std::vector<std::string>{"\x88" + bytes});
    }
}

TEST(WebSocketClient, an_own_close_ends_also_when_the_server_never_answers) {
    Script script;
    script.open();
    script.session->close(5, "enough");
    script.turn();
    EXPECT_EQ(script.frames(), std::vector<std::string>{"\x88\x0f\xa5"
                                                        "enough"});
    script.send(frame(0x81, "still talking"));
    script.turn();
    EXPECT_TRUE(script.handler.closes.empty());
    script.pass(seconds(3));
    ASSERT_TRUE(script.run_until([&] { return !script.handler.closes.empty(); }));
    EXPECT_EQ(script.handler.closes[0].by, net::CloseInfo::By::us);
    EXPECT_TRUE(script.handler.messages.empty());
}

TEST(WebSocketClient, a_full_socket_keeps_the_newest_datagram_and_whole_frames) {
    Script script;
    script.open();
    int sent = 0;
    while (script.session->send_datagram({}, bytes_of("#" + std::to_string(sent) + std::string(900, '.'))) ==
           net::DatagramResult::sent) {
        script.turn();
        ASSERT_LT(++sent, 100'000);
    }
    for (int i = 1; i <= 5; ++i) {
        EXPECT_EQ(script.session->send_datagram({}, bytes_of("#" + std::to_string(sent + i))),
                  net::DatagramResult::held);
    }
    EXPECT_EQ(script.session->stats().datagrams_replaced, 5u);
    const std::string last = "\x82\x01#" + std::to_string(sent + 5);
    ASSERT_TRUE(script.run_until([&] { return script.frames().back() == last; }));
    EXPECT_EQ(script.frames().size(), static_cast<std::size_t>(sent) + 1);
}

TEST(WebSocketClient, a_lossy_network_delays_and_loses_nothing) {
    Script script({.loss_percent = 20, .latency = milliseconds(20), .jitter = milliseconds(20)});
    script.send(accepted);
    EXPECT_TRUE(script.run_until([&] {
        script.pass(milliseconds(1));
        return script.session != nullptr;
    }));
    (void)script.received();
    std::vector<std::string> expected;
    for (int i = 0; i < 50; ++i) {
        expected.push_back("message " + std::to_string(i));
        script.send(frame(0x81, expected.back()));
        EXPECT_TRUE(script.session->send_message(expected.back()).has_value());
        script.pass(milliseconds(5));
        script.turn();
        EXPECT_LT(script.handler.messages.size(), static_cast<std::size_t>(i) + 1)
            << "20 ms are four of these";
    }
    EXPECT_TRUE(script.run_until([&] {
        script.pass(milliseconds(5));
        return script.handler.messages.size() == expected.size();
    }));
    EXPECT_EQ(script.handler.messages, expected);
    EXPECT_GT(script.client->wire().lost, 5u);
}

}  // namespace
}  // namespace gs::bots
