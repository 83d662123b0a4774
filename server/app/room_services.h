// What the HTTP side of rooms works with: given to the pages (room_pages.h) and to the API (room_api.h) by
// compose, which owns all of it. One set per shard, on its thread.
#pragma once

#include "server/app/address_rate.h"
#include "server/app/public_talk.h"
#include "server/app/room_directory.h"
#include "server/app/visitors.h"
#include "server/http/message.h"
#include "server/rooms/tickets.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace gs::app {

struct RoomServices {
    RoomDirectory& directory;
    rooms::Tickets& tickets;
    Visitors& visitors;
    std::function<net::Instant()> now;
    PublicTalk* talk = nullptr;  // null: nothing is said anywhere
    net::PerAddressLimit per_address_limit = net::PerAddressLimit::exempts_loopback;
    /// A school behind one address starts a lesson together; a reconnecting page asks once in some seconds.
    AddressRate ticket_rate =
        AddressRate({.burst = 300, .refill = std::chrono::milliseconds(100), .limit = per_address_limit});
    /// Forms that say something: a guest without scripts; whoever makes guests without end has one address.
    AddressRate say_rate =
        AddressRate({.burst = 10, .refill = std::chrono::seconds(2), .limit = per_address_limit});
    /// Rooms are few; that they go away again after use is not reason enough to make them without end.
    AddressRate room_rate =
        AddressRate({.burst = 20, .refill = std::chrono::seconds(15), .limit = per_address_limit});
};

/// A room as somebody asked for it, checked.
struct RoomRequest {
    std::string game;
    std::string name;  // clean; empty when none was given
    rooms::Access access = rooms::Access::listed;
    std::uint32_t seats = 0;
    std::uint32_t public_delay_s = 0;
    std::uint32_t computers = 0;
};

/// What kept a room or a ticket from being made: the status and a sentence for a person.
struct Refused {
    int status;
    std::string words;

    [[nodiscard]] http::Response response() const;
};

/// The game of that id (hostile, of any length); null when there is none.
[[nodiscard]] const OfferedGame* find_offered(const RoomDirectory& directory, std::string_view id);
[[nodiscard]] const game::Info* find_game(const RoomDirectory& directory, std::string_view id);
/// "There is no such game. There are: plaza."
[[nodiscard]] std::string no_such_game(const RoomDirectory& directory);

/// Asks the limits and the directory.
[[nodiscard]] std::expected<CreatedRoom, Refused> create_room(RoomServices& services, RoomRequest wish,
                                                              const net::Person& maker,
                                                              const net::Address& peer);
[[nodiscard]] Refused refused_for(RoomRefusal refusal);

/// The name that somebody wants to have, cleaned; else one sentence for beside the field. `raw` is hostile.
[[nodiscard]] std::expected<std::string, std::string_view> chosen_nickname(std::string_view raw);

/// "Ada's room", for a room without a name.
[[nodiscard]] std::string default_room_name(const net::Person& maker);

/// Where a browser finds the room: "/rooms/{id}", with "?invite=…" where it needs one.
[[nodiscard]] std::string room_path(const rooms::RoomId& id, std::string_view invite);
/// The address to send to others, under the host of the request; `invite` is empty for a listed room.
[[nodiscard]] std::string invite_url(const http::Request& request, const rooms::RoomId& id,
                                     std::string_view invite);

}  // namespace gs::app
