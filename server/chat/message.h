// What is said in a room, as values: who said what, when, and for whom. Made by Conversation, shown by app/
// and put on the wire by wire.h.
#pragma once

#include "core/base/ids.h"
#include "core/base/short_id.h"
#include "server/net/instant.h"
#include "server/net/person.h"
#include "server/net/place.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gs::chat {

/// Random: a number that counts would tell who sees some of the messages that there are others.
using MessageId = ShortId<struct MessageTag>;

enum class Channel : std::uint8_t { players, spectators };
inline constexpr std::size_t channels = 2;
[[nodiscard]] std::string_view name_of(Channel channel);

struct Author {
    net::AccountId id = {};
    std::string name = {};                    // clean, not escaped
    std::optional<Seat> seat = std::nullopt;  // of a player
};

/// Whom a host has muted, by the name that they were known by then.
struct Muted {
    net::AccountId id = {};
    std::string name = {};  // clean, not escaped
};

/// What an author knew: the newest ticks, or only what is public.
enum class Sight : std::uint8_t { live, released };

/// When something was said.
struct Moment {
    net::MatchId match = {};
    Tick tick = {};  // the newest that its author could see
    net::Instant at = {};
};

struct Message {
    MessageId id = {};
    Channel channel = Channel::players;
    Author author = {};
    std::string text = {};  // clean, not escaped
    Moment moment = {};
    Sight sight = Sight::live;
    std::uint64_t said_unix_s = 0;
    bool is_for_players = true;  // or only for who watches
};

/// Shared by the lists that it stands in, and never changed.
using Said = std::shared_ptr<const Message>;

inline constexpr std::size_t reaction_kinds = 6;
using ReactionCounts = std::array<std::uint32_t, reaction_kinds>;

}  // namespace gs::chat
