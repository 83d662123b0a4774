#include "server/storage/replays.h"

#include <algorithm>
#include <charconv>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace gs::storage {
namespace {

using std::chrono::seconds;

/// Ages are in days.
constexpr net::Duration trim_period = std::chrono::minutes(10);
/// A file of megabytes takes a tenth of that.
constexpr net::Duration slow_after = seconds(1);
/// The Unix time that is known is rounded down, and from the last advance().
constexpr std::uint64_t clock_slack_s = 2;
/// Of a name that somebody looks for.
constexpr std::size_t player_bytes_max = 128;
/// Below everything that plays.
constexpr int thread_nice = 10;

/// ASCII only: what that leaves differs in case is found as it is written.
std::string small_letters(std::string_view text) {
    std::string small(text);
    for (char& c : small) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return small;
}

std::string names_of(const KeptMatch& kept) {
    std::string names;
    for (const auto& player : kept.players)
        names += small_letters(player.name) + "\n";
    if (!kept.result) return names;
    // Who has left before the end has played, too.
    for (const auto& line : kept.result->lines) {
        if (!line.seat) names += small_letters(line.name) + "\n";
    }
    return names;
}

std::optional<std::pair<std::uint64_t, MatchId>> key_in(std::string_view cursor) {
    const std::size_t dash = cursor.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    std::uint64_t unix_s = 0;
    const char* const end = cursor.data() + dash;
    const auto [read, error] = std::from_chars(cursor.data(), end, unix_s);
    const auto match = MatchId::parse(cursor.substr(dash + 1));
    if (error != std::errc{} || read != end || !match) return std::nullopt;
    return std::pair(unix_s, *match);
}

std::size_t bytes_of_match(const netcode::MatchLog& log) {
    std::size_t bytes = log.entry_bytes();
    for (const netcode::Keyframe& keyframe : log.keyframes())
        bytes += keyframe.bytes.size();
    return bytes;
}

KeptMatch kept_of(const rooms::FinishedMatch& match, net::Instant public_at, net::Instant now,
                  std::uint64_t unix_s) {
    const auto left = std::chrono::ceil<seconds>(std::max(public_at - now, net::Duration::zero()));
    return {.match = match.match,
            .room = match.room,
            .room_name = match.room_name,
            .access = match.access,
            .invite = match.invite,
            .header = match.log.header(),
            .end = match.log.next(),
            .play_began = match.play_began,
            .delay = match.release.delay(),
            .players = match.players,
            .result = match.result,
            .ended_unix_s = match.ended_unix_s,
            .public_unix_s = unix_s + clock_slack_s + static_cast<std::uint64_t>(left.count())};
}

}  // namespace

std::expected<std::unique_ptr<Replays>, Error> Replays::open(ReplayOptions options, Disk& disk) {
    auto own = Database::open(options.database_file);
    if (!own) return std::unexpected(own.error());
    auto of_thread = Database::open(options.database_file);
    if (!of_thread) return std::unexpected(of_thread.error());
    ReplayTable table(*std::move(own));
    auto rows = table.newest(listed_max);
    if (!rows) return std::unexpected(rows.error());
    std::unique_ptr<Replays> replays(
        new Replays(std::move(options), disk, std::move(table), ReplayTable(*std::move(of_thread))));
    replays->has_older_ = rows->size() == listed_max;
    for (KeptMatch& kept : *rows)
        replays->add(std::move(kept), std::nullopt);
    replays->thread_ = std::thread([self = replays.get()] { self->work(); });
    return replays;
}

Replays::Replays(ReplayOptions options, Disk& disk, ReplayTable own, ReplayTable of_thread)
    : options_(std::move(options)),
      disk_(disk),
      table_(std::move(own)),
      keeper_(options_.folder, disk, std::move(of_thread), options_.limits, options_.module_of),
      unix_s_(options_.unix_s) {}

Replays::~Replays() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// ---- The shard's thread

void Replays::keep(rooms::FinishedMatches::Kept match, net::Instant now) {
    const net::Instant public_at =
        std::max(match->release.complete_at(), match->ended_at + match->release.delay());
    const MatchId id = match->match;
    pending_.emplace(id, match);
    add(kept_of(*match, public_at, now, unix_s_), public_at);
    const std::size_t bytes = bytes_of_match(match->log);
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back({.match = std::move(match), .kept = entries_.at(keys_.at(id)).kept, .bytes = bytes});
        ++status_.pending;
        status_.pending_bytes += bytes;
        while (status_.pending_bytes > options_.pending_bytes_max && jobs_.size() > 1) {
            --status_.pending;
            status_.pending_bytes -= jobs_.front().bytes;
            ++status_.lost;
            news_.push_back({.kind = ReplayNews::Kind::lost, .match = jobs_.front().kept->match});
            jobs_.pop_front();
        }
    }
    woken_.notify_all();
}

void Replays::keep_chat(const MatchId& match, std::string messages) {
    {
        const std::lock_guard lock(mutex_);
        if (chats_.size() >= chats_max && !chats_.contains(match)) return;
        chats_.insert_or_assign(match, std::move(messages));
    }
    woken_.notify_all();
}

std::string Replays::chat(const MatchId& match) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = chats_.find(match); found != chats_.end()) return found->second;
    }
    return table_.chat(match).value_or(std::string());
}

void Replays::add(KeptMatch kept, std::optional<net::Instant> public_at) {
    drop(kept.match);
    const Key key(kept.public_unix_s, kept.match);
    std::string names = names_of(kept);
    keys_.emplace(kept.match, key);
    entries_.emplace(key, Entry{.kept = std::make_shared<const KeptMatch>(std::move(kept)),
                                .names = std::move(names),
                                .public_at = public_at});
    if (entries_.size() <= listed_max) return;
    const auto oldest = std::prev(entries_.end());
    // What is not on the disk yet would not be found otherwise.
    if (pending_.contains(oldest->first.second)) return;
    has_older_ = true;
    keys_.erase(oldest->first.second);
    entries_.erase(oldest);
}

void Replays::drop(const MatchId& match) {
    const auto key = keys_.find(match);
    if (key == keys_.end()) return;
    entries_.erase(key->second);
    keys_.erase(key);
}

void Replays::change(const MatchId& match, std::uint64_t bytes, KeptMatch::Check check) {
    const auto key = keys_.find(match);
    if (key == keys_.end()) return;
    Kept& kept = entries_.at(key->second).kept;
    // Whoever holds the old one reads it undisturbed.
    auto changed = std::make_shared<KeptMatch>(*kept);
    if (bytes > 0) changed->bytes = bytes;
    if (check != KeptMatch::Check::unknown) changed->check = check;
    kept = std::move(changed);
}

std::vector<ReplayNews> Replays::advance(std::uint64_t unix_s) {
    unix_s_ = unix_s;
    std::vector<ReplayNews> news;
    {
        const std::lock_guard lock(mutex_);
        news.swap(news_);
    }
    for (const ReplayNews& each : news)
        apply(each);
    return news;
}

void Replays::apply(const ReplayNews& news) {
    using Kind = ReplayNews::Kind;
    switch (news.kind) {
        case Kind::kept:
            pending_.erase(news.match);
            change(news.match, news.bytes, KeptMatch::Check::unknown);
            break;
        case Kind::verified:
            change(news.match, 0, news.check);
            break;
        case Kind::gone:
        case Kind::lost:
            pending_.erase(news.match);
            drop(news.match);
            break;
        case Kind::repaired:
            if (news.is_gone) drop(news.match);
            if (news.found) add(*news.found, std::nullopt);
            break;
        case Kind::alarm:
            break;
    }
}

ReplayStatus Replays::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

bool Replays::is_public(const Entry& entry, net::Instant now) const {
    return entry.public_at ? now >= *entry.public_at : unix_s_ >= entry.kept->public_unix_s;
}

std::vector<Replays::Kept> Replays::list(const Filter& filter, std::size_t count_max,
                                         net::Instant now) const {
    std::vector<Kept> found;
    if (filter.player.size() > player_bytes_max) return found;
    const std::string player = small_letters(filter.player);
    const auto before = key_in(filter.before);
    for (auto at = before ? entries_.upper_bound(*before) : entries_.begin();
         at != entries_.end() && found.size() < count_max; ++at) {
        const Entry& entry = at->second;
        const bool is_wanted = entry.kept->access == rooms::Access::listed &&
                               (filter.game.empty() || entry.kept->header.game == filter.game) &&
                               (player.empty() || entry.names.find(player) != std::string::npos);
        if (is_wanted && is_public(entry, now)) found.push_back(entry.kept);
    }
    return found;
}

Replays::Kept Replays::find(const MatchId& match, net::Instant now) {
    if (const auto key = keys_.find(match); key != keys_.end()) {
        const Entry& entry = entries_.at(key->second);
        return is_public(entry, now) ? entry.kept : nullptr;
    }
    if (!has_older_) return nullptr;
    auto row = table_.find(match);
    const bool is_there = row && *row && (*row)->bytes > 0 && unix_s_ >= (*row)->public_unix_s;
    return is_there ? std::make_shared<const KeptMatch>(**std::move(row)) : nullptr;
}

std::vector<MatchEvent> Replays::events(const MatchId& match) {
    if (const auto found = pending_.find(match); found != pending_.end()) {
        const auto& all = found->second->events.all();
        return {all.begin(), all.end()};
    }
    return table_.events(match).value_or(std::vector<MatchEvent>());
}

std::shared_ptr<const rooms::KeptLog> Replays::log(const MatchId& match) {
    const auto found = std::ranges::find(open_, match, &OpenLog::match);
    if (found != open_.end()) {
        open_.splice(open_.begin(), open_, found);
        return found->log;
    }
    std::vector<std::byte> bytes;
    if (const auto pending = pending_.find(match); pending != pending_.end()) {
        bytes = netcode::write_log_file(pending->second->log);
    } else if (auto read = disk_.read(replay_file(options_.folder, match), netcode::log_file_bytes_max)) {
        bytes = *std::move(read);
    }
    auto read = netcode::read_log_file(bytes);
    if (!read.file) return nullptr;
    auto kept = std::make_shared<const rooms::KeptLog>(rooms::KeptLog{
        .log = *std::move(read.file), .file = std::make_shared<const std::string>(text_of(ByteView(bytes)))});
    // Once as a file, once in parts.
    open_.push_front({.match = match, .log = kept, .bytes = 2 * bytes.size()});
    open_bytes_ += open_.front().bytes;
    while (open_bytes_ > open_bytes_max && open_.size() > 1) {
        open_bytes_ -= open_.back().bytes;
        open_.pop_back();
    }
    return kept;
}

// ---- The thread of its own

void Replays::work() {
    // Linux has priorities per thread; where it is refused it works all the same.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), thread_nice);
    while (true) {
        if (!is_reconciled_) reconcile();
        Job job;
        if (is_reconciled_ && take_job(job)) {
            write(std::move(job));
        } else if (is_reconciled_) {
            write_chats();
            if (is_stopping()) return;
            check_one();
        }
        if (options_.clock() >= trim_at_) trim();
        std::unique_lock lock(mutex_);
        if (status_.alarm != Alarm::none && status_.alarm != Alarm::slow) {
            woken_.wait_for(lock, options_.retry_period, [this] { return is_stopping_; });
            // What the disk does not take now is lost with the process.
            if (is_stopping_) return;
        } else if (to_check_.empty()) {
            woken_.wait_for(lock, trim_period,
                            [this] { return is_stopping_ || !jobs_.empty() || !chats_.empty(); });
        }
    }
}

bool Replays::is_stopping() const {
    const std::lock_guard lock(mutex_);
    return is_stopping_;
}

bool Replays::take_job(Job& job) {
    const std::lock_guard lock(mutex_);
    if (jobs_.empty()) return false;
    job = std::move(jobs_.front());
    jobs_.pop_front();
    return true;
}

void Replays::reconcile() {
    auto repairs = keeper_.reconcile();
    auto unchecked = repairs ? keeper_.unchecked() : std::unexpected(repairs.error());
    if (!unchecked) return note(unchecked.error(), false);
    is_reconciled_ = true;
    to_check_.assign(unchecked->begin(), unchecked->end());
    for (ReplayKeeper::Repair& repair : *repairs) {
        ReplayNews news{.kind = ReplayNews::Kind::repaired, .file = repair.file, .words = repair.words};
        if (repair.gone) news.match = *repair.gone;
        if (repair.found) news.match = repair.found->match;
        news.is_gone = repair.gone.has_value();
        news.found = std::move(repair.found);
        tell(std::move(news));
    }
    note(std::nullopt, false);
}

void Replays::write(Job job) {
    const net::Instant began = options_.clock();
    const auto written = keeper_.keep(*job.match, *job.kept);
    if (!written) {
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_front(std::move(job));
        }
        return note(written.error(), false);
    }
    to_check_.push_back(job.kept->match);
    {
        const std::lock_guard lock(mutex_);
        --status_.pending;
        status_.pending_bytes -= job.bytes;
        news_.push_back({.kind = ReplayNews::Kind::kept, .match = job.kept->match, .bytes = *written});
    }
    note(std::nullopt, options_.clock() - began > slow_after);
    trim();
}

void Replays::write_chats() {
    while (true) {
        std::pair<MatchId, std::string> next;
        {
            const std::lock_guard lock(mutex_);
            if (chats_.empty()) return;
            next = *chats_.begin();
        }
        if (const auto written = keeper_.keep_chat(next.first, next.second); !written)
            return note(written.error(), false);
        const std::lock_guard lock(mutex_);
        // Meanwhile there may be more of it.
        const auto found = chats_.find(next.first);
        if (found != chats_.end() && found->second == next.second) chats_.erase(found);
    }
}

void Replays::check_one() {
    if (to_check_.empty()) return;
    const MatchId match = to_check_.front();
    to_check_.pop_front();
    const auto verdict = keeper_.check(match);
    // It is looked at again after the next start.
    if (!verdict) return note(verdict.error(), false);
    note(std::nullopt, false);
    if (verdict->check == KeptMatch::Check::unknown) return;
    const std::lock_guard lock(mutex_);
    ++(verdict->check == KeptMatch::Check::equal ? status_.equal : status_.differs);
    news_.push_back({.kind = ReplayNews::Kind::verified,
                     .match = match,
                     .check = verdict->check,
                     .words = verdict->words,
                     .at = verdict->at});
}

void Replays::trim() {
    const auto gone = keeper_.trim(unix_s_);
    const auto size = gone ? keeper_.size() : std::unexpected(gone.error());
    if (!size) return note(size.error(), false);
    trim_at_ = options_.clock() + trim_period;
    const std::lock_guard lock(mutex_);
    // With nothing left to write there is nothing else to find that out by.
    if (status_.pending == 0 && status_.alarm != Alarm::none && status_.alarm != Alarm::slow) {
        status_.alarm = Alarm::none;
        news_.push_back({.kind = ReplayNews::Kind::alarm});
    }
    status_.matches = size->matches;
    status_.bytes = size->bytes;
    for (const MatchId& match : *gone)
        news_.push_back({.kind = ReplayNews::Kind::gone, .match = match});
}

void Replays::tell(ReplayNews news) {
    const std::lock_guard lock(mutex_);
    news_.push_back(std::move(news));
}

void Replays::note(const std::optional<Error>& failure, bool was_slow) {
    const Alarm alarm = failure ? alarm_of(*failure) : was_slow ? Alarm::slow : Alarm::none;
    const std::lock_guard lock(mutex_);
    if (alarm == status_.alarm) return;
    status_.alarm = alarm;
    news_.push_back({.kind = ReplayNews::Kind::alarm, .alarm = alarm});
}

}  // namespace gs::storage
