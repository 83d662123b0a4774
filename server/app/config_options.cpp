#include "server/app/config_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

namespace gs::app {
namespace {

template <typename Enum>
struct Choice {
    std::string_view name;
    Enum value;
};

constexpr std::array log_levels = {
    Choice{"trace", LogLevel::trace},     Choice{"debug", LogLevel::debug}, Choice{"info", LogLevel::info},
    Choice{"warning", LogLevel::warning}, Choice{"error", LogLevel::error},
};
constexpr std::array log_formats = {Choice{"text", LogFormat::text}, Choice{"json", LogFormat::json}};

template <auto member, const auto& choices>
bool read_choice(std::string_view text, Config& config) {
    for (const auto& choice : choices) {
        if (choice.name != text) continue;
        config.*member = choice.value;
        return true;
    }
    return false;
}

template <auto member, const auto& choices>
std::string show_choice(const Config& config) {
    for (const auto& choice : choices) {
        if (choice.value == config.*member) return in_quotes(choice.name);
    }
    return in_quotes("");
}

template <auto member>
bool read_toggle(std::string_view text, Config& config) {
    if (text != "true" && text != "false") return false;
    config.*member = text == "true";
    return true;
}

template <auto member>
std::string show_toggle(const Config& config) {
    return config.*member ? "true" : "false";
}

template <auto member, std::uint64_t least, std::uint64_t most>
bool read_number(std::string_view text, Config& config) {
    std::remove_reference_t<decltype(config.*member)> number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return false;
    if (number < least || number > most) return false;
    config.*member = number;
    return true;
}

template <auto member>
std::string show_number(const Config& config) {
    return std::to_string(config.*member);
}

template <auto member>
bool read_path(std::string_view text, Config& config) {
    // A NUL would end the name early in every system call.
    if (text.empty() || text.find('\0') != std::string_view::npos) return false;
    config.*member = std::filesystem::path(text);
    return true;
}

template <auto member>
std::string show_path(const Config& config) {
    return in_quotes((config.*member).native());
}

template <auto member>
std::string show_list(const Config& config) {
    std::string text = "[";
    for (const std::string& element : config.*member) {
        text += (text.size() > 1 ? ", " : "") + in_quotes(element);
    }
    return text + "]";
}

bool read_http(std::string_view text, Config& config) {
    const auto address = ListenAddress::parse(text);
    if (address) config.http = *address;
    return address.has_value();
}

bool read_quic(std::string_view text, Config& config) {
    config.quic_off = text == "off";
    if (config.quic_off) return true;
    const auto address = ListenAddress::parse(text);
    if (address) config.quic = *address;
    return address.has_value();
}

/// A serialized origin, byte for byte as browsers send it (RFC 6454 section 6.2).
bool is_origin(std::string_view text) {
    const std::string_view scheme = text.starts_with("https://")  ? "https://"
                                    : text.starts_with("http://") ? "http://"
                                                                  : "";
    if (scheme.empty()) return false;
    const std::string_view authority = text.substr(scheme.size());
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = authority.substr(0, colon);
    if (host.empty() || host.size() > 255) return false;
    const bool literal = host.front() == '[';
    if (literal && host.back() != ']') return false;
    for (const char c : host) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!plain && !(literal && (c == ':' || c == '[' || c == ']'))) return false;
    }
    if (colon == std::string_view::npos) return true;
    const std::string_view port = authority.substr(colon + 1);
    const bool digits = !port.empty() && port.size() <= 5 &&
                        std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    // Browsers leave the default port out, so an origin with it would never match.
    return digits && port.front() != '0' && port != (scheme == "https://" ? "443" : "80");
}

bool read_origin(std::string_view text, Config& config) {
    if (!is_origin(text)) return false;
    config.origins.emplace_back(text);
    return true;
}

/// "192.0.2.7", "2001:db8::1", or a network such as "10.0.0.0/8".
bool read_proxy(std::string_view text, Config& config) {
    const std::size_t slash = text.find('/');
    const std::string host(text.substr(0, slash));
    const bool v6 = host.find(':') != std::string::npos;
    const auto address = net::Address::parse(v6 ? "[" + host + "]:0" : host + ":0");
    if (!address) return false;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        unsigned bits = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc() || digits.empty() || end != digits.data() + digits.size()) return false;
        if (bits > (v6 ? 128u : 32u)) return false;
    }
    config.trusted_proxies.emplace_back(text);
    return true;
}

bool read_recording(std::string_view text, Config& config) {
    config.recording = text == "on";
    return text == "on" || text == "off";
}

bool read_dev_assets(std::string_view text, Config& config) {
    if (!is_origin(text)) return false;
    config.dev_assets = std::string(text);
    return true;
}

bool read_database(std::string_view text, Config& config) {
    config.database = std::string(text);
    return text == "sqlite";
}

bool read_redis(std::string_view text, Config&) { return text.empty(); }

constexpr std::uint32_t any_port = 65'535;

// The reason for the limits' numbers: a server of 2 cores fans out to some hundreds of sessions per core at
// 60 Hz, and idle ones cost about 50 kB each, so 10,000 fit in half a gigabyte; 200 for one address is a
// school or an office behind one IPv4 address.
constexpr Option options[] = {
    {"http", "ADDR:PORT", Option::Kind::text, "localhost:PORT, *:PORT, 192.0.2.1:PORT or [2001:db8::1]:PORT",
     "Where HTTP and WebSocket listen, TCP. localhost and * mean both IP families.", read_http,
     [](const Config& config) { return in_quotes(config.http.to_string()); }},
    {"quic", "ADDR:PORT", Option::Kind::text,
     "localhost:PORT, *:PORT, an address with a port as for http, or off",
     "Where WebTransport listens, UDP. off leaves visitors with WebSocket.", read_quic,
     [](const Config& config) { return in_quotes(config.quic_off ? "off" : config.quic.to_string()); }},
    {"public", "", Option::Kind::toggle, "true or false",
     "Listen on all addresses of this machine, with HTTPS.", read_toggle<&Config::listen_publicly>,
     show_toggle<&Config::listen_publicly>},
    {"origin", "ORIGIN", Option::Kind::list,
     "https://NAME or https://NAME:PORT as the browser's address bar shows it: lower case, no path, no "
     "default port",
     "A page address that may open connections and send forms. Repeatable. Without it: this machine's own.",
     read_origin, show_list<&Config::origins>},
    {"quic_public_port", "PORT", Option::Kind::number,
     "a port from 1 to 65535, or 0 for the one quic listens on",
     "The UDP port that browsers reach, where a firewall or container maps it.",
     read_number<&Config::quic_public_port, 0, any_port>, show_number<&Config::quic_public_port>},
    {"trusted_proxy", "ADDRESS", Option::Kind::list, "an IP address, or a network such as 10.0.0.0/8",
     "A reverse proxy whose X-Forwarded headers are believed. Repeatable.", read_proxy,
     show_list<&Config::trusted_proxies>},
    {"tls_cert", "FILE", Option::Kind::text, "a PEM file with the certificate chain",
     "Certificate for HTTPS and QUIC. Reloaded when it changes and on SIGHUP.", read_path<&Config::tls_cert>,
     show_path<&Config::tls_cert>},
    {"tls_key", "FILE", Option::Kind::text, "a PEM file with the private key of tls_cert",
     "Private key of the certificate.", read_path<&Config::tls_key>, show_path<&Config::tls_key>},
    {"plain_http", "", Option::Kind::toggle, "true or false",
     "HTTP without TLS even when listening outward: behind a proxy that ends TLS.",
     read_toggle<&Config::plain_http>, show_toggle<&Config::plain_http>},
    {"data", "DIR", Option::Kind::text, "a folder", "Where keys, certificates and the database are kept.",
     read_path<&Config::data>, show_path<&Config::data>},
    {"assets", "DIR", Option::Kind::text, "the folder that the web build wrote",
     "Scripts, styles and fonts of the pages. Found by itself in a normal installation.",
     read_path<&Config::assets>, show_path<&Config::assets>},
    {"dev_assets", "URL", Option::Kind::text, "an origin such as http://localhost:5173",
     "Development: pages take scripts and styles from this Vite server.", read_dev_assets,
     [](const Config& config) { return in_quotes(config.dev_assets); }},
    {"shards", "N", Option::Kind::number, "1: this version runs one shard (one thread with its event loop)",
     "Number of server threads.", read_number<&Config::shards, 1, 1>, show_number<&Config::shards>},
    {"database", "URL", Option::Kind::text,
     "sqlite: a file in the data folder (other databases are not available in this version)",
     "Where accounts and results will be stored. This version stores nothing yet.", read_database,
     [](const Config& config) { return in_quotes(without_password(config.database)); }},
    {"redis", "URL", Option::Kind::text,
     "nothing: joining several servers through Redis is not available in this version",
     "For several servers that act as one.", read_redis,
     [](const Config& config) { return in_quotes(without_password(config.redis)); }},
    {"log_level", "LEVEL", Option::Kind::text, "trace, debug, info, warning or error", "How much is logged.",
     read_choice<&Config::log_level, log_levels>, show_choice<&Config::log_level, log_levels>},
    {"log_format", "FORMAT", Option::Kind::text, "text or json",
     "Lines for people, or one JSON object per line for machines.",
     read_choice<&Config::log_format, log_formats>, show_choice<&Config::log_format, log_formats>},
    {"metrics_public", "", Option::Kind::toggle, "true or false",
     "Let everyone read /metrics; otherwise only this machine.", read_toggle<&Config::metrics_public>,
     show_toggle<&Config::metrics_public>},
    {"drain_seconds", "N", Option::Kind::number, "whole seconds from 0 to 600",
     "How long visitors have to leave after SIGTERM.", read_number<&Config::drain_seconds, 0, 600>,
     show_number<&Config::drain_seconds>},
    {"recording", "on|off", Option::Kind::text, "on or off",
     "Record matches as they are played, so that they go on after a crash or a restart.", read_recording,
     [](const Config& config) { return in_quotes(config.recording ? "on" : "off"); }},
    {"ring", "DIR", Option::Kind::text, "a folder in memory (tmpfs) for this user alone",
     "Where the newest ticks outlive the process. Without it: /dev/shm.", read_path<&Config::ring>,
     show_path<&Config::ring>},
    {"replays.bytes_max", "BYTES", Option::Kind::number, "a number of bytes from 0 to 1000000000000000",
     "Room on the disk for matches that are over; the oldest go first.",
     read_number<&Config::replays_bytes_max, 0, 1'000'000'000'000'000>,
     show_number<&Config::replays_bytes_max>},
    {"replays.days_max", "DAYS", Option::Kind::number, "a number of days from 0 to 36500",
     "How long matches that are over are kept.", read_number<&Config::replays_days_max, 0, 36'500>,
     show_number<&Config::replays_days_max>},
    {"limits.connections", "N", Option::Kind::number, "a number from 1 to 1000000",
     "Connections at a time, for HTTP and QUIC each.", read_number<&Config::connections_max, 1, 1'000'000>,
     show_number<&Config::connections_max>},
    {"limits.connections_per_address", "N", Option::Kind::number, "a number from 1 to 1000000",
     "The same for one address (IPv6: one /64 network).",
     read_number<&Config::connections_per_address_max, 1, 1'000'000>,
     show_number<&Config::connections_per_address_max>},
    {"limits.loopback_exempt", "", Option::Kind::toggle, "true or false",
     "No limits per address for this machine itself.", read_toggle<&Config::loopback_exempt>,
     show_toggle<&Config::loopback_exempt>},
};

std::string normalised(std::string_view name) {
    std::string text;
    for (const char c : name) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        text.push_back(lower == '-' || lower == '.' ? '_' : lower);
    }
    return text;
}

/// Levenshtein's distance: letters to change, add or drop; swapping two neighbours counts as one.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({change, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string Option::flag() const {
    std::string text = "--";
    for (const char c : name) {
        text.push_back(c == '_' || c == '.' ? '-' : c);
    }
    return text;
}

std::string Option::variable() const {
    std::string text = "GRANDSTAND_";
    for (const char c : name) {
        text.push_back(c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return text;
}

std::span<const Option> config_options() { return options; }

const Option* find_option(std::string_view name) {
    const auto found = std::ranges::find(options, name, &Option::name);
    return found == std::end(options) ? nullptr : found;
}

std::optional<std::string> nearest(std::string_view wrong, const std::vector<std::string>& candidates) {
    // Nobody mistypes a name of that length, and the table of distances stays small.
    if (wrong.size() > 64) return std::nullopt;
    const std::string from = normalised(wrong);
    std::size_t best = std::numeric_limits<std::size_t>::max();
    const std::string* result = nullptr;
    for (const std::string& candidate : candidates) {
        const std::size_t found = distance(from, normalised(candidate));
        if (found >= best) continue;
        best = found;
        result = &candidate;
    }
    if (result == nullptr || best > 3 || best * 2 >= std::max<std::size_t>(from.size(), 2))
        return std::nullopt;
    return *result;
}

std::string in_quotes(std::string_view value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text.append({'\\', c});
        } else if (byte < 0x20 || byte == 0x7f) {
            text.append("\\u00").append({digits[byte >> 4], digits[byte & 15]});
        } else {
            text.push_back(c);
        }
    }
    return text + "\"";
}

std::string for_message(std::string_view value) {
    constexpr std::size_t shown_max = 80;
    if (value.size() <= shown_max) return in_quotes(without_password(value));
    return in_quotes(without_password(value.substr(0, shown_max))) + "…";
}

std::string without_password(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t at = url.substr(0, url.find_first_of("/?#", start)).rfind('@');
    const std::size_t colon = url.find(':', start);
    if (at == std::string_view::npos || colon == std::string_view::npos || colon > at)
        return std::string(url);
    return std::string(url.substr(0, colon)) + ":…" + std::string(url.substr(at));
}

}  // namespace gs::app
