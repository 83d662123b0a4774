#include "server/rooms/room_info.h"

#include <nlohmann/json.hpp>

namespace gs::rooms {

std::string_view name_of(Phase phase) {
    switch (phase) {
        case Phase::waiting:
            return "waiting";
        case Phase::countdown:
            return "countdown";
        case Phase::playing:
            return "playing";
        case Phase::result:
            return "result";
    }
    return {};
}

nlohmann::json json_of(const RoomInfo& room) {
    nlohmann::json json = {{"id", room.id.text()},
                           {"name", room.name},
                           {"game", room.game},
                           {"phase", name_of(room.phase)},
                           {"match_id", nullptr},
                           {"tick", room.tick.value},
                           {"players", room.players},
                           {"computers", room.computers},
                           {"seats", room.seats},
                           {"spectators", room.spectators},
                           {"viewers", room.viewers},
                           {"public", room.access == Access::listed},
                           {"public_delay_s", room.public_delay_s},
                           {"locked", room.locked}};
    if (room.match) json["match_id"] = room.match->text();
    return json;
}

}  // namespace gs::rooms
