#include "tools/bots/summary.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gs::bots {
namespace {

using nlohmann::ordered_json;

/// Three digits after the point say all there is to say.
double rounded(double value) { return std::round(value * 1000) / 1000; }

std::int64_t whole(double value) { return static_cast<std::int64_t>(std::llround(value)); }

double percent(double part, double whole) { return whole > 0 ? rounded(100 * part / whole) : 0; }

}  // namespace

std::optional<double> metric_in(std::string_view text, std::string_view name) {
    std::optional<double> sum;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (!line.starts_with(name) || line.size() == name.size()) continue;
        const char after = line[name.size()];
        if (after != ' ' && after != '{') continue;
        const std::size_t space = line.rfind(' ');
        double value = 0;
        const auto [stop, error] = std::from_chars(line.data() + space + 1, line.data() + line.size(), value);
        if (error == std::errc()) sum = sum.value_or(0) + value;
    }
    return sum;
}

std::optional<ServerUse> server_use_in(std::string_view metrics) {
    const auto cpu = metric_in(metrics, "process_cpu_seconds_total");
    const auto rss = metric_in(metrics, "process_resident_memory_bytes");
    if (!cpu || !rss) return std::nullopt;
    return ServerUse{.cpu_s = *cpu,
                     .rss_bytes = *rss,
                     .overruns = metric_in(metrics, "grandstand_tick_overruns_total").value_or(0)};
}

void add_span(BotCounters& sum, const BotCounters& from, const BotCounters& to) {
    sum.ticks_received += to.ticks_received - from.ticks_received;
    sum.ticks_repaired += to.ticks_repaired - from.ticks_repaired;
    sum.next_tick += to.next_tick - from.next_tick;
    sum.hashes_checked += to.hashes_checked - from.hashes_checked;
    // Those before the span count, too: there should be none at all.
    sum.desyncs += to.desyncs;
    sum.resyncs += to.resyncs - from.resyncs;
    sum.rollbacks += to.rollbacks - from.rollbacks;
    sum.own_correction_max = std::max(sum.own_correction_max, to.own_correction_max);
    sum.bytes_in += to.bytes_in - from.bytes_in;
    sum.bytes_out += to.bytes_out - from.bytes_out;
    sum.wire.bytes_in += to.wire.bytes_in - from.wire.bytes_in;
    sum.wire.bytes_out += to.wire.bytes_out - from.wire.bytes_out;
    sum.wire.packets_in += to.wire.packets_in - from.wire.packets_in;
    sum.wire.packets_out += to.wire.packets_out - from.wire.packets_out;
    sum.wire.lost += to.wire.lost - from.wire.lost;
    sum.sends.expected += to.sends.expected;
    sum.sends.received += to.sends.received;
}

std::string Summary::json() const {
    const double client_seconds =
        static_cast<double>(std::max<std::size_t>(connected, 1)) * std::max(seconds, 1e-9);
    const auto per_client = [client_seconds](std::uint64_t count) {
        return whole(static_cast<double>(count) / client_seconds);
    };
    const auto missing_sends =
        static_cast<double>(sum.sends.expected) - static_cast<double>(sum.sends.received);
    ordered_json out;
    out["transport"] = transport == net::TransportKind::webtransport ? "webtransport" : "websocket";
    out["clients"] = clients;
    out["connected"] = connected;
    out["failed"] = failed;
    out["seconds"] = rounded(seconds);
    out["ticks_expected"] = whole(sum.next_tick);
    out["ticks_received"] = whole(sum.ticks_received);
    out["lost_percent"] = percent(sum.next_tick - sum.ticks_received, sum.next_tick);
    out["datagram_loss_percent"] = percent(missing_sends, static_cast<double>(sum.sends.expected));
    out["rtt_ms"] = {{"p50", rounded(rtt_p50_ms)}, {"p99", rounded(rtt_p99_ms)}};
    out["bytes_in_per_client_per_s"] = per_client(sum.bytes_in);
    out["bytes_out_per_client_per_s"] = per_client(sum.bytes_out);
    out["wire_bytes_in_per_client_per_s"] = per_client(sum.wire.bytes_in);
    out["wire_bytes_out_per_client_per_s"] = per_client(sum.wire.bytes_out);
    out["packets_in_per_client_per_s"] = per_client(sum.wire.packets_in);
    out["packets_out_per_client_per_s"] = per_client(sum.wire.packets_out);
    out["input_to_confirmed_ms"] = {{"p50", rounded(input_p50_ms)}, {"p99", rounded(input_p99_ms)}};
    out["inputs_confirmed"] = inputs_confirmed;
    out["ticks_repaired"] = whole(sum.ticks_repaired);
    out["hashes_checked"] = whole(sum.hashes_checked);
    out["overruns"] = server ? ordered_json(whole(server->overruns)) : ordered_json(nullptr);
    out["desyncs"] = whole(sum.desyncs);
    out["resyncs"] = whole(sum.resyncs);
    if (predicted) {
        out["rollbacks"] = whole(sum.rollbacks);
        out["rollback_ticks"] = {{"p50", rounded(rollback_p50_ticks)}, {"p99", rounded(rollback_p99_ticks)}};
        out["own_correction_max"] = rounded(sum.own_correction_max);
    }
    out["server"] = nullptr;
    if (server) out["server"] = {{"cpu_s", rounded(server->cpu_s)}, {"rss_bytes", whole(server->rss_bytes)}};
    out["bots"] = {{"cpu_s", rounded(own_cpu_s)}, {"rss_bytes", whole(own_rss_bytes)}};
    return out.dump();
}

}  // namespace gs::bots
