// Summary: what a run of bots comes to: the one JSON object of the contract (docs/bots.md has its fields).
#pragma once

#include "tools/bots/bot.h"
#include "tools/bots/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gs::bots {

/// Of the server's /metrics; only for a server whose metrics may be read.
struct ServerUse {
    double cpu_s = 0;
    double rss_bytes = 0;
    double overruns = 0;
};

/// The value of a metric without labels, or the sum over all labels; nothing when it is not there.
[[nodiscard]] std::optional<double> metric_in(std::string_view text, std::string_view name);
[[nodiscard]] std::optional<ServerUse> server_use_in(std::string_view metrics);

struct Summary {
    net::TransportKind transport = net::TransportKind::webtransport;
    std::size_t clients = 0;
    std::size_t connected = 0;
    std::size_t failed = 0;
    double seconds = 0;
    BotCounters sum;  // over clients, of the measured span; `next_tick` is the ticks expected
    double rtt_p50_ms = 0;
    double rtt_p99_ms = 0;
    double input_p50_ms = 0;
    double input_p99_ms = 0;
    std::uint64_t inputs_confirmed = 0;
    bool predicted = false;
    double rollback_p50_ticks = 0;
    double rollback_p99_ticks = 0;
    std::optional<ServerUse> server;  // used in the span; memory at its end
    double own_cpu_s = 0;
    double own_rss_bytes = 0;

    /// One line.
    [[nodiscard]] std::string json() const;
    [[nodiscard]] bool is_good() const { return failed == 0 && connected == clients && sum.desyncs == 0; }
};

/// `to` − `from`, added to `sum`.
void add_span(BotCounters& sum, const BotCounters& from, const BotCounters& to);

}  // namespace gs::bots
