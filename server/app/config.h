// Config: what the operator decided, from four sources: defaults < TOML file (--config) < GRANDSTAND_…
// variables < flags. Read once by main() before anything starts; a plain value afterwards.
// config_options.cpp has one table that says everything about each setting. Loading either gives a Config
// or every problem there is, each with the place where it stands.
// Not here: looking at the disk or the network. A path that does not exist is found by who opens it.
#pragma once

#include "server/app/listen_address.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

/// Where HTTP gets its certificate from, if it speaks TLS at all.
enum class HttpTls : std::uint8_t { plain, files, development };

struct Config {
    ListenAddress http = ListenAddress::localhost(8080);
    ListenAddress quic = ListenAddress::localhost(8443);
    bool quic_off = false;
    bool listen_publicly = false;
    std::uint32_t quic_public_port = 0;  // 0: the port that QUIC listens on
    std::vector<std::string> origins;
    std::vector<std::string> trusted_proxies;

    std::filesystem::path tls_cert;
    std::filesystem::path tls_key;
    bool plain_http = false;

    std::filesystem::path data = "data";
    std::filesystem::path assets;  // empty: share/grandstand/web beside the program, or the build folder
    std::string dev_assets;
    std::uint32_t shards = 1;
    std::string database = "sqlite";
    std::string redis;

    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::text;
    bool metrics_public = false;
    std::uint32_t drain_seconds = 5;

    bool recording = true;
    std::filesystem::path ring;  // empty: a folder of this data folder in /dev/shm
    std::uint64_t replays_bytes_max = std::uint64_t{5} * 1024 * 1024 * 1024;
    std::uint32_t replays_days_max = 365;

    std::uint32_t connections_max = 10'000;
    std::uint32_t connections_per_address_max = 200;
    bool loopback_exempt = true;

    /// Set when the port came from the variable PORT: a platform that carries only HTTP, and ends TLS itself.
    bool port_from_platform = false;

    [[nodiscard]] HttpTls http_tls() const;
};

/// Where a value comes from: "default", "grandstand.toml:3", "GRANDSTAND_HTTP", "--http".
using ConfigSources = std::map<std::string, std::string, std::less<>>;

struct LoadedConfig {
    Config config;
    ConfigSources sources;  // by the name of the setting; every setting is there
};

/// One thing that is wrong.
struct ConfigProblem {
    std::string place;    // as in ConfigSources
    std::string message;  // names the key, its value, and what is allowed

    [[nodiscard]] std::string to_string() const { return place + ": " + message; }
};

/// The variables of the process, or a test's.
using Environment = std::map<std::string, std::string, std::less<>>;

/// `arguments` are what follows `serve`. Reads the file that --config or GRANDSTAND_CONFIG names.
[[nodiscard]] std::expected<LoadedConfig, std::vector<ConfigProblem>> load_config(
    const std::vector<std::string>& arguments, const Environment& environment);

/// A file of that size is no configuration; what is larger is not read into memory.
inline constexpr std::size_t config_file_bytes_max = 1024 * 1024;

/// The effective configuration as a TOML file, with the source of each value beside it. Shows no passwords.
[[nodiscard]] std::string print_config(const LoadedConfig& loaded);

/// What `grandstand serve --help` prints.
[[nodiscard]] std::string serve_help();

}  // namespace gs::app
