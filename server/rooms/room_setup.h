// What a room is made from: its game, its settings, and what all rooms of a shard share. Filled by Rooms.
#pragma once

#include "core/game/module.h"
#include "core/netcode/limits.h"
#include "server/net/instant.h"
#include "server/net/person.h"
#include "server/rooms/counters.h"
#include "server/rooms/finished_matches.h"
#include "server/rooms/log_store.h"
#include "server/rooms/results.h"
#include "server/rooms/room_info.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gs::rooms {

/// A game of this server. `module_hash` and `module_url` are of the WebAssembly that browsers show it with;
/// a smaller one, which cannot play back, is enough for who plays.
struct GameEntry {
    const game::Module* module = nullptr;
    std::string module_url = {};
    std::string play_module_url = {};
    std::uint64_t module_hash = 0;  // 0: unknown
};

/// Of rooms in which nothing else is said: long enough that nobody is helped by watching.
inline constexpr std::uint32_t public_delay_s_default = 10;

struct RoomLimits {
    net::Duration seat_held = std::chrono::seconds(30);  // after its session is gone
    std::size_t spectators_max = 5'000;                  // live ones; what 5 MB/s of upload serve
    std::size_t delayed_max = 50'000;                    // a session each, and chunks that are all the same
    std::size_t keyframes_per_turn_max = 16;  // a thousand who come at once must not stall the loop
    net::Duration keyframe_period_max = std::chrono::seconds(16);  // to who asks for one after the other
    net::Duration match_max = std::chrono::minutes(30);            // an endless game's log begins anew then
    std::size_t log_bytes_max = 64 * 1024 * 1024;                  // or when it has so many bytes
    net::Duration owed_max = std::chrono::seconds(10);      // who takes no message for so long is closed
    net::Duration start_wait = std::chrono::seconds(2);     // for others, before a match starts by itself
    net::Duration result_shown = std::chrono::seconds(15);  // then another match begins
};

class Recorder;

/// What all rooms of a shard share; outlives them.
struct RoomShared {
    RoomLimits limits = {};
    RoomCounters counters = {};
    Results results = {};
    FinishedMatches finished = {};
    LogStore* broken_logs = nullptr;
    Recorder* recorder = nullptr;  // null: nothing is recorded
    std::function<std::uint64_t()> unix_s;
    std::function<std::uint64_t()> random;  // nobody can foresee it; seeded in tests
    std::vector<std::byte> scratch = std::vector<std::byte>(netcode::keyframe_bytes_max + 16);
    std::uint64_t changes = 0;  // of what Rooms::list() shows
    std::uint32_t newest_epoch = 0;
    /// Two bytes on the wire at most; thousands of rooms later one comes again.
    [[nodiscard]] std::uint32_t next_epoch() { return newest_epoch = (newest_epoch + 1) % (1 << 14); }
    std::function<void()> woken = {};  // a room has become due earlier than Rooms::next_due() said
};

struct RoomSetup {
    RoomId id = {};
    std::string name = {};  // clean
    const GameEntry* game = nullptr;
    Access access = Access::listed;
    std::string invite = {};  // for the link to it, when it is not listed
    std::size_t seats = 0;    // 0: as many as the game has
    std::uint32_t public_delay_s = 0;
    /// Becomes host whenever they take a seat for the first time; until then the first to come is.
    std::optional<net::AccountId> maker = std::nullopt;
    enum class Host : std::uint8_t { maker_or_first, nobody } host = Host::maker_or_first;
    /// Of a match: by itself as soon as enough are there, else when the host says so (or all seats are
    /// taken).
    enum class Start : std::uint8_t { by_host, by_itself } start = Start::by_host;
    std::size_t computers = 0;                                  // that have seats from the beginning
    std::optional<std::uint64_t> maker_network = std::nullopt;  // nothing: not counted
    bool is_permanent = false;                                  // stays when nobody is in it
};

}  // namespace gs::rooms
