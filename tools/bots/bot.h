// Bot: one visitor: gets a ticket, dials, enters a room as a player or a spectator, simulates the game with
// the netcode of the browser's client and compares every hash in the log, moves around, and measures. Owned
// by a Fleet, on the loop's thread. It comes once: who loses the connection has failed.
#pragma once

#include "core/client/client.h"
#include "server/net/session.h"
#include "tools/bots/client.h"
#include "tools/bots/hands.h"
#include "tools/bots/histogram.h"
#include "tools/bots/http_request.h"
#include "tools/bots/late_viewer.h"
#include "tools/bots/live_viewer.h"
#include "tools/bots/loop.h"
#include "tools/bots/send_counter.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::bots {

struct EnteredMessage;

enum class BotRole : std::uint8_t { player, spectator };

/// What bots share; outlives them.
struct BotWorld {
    Loop* loop = nullptr;
    Dialer* dialer = nullptr;
    HttpRequest::Ask http;  // addresses, authority, origin
    DialTarget target;      // the seed is each bot's own
    const game::Module* module = nullptr;
    Histogram rtt;
    Histogram input_to_confirmed;
    Histogram rollback_ticks;  // made again after a wrong guess
    bool measuring = false;
};

/// What a bot has counted, of one moment; two of them make a span.
struct BotCounters {
    double ticks_received = 0;
    double ticks_repaired = 0;
    double next_tick = 0;  // ticks before this have been received or skipped
    double hashes_checked = 0;
    double desyncs = 0;
    double resyncs = 0;
    double rollbacks = 0;
    double own_correction_max = 0;  // world units; a bot's largest, not a sum
    std::uint64_t bytes_in = 0;     // payload
    std::uint64_t bytes_out = 0;
    WireCounters wire;
    SendCounter::Counts sends;
};

class Bot final : private ClientEvents, private net::SessionHandler {
  public:
    struct Options {
        BotRole role = BotRole::player;
        std::string room;
        std::uint64_t seed = 1;
        client::Client::Work work = client::Client::Work::confirm;
        bool delayed = false;   // a spectator who wants to watch late
        bool simulates = true;  // a spectator, and compares hashes
    };
    enum class State : std::uint8_t { waiting, joining, joined, failed, gone };

    Bot(BotWorld& world, Options options);

    void join();
    [[nodiscard]] State state() const { return state_; }
    /// Why it has failed.
    [[nodiscard]] const std::string& words() const { return words_; }

    [[nodiscard]] BotCounters counters() const;
    /// From here on losses of datagrams are counted.
    void begin_measuring() { sends_.begin(); }

    /// Gives the seat back and ends the session.
    void leave();
    [[nodiscard]] bool has_session() const { return session_ != nullptr; }

  private:
    // ClientEvents
    net::SessionHandler& on_opened(net::Session& session) override;
    void on_failed(std::string_view words) override;
    // net::SessionHandler
    void on_datagram(net::Session& session, ByteView payload) override;
    void on_message(net::Session& session, std::string_view text) override;
    void on_transfer(net::Session& session, std::uint32_t transfer_id, ByteView bytes,
                     TransferPart part) override;
    void on_writable(net::Session&) override {}
    void on_closed(net::Session& session, const net::CloseInfo& info) override;

    void on_ticket(const std::expected<HttpAnswer, std::string>& answer);
    void enter(const EnteredMessage& entered);
    void enter_late(const EnteredMessage& entered);
    void turn_late();
    void turn_live();
    void turn();
    void send_what_is_due();
    void note_rollback();
    void ask_for_the_start();
    void say(std::string_view text);
    void ping();
    void on_pong(ByteView payload);
    void fail(std::string words);
    [[nodiscard]] netcode::Micros now_us() const;

    BotWorld& world_;
    Options options_;
    State state_ = State::waiting;
    std::string words_;
    std::string ticket_;
    std::unique_ptr<HttpRequest> request_;
    net::Session* session_ = nullptr;
    std::optional<client::Client> client_;  // from entering on: its buffers are the most of a bot
    std::optional<LiveViewer> live_;        // who watches live and simulates nothing
    std::unique_ptr<LateViewer> late_;      // who watches late
    std::map<std::uint32_t, std::vector<std::byte>> transfers_;  // not whole yet; the transport bounds them
    Hands hands_;
    double rollbacks_seen_ = 0;
    SendCounter sends_;
    net::SessionStats last_stats_;
    net::Duration turn_period_;
    net::Instant turn_at_ = {};
    net::Instant ping_at_ = {};
    Timer turn_timer_;
    Timer join_timer_;
    std::unique_ptr<Client> connection_;  // last: its end still calls this
};

}  // namespace gs::bots
