// MatchKeeping: every match that is over goes to the replays in the data folder: puts storage::Replays, the
// rooms, the log and the metrics together. Without a database (it cannot be opened) the server does not
// start: then something has to be done about it. Owned by the world, on the shard's thread; calls come from
// there about once a second.
#pragma once

#include "server/app/data_folder.h"
#include "server/app/log.h"
#include "server/app/metrics.h"
#include "server/rooms/room_setup.h"
#include "server/storage/posix_disk.h"
#include "server/storage/replays.h"

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace gs::app {

class MatchKeeping {
  public:
    struct Options {
        storage::ReplayLimits limits = {};
        std::function<net::Instant()> clock;  // any thread
        std::uint64_t unix_s = 0;
    };
    /// Fails with words for the operator. `data` and `log` outlive it.
    [[nodiscard]] static std::expected<std::unique_ptr<MatchKeeping>, Failure> open(const DataFolder& data,
                                                                                    Options options,
                                                                                    Log& log);

    /// From now on. The keeping outlives what rooms do.
    void listen(rooms::FinishedMatches& finished, std::function<net::Instant()> now);
    [[nodiscard]] rooms::Archive& archive() { return *replays_; }
    /// What was said in a match, beside its replay.
    void keep_chat(const rooms::MatchId& match, std::string messages) {
        replays_->keep_chat(match, std::move(messages));
    }
    [[nodiscard]] std::string chat(const rooms::MatchId& match) { return replays_->chat(match); }
    void advance(std::uint64_t unix_s);
    void add_metrics(Metrics& metrics);

  private:
    explicit MatchKeeping(Log& log) : log_(log) {}
    void tell(const storage::ReplayNews& news);

    Log& log_;
    storage::PosixDisk disk_;
    std::unique_ptr<storage::Replays> replays_;
};

}  // namespace gs::app
