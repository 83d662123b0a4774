// RoomDirectory: what the pages and the API ask of the rooms, as an interface, because they are tested
// without games and tick loops. It tells what is public of them, and nothing else. Implemented over
// rooms::Rooms by compose's wiring. All calls on the shard's thread.
#pragma once

#include "core/game/game.h"
#include "server/net/instant.h"
#include "server/net/person.h"
#include "server/rooms/results.h"
#include "server/rooms/room_info.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

/// A room that somebody wants. Everything is checked: the game exists, the numbers fit it, the name is clean.
struct NewRoom {
    std::string game;  // game::Info::id
    std::string name;
    rooms::Access access = rooms::Access::listed;
    std::uint32_t seats = 0;  // 1 … the game's seats_max
    std::uint32_t public_delay_s = 0;
    std::uint32_t computers = 0;                                // that have seats from the beginning
    net::Person maker;                                          // becomes host when taking a seat
    std::optional<std::uint64_t> maker_network = std::nullopt;  // Address::limit_key(); nothing: not counted
};

struct CreatedRoom {
    rooms::RoomInfo room;
    std::string invite = {};  // for rooms::Access::by_invite: what its link holds
};

enum class RoomRefusal : std::uint8_t {
    too_many_of_person,   // that the same maker has open
    too_many_of_network,  // that people at the same address have open
    too_many,             // in all
};

/// A game that can be played here.
struct OfferedGame {
    const game::Info* info;
    std::string module_url = {};       // path of the WebAssembly that browsers show it with
    std::string play_module_url = {};  // of the smaller one, which cannot play back
    std::uint64_t module_hash = 0;     // of the first; 0: unknown
    std::span<const game::EventInfo> event_kinds = {};
    std::span<const game::StatisticInfo> statistics = {};
    bool has_computers = false;
};

struct GameCounts {
    std::uint32_t rooms = 0;
    std::uint32_t players = 0;
};

enum class NoRoom : std::uint8_t {
    gone,          // never was, or has closed
    needs_invite,  // is there, for those with its link
};

class RoomDirectory {
  public:
    virtual ~RoomDirectory() = default;

    /// At least one; the first is what a visitor plays who does not choose. Never changes.
    [[nodiscard]] virtual std::span<const OfferedGame> games() const = 0;
    [[nodiscard]] virtual GameCounts counts(std::string_view game) const = 0;

    /// The room, if `invite` (hostile, of any length) opens it: a listed room is open to all.
    [[nodiscard]] virtual std::expected<rooms::RoomInfo, NoRoom> find(const rooms::RoomId& id,
                                                                      std::string_view invite) const = 0;

    /// The room whose link holds `invite` (hostile, of any length).
    [[nodiscard]] virtual std::optional<rooms::RoomId> find_by_invite(std::string_view invite) const = 0;

    /// Listed rooms, the liveliest first, at most `count_max` of them.
    [[nodiscard]] virtual std::vector<rooms::RoomInfo> listed(std::size_t count_max) const = 0;
    [[nodiscard]] virtual std::size_t listed_count() const = 0;
    /// The one to show on the front page.
    [[nodiscard]] virtual std::optional<rooms::RoomInfo> featured() const = 0;

    /// Who has won most since the server started.
    [[nodiscard]] virtual std::vector<rooms::Standings> leaders(std::string_view game) const = 0;

    [[nodiscard]] virtual std::expected<CreatedRoom, RoomRefusal> create(const NewRoom& wish,
                                                                         net::Instant now) = 0;

    /// A listed room of the game with a free seat, made if there is none.
    [[nodiscard]] virtual std::expected<rooms::RoomId, RoomRefusal> quick_play(std::string_view game,
                                                                               net::Instant now) = 0;
};

}  // namespace gs::app
