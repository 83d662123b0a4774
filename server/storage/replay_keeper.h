// ReplayKeeper: kept matches on disk: files <folder>/<match>.gslog and their rows, together: a row first,
// then the file, then the row says so; away they go the other way round. After a crash anywhere in between,
// reconcile() brings both into line. Blocking; called by the thread of Replays and by tests. Not its job:
// when, and what happens after a failure.
#pragma once

#include "core/game/module.h"
#include "server/storage/disk.h"
#include "server/storage/replay_table.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::storage {

inline constexpr std::string_view replay_extension = ".gslog";

[[nodiscard]] Path replay_file(const Path& folder, const MatchId& match);

struct ReplayLimits {
    std::uint64_t bytes_max = std::uint64_t{5} * 1024 * 1024 * 1024;  // of files
    std::uint64_t days_max = 365;
};

class ReplayKeeper {
  public:
    using ModuleOf = std::function<const game::Module*(std::string_view game)>;

    /// `disk` outlives it.
    ReplayKeeper(Path folder, Disk& disk, ReplayTable table, ReplayLimits limits, ModuleOf module_of);

    /// The bytes of its file. After an error it can be tried again.
    [[nodiscard]] std::expected<std::uint64_t, Error> keep(const rooms::FinishedMatch& match,
                                                           const KeptMatch& kept);

    /// What was said in it, beside it; also before it is kept.
    [[nodiscard]] std::expected<void, Error> keep_chat(const MatchId& match, std::string_view messages) {
        return table_.put_chat(match, messages);
    }

    /// The oldest go until the rest is within the limits; which did.
    [[nodiscard]] std::expected<std::vector<MatchId>, Error> trim(std::uint64_t unix_s);

    struct Repair {
        std::string file;
        const char* words;                              // what was found and done
        std::optional<MatchId> gone = std::nullopt;     // there is no such match any more
        std::optional<KeptMatch> found = std::nullopt;  // there is one more
    };
    [[nodiscard]] std::expected<std::vector<Repair>, Error> reconcile();

    struct Verdict {
        KeptMatch::Check check = KeptMatch::Check::unknown;
        std::string_view words = {};  // when it differs
        Tick at = {};
    };
    /// Simulates the match again, and puts into its row whether it came out the same. `unknown`: it was
    /// played by other rules than this program's.
    [[nodiscard]] std::expected<Verdict, Error> check(const MatchId& match);
    [[nodiscard]] std::expected<std::vector<MatchId>, Error> unchecked() { return table_.unverified(); }

    [[nodiscard]] std::expected<ReplayTable::Size, Error> size() { return table_.size(); }

  private:
    [[nodiscard]] std::expected<void, Error> remove(const MatchId& match);
    [[nodiscard]] std::expected<Repair, Error> mend_file(const std::string& name, const MatchId& match,
                                                         bool has_row);
    [[nodiscard]] std::expected<Verdict, Error> verdict_on(const MatchId& match);

    Path folder_;
    Disk& disk_;
    ReplayTable table_;
    ReplayLimits limits_;
    ModuleOf module_of_;
};

}  // namespace gs::storage
