#include "tools/bots/fleet.h"

#include "server/quic/tls.h"
#include "tools/bots/base64.h"
#include "tools/bots/websocket_client.h"
#include "tools/bots/webtransport_client.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// So many joins may be under way: a server on the same machine completes a handshake in a millisecond, and
/// its Retry begins at 200.
constexpr std::size_t joining_max = 100;
/// And so many begin per turn.
constexpr std::size_t joins_per_turn = 4;
/// From this many clients on, packets gather for a moment (Loop::Options::gather).
constexpr std::size_t clients_before_gathering = 64;
constexpr net::Duration gather = std::chrono::microseconds(500);
constexpr net::Duration turn_longest = milliseconds(20);
constexpr net::Duration goodbye_longest = seconds(3);

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto in_seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double in_seconds(net::Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string unexpected_answer(const std::string& path, const HttpAnswer& answer) {
    return path + " answers " + std::to_string(answer.status) + ": " + answer.body.substr(0, 300);
}

}  // namespace

Fleet::Fleet(Options options, Surroundings surroundings)
    : options_(std::move(options)),
      surroundings_(std::move(surroundings)),
      loop_({.clock = surroundings_.clock,
             .gather = options_.clients() >= clients_before_gathering ? gather : net::Duration(0)}),
      delay_line_(loop_) {
    world_.loop = &loop_;
    world_.module = options_.module;
    world_.http.authority = options_.url.authority();
}

Fleet::~Fleet() { bots_.clear(); }

void Fleet::run_until(const std::function<bool()>& done, const char* doing) {
    while (!done() && !surroundings_.stop()) {
        loop_.turn(turn_longest);
        if (loop_.now() - reported_at_ >= seconds(1)) report(doing);
    }
}

// ---- What is asked over HTTP

std::expected<HttpAnswer, std::string> Fleet::ask(std::string method, std::string path, std::string body) {
    HttpRequest::Ask question = world_.http;
    question.method = std::move(method);
    question.path = std::move(path);
    question.body = std::move(body);
    std::optional<Answer> answer;
    const HttpRequest request(loop_, std::move(question), [&](Answer given, const net::Address& by) {
        answer = std::move(given);
        server_ = by;
    });
    // Also when it shall stop: an answer comes, or its patience ends.
    while (!answer)
        loop_.turn(turn_longest);
    return std::move(*answer);
}

std::expected<void, std::string> Fleet::find_transport() {
    auto addresses = resolve(options_.url);
    if (!addresses) return std::unexpected(std::move(addresses.error()));
    world_.http.addresses = std::move(*addresses);
    auto answer = ask("GET", "/api/v1/transport");
    if (!answer) return std::unexpected(std::move(answer.error()));
    if (answer->status != 200) return std::unexpected(unexpected_answer("/api/v1/transport", *answer));
    // The others need not find out again which address answers.
    world_.http.addresses = {server_};
    return open_transport(answer->body);
}

std::expected<void, std::string> Fleet::open_transport(const std::string& text) {
    const auto bad = [] {
        return std::unexpected(std::string("/api/v1/transport is not what was expected"));
    };
    const json facts = json::parse(text, nullptr, false);
    const bool quic = options_.transport == net::TransportKind::webtransport;
    const char* kind = quic ? "webtransport" : "websocket";
    if (!facts.is_object() || !facts.contains(kind)) return bad();
    const json& way = facts[kind];
    if (quic && way.is_null())
        return std::unexpected("the server runs without QUIC; try --transport websocket");
    if (!way.is_object() || !way.contains("url") || !way["url"].is_string()) return bad();
    const auto url = parse_url(way["url"].get<std::string>(), {quic ? "https" : "ws"});
    if (!url) return std::unexpected("the address of the " + std::string(kind) + " is wrong: " + url.error());
    world_.target = {.address = server_,
                     .authority = url->authority(),
                     .server_name = url->server_name(),
                     .path = url->path,
                     .conditions = options_.conditions};
    world_.target.address.set_port(url->port);
    if (!quic) {
        dialer_ = std::make_unique<WebSocketDialer>(loop_, delay_line_);
        world_.dialer = dialer_.get();
        return {};
    }
    quic::ClientTrust trust{.hashes = {}, .host = url->host};
    for (const json& hash : way.value("certificate_hashes", json::array())) {
        const auto bytes = from_base64(hash.is_string() ? hash.get<std::string>() : std::string());
        quic::CertificateHash pinned;
        if (!bytes || bytes->size() != pinned.size()) return bad();
        std::ranges::copy(*bytes, pinned.begin());
        trust.hashes.push_back(pinned);
    }
    WebTransportDialer::Options dialling{
        .credentials = std::make_shared<const quic::ClientCredentials>(std::move(trust))};
    // As browsers do at the pace of a game: each tick datagram is acknowledged on its own.
    dialling.limits.acknowledge_every = 1;
    dialer_ = std::make_unique<WebTransportDialer>(loop_, delay_line_, std::move(dialling));
    world_.dialer = dialer_.get();
    return {};
}

std::expected<void, std::string> Fleet::find_rooms() {
    if (!options_.room.empty()) {
        const std::string path = "/api/v1/rooms/" + options_.room;
        const auto answer = ask("GET", path);
        if (!answer) return std::unexpected(answer.error());
        if (answer->status != 200) return std::unexpected(unexpected_answer(path, *answer));
        rooms_ = {options_.room};
        return {};
    }
    for (std::size_t i = 0; i < options_.rooms && !surroundings_.stop(); ++i) {
        auto room = make_room(i + 1);
        if (!room) return std::unexpected(std::move(room.error()));
        rooms_.push_back(std::move(*room));
    }
    return {};
}

std::expected<std::string, std::string> Fleet::make_room(std::size_t number) {
    json wanted = {{"game", options_.module->info->id}, {"name", "Bots " + std::to_string(number)}};
    // Nobody watches live what is not public at once.
    if (!options_.delayed) wanted["public_delay_s"] = 0;
    const auto answer = ask("POST", "/api/v1/rooms", wanted.dump());
    if (!answer) return std::unexpected("no room: " + answer.error());
    if (answer->status != 201) return std::unexpected(unexpected_answer("/api/v1/rooms", *answer));
    const json room = json::parse(answer->body, nullptr, false);
    if (!room.is_object() || !room.contains("id") || !room["id"].is_string())
        return std::unexpected("the server made a room without an id");
    return room["id"].get<std::string>();
}

std::optional<ServerUse> Fleet::server_use() {
    const auto answer = ask("GET", "/metrics");
    return answer && answer->status == 200 ? server_use_in(answer->body) : std::nullopt;
}

// ---- The run

std::expected<Summary, std::string> Fleet::run() {
    began_at_ = reported_at_ = loop_.now();
    if (auto found = find_transport(); !found) return std::unexpected(std::move(found.error()));
    if (auto found = find_rooms(); !found) return std::unexpected(std::move(found.error()));
    make_bots();
    Summary summary;
    summary.transport = options_.transport;
    summary.clients = options_.clients();
    let_in();
    measure(summary);
    let_go();
    return summary;
}

void Fleet::make_bots() {
    std::uint64_t seed = options_.seed * 1'000'003;
    for (const std::string& room : rooms_) {
        for (std::size_t i = 0; i < options_.players + options_.spectators; ++i) {
            const BotRole role = i < options_.players ? BotRole::player : BotRole::spectator;
            const std::size_t every = options_.simulated_every;
            bots_.push_back(std::make_unique<Bot>(
                world_, Bot::Options{.role = role,
                                     .room = room,
                                     .seed = ++seed,
                                     .work = options_.predict ? client::Client::Work::show
                                                              : client::Client::Work::confirm,
                                     .delayed = options_.delayed,
                                     .simulates = every != 0 && i % every == 0}));
        }
    }
}

std::size_t Fleet::count(Bot::State state) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(bots_, [state](const auto& bot) { return bot->state() == state; }));
}

void Fleet::let_in() {
    run_until(
        [this] {
            const std::size_t joining = count(Bot::State::joining);
            const std::size_t room = joining < joining_max ? joining_max - joining : 0;
            for (std::size_t i = 0; i < std::min(room, joins_per_turn) && let_in_ < bots_.size(); ++i)
                bots_[let_in_++]->join();
            return let_in_ == bots_.size() && count(Bot::State::joining) == 0;
        },
        "joining");
}

void Fleet::measure(Summary& summary) {
    std::vector<BotCounters> before;
    const auto server_before = server_use();
    world_.rtt.clear();
    world_.input_to_confirmed.clear();
    world_.rollback_ticks.clear();
    world_.measuring = true;
    for (const auto& bot : bots_) {
        bot->begin_measuring();
        before.push_back(bot->counters());
    }
    const double cpu_before = cpu_seconds();
    const net::Instant begin = loop_.now();
    const net::Instant end = begin + options_.duration;
    run_until([&] { return loop_.now() >= end || count(Bot::State::joined) == 0; }, "playing");
    world_.measuring = false;
    summary.seconds = in_seconds(loop_.now() - begin);
    summary.own_cpu_s = cpu_seconds() - cpu_before;
    summary.own_rss_bytes = resident_bytes();
    for (std::size_t i = 0; i < bots_.size(); ++i)
        add_span(summary.sum, before[i], bots_[i]->counters());
    summary.connected = count(Bot::State::joined);
    summary.failed = bots_.size() - summary.connected;
    summary.rtt_p50_ms = world_.rtt.percentile_ms(0.5);
    summary.rtt_p99_ms = world_.rtt.percentile_ms(0.99);
    summary.input_p50_ms = world_.input_to_confirmed.percentile_ms(0.5);
    summary.input_p99_ms = world_.input_to_confirmed.percentile_ms(0.99);
    summary.predicted = options_.predict;
    summary.rollback_p50_ticks = world_.rollback_ticks.percentile_ms(0.5);
    summary.rollback_p99_ticks = world_.rollback_ticks.percentile_ms(0.99);
    summary.inputs_confirmed = world_.input_to_confirmed.count();
    tell_failures();
    summary.server = server_use();
    if (summary.server && server_before) {
        summary.server->cpu_s -= server_before->cpu_s;
        summary.server->overruns -= server_before->overruns;
    }
}

void Fleet::let_go() {
    for (const auto& bot : bots_)
        bot->leave();
    const net::Instant end = loop_.now() + goodbye_longest;
    run_until(
        [&] {
            return loop_.now() >= end ||
                   std::ranges::none_of(bots_, [](const auto& bot) { return bot->has_session(); });
        },
        "leaving");
    bots_.clear();
    // The words of goodbye leave with this turn.
    loop_.turn(net::Duration(0));
}

// ---- What is told

void Fleet::report(const char* doing) {
    reported_at_ = loop_.now();
    double desyncs = 0;
    double ticks = 0;
    for (const auto& bot : bots_) {
        const BotCounters counters = bot->counters();
        desyncs += counters.desyncs;
        ticks += counters.ticks_received;
    }
    char line[200];
    std::snprintf(
        line, sizeof line,
        "%4.0f s  %s: %zu of %zu in, %zu failed, %.0f ticks, %.0f desyncs, rtt %.1f ms, input %.0f ms",
        in_seconds(loop_.now() - began_at_), doing, count(Bot::State::joined), options_.clients(),
        count(Bot::State::failed), ticks, desyncs, world_.rtt.percentile_ms(0.5),
        world_.input_to_confirmed.percentile_ms(0.5));
    surroundings_.progress(line);
}

void Fleet::tell_failures() {
    std::map<std::string, std::size_t> causes;
    for (const auto& bot : bots_) {
        if (bot->state() == Bot::State::failed) ++causes[bot->words()];
    }
    for (const auto& [words, times] : causes)
        surroundings_.progress(std::to_string(times) + " × " + words);
}

}  // namespace gs::bots
