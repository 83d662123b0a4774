// Recorder: rooms::Recorder on a ring and a journal. The shard's thread writes into the ring; a thread of its
// own drains the ring into the journal about every 50 ms. When the ring is full it refuses everything, counts
// that and raises an alarm, until there is room again and the rooms have filled what is missing (refill()).
// Owned by app/, on the shard's thread but for the drain. Not its job: who is told of alarms, and what
// becomes of what open() has restored.
#pragma once

#include "server/storage/drain.h"
#include "server/storage/restore.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace gs::storage {

struct RecorderOptions {
    Path folder;            // of the journal: data/journal/shard-0
    Path ring_folder = {};  // default_ring_folder()
    std::size_t ring_bytes = ring_bytes_default;
    Journal::Options journal = {};
    Drain::Options drain = {};
    /// Between two commits: what a power loss takes, and so often the disk has work.
    net::Duration commit_period = std::chrono::milliseconds(50);
    std::uint64_t fresh_id = 0;  // random: of a journal that is not there yet
    std::function<net::Instant()> clock = {};
};

struct RecorderStatus {
    DrainStatus drain = {};  // with the alarm that counts now
    bool is_stopped = false;
    std::uint64_t refused = 0;  // records that the ring had no room for
    std::uint64_t stops = 0;
    std::size_t lag_bytes = 0;  // in the ring, and not safe from a power loss
};

class Recorder final : public rooms::Recorder {
  public:
    struct Opened {
        std::unique_ptr<Recorder> recorder;
        Restoration restoration;
        /// There is no ring on tmpfs, and why: the end of the process takes as much as that of the power.
        std::optional<Error> ring_failure = std::nullopt;
    };
    /// Reads what is there, and is ready to record. `disk` outlives the recorder. Everything in the
    /// restoration stays recorded until room_closed() and match_over() say otherwise: also of what nobody
    /// restores.
    [[nodiscard]] static std::expected<Opened, Error> open(Disk& disk, RecorderOptions options);
    /// stop() has been called when it was started.
    ~Recorder() override;

    /// Begins to drain on a thread of its own.
    void start();
    /// Commits what is there, as far as the disk takes it.
    void stop();
    /// One turn of the drain, for who does not start() it.
    void drain() { drain_.turn(); }

    [[nodiscard]] bool room_changed(const rooms::RoomRecord& room) override;
    void room_closed(const rooms::RoomId& room) override;
    [[nodiscard]] bool match_began(const rooms::RoomId& room, const netcode::LogHeader& header) override;
    [[nodiscard]] bool keyframe(const rooms::MatchId& match, Tick tick, ByteView bytes,
                                ByteView statistics) override;
    [[nodiscard]] bool entry(const rooms::MatchId& match, Tick tick, ByteView bytes) noexcept override;
    void match_over(const rooms::MatchId& match) override;

    [[nodiscard]] bool needs_refill() const override;
    void refill(rooms::RefillSource& source) override;

    /// On the shard's thread.
    [[nodiscard]] RecorderStatus status() const;

  private:
    Recorder(Ring ring, Journal journal, RecorderOptions options);
    [[nodiscard]] bool write(RecordKind kind, std::initializer_list<ByteView> payload) noexcept;
    /// What ends something is not said again by anybody: it is kept here until the ring takes it.
    struct Ending {
        RecordKind kind;
        std::string id;
    };
    void end(RecordKind kind, std::string_view id);
    void run();

    RecorderOptions options_;
    Ring ring_;
    Drain drain_;

    bool is_stopped_ = false;
    bool is_refilling_ = false;
    std::uint64_t refused_ = 0;
    std::uint64_t stops_ = 0;
    std::vector<Ending> endings_;

    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable ends_;
    bool is_ending_ = false;
};

}  // namespace gs::storage
