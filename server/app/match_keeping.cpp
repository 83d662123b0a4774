#include "server/app/match_keeping.h"

#include "server/app/modules.h"

#include <utility>

namespace gs::app {
namespace {

constexpr std::string_view database_name = "grandstand.db";
constexpr std::string_view folder_name = "replays";

std::string_view words_about(storage::Alarm alarm) {
    switch (alarm) {
        case storage::Alarm::none:
        case storage::Alarm::ring_full:
            break;
        case storage::Alarm::slow:
            return "writing a replay took longer than a second";
        case storage::Alarm::disk_full:
            return "there is no room for replays; they wait in memory for a while: make room";
        case storage::Alarm::read_only:
            return "the data folder cannot be written; replays wait in memory for a while";
        case storage::Alarm::io_error:
            return "the data folder's disk or the database fails; replays wait in memory for a while";
    }
    return "replays are written again";
}

}  // namespace

std::expected<std::unique_ptr<MatchKeeping>, Failure> MatchKeeping::open(const DataFolder& data,
                                                                         Options options, Log& log) {
    std::unique_ptr<MatchKeeping> keeping(new MatchKeeping(log));
    const std::filesystem::path file = data.path() / database_name;
    auto opened = storage::Replays::open({.folder = data.path() / folder_name,
                                          .database_file = file,
                                          .limits = options.limits,
                                          .module_of = find_module,
                                          .unix_s = options.unix_s,
                                          .clock = std::move(options.clock)},
                                         keeping->disk_);
    if (!opened) {
        std::string words = file.string() + ": " + opened.error().context;
        if (opened.error().system != 0) words += " failed: " + system_words(opened.error().system);
        return std::unexpected(Failure{.code = opened.error().code, .message = std::move(words)});
    }
    keeping->replays_ = std::move(*opened);
    return keeping;
}

void MatchKeeping::listen(rooms::FinishedMatches& finished, std::function<net::Instant()> now) {
    finished.on_added = [this, clock = std::move(now)](const rooms::FinishedMatches::Kept& match) {
        replays_->keep(match, clock());
    };
}

void MatchKeeping::advance(std::uint64_t unix_s) {
    for (const storage::ReplayNews& news : replays_->advance(unix_s))
        tell(news);
}

void MatchKeeping::tell(const storage::ReplayNews& news) {
    using Kind = storage::ReplayNews::Kind;
    switch (news.kind) {
        case Kind::kept:
            log_.debug("a replay is written", {{"match", news.match.text()}, {"bytes", news.bytes}});
            break;
        case Kind::verified:
            if (news.check != rooms::KeptMatch::Check::differs) break;
            log_.error("a match came out otherwise when it was simulated again",
                       {{"match", news.match.text()}, {"why", news.words}, {"tick", news.at.value}});
            break;
        case Kind::gone:
            log_.debug("a replay was removed: it was the oldest", {{"match", news.match.text()}});
            break;
        case Kind::lost:
            log_.error("a replay is lost: the disk has failed for too long", {{"match", news.match.text()}});
            break;
        case Kind::repaired:
            log_.warning(news.words, {{"file", news.file}});
            break;
        case Kind::alarm:
            if (news.alarm == storage::Alarm::none) {
                log_.info(words_about(news.alarm));
            } else {
                log_.error(words_about(news.alarm), {{"alarm", storage::name_of(news.alarm)}});
            }
            break;
    }
}

void MatchKeeping::add_metrics(Metrics& metrics) {
    const auto number = [this](auto member) {
        return [this, member] { return static_cast<double>(replays_->status().*member); };
    };
    using storage::ReplayStatus;
    metrics.add_gauge("grandstand_replays", "Matches kept on disk.", number(&ReplayStatus::matches));
    metrics.add_gauge("grandstand_replay_bytes", "What they take.", number(&ReplayStatus::bytes));
    metrics.add_gauge("grandstand_replays_pending", "Matches that wait for the disk.",
                      number(&ReplayStatus::pending));
    metrics.add_counter("grandstand_replays_lost_total", "Matches that waited for the disk in vain.",
                        number(&ReplayStatus::lost));
    constexpr std::string_view verified = "grandstand_replays_verified_total";
    constexpr std::string_view help = "Matches simulated again after their end: the same, or not.";
    metrics.add_counter(verified, help, number(&ReplayStatus::equal), {{.name = "result", .value = "equal"}});
    metrics.add_counter(verified, help, number(&ReplayStatus::differs),
                        {{.name = "result", .value = "differs"}});
    metrics.add_gauge("grandstand_replays_alarm", "1 while replays cannot be written, or only slowly.",
                      [this] { return replays_->status().alarm == storage::Alarm::none ? 0.0 : 1.0; });
}

}  // namespace gs::app
