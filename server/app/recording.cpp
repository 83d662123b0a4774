#include "server/app/recording.h"

#include "server/app/failure.h"
#include "server/app/world.h"
#include "server/crypto/crypto.h"

#include <chrono>
#include <span>
#include <system_error>
#include <utility>

namespace gs::app {
namespace {

constexpr std::string_view twice = "its restore has taken the server with it twice";

std::uint64_t random_id() {
    std::uint64_t bits = 0;
    crypto::fill_random(std::as_writable_bytes(std::span(&bits, 1)));
    return bits;
}

/// Data folders have rings of their own, also where several share a --ring.
std::filesystem::path ring_folder(const Recording::Options& options, const std::filesystem::path& journal) {
    const std::filesystem::path standard = storage::default_ring_folder(journal);
    if (options.ring.empty()) return standard;
    std::error_code error;  // the ring says so when it cannot be made
    std::filesystem::create_directories(options.ring, error);
    return options.ring / standard.filename();
}

}  // namespace

std::unique_ptr<Recording> Recording::open(Options options, Log& log) {
    std::unique_ptr<Recording> recording(new Recording(options.clock, log));
    recording->folder_ = options.data / "journal" / "shard-0";
    auto opened = storage::Recorder::open(
        recording->disk_, {.folder = recording->folder_,
                           .ring_folder = ring_folder(options, recording->folder_),
                           .fresh_id = random_id(),
                           .clock = [clock = std::move(options.clock)]() mutable { return clock.now(); }});
    if (!opened) {
        log.error("matches are not recorded: they end with the server",
                  {{"folder", recording->folder_.string()},
                   {"why", opened.error().context},
                   {"system", system_words(opened.error().system)}});
        return nullptr;
    }
    if (opened->ring_failure) {
        log.warning(
            "there is no ring in memory: a crash takes as much of the matches as a power loss",
            {{"why", opened->ring_failure->context}, {"system", system_words(opened->ring_failure->system)}});
    }
    recording->recorder_ = std::move(opened->recorder);
    recording->restoration_ = std::move(opened->restoration);
    return recording;
}

Recording::~Recording() { stop(); }

void Recording::say_what_is_lost() const {
    for (const storage::Cut& cut : restoration_.cuts) {
        log_.warning("the end of a record of matches was not whole, and is not used",
                     {{"file", cut.file}, {"bytes", cut.bytes}, {"why", cut.why}});
    }
    for (const storage::Loss& loss : restoration_.losses)
        log_.warning("recorded, and cannot be used",
                     {{"id", loss.id}, {"why", loss.why}, {"ticks", loss.ticks}});
}

void Recording::bring_back(World& world) {
    const net::Instant begin = clock_.now();
    say_what_is_lost();
    storage::RestoreAttempts attempts(disk_, folder_ / "attempts");
    storage::quarantine(restoration_, attempts, [&](const rooms::RestoredMatch& match) {
        const Tick newest = match.log.next();
        world.broken_logs().keep_unrestored(match.room, twice, newest, match.log);
        if (const auto id = rooms::MatchId::parse(match.log.header().match)) {
            recorder_->match_over(*id);
            static_cast<void>(attempts.end(*id));
        }
    });
    // They were over, or their room was closed: whoever keeps replays was told then.
    for (const rooms::RestoredMatch& match : restoration_.over) {
        if (const auto id = rooms::MatchId::parse(match.log.header().match)) recorder_->match_over(*id);
    }
    // Without a note the next start tries again, and is as well off as this one.
    restored_ = world.restore(
        std::move(restoration_.rooms),
        {.begins = [&](const rooms::MatchId& match) { static_cast<void>(attempts.begin(match)); },
         .ended = [&](const rooms::MatchId& match) { static_cast<void>(attempts.end(match)); }});
    restoration_ = {};
    recorder_->start();
    is_running_ = true;
    if (restored_.rooms == 0) return;
    const std::chrono::duration<double, std::milli> took = clock_.now() - begin;
    log_.info("rooms are back", {{"rooms", restored_.rooms},
                                 {"matches", restored_.matches},
                                 {"broken", restored_.broken},
                                 {"ticks", restored_.ticks},
                                 {"ms", took.count()}});
}

void Recording::stop() {
    if (std::exchange(is_running_, false)) recorder_->stop();
}

void Recording::look() {
    const storage::RecorderStatus now = status();
    const storage::Alarm before = std::exchange(alarm_, now.drain.alarm);
    if (before == alarm_) return;
    if (alarm_ == storage::Alarm::none) {
        log_.info("matches are recorded as they should be again");
    } else {
        log_.error(words_of(alarm_), {{"alarm", name_of(alarm_)}, {"lag_bytes", now.lag_bytes}});
    }
}

void add_recording_metrics(const Recording* recording, Metrics& metrics) {
    metrics.add_gauge(
        "grandstand_recording", "1 while matches are recorded, 0 when they would be lost.",
        [recording] { return recording != nullptr && !recording->status().is_stopped ? 1 : 0; });
    if (recording == nullptr) return;
    using Status = storage::RecorderStatus;
    const auto of = [recording](double (*read)(const Status&)) {
        return [recording, read] { return read(recording->status()); };
    };
    for (const auto alarm : {storage::Alarm::slow, storage::Alarm::disk_full, storage::Alarm::read_only,
                             storage::Alarm::io_error, storage::Alarm::ring_full}) {
        metrics.add_gauge("grandstand_recording_alarm",
                          "1 while the record of matches is not as safe as it should be.",
                          [recording, alarm] { return recording->status().drain.alarm == alarm ? 1 : 0; },
                          {{.name = "alarm", .value = std::string(name_of(alarm))}});
    }
    metrics.add_counter("grandstand_recording_alarms_total", "Alarms raised.",
                        of([](const Status& s) { return static_cast<double>(s.drain.alarms); }));
    metrics.add_counter("grandstand_recording_refused_total", "Records that the ring had no room for.",
                        of([](const Status& s) { return static_cast<double>(s.refused); }));
    metrics.add_counter("grandstand_journal_records_total", "Records committed to the journal.",
                        of([](const Status& s) { return static_cast<double>(s.drain.records); }));
    metrics.add_counter("grandstand_journal_commits_total", "Group commits.",
                        of([](const Status& s) { return static_cast<double>(s.drain.commits); }));
    metrics.add_gauge("grandstand_recording_lag_bytes", "Recorded, and not on the disk yet.",
                      of([](const Status& s) { return static_cast<double>(s.lag_bytes); }));
    metrics.add_gauge("grandstand_journal_bytes", "Size of the journal.",
                      of([](const Status& s) { return static_cast<double>(s.drain.journal_bytes); }));
    metrics.add_gauge("grandstand_matches_restored", "Matches that go on since before the last start.",
                      [recording] { return static_cast<double>(recording->restored().matches); });
}

}  // namespace gs::app
