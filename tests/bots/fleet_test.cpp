// Whole runs of bots against the whole server, in this process, on real sockets of the loopback interface.
// The server runs in a thread of its own, as it does in its program. Nothing waits for time but the runs
// themselves.
#include "tools/bots/fleet.h"

#include "server/app/compose.h"
#include "server/app/modules.h"
#include "server/app/test_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class FleetTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_.write("web/manifest.json", R"({
            "src/main.ts": {"file": "assets/main-a1.js", "isEntry": true},
            "src/styles/main.css": {"file": "assets/main-c3.css", "isEntry": true},
            "src/styles/room_page.css": {"file": "assets/room_page-r5.css", "isEntry": true},
            "src/styles/echo.css": {"file": "assets/echo-c4.css", "isEntry": true},
            "src/images/icon.svg": {"file": "assets/icon-d4.svg"}})");
        app::App::Options options;
        options.config.http = app::ListenAddress::localhost(0);
        options.config.quic = app::ListenAddress::localhost(0);
        options.config.data = folder_.path() / "data";
        options.config.ring = folder_.path() / "ring";
        options.config.assets = folder_.path() / "web";
        auto started = app::App::start(options, log_);
        ASSERT_TRUE(started.has_value()) << started.error().message;
        app_ = std::move(*started);
        server_ = std::thread([this] { app_->run(); });
    }
    void TearDown() override { stop_server(); }
    void stop_server() {
        if (!app_) return;
        // Twice: at once.
        app_->drain();
        app_->drain();
        server_.join();
        app_.reset();
    }

    [[nodiscard]] Options options(net::TransportKind transport) const {
        Options options;
        options.url = *parse_url("http://localhost:" + std::to_string(app_->http_port()), {"http"});
        options.module = app::modules().front();
        options.transport = transport;
        options.duration = seconds(4);
        return options;
    }

    /// A new room's id.
    [[nodiscard]] std::string room_with_seats(int seats, int public_delay_s = 0) const {
        Loop loop(
            {.clock = [] { return net::Instant(std::chrono::steady_clock::now().time_since_epoch()); }});
        const Url url = options(net::TransportKind::websocket).url;
        std::string id;
        const HttpRequest request(
            loop,
            {.addresses = *resolve(url),
             .authority = url.authority(),
             .origin = {},
             .method = "POST",
             .path = "/api/v1/rooms",
             .body = nlohmann::json{{"game", "plaza"}, {"seats", seats}, {"public_delay_s", public_delay_s}}
                         .dump()},
            [&id](const std::expected<HttpAnswer, std::string>& answer, const net::Address&) {
                id = answer ? nlohmann::json::parse(answer->body).value("id", "none") : answer.error();
            });
        loop.run_until([&id] { return !id.empty(); });
        return id;
    }
    /// The run's summary; what it said is in lines_.
    std::expected<Summary, std::string> run(
        const Options& options, const std::function<bool()>& stop = [] { return false; }) {
        Fleet fleet(
            options,
            {.clock = [] { return net::Instant(std::chrono::steady_clock::now().time_since_epoch()); },
             .progress = [this](const std::string& line) { lines_.push_back(line); },
             .stop = stop});
        return fleet.run();
    }
    static void expect_good(const std::expected<Summary, std::string>& summary, std::size_t clients) {
        ASSERT_TRUE(summary.has_value()) << summary.error();
        EXPECT_TRUE(summary->is_good()) << summary->json();
        EXPECT_EQ(summary->connected, clients);
        EXPECT_EQ(summary->sum.desyncs, 0);
        // 4 s of 60 Hz, on a machine that may be busy.
        EXPECT_GT(summary->sum.ticks_received, static_cast<double>(clients) * 150) << summary->json();
        EXPECT_EQ(summary->sum.ticks_received, summary->sum.next_tick) << summary->json();
        EXPECT_GE(summary->sum.hashes_checked, static_cast<double>(clients) * 2) << summary->json();
        EXPECT_GT(summary->inputs_confirmed, 0u) << summary->json();
        EXPECT_GT(summary->rtt_p50_ms, 0) << summary->json();
    }

    app::TestFolder folder_;
    std::ostringstream log_text_;
    app::Log log_{app::LogLevel::info, app::LogFormat::text, log_text_};
    std::unique_ptr<app::App> app_;
    std::thread server_;
    std::vector<std::string> lines_;
};

TEST_F(FleetTest, four_play_and_two_watch_over_webtransport) {
    Options wish = options(net::TransportKind::webtransport);
    wish.spectators = 2;
    const auto summary = run(wish);
    expect_good(summary, 6);
    ASSERT_TRUE(summary->server.has_value()) << "a server of this machine shows its metrics";
    EXPECT_GT(summary->server->rss_bytes, 1e6);
    EXPECT_THAT(lines_, testing::Contains(HasSubstr("playing: 6 of 6 in, 0 failed")));
}

TEST_F(FleetTest, four_play_and_two_watch_over_websocket) {
    Options wish = options(net::TransportKind::websocket);
    wish.spectators = 2;
    expect_good(run(wish), 6);
}

TEST_F(FleetTest, who_watches_late_fetches_the_match_and_finds_every_hash_equal) {
    for (const net::TransportKind kind : {net::TransportKind::webtransport, net::TransportKind::websocket}) {
        Options wish = options(kind);
        wish.room = room_with_seats(4, 1);
        wish.spectators = 3;
        wish.simulated_every = 3;
        wish.duration = seconds(7);
        const auto summary = run(wish);
        ASSERT_TRUE(summary.has_value()) << summary.error();
        EXPECT_TRUE(summary->is_good()) << summary->json();
        // Four who play see every tick; each of the others got a chunk at least.
        const double late_ticks = summary->sum.ticks_received - 4 * 60 * summary->seconds;
        EXPECT_GT(late_ticks, 3 * 120 - 60) << summary->json();
    }
}

TEST_F(FleetTest, a_bad_network_costs_time_and_never_a_hash) {
    for (const net::TransportKind kind : {net::TransportKind::webtransport, net::TransportKind::websocket}) {
        Options wish = options(kind);
        wish.conditions = {.loss_percent = 10,
                           .latency = milliseconds(40),
                           .jitter = milliseconds(20),
                           .duplicate_percent = 5};
        const auto summary = run(wish);
        ASSERT_TRUE(summary.has_value()) << summary.error();
        EXPECT_TRUE(summary->is_good()) << summary->json();
        EXPECT_GE(summary->rtt_p50_ms, 80);
        EXPECT_GT(summary->sum.hashes_checked, 4) << summary->json();
        if (kind == net::TransportKind::webtransport) {
            EXPECT_GT(summary->json().find("datagram_loss_percent\":"), 0u);
            EXPECT_LT(summary->sum.sends.received, summary->sum.sends.expected);
        }
    }
}

TEST_F(FleetTest, several_rooms_are_made_and_one_can_be_named) {
    Options wish = options(net::TransportKind::webtransport);
    wish.rooms = 3;
    wish.players = 2;
    wish.duration = seconds(1);
    const auto first = run(wish);
    ASSERT_TRUE(first.has_value()) << first.error();
    EXPECT_EQ(first->connected, 6u);

    wish.rooms = 1;
    wish.room = "zzzzzzzzzzzz";
    const auto nowhere = run(wish);
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_THAT(nowhere.error(), HasSubstr("/api/v1/rooms/zzzzzzzzzzzz answers 404"));
}

TEST_F(FleetTest, a_room_that_is_full_refuses_with_words_and_the_run_is_not_good) {
    Options wish = options(net::TransportKind::websocket);
    wish.room = room_with_seats(2);
    wish.duration = seconds(1);
    const auto summary = run(wish);
    ASSERT_TRUE(summary.has_value()) << summary.error();
    EXPECT_EQ(summary->connected, 2u);
    EXPECT_EQ(summary->failed, 2u);
    EXPECT_FALSE(summary->is_good());
    EXPECT_THAT(lines_, testing::Contains(HasSubstr("2 × refused: full")));
}

TEST_F(FleetTest, a_server_that_goes_fails_all_and_the_run_ends) {
    bool stopping = false;
    const auto summary = run(options(net::TransportKind::webtransport), [&] {
        const bool playing = std::ranges::any_of(
            lines_, [](const std::string& line) { return line.contains("playing: 4 of 4 in"); });
        if (playing && !std::exchange(stopping, true)) stop_server();
        return false;
    });
    ASSERT_TRUE(summary.has_value()) << summary.error();
    EXPECT_EQ(summary->failed, 4u);
    EXPECT_LT(summary->seconds, 4);
    EXPECT_THAT(lines_, testing::Contains(HasSubstr("4 × ")));
}

TEST_F(FleetTest, no_server_is_said_in_words) {
    const Options wish = options(net::TransportKind::webtransport);
    stop_server();
    const auto summary = run(wish);
    ASSERT_FALSE(summary.has_value());
    EXPECT_THAT(summary.error(), HasSubstr("cannot be reached"));
}

}  // namespace
}  // namespace gs::bots
