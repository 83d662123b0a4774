#include "tools/bots/bot.h"

#include "core/netcode/tick_packet.h"
#include "server/net/close_codes.h"
#include "tools/bots/messages.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <utility>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// From the first byte to playing, with thousands joining at once on a slow machine.
constexpr net::Duration join_patience = seconds(60);
// Spectators only acknowledge, four times a second.
constexpr net::Duration spectator_turn = milliseconds(50);
constexpr net::Duration acknowledge_every = seconds(1);
constexpr net::Duration ping_every = seconds(1);
// Who only fetches says now and then that it is still there.
constexpr net::Duration late_ping_every = seconds(4);
constexpr std::size_t ping_bytes = 1 + 8;

std::string ticket_in(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object()) return {};
    const auto ticket = json.find("ticket");
    return ticket != json.end() && ticket->is_string() ? ticket->get<std::string>() : std::string();
}

std::string words_of(const net::CloseInfo& info) {
    const std::string reason = info.reason.empty() ? "" : ": " + std::string(info.reason);
    switch (info.by) {
        case net::CloseInfo::By::peer:
            return "the server ended the session with code " + std::to_string(info.code) + reason;
        case net::CloseInfo::By::timeout:
            return "the connection timed out";
        default:
            return "the connection broke off" + reason;
    }
}

}  // namespace

Bot::Bot(BotWorld& world, Options options)
    : world_(world),
      options_(std::move(options)),
      hands_(options_.seed),
      turn_period_(options_.role == BotRole::spectator
                       ? spectator_turn
                       : net::Duration(seconds(1)) / world.module->info->tick_rate_hz),
      turn_timer_(*world.loop, [this] { turn(); }),
      join_timer_(*world.loop, [this] { fail("did not get into the room within 60 s"); }) {}

netcode::Micros Bot::now_us() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(world_.loop->now().time_since_epoch())
        .count();
}

// ---- Getting in

void Bot::join() {
    state_ = State::joining;
    join_timer_.set(world_.loop->now() + join_patience);
    HttpRequest::Ask ask = world_.http;
    ask.method = "POST";
    ask.path = "/api/v1/tickets";
    nlohmann::json wish = {{"role", "player"}, {"room", options_.room}};
    if (options_.role == BotRole::spectator) {
        wish["role"] = "spectator";
        wish["class"] = options_.delayed ? "delayed" : "live";
    }
    ask.body = wish.dump();
    request_ = std::make_unique<HttpRequest>(
        *world_.loop, std::move(ask),
        [this](const std::expected<HttpAnswer, std::string>& answer, const net::Address&) {
            on_ticket(answer);
            request_.reset();
        });
}

void Bot::on_ticket(const std::expected<HttpAnswer, std::string>& answer) {
    if (!answer) return fail("no ticket: " + answer.error());
    ticket_ = ticket_in(answer->body);
    if (ticket_.empty()) {
        return fail("no ticket: the server answers " + std::to_string(answer->status) + " " +
                    answer->body.substr(0, 200));
    }
    DialTarget target = world_.target;
    target.seed = options_.seed;
    connection_ = world_.dialer->dial(target, *this);
}

net::SessionHandler& Bot::on_opened(net::Session& session) {
    session_ = &session;
    if (!session.send_message(hello_message(std::exchange(ticket_, {}))))
        fail("the first message was refused");
    return *this;
}

void Bot::on_failed(std::string_view words) { fail(std::string(words)); }

void Bot::on_message(net::Session&, std::string_view text) {
    const DownMessage message = read_message(text);
    if (const auto* entered = std::get_if<EnteredMessage>(&message)) return enter(*entered);
    if (const auto* match = std::get_if<MatchMessage>(&message)) {
        if (late_) late_->enter(match->match);
        return;
    }
    if (const auto* away = std::get_if<TurnedAwayMessage>(&message)) return fail(away->words);
    if (std::holds_alternative<BadMessage>(message)) fail("the server sent a message that is none");
}

void Bot::enter(const EnteredMessage& entered) {
    const game::Info& info = *world_.module->info;
    if (entered.game != info.id || entered.rules_version != info.rules_version) {
        return fail("the server plays " + entered.game + " with rules " +
                    std::to_string(entered.rules_version) + ", this program has " + std::string(info.id) +
                    " with rules " + std::to_string(info.rules_version));
    }
    if ((entered.seat == no_seat) != (options_.role == BotRole::spectator))
        return fail("entered in another role");
    if (entered.is_delayed) return enter_late(entered);
    if (options_.role == BotRole::spectator && !options_.simulates) {
        if (!live_) live_.emplace(*world_.module);
        live_->enter(entered.epoch);
        if (turn_timer_.due() != net::never) return;
        ping_at_ = world_.loop->now() + ping_every * static_cast<int>(options_.seed % 16) / 16;
        turn_timer_.set(world_.loop->now() + acknowledge_every * static_cast<int>(options_.seed % 16) / 16);
        return;
    }
    if (!client_) client_.emplace(*world_.module, options_.work);
    client_->set_hands(client::Client::Hands::computer);
    const net::Duration rtt = session_->stats().rtt;
    if (rtt > net::Duration(0))
        client_->expect_round_trip(std::chrono::duration_cast<std::chrono::microseconds>(rtt).count());
    client_->enter(entered.seat, entered.epoch, now_us());
    if (turn_timer_.due() != net::never) return;
    // Bots that came together do not turn together: their packets spread over the tick.
    turn_at_ = world_.loop->now() + turn_period_ * static_cast<int>(options_.seed % 16) / 16;
    ping_at_ = turn_at_ + ping_every * static_cast<int>(options_.seed % 16) / 16;
    turn_timer_.set(turn_at_);
}

void Bot::enter_late(const EnteredMessage& entered) {
    const bool is_first = late_ == nullptr;
    if (is_first) {
        const LateViewer::Options options{
            .module = world_.module, .simulates = options_.simulates, .seed = options_.seed};
        late_ =
            std::make_unique<LateViewer>(*world_.loop, world_.http.addresses.front(), world_.http.authority,
                                         options, [this](std::string words) { fail(std::move(words)); });
    }
    late_->enter(entered.match);
    if (!is_first) return;
    ping_at_ = world_.loop->now();
    turn_timer_.set(world_.loop->now() + ping_every * static_cast<int>(options_.seed % 16) / 16);
}

// ---- Being there

void Bot::on_datagram(net::Session&, ByteView payload) {
    if (payload.empty()) return;
    if (payload[0] == static_cast<std::byte>(netcode::DatagramType::pong)) return on_pong(payload);
    if (!client_ && !live_) return;
    if (const auto packet = netcode::read_tick_datagram(payload)) {
        sends_.add(packet->head.first + (packet->head.count - 1));
    }
    if (live_) return live_->receive_datagram(payload);
    client_->receive_datagram(payload, now_us());
}

void Bot::on_transfer(net::Session&, std::uint32_t transfer_id, ByteView bytes, TransferPart part) {
    if (part == TransferPart::aborted) {
        transfers_.erase(transfer_id);
        return;
    }
    std::vector<std::byte>& whole = transfers_[transfer_id];
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    if (part != TransferPart::last) return;
    if (client_) client_->receive_transfer(whole, now_us());
    if (live_) live_->receive_transfer(whole);
    transfers_.erase(transfer_id);
    const bool is_there = live_ ? live_->is_watching() : client_ && client_->is_running();
    if (state_ != State::joining || !is_there) return;
    state_ = State::joined;
    join_timer_.set(net::never);
}

void Bot::turn_late() {
    if (state_ == State::joining && late_->is_watching()) {
        state_ = State::joined;
        join_timer_.set(net::never);
    }
    ping();
    turn_timer_.set(world_.loop->now() + (state_ == State::joining ? ping_every : late_ping_every));
}

void Bot::turn_live() {
    if (const ByteView acknowledgement = live_->acknowledgement(); !acknowledgement.empty())
        session_->send_datagram({}, acknowledgement);
    const client::Request request = live_->take_request();
    if (request.kind != client::Request::Kind::none) say(request_message(request));
    if (world_.loop->now() >= ping_at_) ping();
    turn_timer_.set(world_.loop->now() + acknowledge_every);
}

void Bot::turn() {
    if (session_ == nullptr) return;
    if (late_) return turn_late();
    if (live_) return turn_live();
    if (!client_) return;
    if (options_.role == BotRole::player) client_->set_controls(hands_.at(world_.loop->now()));
    client_->turn(now_us());
    note_rollback();
    send_what_is_due();
    if (world_.loop->now() >= ping_at_) ping();
    // A machine that was too slow for a turn leaves it out.
    turn_at_ = std::max(turn_at_ + turn_period_, world_.loop->now());
    turn_timer_.set(turn_at_);
}

void Bot::send_what_is_due() {
    for (ByteView datagram = client_->take_datagram(); !datagram.empty(); datagram = client_->take_datagram())
        session_->send_datagram({}, datagram);
    const client::Request request = client_->take_request();
    if (request.kind != client::Request::Kind::none) say(request_message(request));
}

void Bot::note_rollback() {
    const client::Stats& stats = client_->stats();
    if (stats.rollbacks == rollbacks_seen_) return;
    rollbacks_seen_ = stats.rollbacks;
    if (world_.measuring) world_.rollback_ticks.add(stats.rollback_ticks);
}

/// Whoever is host may; the others are told that they are not, once a second until it has started.
void Bot::ask_for_the_start() {
    const game::Module& module = *world_.module;
    if (module.standing == nullptr || !client_->is_running() || options_.role != BotRole::player) return;
    game::Standing standing;
    module.standing(client_->state().data(), standing);
    if (standing.phase == game::Phase::waiting) say(start_message);
}

/// What finds the queue full is lost: it is asked for again, or of no matter.
void Bot::say(std::string_view text) {
    const auto queued = session_->send_message(text);
    static_cast<void>(queued.has_value());
}

void Bot::ping() {
    ping_at_ = world_.loop->now() + ping_every;
    if (client_) {
        ask_for_the_start();
        for (const float ms : client_->take_input_latencies_ms()) {
            if (world_.measuring) world_.input_to_confirmed.add(ms);
        }
    }
    std::byte bytes[ping_bytes] = {static_cast<std::byte>(netcode::DatagramType::ping)};
    const std::int64_t sent = world_.loop->now().time_since_epoch().count();
    std::memcpy(bytes + 1, &sent, sizeof sent);
    session_->send_datagram({}, ByteView(bytes));
}

void Bot::on_pong(ByteView payload) {
    if (payload.size() < ping_bytes || !world_.measuring) return;
    std::int64_t sent = 0;
    std::memcpy(&sent, payload.data() + 1, sizeof sent);
    world_.rtt.add(static_cast<double>(world_.loop->now().time_since_epoch().count() - sent) / 1e6);
}

BotCounters Bot::counters() const {
    BotCounters counters;
    const net::SessionStats stats = session_ != nullptr ? session_->stats() : last_stats_;
    counters.bytes_in = stats.bytes_received;
    counters.bytes_out = stats.bytes_sent;
    if (connection_) counters.wire = connection_->wire();
    counters.sends = sends_.counts();
    if (late_) {
        const LateViewer::Counters& late = late_->counters();
        counters.ticks_received = late.ticks;
        // None is ever missed: a chunk that is not there is waited for.
        counters.next_tick = late.ticks;
        counters.hashes_checked = late.hashes_checked;
        counters.desyncs = late.differences;
        counters.bytes_in += late_->bytes_in();
        counters.bytes_out += late_->bytes_out();
    }
    if (live_) {
        const LiveViewer::Counters& live = live_->counters();
        counters.ticks_received += live.ticks;
        counters.ticks_repaired += live.ticks_repaired;
        counters.resyncs = live.resyncs;
        if (const auto next = live_->next()) counters.next_tick += next->value;
    }
    if (!client_) return counters;
    const client::Stats& client = client_->stats();
    counters.ticks_received += client.ticks_received;
    counters.ticks_repaired = client.ticks_repaired;
    if (const auto confirmed = client_->confirmed()) counters.next_tick += confirmed->value + 1.0;
    counters.hashes_checked += client.hashes_checked;
    counters.desyncs += client.desyncs;
    counters.resyncs = client.resyncs;
    counters.rollbacks = client.rollbacks;
    counters.own_correction_max = client.own_correction_max;
    return counters;
}

// ---- The end

void Bot::leave() {
    if (session_ == nullptr) {
        connection_.reset();
        request_.reset();
        if (state_ != State::failed) state_ = State::gone;
        return;
    }
    turn_timer_.set(net::never);
    join_timer_.set(net::never);
    if (options_.role == BotRole::player) say(leave_message);
    session_->close(net::close_code::done, "");
    if (state_ == State::joined) state_ = State::gone;
}

void Bot::fail(std::string words) {
    if (state_ == State::failed || state_ == State::gone) return;
    state_ = State::failed;
    words_ = std::move(words);
    turn_timer_.set(net::never);
    join_timer_.set(net::never);
    if (session_ != nullptr) session_->close(net::close_code::done, "");
}

void Bot::on_closed(net::Session& session, const net::CloseInfo& info) {
    last_stats_ = session.stats();
    session_ = nullptr;
    fail(words_of(info));
}

}  // namespace gs::bots
