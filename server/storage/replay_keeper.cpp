#include "server/storage/replay_keeper.h"

#include "core/netcode/verify.h"

#include <algorithm>
#include <set>
#include <utility>

namespace gs::storage {
namespace {

constexpr std::uint64_t day_s = 24 * 60 * 60;

constexpr const char* file_lost = "the file of a replay is gone; it is not listed any more";
constexpr const char* row_found = "a replay was written when the server ended; it is listed now";
constexpr const char* row_made =
    "a file was not in the database; it is kept, but nobody knows who may see it, so it is not listed";
constexpr const char* file_strange = "a file is no log of a match; it is left alone: move it away";
constexpr const char* file_torn = "a replay was not written to its end; it was removed";

/// What the file alone tells. Who may see it does not stand in there.
KeptMatch kept_from(const netcode::LogFile& log, const MatchId& match, std::size_t bytes) {
    const auto& chunks = log.chunks;
    KeptMatch kept{.match = match, .access = rooms::Access::by_invite, .header = log.header};
    kept.end = chunks.empty() ? log.header.first : chunks.back().first + chunks.back().count;
    kept.play_began = log.header.first;
    kept.ended_unix_s = log.header.started_unix_s + kept.ticks() / log.header.tick_rate_hz;
    kept.public_unix_s = kept.ended_unix_s;
    kept.bytes = bytes;
    return kept;
}

std::optional<MatchId> match_in(std::string_view name) {
    if (!name.ends_with(replay_extension)) return std::nullopt;
    return MatchId::parse(name.substr(0, name.size() - replay_extension.size()));
}

}  // namespace

Path replay_file(const Path& folder, const MatchId& match) {
    return folder / (std::string(match.text()) + std::string(replay_extension));
}

ReplayKeeper::ReplayKeeper(Path folder, Disk& disk, ReplayTable table, ReplayLimits limits,
                           ModuleOf module_of)
    : folder_(std::move(folder)),
      disk_(disk),
      table_(std::move(table)),
      limits_(limits),
      module_of_(std::move(module_of)) {}

std::expected<std::uint64_t, Error> ReplayKeeper::keep(const rooms::FinishedMatch& match,
                                                       const KeptMatch& kept) {
    const std::vector<MatchEvent> events(match.events.all().begin(), match.events.all().end());
    if (auto done = table_.put(kept, events); !done) return std::unexpected(done.error());
    if (auto made = disk_.make_folder(folder_); !made) return std::unexpected(made.error());
    const std::vector<std::byte> bytes = netcode::write_log_file(match.log);
    const auto written = disk_.replace(replay_file(folder_, kept.match), bytes, Disk::Sync::yes);
    if (!written) return std::unexpected(written.error());
    if (auto done = table_.set_bytes(kept.match, bytes.size()); !done) return std::unexpected(done.error());
    return bytes.size();
}

std::expected<void, Error> ReplayKeeper::remove(const MatchId& match) {
    if (auto removed = disk_.remove(replay_file(folder_, match)); !removed) return removed;
    return table_.remove(match);
}

std::expected<std::vector<MatchId>, Error> ReplayKeeper::trim(std::uint64_t unix_s) {
    std::vector<MatchId> gone;
    const std::uint64_t kept_s = limits_.days_max * day_s;
    while (true) {
        const auto size = table_.size();
        if (!size) return std::unexpected(size.error());
        const auto oldest = table_.oldest();
        if (!oldest) return std::unexpected(oldest.error());
        if (!*oldest) return gone;
        const bool is_old = unix_s > kept_s && (*oldest)->public_unix_s < unix_s - kept_s;
        if (!is_old && size->bytes <= limits_.bytes_max) return gone;
        if (auto removed = remove((*oldest)->match); !removed) return std::unexpected(removed.error());
        gone.push_back((*oldest)->match);
    }
}

// ---- After a crash

std::expected<std::vector<ReplayKeeper::Repair>, Error> ReplayKeeper::reconcile() {
    const auto written = table_.matches(ReplayTable::Files::written);
    if (!written) return std::unexpected(written.error());
    const auto missing = table_.matches(ReplayTable::Files::missing);
    if (!missing) return std::unexpected(missing.error());
    const auto names = disk_.list(folder_);
    if (!names) return std::unexpected(names.error());

    std::vector<Repair> repairs;
    std::set<MatchId> without_file(written->begin(), written->end());
    std::set<MatchId> unfinished(missing->begin(), missing->end());
    for (const std::string& name : *names) {
        const auto match = match_in(name);
        if (match && without_file.erase(*match) > 0) continue;
        if (!match) {
            // What is left of a file that was being written.
            if (name.ends_with(".new")) {
                if (auto removed = disk_.remove(folder_ / name); !removed)
                    return std::unexpected(removed.error());
            } else {
                repairs.push_back({.file = name, .words = file_strange});
            }
            continue;
        }
        auto repair = mend_file(name, *match, unfinished.erase(*match) > 0);
        if (!repair) return std::unexpected(repair.error());
        repairs.push_back(*std::move(repair));
    }
    without_file.merge(unfinished);
    for (const MatchId& match : without_file) {
        if (auto removed = table_.remove(match); !removed) return std::unexpected(removed.error());
        repairs.push_back({.file = replay_file({}, match).string(), .words = file_lost, .gone = match});
    }
    if (auto removed = table_.remove_stray_chat(); !removed) return std::unexpected(removed.error());
    return repairs;
}

std::expected<ReplayKeeper::Repair, Error> ReplayKeeper::mend_file(const std::string& name,
                                                                   const MatchId& match, bool has_row) {
    const auto bytes = disk_.read(folder_ / name, netcode::log_file_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const auto read = netcode::read_log_file(*bytes);
    if (!read.file || read.file->header.match != match.text()) {
        if (!has_row) return Repair{.file = name, .words = file_strange};
        if (auto removed = remove(match); !removed) return std::unexpected(removed.error());
        return Repair{.file = name, .words = file_torn, .gone = match};
    }
    if (!has_row) {
        if (auto put = table_.put(kept_from(*read.file, match, bytes->size()), {}); !put)
            return std::unexpected(put.error());
    }
    if (auto set = table_.set_bytes(match, bytes->size()); !set) return std::unexpected(set.error());
    auto kept = table_.find(match);
    if (!kept) return std::unexpected(kept.error());
    return Repair{.file = name, .words = has_row ? row_found : row_made, .found = *std::move(kept)};
}

// ---- Simulated again

std::expected<ReplayKeeper::Verdict, Error> ReplayKeeper::check(const MatchId& match) {
    const auto verdict = verdict_on(match);
    if (!verdict || verdict->check == KeptMatch::Check::unknown) return verdict;
    if (auto set = table_.set_check(match, verdict->check); !set) return std::unexpected(set.error());
    return verdict;
}

std::expected<ReplayKeeper::Verdict, Error> ReplayKeeper::verdict_on(const MatchId& match) {
    const auto bytes = disk_.read(replay_file(folder_, match), netcode::log_file_bytes_max);
    // Its time has come while it waited.
    if (!bytes && bytes.error().code == ErrorCode::not_found) return Verdict{};
    if (!bytes) return std::unexpected(bytes.error());
    const auto read = netcode::read_log_file(*bytes);
    if (!read.file) return Verdict{.check = KeptMatch::Check::differs, .words = "the file is damaged"};
    const game::Module* const module = module_of_(read.file->header.game);
    if (module == nullptr) return Verdict{};
    const netcode::Verification found = netcode::verify(*module, *read.file);
    if (found.found == netcode::Verification::Found::other_rules) return Verdict{};
    if (found.is_equal()) return Verdict{.check = KeptMatch::Check::equal};
    return Verdict{
        .check = KeptMatch::Check::differs, .words = netcode::words_of(found.found), .at = found.at};
}

}  // namespace gs::storage
