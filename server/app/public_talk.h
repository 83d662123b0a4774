// PublicTalk: what is said in rooms, as far as everybody may know it, and how somebody without a session says
// something: what pages and the API ask, as an interface, because they are tested without rooms. Implemented
// by RoomTalk. All calls on the shard's thread.
#pragma once

#include "server/chat/message.h"
#include "server/net/person.h"
#include "server/rooms/public_matches.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace gs::app {

class PublicTalk {
  public:
    virtual ~PublicTalk() = default;

    /// The newest of a room that is there, the newest last.
    [[nodiscard]] virtual std::vector<chat::Said> newest(const rooms::RoomId& room) const = 0;
    /// Empty when it is said; otherwise why not, in words. Whether the room is open to them asks the caller.
    [[nodiscard]] virtual std::string_view say(const rooms::RoomId& room, const net::Person& person,
                                               std::string_view text, net::Instant now) = 0;
    /// A list of messages in the order of ticks.
    [[nodiscard]] virtual nlohmann::json of_match(const rooms::PublicMatch& match) = 0;
};

}  // namespace gs::app
