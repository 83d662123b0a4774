// RoomInfo: what everybody may know of a room, as a value: "Room" in docs/protocol.md. Made by the room,
// shown by the API, by the pages and in `sure` messages.
#pragma once

#include "core/base/ids.h"
#include "core/game/standing.h"
#include "server/net/place.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gs::rooms {

using net::MatchId;
using net::RoomId;

/// As the game says; an endless one is always played.
using game::Phase;
[[nodiscard]] std::string_view name_of(Phase phase);

enum class Access : std::uint8_t {
    listed,     // in the lobby, in the API, by quick play
    by_invite,  // as if it were not there, without its invite
};

struct RoomInfo {
    RoomId id = {};
    std::string name = {};  // clean (server/names), not escaped
    std::string game = {};  // game::Info::id
    std::string host =
        {};  // name of the host; empty while there is none. Not in the JSON: the roster says it
    Phase phase = Phase::waiting;
    std::optional<MatchId> match = std::nullopt;
    Tick tick = {};  // the newest that has been released to the public
    // players + spectators − viewers are those whose seats are held. Who sees the room in the lobby is none
    // of them.
    std::uint32_t players = 0;     // seats taken, held ones included
    std::uint32_t computers = 0;   // seats that the game plays itself; none of `players`
    std::uint32_t seats = 0;       // that there are
    std::uint32_t spectators = 0;  // without a seat, on the room's page
    std::uint32_t viewers = 0;     // here right now: players who are connected, and spectators
    Access access = Access::listed;
    std::uint32_t public_delay_s = 0;
    bool locked = false;
};

[[nodiscard]] nlohmann::json json_of(const RoomInfo& room);

}  // namespace gs::rooms
