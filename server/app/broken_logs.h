// BrokenLogs: the LogStore of rooms, as files data/broken/<match>.gslog. Writes are rare, so they are
// blocking ones; at most `kept_max` files are kept, so that a game that always breaks does not fill the disk.
// Owned by the world; the data folder and the log outlive it.
#pragma once

#include "server/app/data_folder.h"
#include "server/app/log.h"
#include "server/rooms/log_store.h"

#include <cstddef>

namespace gs::app {

class BrokenLogs final : public rooms::LogStore {
  public:
    /// The first of a kind of failure are the ones that tell something; later ones are only counted.
    static constexpr std::size_t kept_max = 32;

    BrokenLogs(const DataFolder& data, Log& log) : data_(data), log_(log) {}

    void keep_broken(const rooms::RoomInfo& room, const game::CheckFailure& failure,
                     const netcode::MatchLog& log) override;

  private:
    const DataFolder& data_;
    Log& log_;
};

}  // namespace gs::app
