// RoomsDirectory: the RoomDirectory of the pages and the API over the shard's rooms. Owned by the world; the
// rooms outlive it.
#pragma once

#include "server/app/room_directory.h"
#include "server/rooms/rooms.h"

#include <functional>
#include <vector>

namespace gs::app {

class RoomsDirectory final : public RoomDirectory {
  public:
    RoomsDirectory(rooms::Rooms& rooms, std::function<net::Instant()> clock);

    [[nodiscard]] std::span<const OfferedGame> games() const override { return games_; }
    [[nodiscard]] GameCounts counts(std::string_view game) const override;
    [[nodiscard]] std::expected<rooms::RoomInfo, NoRoom> find(const rooms::RoomId& id,
                                                              std::string_view invite) const override;
    [[nodiscard]] std::optional<rooms::RoomId> find_by_invite(std::string_view invite) const override;
    [[nodiscard]] std::vector<rooms::RoomInfo> listed(std::size_t count_max) const override;
    [[nodiscard]] std::size_t listed_count() const override;
    [[nodiscard]] std::optional<rooms::RoomInfo> featured() const override;
    [[nodiscard]] std::vector<rooms::Standings> leaders(std::string_view game) const override;
    [[nodiscard]] std::expected<CreatedRoom, RoomRefusal> create(const NewRoom& wish,
                                                                 net::Instant now) override;
    [[nodiscard]] std::expected<rooms::RoomId, RoomRefusal> quick_play(std::string_view game,
                                                                       net::Instant now) override;

  private:
    rooms::Rooms& rooms_;
    std::function<net::Instant()> clock_;
    std::vector<OfferedGame> games_;
};

}  // namespace gs::app
