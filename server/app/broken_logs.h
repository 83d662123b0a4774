// BrokenLogs: the LogStore of rooms, as files data/broken/<match>.gslog, and data/desync/<match>-<tick>.gslog
// with a .json beside each. Writes are rare, so they are blocking ones; at most `kept_max` are kept of either
// kind, so that what always breaks does not fill the disk.
// Owned by the world; the data folder and the log outlive it.
#pragma once

#include "server/app/data_folder.h"
#include "server/app/log.h"
#include "server/rooms/log_store.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gs::app {

class BrokenLogs final : public rooms::LogStore {
  public:
    /// The first of a kind of failure are the ones that tell something; later ones are only counted.
    static constexpr std::size_t kept_max = 32;

    BrokenLogs(const DataFolder& data, Log& log) : data_(data), log_(log) {}

    void keep_broken(const rooms::RoomInfo& room, const game::CheckFailure& failure,
                     const netcode::MatchLog& log) override;

    void keep_unrestored(const rooms::RoomId& room, std::string_view why, Tick at,
                         const netcode::MatchLog& log) override;
    void keep_desync(const rooms::RoomInfo& room, const rooms::DesyncReport& report,
                     const netcode::MatchLog& log) override;
    void note_suspicious(const rooms::RoomInfo& room, Seat seat, const rooms::Doubts& doubts) override;

  private:
    /// Lines about suspicious seats; later ones are only counted.
    static constexpr std::size_t suspicious_lines_max = 1'000;

    /// Whether the folder has room for one more file of `kept_max`; makes it if it is not there.
    [[nodiscard]] bool has_room(std::string_view folder, std::size_t files_max);
    /// Whether it has been written.
    bool keep(const std::string& name, std::string_view content);

    std::size_t suspicious_lines_ = 0;
    const DataFolder& data_;
    Log& log_;
};

}  // namespace gs::app
