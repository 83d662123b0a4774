#include "server/rooms/seats.h"

#include "core/base/assert.h"
#include "server/names/look_alike.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::rooms {
namespace {

Seat seat_at(std::size_t index) { return Seat{static_cast<std::uint8_t>(index)}; }

bool is_persons(SeatState state) { return state == SeatState::connected || state == SeatState::dropped; }

/// As many as a match has seats, so that each is named once.
constexpr std::array<std::string_view, game::match_seats_max> computer_names = {
    "Robo Ada",  "Robo Max",  "Robo Kim",   "Robo Zoe",  "Robo Otto", "Robo Ivy",  "Robo Leo",  "Robo Mia",
    "Robo Finn", "Robo Nora", "Robo Oscar", "Robo Ruby", "Robo Hugo", "Robo Lena", "Robo Theo", "Robo Wanda",
};

}  // namespace

std::optional<Seat> Seats::of(const net::AccountId& person) const {
    for (std::size_t index = 0; index < places_.size(); ++index) {
        if (is_persons(places_[index].state) && places_[index].person.id == person) return seat_at(index);
    }
    return std::nullopt;
}

std::optional<Seat> Seats::first_free() const {
    const auto found = std::ranges::find(places_, SeatState::free, &Place::state);
    if (found == places_.end()) return std::nullopt;
    return seat_at(static_cast<std::size_t>(found - places_.begin()));
}

void Seats::take(Seat seat, const net::Person& person, Viewer& viewer) {
    Place& place = at(seat);
    GS_ASSERT(place.state == SeatState::free, "only a free seat is taken");
    place.state = SeatState::connected;
    place.person = {.id = person.id, .name = distinct(person.name, seat)};
    place.skeleton = names::skeleton(place.person.name);
    place.viewer = &viewer;
    place.order = ++newest_order_;
    ++taken_;
    changes_.set(seat.value);
}

void Seats::take_by_computer(Seat seat) {
    Place& place = at(seat);
    GS_ASSERT(place.state == SeatState::free, "only a free seat is taken");
    const auto is_used = [&](std::string_view name) {
        return std::ranges::any_of(places_, [&](const Place& other) {
            return other.state == SeatState::computer && other.person.name.starts_with(name);
        });
    };
    const auto unused = std::ranges::find_if_not(computer_names, is_used);
    const std::string_view name = unused == computer_names.end() ? computer_names.front() : *unused;
    place.state = SeatState::computer;
    place.person = {.id = {}, .name = distinct(name, seat)};
    place.skeleton = names::skeleton(place.person.name);
    place.order = ++newest_order_;
    ++computers_;
    changes_.set(seat.value);
}

std::optional<Seat> Seats::newest_computer() const {
    std::optional<Seat> newest;
    for (std::size_t index = 0; index < places_.size(); ++index) {
        if (places_[index].state != SeatState::computer) continue;
        if (!newest || places_[index].order > at(*newest).order) newest = seat_at(index);
    }
    return newest;
}

void Seats::drop(Seat seat, net::Instant held_until) {
    Place& place = at(seat);
    place.state = SeatState::dropped;
    place.viewer = nullptr;
    place.held_until = held_until;
    changes_.set(seat.value);
}

void Seats::give_back(Seat seat, Viewer& viewer) {
    Place& place = at(seat);
    GS_ASSERT(place.state != SeatState::free, "a free seat is taken, not given back");
    if (place.state == SeatState::dropped) changes_.set(seat.value);
    place.state = SeatState::connected;
    place.viewer = &viewer;
    place.held_until = net::never;
}

void Seats::bring_back(Seat seat, Place place) {
    GS_ASSERT(at(seat).state == SeatState::free && place.viewer == nullptr, "nobody is there yet");
    place.skeleton = names::skeleton(place.person.name);
    newest_order_ = std::max(newest_order_, place.order);
    ++(place.state == SeatState::computer ? computers_ : taken_);
    at(seat) = std::move(place);
    changes_.set(seat.value);
}

void Seats::release(Seat seat) {
    --(at(seat).state == SeatState::computer ? computers_ : taken_);
    at(seat) = Place{};
    if (host_ == seat) host_.reset();
    changes_.set(seat.value);
}

void Seats::rename(Seat seat, std::string_view name) {
    std::string shown = distinct(name, seat);
    if (shown == at(seat).person.name) return;
    at(seat).person.name = std::move(shown);
    at(seat).skeleton = names::skeleton(at(seat).person.name);
    changes_.set(seat.value);
}

void Seats::set_host(std::optional<Seat> seat) {
    if (seat == host_) return;
    if (host_) changes_.set(host_->value);
    if (seat) changes_.set(seat->value);
    host_ = seat;
}

std::optional<Seat> Seats::next_host() const {
    std::optional<Seat> best;
    for (std::size_t index = 0; index < places_.size(); ++index) {
        const Place& place = places_[index];
        if (!is_persons(place.state)) continue;
        if (best) {
            const Place& before = at(*best);
            const bool is_better = place.state != before.state ? place.state == SeatState::connected
                                                               : place.order < before.order;
            if (!is_better) continue;
        }
        best = seat_at(index);
    }
    return best;
}

net::Instant Seats::first_expiry() const {
    const auto first = std::ranges::min_element(places_, {}, &Place::held_until);
    return first == places_.end() ? net::never : first->held_until;
}

std::optional<Seat> Seats::expired(net::Instant now) const {
    for (std::size_t index = 0; index < places_.size(); ++index) {
        if (places_[index].state == SeatState::dropped && places_[index].held_until <= now)
            return seat_at(index);
    }
    return std::nullopt;
}

std::string Seats::distinct(std::string_view name, Seat own) const {
    return names::distinct_name(name, [&](std::string_view skeleton) {
        for (std::size_t index = 0; index < places_.size(); ++index) {
            if (index == own.value || places_[index].state == SeatState::free) continue;
            if (places_[index].skeleton == skeleton) return true;
        }
        return false;
    });
}

}  // namespace gs::rooms
