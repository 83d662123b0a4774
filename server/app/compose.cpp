#include "server/app/compose.h"

#include "server/app/certificates.h"
#include "server/app/counter_tables.h"
#include "server/app/data_folder.h"
#include "server/app/games.h"
#include "server/app/hostile_watch.h"
#include "server/app/match_keeping.h"
#include "server/app/metrics.h"
#include "server/app/own_hosts.h"
#include "server/app/recording.h"
#include "server/app/sessions.h"
#include "server/app/shard.h"
#include "server/app/site.h"
#include "server/app/version.h"
#include "server/app/world.h"
#include "server/http/server.h"
#include "server/net/close_codes.h"
#include "server/net/origin_policy.h"
#include "server/pages/pages.h"
#include "server/quic/lane_acceptor.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

namespace gs::app {
namespace {

net::PerAddressLimit per_address_limit(const Config& config) {
    return config.loopback_exempt ? net::PerAddressLimit::exempts_loopback : net::PerAddressLimit::counts_all;
}

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view going_away_words = "The server is stopping; come back in a moment";

Failure failed(ErrorCode code, std::string message) { return {.code = code, .message = std::move(message)}; }

http::CertificateKind kind_of(const Certificates& certificates) {
    return certificates.is_development() ? http::CertificateKind::development : http::CertificateKind::real;
}

Failure udp_failure(const Error& error, const Config& config) {
    const std::string where = "UDP " + config.quic.to_string();
    if (error.code == ErrorCode::in_use) {
        return failed(error.code, where +
                                      " is taken: another program listens there. Stop it, or choose another "
                                      "port with --quic");
    }
    if (error.code == ErrorCode::refused) {
        return failed(error.code, where +
                                      " may not be used: ports below 1024 need special rights. Choose "
                                      "another with --quic");
    }
    return failed(error.code, where + " cannot be listened on (" + error.context + "): " +
                                  system_words(error.system) + ". Choose another address with --quic");
}

}  // namespace

struct App::Parts {
    Parts(Options app_options, Log& app_log)
        : config(std::move(app_options.config)),
          program_folder(std::move(app_options.program_folder)),
          wall_clock(std::move(app_options.wall_clock)),
          log(app_log),
          sessions(app_log),
          shard(std::move(app_options.clock)) {}

    [[nodiscard]] std::expected<void, Failure> open();
    [[nodiscard]] std::expected<void, Failure> open_world();
    [[nodiscard]] std::expected<void, Failure> open_quic();
    [[nodiscard]] std::expected<void, Failure> open_site();
    [[nodiscard]] std::expected<void, Failure> open_http();
    void set_origins(std::uint16_t http_port);
    void add_metrics();
    void add_jobs();

    [[nodiscard]] http::Options http_options();
    [[nodiscard]] std::uint64_t people();
    [[nodiscard]] std::optional<WebTransportFacts> webtransport_facts();
    void on_answered(const http::Request& request, int status);
    void take_certificate(std::expected<Certificates::Change, Failure> change);
    void drain();
    void stop_when_drained();

    Config config;
    std::filesystem::path program_folder;
    WallClock wall_clock;
    Log& log;
    LimitedLog limited{log, {}};
    HostileWatch watch{limited};
    Metrics metrics;
    std::vector<std::string> hosts = own_hosts();
    net::OriginPolicy origins;
    std::optional<DataFolder> data;
    std::optional<Certificates> certificates;
    std::optional<pages::Pages> pages;
    std::unique_ptr<Recording> recording;  // before the world, which records
    std::unique_ptr<MatchKeeping> keeping;
    std::optional<World> world;  // before the shard, whose sessions it handles
    Sessions sessions;
    quic::LaneAcceptor lanes{sessions, {.echo_path = std::string(webtransport_echo_path)}};
    Shard shard;
    std::optional<Site> site;
    std::filesystem::path assets;
    std::unique_ptr<http::Server> server;
    std::uint16_t public_quic_port = 0;
    std::string url;
    net::Instant started_at;
    bool draining = false;
    bool http_idle = false;
};

// ---- Start

std::expected<void, Failure> App::Parts::open() {
    started_at = shard.now();
    auto folder = DataFolder::open(config.data);
    if (!folder) return std::unexpected(std::move(folder.error()));
    data = std::move(*folder);
    if (!config.quic_off || config.http_tls() != HttpTls::plain) {
        auto loaded = Certificates::load({.cert = config.tls_cert, .key = config.tls_key, .names = hosts},
                                         *data, wall_clock());
        if (!loaded) return std::unexpected(std::move(loaded.error()));
        certificates = std::move(*loaded);
    }
    // The site first: it fails without having opened a port.
    for (const auto step : {&Parts::open_site, &Parts::open_world, &Parts::open_quic, &Parts::open_http}) {
        if (auto done = (this->*step)(); !done) return done;
    }
    url = public_url(config, server->addresses().front().port(), hosts);
    add_metrics();
    add_jobs();
    return {};
}

void App::Parts::set_origins(std::uint16_t http_port) {
    std::vector<std::string> allowed =
        config.origins.empty() ? default_origins(config, http_port, hosts) : config.origins;
    if (!config.dev_assets.empty()) {
        for (std::string& origin : dev_origins(config.dev_assets))
            allowed.push_back(std::move(origin));
    }
    origins = net::OriginPolicy(std::move(allowed));
    if (config.origins.empty() && config.port_from_platform) {
        log.warning(
            "browsers will be refused: behind a platform the public address must be named with "
            "--origin or GRANDSTAND_ORIGIN");
    }
}

std::expected<void, Failure> App::Parts::open_site() {
    pages::Options from;
    if (config.dev_assets.empty()) {
        auto found = find_assets(config, program_folder);
        if (!found) return std::unexpected(std::move(found.error()));
        assets = from.web_root = std::move(*found);
    } else {
        from.assets = pages::Options::Assets::dev_server;
    }
    auto loaded = pages::Pages::load(from);
    if (!loaded) {
        return std::unexpected(
            failed(loaded.error().code, assets.string() + ": " + std::string(loaded.error().context)));
    }
    pages = std::move(*loaded);
    const auto access =
        config.metrics_public ? Site::MetricsAccess::everyone : Site::MetricsAccess::this_machine;
    site.emplace(*pages, metrics,
                 Site::Facts{.webtransport = [this] { return webtransport_facts(); },
                             .is_ready = [this] { return !draining; }},
                 Site::Options{.metrics_access = access, .dev_assets = config.dev_assets});
    return {};
}

std::expected<void, Failure> App::Parts::open_world() {
    pages::GameModules modules;
    if (!config.dev_assets.empty()) {
        for (const rooms::GameEntry& game : games({})) {
            const std::string_view id = game.module->info->id;
            modules.emplace(id, pages::dev_server_module(id));
        }
    } else if (auto built = pages::read_game_modules(assets)) {
        modules = std::move(*built);
    } else {
        log.warning("browsers cannot play", {{"folder", assets.string()}, {"why", built.error().context}});
    }
    auto guest_key = data->read_or_create_key("guest.key");
    if (!guest_key) return std::unexpected(std::move(guest_key.error()));
    if (config.recording) {
        recording = Recording::open({.data = data->path(), .ring = config.ring, .clock = shard.clock()}, log);
    } else {
        log.warning("matches are not recorded: they end with the server");
    }
    auto opened = MatchKeeping::open(
        *data,
        {.limits = {.bytes_max = config.replays_bytes_max, .days_max = config.replays_days_max},
         .clock = [] { return ShardClock().now(); },
         .unix_s = static_cast<std::uint64_t>(std::max<std::int64_t>(wall_clock(), 0))},
        log);
    if (!opened) return std::unexpected(std::move(opened.error()));
    keeping = std::move(*opened);
    world.emplace(World::Options{.games = games(modules),
                                 .guest_key = *guest_key,
                                 .per_address_limit = per_address_limit(config),
                                 .people = [this] { return people(); },
                                 .recorder = recording ? &recording->recorder() : nullptr,
                                 .assets = assets},
                  World::Surroundings{.shard = shard,
                                      .wall_clock = wall_clock,
                                      .data = *data,
                                      .pages = *pages,
                                      .log = log,
                                      .keeping = *keeping});
    sessions.set_visits(world->visits());
    if (recording) recording->bring_back(*world);
    world->start();
    return {};
}

std::expected<void, Failure> App::Parts::open_quic() {
    if (config.quic_off) return {};
    auto port = quic::UdpPort::open(bindable(config.quic.addresses()));
    if (!port) return std::unexpected(udp_failure(port.error(), config));
    auto reset_key = data->read_or_create_key("reset.key");
    if (!reset_key) return std::unexpected(std::move(reset_key.error()));
    auto token_key = data->read_or_create_key("token.key");
    if (!token_key) return std::unexpected(std::move(token_key.error()));

    quic::Endpoint::Options options;
    options.reset_key = *reset_key;
    options.token_key = *token_key;
    options.connections_max = config.connections_max;
    options.connections_per_address_max = config.connections_per_address_max;
    options.per_address_limit = per_address_limit(config);
    options.http3.acceptor = &lanes;
    options.http3.origins = &origins;
    const std::uint16_t bound = (*port)->addresses().front().port();
    public_quic_port =
        config.quic_public_port != 0 ? static_cast<std::uint16_t>(config.quic_public_port) : bound;
    for (const net::Address& address : (*port)->addresses()) {
        log.info("listening for QUIC", {{"address", address.to_string()}});
    }
    shard.add_quic(std::move(*port), options, certificates->credentials());
    return {};
}

http::Options App::Parts::http_options() {
    http::Options options;
    options.listen = bindable(config.http.addresses());
    options.static_root = assets.string();
    for (const std::string& proxy : config.trusted_proxies) {
        // Already checked when the configuration was read.
        if (auto range = http::AddressRange::parse(proxy)) options.trusted_proxies.push_back(*range);
    }
    options.per_address_limit = per_address_limit(config);
    options.limits.connections = config.connections_max;
    options.limits.connections_per_address = config.connections_per_address_max;
    options.content_security_policy = [this](const http::Request& request) {
        return site->content_security_policy(request);
    };
    options.error_page = [this](int status, std::string_view title, std::string_view detail) {
        return site->error_page(status, title, detail);
    };
    options.wall_clock = [this] { return std::chrono::system_clock::time_point(seconds(wall_clock())); };
    options.on_answered = [this](const http::Request& request, int status) { on_answered(request, status); };
    return options;
}

std::expected<void, Failure> App::Parts::open_http() {
    http::Router router = site->router();
    world->add_routes(router);
    server = std::make_unique<http::Server>(shard.io(), http_options(), std::move(router), sessions);
    if (config.http_tls() != HttpTls::plain) {
        const auto set = server->set_certificate(certificates->pem().chain, certificates->pem().key,
                                                 kind_of(*certificates));
        if (!set) return std::unexpected(failed(set.error().code, set.error().message));
    }
    if (const auto started = server->start(); !started) {
        return std::unexpected(failed(started.error().code, started.error().message));
    }
    // With port 0 the list of origins could not name the port before.
    set_origins(server->addresses().front().port());
    server->set_origins(origins);
    for (const net::Address& address : server->addresses()) {
        log.info("listening for HTTP",
                 {{"address", address.to_string()}, {"tls", config.http_tls() != HttpTls::plain}});
    }
    return {};
}

void App::Parts::add_metrics() {
    metrics.add_gauge("grandstand_info", "The version that runs.", [] { return 1.0; },
                      {{.name = "version", .value = std::string(version)}});
    metrics.add_gauge("grandstand_uptime_seconds", "Seconds since the start.",
                      [this] { return std::chrono::duration<double>(shard.now() - started_at).count(); });
    add_process_metrics(metrics);
    add_http_counters(server->counters(), metrics, watch);
    if (const quic::Endpoint* endpoint = shard.endpoint()) {
        add_quic_counters(endpoint->counts(), shard.port()->counts(), metrics, watch);
    }
    world->add_metrics(metrics, watch);
    add_recording_metrics(recording.get(), metrics);
}

void App::Parts::add_jobs() {
    shard.every(seconds(1), [this] { watch.look(shard.now()); });
    if (recording) shard.every(seconds(1), [this] { recording->look(); });
    shard.every(seconds(1), [this] { world->advance(); });
    if (certificates) {
        shard.every(seconds(30), [this] { take_certificate(certificates->refresh(wall_clock())); });
    }
}

// ---- Running

std::uint64_t App::Parts::people() {
    const quic::Endpoint* endpoint = shard.endpoint();
    if (server == nullptr) return 0;
    return server->counters().websockets_open + (endpoint ? endpoint->session_count() : 0);
}

std::optional<WebTransportFacts> App::Parts::webtransport_facts() {
    if (config.quic_off) return std::nullopt;
    WebTransportFacts facts{.port = public_quic_port};
    for (const quic::CertificateHash& hash : certificates->pinned_hashes()) {
        facts.certificate_hashes.push_back(base64(hash.data(), hash.size()));
    }
    return facts;
}

void App::Parts::on_answered(const http::Request& request, int status) {
    log.debug("answered", {{"method", http::name_of(request.method)},
                           {"path", request.path},
                           {"status", status},
                           {"peer", request.peer.host()}});
    const std::string_view origin = request.header("origin");
    if (status == 403 && !origins.allows(origin)) {
        limited.warning("origin", shard.now(),
                        "a page of another site was refused; if it is yours, add its address with --origin",
                        {{"origin", origin}, {"path", request.path}});
    }
}

void App::Parts::take_certificate(std::expected<Certificates::Change, Failure> change) {
    if (!change) {
        log.error("the certificate stays as it was", {{"why", change.error().message}});
        return;
    }
    if (*change == Certificates::Change::none) return;
    if (quic::Endpoint* endpoint = shard.endpoint()) endpoint->set_credentials(certificates->credentials());
    if (config.http_tls() != HttpTls::plain) {
        const auto set = server->set_certificate(certificates->pem().chain, certificates->pem().key,
                                                 kind_of(*certificates));
        if (!set) log.error("HTTPS keeps its certificate", {{"why", set.error().message}});
    }
    log.info("new certificate in use", {{"expires_unix_s", certificates->credentials()->expires_unix_s()}});
}

// ---- End

void App::Parts::drain() {
    if (std::exchange(draining, true)) {
        log.info("stopping at once");
        shard.stop();
        return;
    }
    log.info("draining", {{"seconds_at_most", config.drain_seconds}, {"connections", server->connections()}});
    world->drain();
    if (quic::Endpoint* endpoint = shard.endpoint()) {
        endpoint->drain();
        endpoint->close_sessions(net::close_code::going_away, going_away_words);
        shard.flush();
    }
    server->drain({.close_code = net::close_code::going_away,
                   .close_reason = going_away_words,
                   .on_idle = [this] { http_idle = true; }});
    shard.after(seconds(config.drain_seconds), [this] { shard.stop(); });
    stop_when_drained();
}

void App::Parts::stop_when_drained() {
    const quic::Endpoint* endpoint = shard.endpoint();
    if (http_idle && (endpoint == nullptr || endpoint->connection_count() == 0)) {
        shard.stop();
        return;
    }
    shard.after(milliseconds(20), [this] { stop_when_drained(); });
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

std::expected<std::unique_ptr<App>, Failure> App::start(Options options, Log& log) {
    auto parts = std::make_unique<Parts>(std::move(options), log);
    if (auto opened = parts->open(); !opened) return std::unexpected(std::move(opened.error()));
    return std::unique_ptr<App>(new App(std::move(parts)));
}

const std::string& App::url() const { return parts_->url; }
std::uint16_t App::http_port() const { return parts_->server->addresses().front().port(); }
std::uint16_t App::quic_port() const {
    return parts_->shard.port() == nullptr ? std::uint16_t{0}
                                           : parts_->shard.port()->addresses().front().port();
}

void App::handle_signals() {
    parts_->shard.on_signals({SIGTERM, SIGINT}, [parts = parts_.get()](int) { parts->drain(); });
    parts_->shard.on_signals({SIGHUP}, [this](int) { reload(); });
}

void App::run() {
    parts_->shard.run();
    parts_->server->stop();
    if (quic::Endpoint* endpoint = parts_->shard.endpoint()) {
        endpoint->close_all();
        parts_->shard.flush();
    }
    parts_->shard.finish();
    // Sessions end with the process; rooms come back as they were while they were connected.
    parts_->world->end_recording();
    if (parts_->recording) parts_->recording->stop();
    parts_->log.info("stopped");
}

void App::drain() {
    parts_->shard.post([parts = parts_.get()] { parts->drain(); });
}

void App::reload() {
    parts_->shard.post([parts = parts_.get()] {
        if (parts->certificates) parts->take_certificate(parts->certificates->reload(parts->wall_clock()));
    });
}

std::expected<std::filesystem::path, Failure> find_assets(const Config& config,
                                                          const std::filesystem::path& program_folder) {
    if (!config.assets.empty()) return config.assets;
    // Beside build/release/grandstand, in an installation under one prefix, and in an unpacked archive.
    for (const char* place : {"../web", "../share/grandstand/web", "web"}) {
        std::filesystem::path folder = (program_folder / place).lexically_normal();
        std::error_code error;
        if (std::filesystem::exists(folder / "manifest.json", error)) return folder;
    }
    return std::unexpected(
        failed(ErrorCode::not_found,
               "the built pages were not found beside the program in " + program_folder.string() +
                   ". Build them with ./gs build release, or name their folder with --assets"));
}

}  // namespace gs::app
