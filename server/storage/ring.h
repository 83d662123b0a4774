// Ring: the newest records of a shard in memory that outlives the process: a file on tmpfs, mapped twice in a
// row so that no record is ever torn by its end. One producer (the shard's thread: append()) and one consumer
// (the storage thread: pending(), release()); they share nothing but two counters. What append() has
// published is there for the next process, however this one ends; what it had not is cut by open(). Not for
// power losses: those the journal survives. Two processes never have one ring: the data folder's lock keeps
// them apart.
#pragma once

#include "core/base/error.h"
#include "server/storage/posix_disk.h"
#include "server/storage/record.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>

namespace gs::storage {

/// Half of what Docker gives /dev/shm by default; half a minute of a thousand rooms (30 MB) while a disk
/// stalls.
inline constexpr std::size_t ring_bytes_default = std::size_t{32} * 1024 * 1024;

/// /dev/shm/grandstand-<user>-<hash of the data folder's absolute path>
[[nodiscard]] Path default_ring_folder(const Path& data);

class Ring {
  public:
    struct Options {
        std::size_t bytes = ring_bytes_default;  // whole pages
        /// Of the data folder: a ring that another one left behind is begun anew.
        std::uint64_t id = 0;
    };

    /// Makes folder (0700) and file (0600), or takes what the process before left. Fails when the folder is
    /// somebody else's or open to others, and when there is no room for all of the ring.
    [[nodiscard]] static std::expected<Ring, Error> open(const Path& folder, Options options);
    /// A ring that ends with the process: better than none where there is no tmpfs.
    [[nodiscard]] static std::expected<Ring, Error> make_private(Options options);

    Ring(Ring&& other) noexcept;
    Ring& operator=(Ring&&) = delete;
    ~Ring();

    /// What open() cut because it was not whole.
    [[nodiscard]] std::size_t cut_bytes() const { return cut_bytes_; }
    /// What checksums of its records begin with.
    [[nodiscard]] std::uint64_t seed() const { return id_; }
    [[nodiscard]] std::size_t size() const { return bytes_; }

    // ---- Producer

    /// Before the first append(): the sequence that the next record has.
    void start_at(std::uint64_t sequence) { next_sequence_ = sequence; }
    [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }

    /// The payload in parts. False, and nothing has happened: there is no room.
    [[nodiscard]] bool append(RecordKind kind, std::initializer_list<ByteView> payload) noexcept;

    // ---- Consumer

    /// Whole records, the oldest first, all that are published and not released.
    [[nodiscard]] ByteView pending() const;
    /// The oldest `bytes` are safe elsewhere: whole records.
    void release(std::size_t bytes);

    // ---- Any thread

    [[nodiscard]] std::size_t used() const;

  private:
    struct Head;
    Ring() = default;

    [[nodiscard]] static std::expected<Ring, Error> map(const Descriptor& file, Options options);
    [[nodiscard]] Head& head() const;
    void begin_anew(std::uint64_t id);
    void cut_torn_end();

    std::byte* memory_ = nullptr;  // a page of head, the records, the records again
    std::size_t bytes_ = 0;        // of records
    std::uint64_t id_ = 0;
    std::size_t cut_bytes_ = 0;

    // The producer's own.
    std::uint64_t next_sequence_ = 1;
    std::uint64_t published_ = 0;
    std::uint64_t released_seen_ = 0;
};

}  // namespace gs::storage
