// App: the whole server, put together: the only place that names concrete classes. main() makes one from the
// configuration and runs it; tests do the same in their own process.
// Everything lives on one shard, which is the thread that calls run().
#pragma once

#include "server/app/clock.h"
#include "server/app/config.h"
#include "server/app/failure.h"
#include "server/app/log.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

namespace gs::app {

class App {
  public:
    struct Options {
        Config config;
        std::filesystem::path program_folder = {};  // where to look for the built pages
        ShardClock clock = ShardClock();
        WallClock wall_clock = system_wall_clock();
    };

    /// Opens the data folder, reads certificates and pages, and listens. After a failure nothing is open, and
    /// its message says what to change. `log` outlives the App.
    [[nodiscard]] static std::expected<std::unique_ptr<App>, Failure> start(Options options, Log& log);

    App(const App&) = delete;
    App& operator=(const App&) = delete;
    ~App();

    /// What to open in a browser.
    [[nodiscard]] const std::string& url() const;
    [[nodiscard]] std::uint16_t http_port() const;
    /// 0 without QUIC.
    [[nodiscard]] std::uint16_t quic_port() const;

    /// From now on SIGTERM and SIGINT drain, a second one stops at once, SIGHUP reads certificates again.
    void handle_signals();

    /// Serves until the server has drained or was stopped; when it returns, everything is closed.
    void run();

    /// Tells all sessions to come back later, and stops when they have gone or after drain_seconds. A second
    /// call stops at once. Any thread.
    void drain();
    /// Reads the certificate files again. Any thread.
    void reload();

  private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

/// The folder of the built pages: the configured one, or the first of the usual places beside the program
/// that has a manifest.
[[nodiscard]] std::expected<std::filesystem::path, Failure> find_assets(
    const Config& config, const std::filesystem::path& program_folder);

}  // namespace gs::app
