// The parts of the bots that are pure: addresses, answers, messages, hands, percentiles, losses, the summary.
#include "tools/bots/base64.h"
#include "tools/bots/hands.h"
#include "tools/bots/histogram.h"
#include "tools/bots/http_request.h"
#include "tools/bots/messages.h"
#include "tools/bots/send_counter.h"
#include "tools/bots/summary.h"
#include "tools/bots/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace gs::bots {
namespace {

using testing::HasSubstr;

TEST(Url, reads_hosts_addresses_and_ports) {
    const auto plain = parse_url("http://play.example", {"http"});
    ASSERT_TRUE(plain.has_value());
    EXPECT_EQ(plain->port, 80);
    EXPECT_EQ(plain->authority(), "play.example");
    EXPECT_EQ(plain->server_name(), "play.example");
    const auto v6 = parse_url("https://[::1]:8443/wt", {"https"});
    ASSERT_TRUE(v6.has_value());
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->path, "/wt");
    EXPECT_EQ(v6->origin(), "https://[::1]:8443");
    EXPECT_EQ(v6->server_name(), "");
}

TEST(Url, says_what_is_wrong) {
    for (const auto& [text, words] : {std::pair{"localhost:8080", "begins with http://"},
                                      {"https://x", "begins with http://"},
                                      {"http://", "names no host"},
                                      {"http://x:0", "1 to 65535"},
                                      {"http://x:65536", "1 to 65535"},
                                      {"http://x:", "1 to 65535"},
                                      {"http://[::1", "bracket"},
                                      {"http://[::1]8080", "a colon"}}) {
        const auto url = parse_url(text, {"http"});
        ASSERT_FALSE(url.has_value()) << text;
        EXPECT_THAT(url.error(), HasSubstr(words));
    }
}

TEST(HttpAnswer, is_whole_when_its_length_its_chunks_or_its_end_say_so) {
    const std::string lengthy =
        "HTTP/1.1 201 Created\r\ncontent-LENGTH: 5\r\nSet-Cookie: guest=abc; HttpOnly; Path=/\r\n\r\nhello";
    for (std::size_t size = 0; size < lengthy.size(); ++size) {
        const auto part = parse_answer(std::string_view(lengthy).substr(0, size), false);
        ASSERT_TRUE(part.has_value());
        EXPECT_FALSE(part->has_value());
        EXPECT_FALSE(parse_answer(std::string_view(lengthy).substr(0, size), true).has_value());
    }
    const auto whole = parse_answer(lengthy, false);
    ASSERT_TRUE(whole.has_value() && whole->has_value());
    EXPECT_EQ((*whole)->status, 201);
    EXPECT_EQ((*whole)->body, "hello");
    EXPECT_EQ((*whole)->cookie, "guest=abc");

    const auto chunked = parse_answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nfoo\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        false);
    ASSERT_TRUE(chunked.has_value() && chunked->has_value());
    EXPECT_EQ((*chunked)->body, "foo0123456789");

    const std::string endless = "HTTP/1.1 200 OK\r\n\r\nup to the end";
    EXPECT_FALSE(parse_answer(endless, false)->has_value());
    EXPECT_EQ((**parse_answer(endless, true)).body, "up to the end");
}

TEST(HttpAnswer, what_is_no_answer_is_said_in_words) {
    EXPECT_EQ(parse_answer("", true).error(), "the server closed without an answer");
    EXPECT_EQ(parse_answer("\x15\x03\x01\x02\x02\x50", false).error(), "the answer is no HTTP");
    EXPECT_EQ(parse_answer("HTTP/1.1 xyz\r\n\r\n", false).error(), "the answer is no HTTP");
    EXPECT_EQ(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", false).error(),
              "the answer is no HTTP");
    EXPECT_EQ(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", true).error(),
              "the answer was cut short");
}

TEST(Messages, entered_is_read_and_checked) {
    const auto message = read_message(
        R"({"type":"entered","role":"player","seat":7,"host":false,"resume":"r","room":{"id":"abc"},)"
        R"("match":{"id":"m","epoch":2,"game":"plaza","rules_version":3},"roster":[]})");
    const auto* entered = std::get_if<EnteredMessage>(&message);
    ASSERT_NE(entered, nullptr);
    EXPECT_EQ(entered->seat, Seat{7});
    EXPECT_EQ(entered->epoch, 2u);
    EXPECT_EQ(entered->game, "plaza");
    EXPECT_EQ(entered->rules_version, 3u);

    const auto watching = read_message(
        R"({"type":"entered","role":"spectator","seat":null,"match":{"epoch":0,"game":"plaza"}})");
    ASSERT_TRUE(std::holds_alternative<EnteredMessage>(watching));
    EXPECT_EQ(std::get<EnteredMessage>(watching).seat, no_seat);

    for (const char* bad :
         {R"({"type":"entered"})", R"({"type":"entered","role":"player","seat":200,"match":{"epoch":0}})",
          R"({"type":"entered","role":"player","seat":null,"match":{"epoch":0}})",
          R"({"type":"entered","role":"player","seat":1,"match":{"epoch":-1}})",
          R"({"type":"entered","role":"spectator","seat":1,"match":{"epoch":1}})", R"([])", R"({"type":3})",
          "", "{", R"("entered")"}) {
        EXPECT_TRUE(std::holds_alternative<BadMessage>(read_message(bad))) << bad;
    }
}

TEST(Messages, being_turned_away_keeps_its_words) {
    const auto message = read_message(R"({"type":"refused","reason":"full","words":"All seats are taken"})");
    ASSERT_TRUE(std::holds_alternative<TurnedAwayMessage>(message));
    EXPECT_EQ(std::get<TurnedAwayMessage>(message).words, "refused: full (All seats are taken)");
    EXPECT_TRUE(
        std::holds_alternative<TurnedAwayMessage>(read_message(R"({"type":"left","reason":"closed"})")));
    EXPECT_TRUE(std::holds_alternative<OtherMessage>(read_message(R"({"type":"of a newer server"})")));
}

TEST(Messages, requests_are_those_of_the_protocol) {
    EXPECT_EQ(nlohmann::json::parse(hello_message("t\"x")),
              (nlohmann::json{{"type", "hello"}, {"ticket", "t\"x"}}));
    EXPECT_EQ(nlohmann::json::parse(
                  request_message({.kind = client::Request::Kind::repair, .first = Tick{12}, .count = 3})),
              (nlohmann::json{{"type", "repair"}, {"first", 12}, {"count", 3}}));
    EXPECT_EQ(nlohmann::json::parse(request_message({.kind = client::Request::Kind::keyframe})),
              (nlohmann::json{{"type", "keyframe"}}));
}

TEST(Hands, change_every_0_3_to_1_5_seconds_and_press_now_and_then) {
    Hands hands(3);
    net::Instant now{std::chrono::hours(1)};
    game::Controls before = hands.at(now);
    net::Instant changed = now;
    int presses = 0;
    std::set<std::pair<float, float>> directions;
    for (int tick = 0; tick < 60 * 300; ++tick) {
        now += std::chrono::microseconds(16'667);
        const game::Controls controls = hands.at(now);
        presses += controls.pressed != 0 ? 1 : 0;
        EXPECT_LE(controls.move.x * controls.move.x + controls.move.y * controls.move.y, 1.0001F);
        directions.insert({controls.move.x, controls.move.y});
        if (controls.move.x != before.move.x || controls.move.y != before.move.y) {
            EXPECT_GE(now - changed, std::chrono::milliseconds(299));
            changed = now;
        }
        before = controls;
    }
    EXPECT_EQ(directions.size(), 9u);
    EXPECT_GT(presses, 30);
    EXPECT_LT(presses, 200) << "a press lasts one call";
}

TEST(Histogram, percentiles_are_within_two_percent) {
    Histogram histogram;
    EXPECT_EQ(histogram.percentile_ms(0.5), 0);
    for (int i = 1; i <= 1000; ++i)
        histogram.add(i * 0.1);
    EXPECT_NEAR(histogram.percentile_ms(0.5), 50, 1);
    EXPECT_NEAR(histogram.percentile_ms(0.99), 99, 2);
    histogram.add(0);
    histogram.add(1e12);
    EXPECT_EQ(histogram.count(), 1002u);
    Histogram more;
    more.add(50);
    histogram.add(more);
    EXPECT_EQ(histogram.count(), 1003u);
}

TEST(SendCounter, counts_gaps_once_and_takes_back_what_comes_late) {
    SendCounter counter;
    counter.add(Tick{90});
    counter.begin();
    EXPECT_EQ(counter.counts().expected, 0u);
    for (const std::uint32_t tick : {107U, 109U, 113U, 115U, 115U, 121U, 123U})
        counter.add(Tick{tick});
    EXPECT_EQ(counter.counts().expected, 9u);
    EXPECT_EQ(counter.counts().received, 6u);
    counter.add(Tick{111});
    counter.add(Tick{111});
    EXPECT_EQ(counter.counts().received, 7u);
    counter.add(Tick{105});
    EXPECT_EQ(counter.counts().received, 7u) << "from before the beginning";
}

TEST(SendCounter, what_is_split_into_more_datagrams_is_not_lost) {
    SendCounter counter;
    for (std::uint32_t tick = 2; tick < 200; tick += 2) {
        if (tick % 10 == 0) counter.add(Tick{tick - 1});
        counter.add(Tick{tick});
    }
    EXPECT_EQ(counter.counts().expected, counter.counts().received);
}

TEST(Base64, reads_what_rfc_4648_shows) {
    const auto text = [](std::string_view encoded) {
        const auto bytes = from_base64(encoded);
        return bytes ? std::string(bytes->begin(), bytes->end()) : "nothing";
    };
    EXPECT_EQ(text("Zm9vYmFy"), "foobar");
    EXPECT_EQ(text("Zm9vYg=="), "foob");
    EXPECT_EQ(text(""), "");
    EXPECT_EQ(text("Zm9v YmFy"), "nothing");
}

TEST(Metrics, are_found_by_their_whole_name_and_added_up_over_labels) {
    constexpr std::string_view text =
        "# HELP a_total words\n# TYPE a_total counter\na_total{x=\"1\"} 2\na_total{x=\"2 3\"} "
        "0.5\na_total_more 9\n"
        "process_cpu_seconds_total 1.25\nprocess_resident_memory_bytes 1e+06\n";
    EXPECT_DOUBLE_EQ(metric_in(text, "a_total").value_or(0), 2.5);
    EXPECT_FALSE(metric_in(text, "b_total").has_value());
    const auto use = server_use_in(text);
    ASSERT_TRUE(use.has_value());
    EXPECT_DOUBLE_EQ(use->cpu_s, 1.25);
    EXPECT_DOUBLE_EQ(use->rss_bytes, 1e6);
    EXPECT_FALSE(server_use_in("nothing here").has_value());
}

TEST(Summary, has_every_field_of_the_contract_and_is_good_only_when_all_went_well) {
    Summary summary;
    summary.transport = net::TransportKind::websocket;
    summary.clients = summary.connected = 2;
    summary.seconds = 10;
    BotCounters from;
    from.ticks_received = 100;
    from.next_tick = 100;
    from.bytes_in = 1000;
    BotCounters to = from;
    to.ticks_received = 695;
    to.next_tick = 700;
    to.bytes_in = 21'000;
    to.sends = {.expected = 300, .received = 285};
    add_span(summary.sum, from, to);
    summary.server = ServerUse{.cpu_s = 0.5, .rss_bytes = 1e7, .overruns = 3};
    const auto json = nlohmann::json::parse(summary.json());
    for (const char* name :
         {"transport", "clients", "connected", "failed", "seconds", "ticks_expected", "ticks_received",
          "lost_percent", "datagram_loss_percent", "rtt_ms", "bytes_in_per_client_per_s",
          "bytes_out_per_client_per_s", "wire_bytes_in_per_client_per_s", "wire_bytes_out_per_client_per_s",
          "input_to_confirmed_ms", "overruns", "desyncs", "resyncs", "server"}) {
        EXPECT_TRUE(json.contains(name)) << name;
    }
    EXPECT_EQ(json["transport"], "websocket");
    EXPECT_EQ(json["ticks_expected"], 600);
    EXPECT_EQ(json["ticks_received"], 595);
    EXPECT_DOUBLE_EQ(json["lost_percent"], 0.833);
    EXPECT_DOUBLE_EQ(json["datagram_loss_percent"], 5);
    EXPECT_EQ(json["bytes_in_per_client_per_s"], 1000);
    EXPECT_EQ(json["overruns"], 3);
    EXPECT_EQ(json["server"]["cpu_s"], 0.5);
    EXPECT_EQ(summary.json().find('\n'), std::string::npos);
    EXPECT_TRUE(summary.is_good());
    summary.sum.desyncs = 1;
    EXPECT_FALSE(summary.is_good());
    summary.sum.desyncs = 0;
    summary.failed = 1;
    EXPECT_FALSE(summary.is_good());
}

}  // namespace
}  // namespace gs::bots
