#include "server/app/rooms_directory.h"

#include <algorithm>
#include <utility>

namespace gs::app {
namespace {

RoomRefusal refusal_of(rooms::MakeRefusal refusal) {
    switch (refusal) {
        case rooms::MakeRefusal::too_many_of_yours:
            return RoomRefusal::too_many_of_person;
        case rooms::MakeRefusal::too_many_of_network:
            return RoomRefusal::too_many_of_network;
        case rooms::MakeRefusal::no_such_game:  // checked before
        case rooms::MakeRefusal::full:
        case rooms::MakeRefusal::closing:
            break;
    }
    return RoomRefusal::too_many;
}

}  // namespace

RoomsDirectory::RoomsDirectory(rooms::Rooms& rooms, std::function<net::Instant()> clock)
    : rooms_(rooms), clock_(std::move(clock)) {
    for (const rooms::GameEntry& entry : rooms.games())
        games_.push_back({.info = entry.module->info,
                          .module_url = entry.module_url,
                          .play_module_url = entry.play_module_url,
                          .module_hash = entry.module_hash,
                          .event_kinds = entry.module->event_kinds,
                          .statistics = entry.module->statistics,
                          .has_computers = entry.module->computer != nullptr});
}

GameCounts RoomsDirectory::counts(std::string_view game) const {
    const rooms::Rooms::Counts counts = rooms_.counts(game);
    return {.rooms = static_cast<std::uint32_t>(counts.rooms),
            .players = static_cast<std::uint32_t>(counts.seats_taken)};
}

std::expected<rooms::RoomInfo, NoRoom> RoomsDirectory::find(const rooms::RoomId& id,
                                                            std::string_view invite) const {
    const rooms::Room* room = rooms_.find(id);
    if (room == nullptr) return std::unexpected(NoRoom::gone);
    const bool is_open = room->setup().access == rooms::Access::listed || rooms_.is_invite_of(id, invite);
    if (!is_open) return std::unexpected(NoRoom::needs_invite);
    return room->public_info(clock_());
}

std::optional<rooms::RoomId> RoomsDirectory::find_by_invite(std::string_view invite) const {
    const rooms::Room* room = rooms_.find_by_invite(invite);
    if (room == nullptr) return std::nullopt;
    return room->setup().id;
}

std::vector<rooms::RoomInfo> RoomsDirectory::listed(std::size_t count_max) const {
    std::vector<rooms::RoomInfo> rooms = rooms_.list(clock_());
    rooms.resize(std::min(rooms.size(), count_max));
    return rooms;
}

std::size_t RoomsDirectory::listed_count() const { return rooms_.listed_count(); }

std::optional<rooms::RoomInfo> RoomsDirectory::featured() const {
    const rooms::Room* room = rooms_.featured();
    if (room == nullptr) return std::nullopt;
    return room->public_info(clock_());
}

std::vector<rooms::Standings> RoomsDirectory::leaders(std::string_view game) const {
    return rooms_.results().leaders(game, clock_());
}

std::expected<CreatedRoom, RoomRefusal> RoomsDirectory::create(const NewRoom& wish, net::Instant now) {
    const auto made = rooms_.make({.game = wish.game,
                                   .name = wish.name,
                                   .access = wish.access,
                                   .seats = wish.seats,
                                   .public_delay_s = wish.public_delay_s,
                                   .computers = wish.computers,
                                   .maker = wish.maker.id,
                                   .maker_network = wish.maker_network},
                                  now);
    if (!made) return std::unexpected(refusal_of(made.error()));
    CreatedRoom created{.room = rooms_.find(*made)->public_info(now), .invite = {}};
    if (wish.access == rooms::Access::by_invite) created.invite = rooms_.invite_of(*made);
    return created;
}

std::expected<rooms::RoomId, RoomRefusal> RoomsDirectory::quick_play(std::string_view game,
                                                                     net::Instant now) {
    const auto room = rooms_.quick_play(game, now);
    if (!room) return std::unexpected(refusal_of(room.error()));
    return *room;
}

}  // namespace gs::app
