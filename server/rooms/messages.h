// Messages: what visits and rooms say on the `sure` lane (docs/protocol.md, "Messages"), as values on the way
// in and as text on the way out. Called by visits and rooms; pure. What comes in is hostile: sizes are
// bounded before anything is built, and what is not exactly one of these is no message.
#pragma once

#include "core/base/ids.h"
#include "server/rooms/desync.h"
#include "server/rooms/match_result.h"
#include "server/rooms/room_setup.h"
#include "server/rooms/seats.h"
#include "server/rooms/tickets.h"
#include "server/rooms/viewer.h"

#include <bitset>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gs::rooms {

/// Ours have some 200 bytes; the longest is what somebody says. But for `desync`, which brings a state.
inline constexpr std::size_t message_up_bytes_max = 4 * 1024;
/// Of a ticket or resume token: ours have 43.
inline constexpr std::size_t token_bytes_max = 64;

// ---- Up

enum class HostOrder : std::uint8_t {
    start,
    kick,
    lock,
    unlock,
    hand_over,
    computers,
    caster_pass,
    mute,
    unmute,
};

namespace up {
struct Hello {
    std::string ticket;
    std::string resume;  // empty: none
};
struct Enter {
    std::string ticket;
    std::string resume;  // empty: none
};
struct Lobby {};
struct Leave {};
struct Repair {
    Tick first;
    std::uint32_t count;  // 1 to netcode::repair_ticks_max; more is cut
};
struct WantKeyframe {};
struct Host {
    HostOrder order;
    std::optional<Seat> seat;
    std::optional<std::uint32_t> count = std::nullopt;  // of computers
    /// To mute or unmute, which have one, or to kick, which has that or a seat.
    std::optional<net::AccountId> person = std::nullopt;
};
/// Another match, now.
struct Rematch {};
/// My state is not that of the log.
struct Desync {
    DesyncReport report;
};
struct Rename {
    std::string name;  // raw
};
struct Chat {
    enum class Channel : std::uint8_t { players, spectators } channel;
    std::string text;                         // raw
    std::optional<Tick> seen = std::nullopt;  // what its author says that the picture shows
};
struct React {
    std::uint8_t kind;
};
}  // namespace up

using MessageUp = std::variant<up::Hello, up::Enter, up::Lobby, up::Leave, up::Repair, up::WantKeyframe,
                               up::Host, up::Rematch, up::Desync, up::Rename, up::Chat, up::React>;

/// What is wrong in words for the close; a string literal, nothing of the text itself.
[[nodiscard]] std::expected<MessageUp, std::string_view> read_message(std::string_view text);

// ---- Down

enum class RefusedReason : std::uint8_t { full, locked, gone, kicked, ticket, elsewhere, too_many };

[[nodiscard]] std::string welcome_message(const net::Person& person);
[[nodiscard]] std::string refused_message(RefusedReason reason, std::string_view words);
[[nodiscard]] std::string left_message(LeftReason reason, std::string_view words);
[[nodiscard]] std::string room_message(const RoomInfo& room);
[[nodiscard]] std::string html_message(std::string_view html);
/// One sentence for the visitor about something they asked for.
[[nodiscard]] std::string notice_message(std::string_view words);
/// The seats in `changes`; empty when there are none.
[[nodiscard]] std::string roster_message(const Seats& seats, const std::bitset<game::seats_limit>& changes);

/// Another match has begun in the room: "match" as in `entered`.
[[nodiscard]] std::string match_message(const GameEntry& game, MatchId match, std::uint32_t epoch);
/// How it ended; `next_in_s` until another begins by itself.
[[nodiscard]] std::string result_message(const MatchResult& result, std::int64_t next_in_s);
/// How many of those who play and are connected want another match at once.
[[nodiscard]] std::string rematch_message(std::size_t wanted, std::size_t of);

/// For the host: what lets a spectator watch live. An earlier one is void.
[[nodiscard]] std::string caster_pass_message(std::string_view pass);

struct EnteredFacts {
    const RoomInfo& room;
    const GameEntry& game;
    const Seats& seats;
    MatchId match;
    std::uint32_t epoch;
    Role role;
    ViewClass view;
    Seat seat;                // no_seat: not a player
    std::string_view resume;  // of the seat
};
[[nodiscard]] std::string entered_message(const EnteredFacts& facts);

}  // namespace gs::rooms
