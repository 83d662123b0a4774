// Restore: from the records of journal and ring to the rooms and matches that were under way, as values.
// Pure: nothing is simulated here, that is the rooms' part (from the newest keyframe, comparing hashes). And
// RestoreAttempts: what was tried before, so that a match which crashes the server is left out the third
// time. At the start of the server, on one thread, before anything listens.
#pragma once

#include "server/rooms/recorder.h"
#include "server/storage/journal.h"
#include "server/storage/ring.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gs::storage {

/// Something of a match or room that was recorded and cannot be used.
struct Loss {
    std::string id;  // of the match or room
    std::string_view why;
    std::uint32_t ticks = 0;  // entries that are there, but lead nowhere
};

struct Restoration {
    std::vector<rooms::RestoredRoom> rooms = {};
    /// Matches that no room goes on with: they were over, or their room was closed, and nobody has said yet
    /// that they are not needed (Recorder::match_over).
    std::vector<rooms::RestoredMatch> over = {};
    std::vector<Cut> cuts = {};
    std::vector<Loss> losses = {};
    std::uint64_t newest_sequence = 0;
    std::size_t records = 0;  // that were different
    std::size_t ring_bytes = 0;
};

/// `ring` are the whole records that a ring still has, `seed` what their checksums begin with.
[[nodiscard]] Restoration restore(const JournalContents& journal, ByteView ring, std::uint64_t seed);

class RestoreAttempts {
  public:
    /// So often a match may take the server with it.
    static constexpr std::uint32_t attempts_max = 2;

    /// `disk` outlives it. What cannot be read counts as no attempts.
    RestoreAttempts(Disk& disk, Path file);

    [[nodiscard]] std::uint32_t of(const rooms::MatchId& match) const;
    /// Before a match is simulated. Survives the end of the process; not of the power, which no match causes.
    [[nodiscard]] std::expected<void, Error> begin(const rooms::MatchId& match);
    /// It went well.
    [[nodiscard]] std::expected<void, Error> end(const rooms::MatchId& match);

  private:
    [[nodiscard]] std::expected<void, Error> write() const;

    Disk& disk_;
    Path file_;
    std::map<rooms::MatchId, std::uint32_t> attempts_;
};

/// Matches that have been tried too often leave their rooms and go to `keep`, which puts the log where
/// somebody looks at it and tells the recorder that the match is over; their rooms begin another.
void quarantine(Restoration& restoration, const RestoreAttempts& attempts,
                const std::function<void(const rooms::RestoredMatch&)>& keep);

}  // namespace gs::storage
