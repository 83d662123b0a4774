// Replays: every match that is over, kept: the rooms::Archive on files and a database. The shard's thread
// adds matches and asks; a thread of its own writes files, drops the oldest, and simulates each match again
// to see that it comes out the same. What is listed and what there is to know lies in memory and is there at
// once; a disk that is slow, full or gone is waited for by that thread alone, which holds matches back up to
// a bound and tries again. log() and events() read the disk on the caller's thread, once per match that is
// opened. Owned by app/, which calls advance() about once a second. Not its job: who is told of news.
#pragma once

#include "server/storage/alarm.h"
#include "server/storage/replay_keeper.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace gs::storage {

struct ReplayOptions {
    Path folder;         // data/replays
    Path database_file;  // data/grandstand.db
    ReplayLimits limits = {};
    ReplayKeeper::ModuleOf module_of = {};  // called by the thread, too
    std::uint64_t unix_s = 0;               // now
    std::function<net::Instant()> clock;    // called by the thread
    /// After a failure.
    net::Duration retry_period = std::chrono::seconds(5);
    /// Of matches that the disk does not take: as many again as are kept in memory anyway.
    std::size_t pending_bytes_max = std::size_t{64} * 1024 * 1024;
};

struct ReplayNews {
    enum class Kind : std::uint8_t {
        kept,      // its file is written
        verified,  // `check`; `words` and `at` say how it differs
        gone,      // too old, or no room
        lost,      // was never written: the disk has failed for too long
        repaired,  // at start; `file` and `words`
        alarm,     // `alarm` has changed
    };
    Kind kind = Kind::kept;
    MatchId match = {};
    std::uint64_t bytes = 0;
    KeptMatch::Check check = KeptMatch::Check::unknown;
    Alarm alarm = Alarm::none;
    std::string file = {};
    std::string_view words = {};
    Tick at = {};
    std::optional<KeptMatch> found = std::nullopt;  // of `repaired`: one more
    bool is_gone = false;                           // of `repaired`: one less
};

struct ReplayStatus {
    std::uint64_t matches = 0;  // written
    std::uint64_t bytes = 0;
    std::size_t pending = 0;
    std::size_t pending_bytes = 0;
    std::uint64_t lost = 0;
    std::uint64_t equal = 0;  // verified since the start
    std::uint64_t differs = 0;
    Alarm alarm = Alarm::none;
};

class Replays final : public rooms::Archive {
  public:
    /// The newest are listed; older ones are found by their addresses.
    static constexpr std::size_t listed_max = 10'000;

    /// `disk` outlives it.
    [[nodiscard]] static std::expected<std::unique_ptr<Replays>, Error> open(ReplayOptions options,
                                                                             Disk& disk);
    Replays(const Replays&) = delete;
    Replays& operator=(const Replays&) = delete;
    /// Writes what is pending, if the disk takes it.
    ~Replays() override;

    void keep(rooms::FinishedMatches::Kept match, net::Instant now);

    /// What was said in a match, as JSON; of all of a match, again whenever there is more.
    void keep_chat(const MatchId& match, std::string messages);
    /// Empty when there is none.
    [[nodiscard]] std::string chat(const MatchId& match);

    /// The time, and what has happened since the last call.
    [[nodiscard]] std::vector<ReplayNews> advance(std::uint64_t unix_s);
    [[nodiscard]] ReplayStatus status() const;

    [[nodiscard]] std::vector<Kept> list(const Filter& filter, std::size_t count_max,
                                         net::Instant now) const override;
    [[nodiscard]] Kept find(const MatchId& match, net::Instant now) override;
    [[nodiscard]] std::vector<MatchEvent> events(const MatchId& match) override;
    [[nodiscard]] std::shared_ptr<const rooms::KeptLog> log(const MatchId& match) override;

  private:
    /// Matches whose talk waits for the disk; more of it is lost.
    static constexpr std::size_t chats_max = 256;
    /// Logs that are open: some dozen matches that people watch at the same time.
    static constexpr std::size_t open_bytes_max = std::size_t{64} * 1024 * 1024;

    struct Entry {
        Kept kept;
        std::string names;  // of its players in small letters, each on a line
        std::optional<net::Instant> public_at = std::nullopt;  // none: Unix time decides
    };
    using Key = std::pair<std::uint64_t, MatchId>;
    struct Job {
        rooms::FinishedMatches::Kept match;
        Kept kept;
        std::size_t bytes = 0;
    };
    struct OpenLog {
        MatchId match;
        std::shared_ptr<const rooms::KeptLog> log;
        std::size_t bytes;
    };

    Replays(ReplayOptions options, Disk& disk, ReplayTable own, ReplayTable of_thread);

    // On the shard's thread.
    void add(KeptMatch kept, std::optional<net::Instant> public_at);
    void drop(const MatchId& match);
    void change(const MatchId& match, std::uint64_t bytes, KeptMatch::Check check);
    void apply(const ReplayNews& news);
    [[nodiscard]] bool is_public(const Entry& entry, net::Instant now) const;

    // On the thread of its own.
    void work();
    [[nodiscard]] bool is_stopping() const;
    void reconcile();
    [[nodiscard]] bool take_job(Job& job);
    void write(Job job);
    void write_chats();
    void check_one();
    void trim();
    void tell(ReplayNews news);
    void note(const std::optional<Error>& failure, bool was_slow);

    ReplayOptions options_;
    Disk& disk_;
    ReplayTable table_;
    std::map<Key, Entry, std::greater<>> entries_;  // the newest first
    std::unordered_map<MatchId, Key> keys_;
    std::unordered_map<MatchId, rooms::FinishedMatches::Kept> pending_;
    std::list<OpenLog> open_;  // the one asked for last first
    std::size_t open_bytes_ = 0;
    bool has_older_ = false;  // there are rows that are not in memory

    ReplayKeeper keeper_;           // the thread's
    std::deque<MatchId> to_check_;  // the thread's, as the next two
    bool is_reconciled_ = false;
    net::Instant trim_at_ = {};
    std::atomic<std::uint64_t> unix_s_;

    mutable std::mutex mutex_;  // of everything below
    std::condition_variable woken_;
    std::deque<Job> jobs_;
    std::map<MatchId, std::string> chats_;
    std::vector<ReplayNews> news_;
    ReplayStatus status_;
    bool is_stopping_ = false;

    std::thread thread_;
};

}  // namespace gs::storage
