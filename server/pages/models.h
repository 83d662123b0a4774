// What the pages show, as plain values: filled by app/ for each request, read by Pages during the call only,
// so every string_view and span may point into the caller's own things. Nothing here is trusted: Pages
// escapes all of it. Counts are as in /api/v1/rooms; the words are those of docs/architecture.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gs::pages {

enum class Phase : std::uint8_t { waiting, countdown, playing, result };
enum class Role : std::uint8_t { player, spectator };

/// A game that can be played here.
struct GameCardModel {
    std::string_view id = {};     // "plaza"
    std::string_view title = {};  // "Plaza"
    std::string_view tagline = {};
    std::uint32_t seats_max = 0;  // in one room
    std::uint32_t players = 0;    // in all rooms of this game
    std::uint32_t rooms = 0;
    bool has_matches = false;  // that somebody wins: there is a leaderboard
};

/// A room as the lobby and its own page show it.
struct RoomCardModel {
    std::string_view id = {};
    std::string_view name = {};
    std::string_view game = {};  // id
    std::string_view game_title = {};
    std::string_view host = {};  // name; empty: nobody's, or nobody has come yet
    Phase phase = Phase::waiting;
    std::uint32_t players = 0;     // seats taken, also by who is away for a moment
    std::uint32_t seats = 0;       // that there are, taken or not
    std::uint32_t spectators = 0;  // without a seat, on the page of the room
    std::uint32_t viewers = 0;     // here right now: players and spectators
    bool is_public = true;         // listed in the lobby
    bool locked = false;           // nobody new gets a seat
};

struct LobbyModel {
    std::string_view nickname = {};              // of the visitor, already in the field
    std::string_view nickname_error = {};        // one sentence beside the field; empty when all is well
    std::span<const GameCardModel> games = {};   // the first is the one of the big button
    std::span<const RoomCardModel> rooms = {};   // the public ones, in the order to be shown
    std::uint64_t rooms_total = 0;               // public ones, shown or not
    std::optional<RoomCardModel> featured = {};  // drawn live in the hero
    std::uint64_t people = 0;                    // connected right now: the taken seats of the picture
};

/// Something that was said in a room.
struct ChatLineModel {
    std::string_view id = {};
    std::string_view author = {};  // id
    std::string_view name = {};
    std::string_view text = {};
    std::string_view match = {};
    std::uint32_t tick = 0;
    bool is_of_player = false;
    std::uint64_t said_unix_s = 0;
};

/// The page of one room, played or watched. What changes while it is open comes over the connection.
struct RoomPageModel {
    Role role = Role::player;
    RoomCardModel room;
    std::string_view nickname = {};
    std::string_view nickname_error = {};
    std::string_view invite_url = {};  // the whole address to send to others
    std::string_view invite = {};      // the secret of that link, for the visitor's tickets; or empty
    std::string_view module_url = {};  // of the game's WebAssembly, to be fetched at once; may be empty
    std::span<const ChatLineModel> chat = {};  // as far as it is public, the newest last
    std::string_view chat_error = {};          // one sentence below the field
    std::string_view chat_text = {};           // as it was typed, when something was wrong with it
    bool at_once = false;  // takes a seat without asking: the visitor pressed Play just now (play_query)
};

/// Who has won most in one game since the server started.
struct LeaderModel {
    std::string_view name = {};
    std::uint32_t wins = 0;
    std::uint32_t played = 0;
    std::int32_t best_score = 0;
    std::span<const std::int64_t> best = {};  // of each statistic
};

struct LeaderboardModel {
    std::string_view game = {};  // id
    std::string_view game_title = {};
    bool has_matches = true;  // or there is nothing to win
    std::span<const std::string_view> statistics = {};
    std::span<const LeaderModel> leaders = {};  // the first is the first
};

/// The form of /rooms/new: as it was sent, with a sentence beside each field that was wrong.
struct NewRoomModel {
    std::span<const GameCardModel> games = {};
    std::string_view game = {};  // id of the chosen one; empty: the first
    std::string_view name = {};
    std::string_view name_placeholder = {};  // what the room is called when nothing is typed
    bool is_public = true;
    std::string_view game_error = {};
    std::string_view name_error = {};
    std::string_view form_error = {};  // what belongs to no field: too many rooms, …
};

/// POST /play and POST /rooms redirect to a room with this query, so that nobody has to press Play twice.
inline constexpr std::string_view play_query = "play=1";

/// Names of the fields that the forms send.
namespace fields {
inline constexpr std::string_view nickname = "nickname";  // POST /play, /nickname, /rooms
inline constexpr std::string_view game = "game";          // POST /play, POST /rooms: id
inline constexpr std::string_view room = "room";          // POST /play: id; then that room and no other
inline constexpr std::string_view invite = "invite";      // POST /play: of that room
inline constexpr std::string_view name = "name";          // POST /rooms
inline constexpr std::string_view text = "text";          // POST /rooms/{id}/chat
inline constexpr std::string_view from = "from";          // POST /rooms/{id}/chat: "watch": go back there
inline constexpr std::string_view listed = "public";      // POST /rooms: "1" or "0"
}  // namespace fields

/// Longest that the fields take, in characters; the server counts again.
inline constexpr std::uint32_t nickname_characters_max = 20;
inline constexpr std::uint32_t room_name_characters_max = 40;
inline constexpr std::uint32_t chat_characters_max = 280;

/// Why there is no room to show.
enum class NoRoom : std::uint8_t {
    gone,        // unknown, or closed since
    closed,      // by a fault of its game
    kicked,      // the host has sent the visitor away
    needs_link,  // not listed, and the address does not have the invite
};

struct NoRoomModel {
    NoRoom why = NoRoom::gone;
    std::string_view game = {};  // id of a game to offer instead; empty: none
    std::string_view game_title = {};
};

struct EchoModel {
    std::uint16_t quic_port = 0;  // the public UDP port, named in the page's advice
};

struct ErrorModel {
    int status = 500;
    std::string_view title = {};   // shown where we have no better words for `status`; may be empty
    std::string_view detail = {};  // what the visitor can do about it; may be empty
};

}  // namespace gs::pages
