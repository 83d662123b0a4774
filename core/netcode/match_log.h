// MatchLog: what happened in a match: a header, one entry per tick in chunks of 2 s, and keyframes. A room
// appends each entry once; tick packets, repairs, chunks and files are slices of these bytes.
// Owned by one room, used on its thread. Appending allocates only where a chunk begins or outgrows what the
// one before it took. Not its job: the disk (log_file.h gives it the bytes).
#pragma once

#include "core/base/bytes.h"
#include "core/game/module.h"
#include "core/netcode/keyframe.h"
#include "core/netcode/limits.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gs::netcode {

struct LogHeader {
    std::string game;  // id
    std::string match;
    std::uint16_t rules_version = 0;
    std::uint8_t tick_rate_hz = 0;
    std::uint64_t started_unix_s = 0;
    std::uint64_t module_hash = 0;  // of the WebAssembly module that plays it in a browser; 0: unknown
    Tick first = {};                // a room's later matches go on counting
};

struct Chunk {
    Tick first = {};
    std::uint32_t count = 0;       // entries
    std::uint64_t previous = 0;    // hash of the chunk before (chunk.h)
    std::vector<std::byte> bytes;  // the entries, one after the other
};

struct Keyframe {
    Tick tick = {};                // the state before it
    std::vector<std::byte> bytes;  // as write_keyframe() wrote them
};

class MatchLog {
  public:
    explicit MatchLog(LogHeader header);

    [[nodiscard]] const LogHeader& header() const { return header_; }
    /// The tick whose entry is appended next.
    [[nodiscard]] Tick next() const { return next_; }
    [[nodiscard]] std::uint32_t chunk_ticks() const { return header_.tick_rate_hz * chunk_seconds; }

    /// Whether the log wants a keyframe of the state before next(), before the next append().
    [[nodiscard]] bool wants_keyframe() const;
    void add_keyframe(ByteView bytes);

    /// `entry` as EntryWriter::finish() gave it.
    void append(ByteView entry);

    /// `count` entries from `first` on in one piece, cut to what is there and to at most `bytes_max` bytes.
    /// Empty when `first` is older than the newest recent_ticks_max or not there yet. Valid until append().
    struct Slice {
        ByteView bytes;
        std::uint32_t count = 0;
    };
    [[nodiscard]] Slice recent(Tick first, std::uint32_t count, std::size_t bytes_max) const;

    /// The same from the whole log, copied to the end of `to`; the number of entries.
    std::uint32_t copy(Tick first, std::uint32_t count, std::vector<std::byte>& to) const;

    /// All but the last are complete and do not change any more; the last is when it is full.
    [[nodiscard]] const std::vector<Chunk>& chunks() const { return chunks_; }
    [[nodiscard]] const std::vector<Keyframe>& keyframes() const { return keyframes_; }
    [[nodiscard]] std::size_t entry_bytes() const { return entry_bytes_; }
    [[nodiscard]] bool is_complete(std::size_t chunk) const {
        return chunk < chunks_.size() && chunks_[chunk].count == chunk_ticks();
    }

  private:
    void begin_chunk();
    void remember(ByteView entry);

    LogHeader header_;
    Tick next_;
    std::vector<Chunk> chunks_;
    std::vector<Keyframe> keyframes_;
    std::size_t entry_bytes_ = 0;

    // The newest entries once more, in one piece: `recent_at_[tick % size]` is where that tick's begins.
    std::vector<std::byte> recent_;
    std::size_t recent_end_ = 0;
    std::array<std::uint32_t, recent_ticks_max> recent_at_ = {};
};

}  // namespace gs::netcode
