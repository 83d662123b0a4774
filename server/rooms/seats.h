// Seats: who has which seat of a room, and who is the host. A seat is free, connected (somebody plays),
// dropped: its session is gone and it is held until its time is over; or the game itself plays it, as a
// computer that gives way to people. Names in one room do not look alike.
// Owned by a room, on its thread; pure bookkeeping: the room tells the match, the viewers and the roster.
#pragma once

#include "core/base/ids.h"
#include "core/game/game.h"
#include "server/net/instant.h"
#include "server/net/person.h"
#include "server/rooms/resume_token.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gs::rooms {

class Viewer;

enum class SeatState : std::uint8_t { free, connected, dropped, computer };

class Seats {
  public:
    struct Place {
        SeatState state = SeatState::free;
        net::Person person = {};    // its name is the one shown: distinct in this room
        std::string skeleton = {};  // of that name (server/names/look_alike.h)
        ResumeToken resume = {};
        Viewer* viewer = nullptr;              // while connected
        net::Instant held_until = net::never;  // while dropped
        std::uint64_t order = 0;               // the lower, the longer there
    };

    explicit Seats(std::size_t count) : places_(count) {}

    [[nodiscard]] std::size_t count() const { return places_.size(); }
    /// By people; held ones included.
    [[nodiscard]] std::size_t taken() const { return taken_; }
    [[nodiscard]] std::size_t computers() const { return computers_; }
    [[nodiscard]] const Place& at(Seat seat) const { return places_[seat.value]; }
    [[nodiscard]] Place& at(Seat seat) { return places_[seat.value]; }

    /// The seat that this person has, connected or dropped.
    [[nodiscard]] std::optional<Seat> of(const net::AccountId& person) const;
    [[nodiscard]] std::optional<Seat> first_free() const;

    /// A free seat becomes connected. The name is made distinct.
    void take(Seat seat, const net::Person& person, Viewer& viewer);
    /// A free seat is the game's own from now on; it gets a name that nobody else has here.
    void take_by_computer(Seat seat);
    /// The computer that came last; the first to give way.
    [[nodiscard]] std::optional<Seat> newest_computer() const;
    void drop(Seat seat, net::Instant held_until);
    void give_back(Seat seat, Viewer& viewer);
    /// A free seat as it was before the server started again: a computer's, or held for who had it. The name
    /// is one that this room has given out.
    void bring_back(Seat seat, Place place);
    void release(Seat seat);
    /// `name` is clean.
    void rename(Seat seat, std::string_view name);

    // ---- Host

    /// Nothing while nobody is.
    [[nodiscard]] std::optional<Seat> host() const { return host_; }
    void set_host(std::optional<Seat> seat);
    /// Connected for the longest time, else held; nothing when nobody has a seat.
    [[nodiscard]] std::optional<Seat> next_host() const;

    /// Seats that others have to be told of since take_changes().
    [[nodiscard]] const std::bitset<game::seats_limit>& changes() const { return changes_; }
    std::bitset<game::seats_limit> take_changes() { return std::exchange(changes_, {}); }

    /// When the first held seat is given up.
    [[nodiscard]] net::Instant first_expiry() const;
    [[nodiscard]] std::optional<Seat> expired(net::Instant now) const;

  private:
    [[nodiscard]] std::string distinct(std::string_view name, Seat own) const;

    std::vector<Place> places_;
    std::size_t taken_ = 0;
    std::size_t computers_ = 0;
    std::uint64_t newest_order_ = 0;
    std::optional<Seat> host_;
    std::bitset<game::seats_limit> changes_;
};

}  // namespace gs::rooms
