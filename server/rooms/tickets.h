// Tickets: how a session shows whose it is. A page asks for a ticket over HTTP, where the guest's cookie is,
// and shows it in its first `sure` message, where no cookie comes along (docs/protocol.md, "Tickets"). Each
// is good once, for half a minute, for one person, room and role. Only digests are kept. One per shard, used
// by app/ (issue) and visits (redeem) on its thread. Knows no clock: `now` never steps back.
#pragma once

#include "server/crypto/crypto.h"
#include "server/net/instant.h"
#include "server/net/person.h"
#include "server/rooms/room_info.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

/// What a visitor wants to be. A preview is the lobby's screen: it gets what spectators get, and is no
/// audience of the room.
enum class Role : std::uint8_t { lobby, player, spectator, preview };
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view name);

/// How a viewer gets the match: pushed as it happens, or fetched in chunks when they are public. Players are
/// always live.
enum class ViewClass : std::uint8_t { live, delayed };
[[nodiscard]] std::string_view name_of(ViewClass view);
[[nodiscard]] std::optional<ViewClass> view_class_from(std::string_view name);

/// How a spectator wants to watch.
struct ViewWish {
    std::optional<ViewClass> view = std::nullopt;  // none: as the room has it
    std::string pass = {};                         // of its host, for casters; hostile
};

/// What a ticket stands for.
struct Admission {
    net::Person person;
    Role role = Role::lobby;
    std::optional<RoomId> room = std::nullopt;  // none for the lobby
    ViewWish watch = {};
};

enum class TicketRefusal : std::uint8_t { unknown, expired, used };

class Tickets {
  public:
    struct Limits {
        /// From the answer of the HTTP request to the session's first message: a dial on a bad phone network
        /// and one more try.
        net::Duration lifetime = std::chrono::seconds(30);
        /// One per tab that dials; a person with more loses the oldest.
        std::size_t per_person = 8;
        /// Some 330 visitors per second. About 3 MB.
        std::size_t in_all = 10'000;
    };

    struct Counters {
        std::uint64_t issued = 0;
        std::uint64_t redeemed = 0;
        std::uint64_t refused_full = 0;  // not issued
        std::uint64_t refused_unknown = 0;
        std::uint64_t refused_expired = 0;
        std::uint64_t refused_used = 0;
    };

    explicit Tickets(Limits limits);
    Tickets() : Tickets(Limits{}) {}

    /// The ticket's text; nothing when `in_all` are held.
    [[nodiscard]] std::optional<std::string> issue(Admission admission, net::Instant now);

    /// `ticket` is hostile and of any length. What was used or has expired is known as such until its 30 s
    /// are over, later it is unknown.
    [[nodiscard]] std::expected<Admission, TicketRefusal> redeem(std::string_view ticket, net::Instant now);

    /// Tickets held now, used ones included.
    [[nodiscard]] std::size_t size() const { return by_age_.size(); }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

  private:
    struct Held {
        crypto::Digest digest;
        Admission admission;
        net::Instant expires_at;
        bool used = false;
    };
    using Place = std::list<Held>::iterator;

    void forget(Place place);
    void forget_older_than(net::Instant now);

    Limits limits_;
    Counters counters_;
    std::list<Held> by_age_;  // oldest first; all live equally long, so it is also the order of their ends
    std::unordered_map<crypto::Digest, Place> by_digest_;
    std::unordered_map<net::AccountId, std::vector<Place>> by_person_;  // oldest first
};

}  // namespace gs::rooms
