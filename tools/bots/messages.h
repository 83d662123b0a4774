// The `sure` messages that bots send and understand (docs/protocol.md, "Messages"). Pure; what a server says
// is checked before it is believed.
#pragma once

#include "core/base/ids.h"
#include "core/client/client.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace gs::bots {

/// Where we are now; a keyframe follows.
struct EnteredMessage {
    Seat seat = no_seat;  // none for a spectator
    std::uint32_t epoch = 0;
    std::string game;
    std::uint32_t rules_version = 0;
    std::string match;
    bool is_delayed = false;  // no ticks come; the match is fetched
};
/// Another match has begun, as far as it is ours to know.
struct MatchMessage {
    std::string match;
};
/// Not, or not any more, in the room.
struct TurnedAwayMessage {
    std::string words;
};
/// Of no matter to a bot: welcome, roster, room, html and what newer servers may add.
struct OtherMessage {};
/// Not what a server says.
struct BadMessage {};

using DownMessage = std::variant<EnteredMessage, MatchMessage, TurnedAwayMessage, OtherMessage, BadMessage>;

[[nodiscard]] DownMessage read_message(std::string_view text);

[[nodiscard]] std::string hello_message(std::string_view ticket);
[[nodiscard]] std::string request_message(const client::Request& request);
inline constexpr std::string_view leave_message = R"({"type":"leave"})";
/// Only of the host; others are told so.
inline constexpr std::string_view start_message = R"({"type":"host","do":"start"})";

}  // namespace gs::bots
