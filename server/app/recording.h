// Recording: matches outlive the process: opens the storage::Recorder of the data folder, brings back what
// was under way when the server ended (a match that has taken it with it twice is left out), and tells the
// operator when recording stops or the disk fails; play goes on meanwhile. Made by compose before the world,
// whose rooms record; on the shard's thread.
#pragma once

#include "server/app/clock.h"
#include "server/app/log.h"
#include "server/app/metrics.h"
#include "server/rooms/rooms.h"
#include "server/storage/posix_disk.h"
#include "server/storage/recorder.h"

#include <filesystem>
#include <memory>
#include <utility>

namespace gs::app {

class World;

class Recording {
  public:
    struct Options {
        std::filesystem::path data;
        std::filesystem::path ring;  // empty: /dev/shm
        ShardClock clock;
    };

    /// Null, and the log says why: matches end with the server.
    [[nodiscard]] static std::unique_ptr<Recording> open(Options options, Log& log);
    ~Recording();

    [[nodiscard]] rooms::Recorder& recorder() { return *recorder_; }
    /// Before the world starts. From then on what is recorded gets to the disk.
    void bring_back(World& world);
    /// Commits everything.
    void stop();
    /// Once a second: alarms become lines of the log when they come and go.
    void look();

    [[nodiscard]] storage::RecorderStatus status() const { return recorder_->status(); }
    [[nodiscard]] const rooms::RestoreCounts& restored() const { return restored_; }

  private:
    Recording(ShardClock clock, Log& log) : clock_(std::move(clock)), log_(log) {}
    void say_what_is_lost() const;

    ShardClock clock_;
    Log& log_;
    storage::PosixDisk disk_;
    std::filesystem::path folder_;
    std::unique_ptr<storage::Recorder> recorder_;
    storage::Restoration restoration_;
    rooms::RestoreCounts restored_;
    storage::Alarm alarm_ = storage::Alarm::none;
    bool is_running_ = false;
};

/// `recording` may be null; else it outlives `metrics`.
void add_recording_metrics(const Recording* recording, Metrics& metrics);

}  // namespace gs::app
