#include "server/net/memory_session.h"

#include "server/net/session_conformance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gs::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class MemoryRig final : public SessionRig {
  public:
    explicit MemoryRig(const MemoryLinkOptions& options) : link_(options, Instant{}) {
        link_.server()->set_handler(handler_);
        link_.client()->set_handler(client_);
    }
    Session* session() override { return link_.server(); }
    void client_sends_datagram(std::string_view payload) override {
        link_.client()->send_datagram({}, bytes_of(payload));
    }
    void client_sends_message(std::string_view text) override {
        EXPECT_TRUE(link_.client()->send_message(text).has_value());
    }
    void client_sends_transfer(std::string_view bytes) override {
        EXPECT_TRUE(link_.client()->send_transfer(share(bytes_of(bytes))).has_value());
    }
    void client_reads(Session::Receiving receiving) override { link_.client()->set_receiving(receiving); }
    void client_closes(std::uint32_t code, std::string_view reason) override {
        link_.client()->close(code, reason);
    }
    void client_vanishes() override { link_.pull_cable(); }
    bool run_until(const std::function<bool()>& done) override {
        while (!done()) {
            const Instant next = link_.next_event();
            if (next == never) return done();
            link_.advance(next);
        }
        return true;
    }

  private:
    MemoryLink link_;
};

std::unique_ptr<SessionRig> plain_rig() { return std::make_unique<MemoryRig>(MemoryLinkOptions{}); }

MemoryLinkOptions bad_network() {
    const LinkConditions bad{.delay = milliseconds(40),
                             .jitter = milliseconds(30),
                             .loss_permille = 100,
                             .duplicate_permille = 50,
                             .bytes_per_s = 400'000};
    return {.seed = 11, .to_server = bad, .to_client = bad};
}

std::unique_ptr<SessionRig> bad_rig() { return std::make_unique<MemoryRig>(bad_network()); }

INSTANTIATE_TEST_SUITE_P(Memory, SessionConformance,
                         testing::Values(RigMaker{"plain", plain_rig}, RigMaker{"bad_network", bad_rig}),
                         [](const auto& info) { return std::string(info.param.name); });

/// Writes down each event with its time, and answers some, so that both directions carry everything.
class LoggingHandler final : public SessionHandler {
  public:
    LoggingHandler(std::string name, const Instant& now, std::uint64_t& hash)
        : name_(std::move(name)), now_(now), hash_(hash) {}

    void on_datagram(Session& session, ByteView payload) override {
        note("datagram", payload);
        if (!payload.empty() && payload[0] == std::byte{'?'}) session.send_datagram(bytes_of("!"), payload);
    }
    void on_message(Session& session, std::string_view text) override {
        note("message", bytes_of(text));
        if (text.starts_with('?')) EXPECT_TRUE(session.send_message("answer").has_value());
    }
    void on_transfer(Session&, std::uint32_t transfer_id, ByteView bytes, TransferPart part) override {
        note("transfer" + std::to_string(transfer_id) + std::to_string(static_cast<int>(part)), bytes);
    }
    void on_writable(Session&) override { note("writable", {}); }
    void on_closed(Session&, const CloseInfo& info) override {
        note("closed" + std::to_string(static_cast<int>(info.by)), bytes_of(info.reason));
    }

    std::size_t events = 0;

  private:
    void note(const std::string& what, ByteView bytes) {
        ++events;
        mix(name_);
        mix(what);
        mix(std::to_string(now_.time_since_epoch().count()));
        mix(text_of(bytes));
    }
    void mix(std::string_view text) {
        for (const char c : text) {
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        }
    }

    std::string name_;
    const Instant& now_;
    std::uint64_t& hash_;
};

std::uint64_t hash_of_a_busy_visit(std::uint64_t seed) {
    MemoryLinkOptions options = bad_network();
    options.seed = seed;
    Instant now{};
    std::uint64_t hash = 0xcbf29ce484222325;
    LoggingHandler client("client", now, hash);
    LoggingHandler server("server", now, hash);
    MemoryLink link(options, now);
    link.client()->set_handler(client);
    link.server()->set_handler(server);
    const SharedBytes keyframe = share(bytes_of(std::string(30'000, 'k')));
    for (int tick = 0; tick < 300; ++tick) {
        link.client()->send_datagram(bytes_of("?"), bytes_of(std::to_string(tick)));
        link.server()->send_datagram(bytes_of(std::to_string(tick)), bytes_of(std::string(200, 't')));
        if (tick % 20 == 0) EXPECT_TRUE(link.client()->send_message("? chat").has_value());
        if (tick % 60 == 0) EXPECT_TRUE(link.server()->send_transfer(keyframe).has_value());
        now += milliseconds(16);
        link.advance(now);
    }
    link.client()->close(5, "done");
    while (link.next_event() != never) {
        now = link.next_event();
        link.advance(now);
    }
    EXPECT_GT(client.events + server.events, 700u);
    return hash;
}

TEST(MemoryLink, repeats_every_event_with_the_seed) {
    EXPECT_EQ(hash_of_a_busy_visit(1), hash_of_a_busy_visit(1));
    EXPECT_NE(hash_of_a_busy_visit(1), hash_of_a_busy_visit(2));
}

struct Visit {
    explicit Visit(const MemoryLinkOptions& options) : link(options, Instant{}) {
        link.client()->set_handler(client);
        link.server()->set_handler(server);
    }
    void run(Duration duration) {
        now += duration;
        link.advance(now);
    }
    RecordingHandler client;
    RecordingHandler server;
    Instant now{};
    MemoryLink link;
};

TEST(MemoryLink, loses_datagrams_at_the_given_rate_and_direction) {
    Visit visit({.to_server = {.loss_permille = 300}});
    for (int i = 0; i < 2000; ++i) {
        visit.link.client()->send_datagram({}, bytes_of("up"));
        visit.link.server()->send_datagram({}, bytes_of("down"));
        visit.run(milliseconds(1));
    }
    visit.run(seconds(1));
    EXPECT_EQ(visit.client.datagrams.size(), 2000u);
    EXPECT_GT(visit.server.datagrams.size(), 1300u);
    EXPECT_LT(visit.server.datagrams.size(), 1500u);
}

TEST(MemoryLink, doubles_and_reorders_datagrams) {
    Visit visit({.to_client = {.jitter = milliseconds(50), .duplicate_permille = 200}});
    for (int i = 0; i < 1000; ++i) {
        visit.link.server()->send_datagram({}, bytes_of(std::to_string(10'000 + i)));
        visit.run(milliseconds(1));
    }
    visit.run(seconds(1));
    EXPECT_GT(visit.client.datagrams.size(), 1100u);
    EXPECT_LT(visit.client.datagrams.size(), 1300u);
    EXPECT_FALSE(std::is_sorted(visit.client.datagrams.begin(), visit.client.datagrams.end()));
    const std::set<std::string> different(visit.client.datagrams.begin(), visit.client.datagrams.end());
    EXPECT_EQ(different.size(), 1000u);
}

TEST(MemoryLink, delivers_after_the_delay_and_not_before) {
    Visit visit({.to_client = {.delay = milliseconds(70)}});
    visit.link.server()->send_datagram({}, bytes_of("x"));
    visit.run(milliseconds(69));
    EXPECT_TRUE(visit.client.datagrams.empty());
    visit.run(milliseconds(1));
    EXPECT_EQ(visit.client.datagrams.size(), 1u);
}

TEST(MemoryLink, a_lost_packet_stalls_its_stream_and_not_the_datagrams) {
    Visit visit({.to_client = {.loss_permille = 1000, .retransmission = milliseconds(100)}});
    ASSERT_TRUE(visit.link.server()->send_message("late").has_value());
    visit.link.client()->send_datagram({}, bytes_of("through"));
    visit.run(milliseconds(900));
    EXPECT_TRUE(visit.client.messages.empty());
    EXPECT_EQ(visit.server.datagrams.size(), 1u);
    visit.run(milliseconds(200));
    EXPECT_EQ(visit.client.messages.size(), 1u);
}

TEST(MemoryLink, a_narrow_path_holds_one_datagram_and_keeps_the_newest) {
    Visit visit({.to_client = {.bytes_per_s = 10'000}});
    const std::string body(100, 'b');
    std::vector<DatagramResult> results;
    for (int i = 0; i < 5; ++i) {
        results.push_back(visit.link.server()->send_datagram(bytes_of(std::to_string(i)), bytes_of(body)));
    }
    EXPECT_EQ(results.front(), DatagramResult::sent);
    EXPECT_EQ(results.back(), DatagramResult::held);
    visit.run(seconds(1));
    EXPECT_EQ(visit.client.datagrams, (std::vector<std::string>{"0" + body, "4" + body}));
    EXPECT_EQ(visit.link.server()->stats().datagrams_replaced, 3u);
    EXPECT_EQ(visit.link.server()->stats().datagrams_sent, 2u);
}

TEST(MemoryLink, carries_no_more_than_its_byte_rate) {
    Visit visit({.to_client = {.bytes_per_s = 100'000}});
    ASSERT_TRUE(visit.link.server()->send_transfer(share(bytes_of(std::string(200'000, 'x')))).has_value());
    visit.run(seconds(1));
    EXPECT_GT(visit.link.client()->stats().bytes_received, 90'000u);
    EXPECT_LE(visit.link.client()->stats().bytes_received, 102'000u);
    visit.run(seconds(2));
    EXPECT_EQ(visit.client.transfers.size(), 1u);
}

TEST(MemoryLink, takes_at_most_sixteen_transfers_at_once) {
    Visit visit({});
    visit.link.client()->set_receiving(Session::Receiving::paused);
    const SharedBytes small = share(bytes_of(std::string(70'000, 's')));
    std::size_t accepted = 0;
    while (visit.link.server()->send_transfer(small).has_value()) {
        ++accepted;
    }
    visit.run(seconds(1));
    EXPECT_LE(visit.link.server()->stats().send_queue_bytes, wire::send_queue_bytes_max + 70'000);
    EXPECT_GE(accepted, wire::transfers_max);
    visit.link.client()->set_receiving(Session::Receiving::open);
    visit.run(seconds(1));
    EXPECT_EQ(visit.client.transfers.size(), accepted);
    EXPECT_EQ(visit.server.writable, 1);
}

TEST(MemoryLink, a_pulled_cable_times_both_ends_out_even_while_closing) {
    Visit visit({.timeout = seconds(10)});
    visit.link.pull_cable();
    visit.link.client()->close(1, "nobody hears it");
    visit.link.server()->send_datagram({}, bytes_of("lost"));
    visit.run(milliseconds(9'999));
    EXPECT_TRUE(visit.client.closes.empty());
    EXPECT_TRUE(visit.server.closes.empty());
    visit.run(milliseconds(1));
    ASSERT_EQ(visit.client.closes.size(), 1u);
    ASSERT_EQ(visit.server.closes.size(), 1u);
    EXPECT_EQ(visit.server.closes[0].by, CloseInfo::By::timeout);
    EXPECT_EQ(visit.link.client(), nullptr);
    EXPECT_EQ(visit.link.server(), nullptr);
    EXPECT_TRUE(visit.client.datagrams.empty());
}

TEST(MemoryLink, closing_from_both_sides_at_once_ends_each_once) {
    Visit visit({});
    visit.link.client()->close(1, "me");
    visit.link.server()->close(2, "no, me");
    visit.run(seconds(60));
    ASSERT_EQ(visit.client.closes.size(), 1u);
    ASSERT_EQ(visit.server.closes.size(), 1u);
    EXPECT_EQ(visit.client.closes[0].by, CloseInfo::By::us);
    EXPECT_EQ(visit.server.closes[0].by, CloseInfo::By::us);
}

TEST(MemoryLink, a_close_aborts_the_transfers_that_have_begun) {
    Visit visit({.to_client = {.bytes_per_s = 100'000}});
    ASSERT_TRUE(visit.link.server()->send_transfer(share(bytes_of(std::string(200'000, 'x')))).has_value());
    visit.run(seconds(1));
    EXPECT_EQ(visit.client.open_transfers.size(), 1u);
    visit.link.server()->close(0, "");
    visit.run(seconds(1));
    EXPECT_EQ(visit.client.aborted, 1);
    EXPECT_TRUE(visit.client.transfers.empty());
    EXPECT_EQ(visit.client.closes.size(), 1u);
}

TEST(MemoryLink, a_client_that_reads_nothing_is_told_the_close_all_the_same) {
    Visit visit({.linger = seconds(1)});
    visit.link.client()->set_receiving(Session::Receiving::paused);
    while (visit.link.server()->send_message(std::string(60'000, 'm')).has_value()) {
    }
    visit.link.server()->close(3, "too slow");
    visit.run(seconds(2));
    ASSERT_EQ(visit.client.closes.size(), 1u);
    EXPECT_EQ(visit.client.closes[0].reason, "too slow");
    EXPECT_EQ(visit.server.closes.size(), 1u);
}

TEST(MemoryLink, treats_a_clock_that_steps_back_as_standing_still) {
    Visit visit({.to_client = {.delay = milliseconds(10)}});
    visit.run(seconds(5));
    visit.link.server()->send_datagram({}, bytes_of("x"));
    visit.link.advance(Instant{});
    EXPECT_TRUE(visit.client.datagrams.empty());
    visit.run(milliseconds(10));
    EXPECT_EQ(visit.client.datagrams.size(), 1u);
}

TEST(MemoryLink, going_away_ends_open_sessions_with_an_event) {
    RecordingHandler client;
    RecordingHandler server;
    {
        MemoryLink link({}, Instant{});
        link.client()->set_handler(client);
        link.server()->set_handler(server);
    }
    ASSERT_EQ(client.closes.size(), 1u);
    ASSERT_EQ(server.closes.size(), 1u);
    EXPECT_EQ(server.closes[0].by, CloseInfo::By::transport_error);
}

}  // namespace
}  // namespace gs::net
