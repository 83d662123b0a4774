// Talk: what people say in rooms, as a visit brings it. Rooms do not know what becomes of it: app/ has that
// from server/chat. Called on the shard's thread by visits, with a viewer that is in the room.
#pragma once

#include "server/net/person.h"
#include "server/rooms/messages.h"
#include "server/rooms/room.h"

#include <cstddef>
#include <string_view>

namespace gs::rooms {

class Talk {
  public:
    virtual ~Talk() = default;

    /// `viewer` has just come in, or in again.
    virtual void on_entered(Room& room, Viewer& viewer, net::Instant now) = 0;
    /// `viewer` leaves for wherever.
    virtual void on_leaving(Room& room, const Viewer& viewer, net::Instant now) = 0;

    /// Empty when it is said; otherwise why not. `person` is the viewer's, by the newest name.
    [[nodiscard]] virtual std::string_view say(Room& room, const Viewer& viewer, const net::Person& person,
                                               const up::Chat& chat, net::Instant now) = 0;
    virtual void react(Room& room, const Viewer& viewer, std::size_t kind, net::Instant now) = 0;
    /// Whether this person has said something that is still there, from wherever.
    [[nodiscard]] virtual bool remembers(const Room& room, const net::AccountId& person) const = 0;
    /// By the host. Empty when it is done.
    [[nodiscard]] virtual std::string_view silence(Room& room, const net::AccountId& person,
                                                   bool is_muted) = 0;
};

}  // namespace gs::rooms
