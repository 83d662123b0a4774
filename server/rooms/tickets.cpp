#include "server/rooms/tickets.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::rooms {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> roles{{
    {Role::lobby, "lobby"},
    {Role::player, "player"},
    {Role::spectator, "spectator"},
    {Role::preview, "preview"},
}};

}  // namespace

std::string_view name_of(Role role) {
    for (const auto& [value, name] : roles) {
        if (value == role) return name;
    }
    return {};
}

std::optional<Role> role_from(std::string_view name) {
    for (const auto& [value, known] : roles) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::string_view name_of(ViewClass view) { return view == ViewClass::live ? "live" : "delayed"; }

std::optional<ViewClass> view_class_from(std::string_view name) {
    for (const ViewClass view : {ViewClass::live, ViewClass::delayed}) {
        if (name == name_of(view)) return view;
    }
    return std::nullopt;
}

Tickets::Tickets(Limits limits) : limits_(limits) {
    GS_ASSERT(limits.per_person > 0 && limits.in_all > 0, "there is room for a ticket");
}

std::optional<std::string> Tickets::issue(Admission admission, net::Instant now) {
    GS_ASSERT((admission.role == Role::lobby) == !admission.room.has_value(), "a seat is in a room");
    forget_older_than(now);
    // A person at the limit makes room for itself, so nobody keeps more than its share.
    if (const auto own = by_person_.find(admission.person.id);
        own != by_person_.end() && own->second.size() >= limits_.per_person) {
        forget(own->second.front());
    }
    if (by_age_.size() >= limits_.in_all) {
        ++counters_.refused_full;
        return std::nullopt;
    }
    crypto::Token token = crypto::make_token();
    const net::AccountId person = admission.person.id;
    by_age_.push_back(
        {.digest = token.digest, .admission = std::move(admission), .expires_at = now + limits_.lifetime});
    const Place place = std::prev(by_age_.end());
    by_digest_.emplace(token.digest, place);
    by_person_[person].push_back(place);
    ++counters_.issued;
    return std::move(token.text);
}

std::expected<Admission, TicketRefusal> Tickets::redeem(std::string_view ticket, net::Instant now) {
    const auto digest = crypto::digest_of_token(ticket);
    const auto found = digest ? by_digest_.find(*digest) : by_digest_.end();
    if (found == by_digest_.end()) {
        ++counters_.refused_unknown;
        return std::unexpected(TicketRefusal::unknown);
    }
    Held& held = *found->second;
    if (held.used) {
        ++counters_.refused_used;
        return std::unexpected(TicketRefusal::used);
    }
    if (held.expires_at <= now) {
        ++counters_.refused_expired;
        return std::unexpected(TicketRefusal::expired);
    }
    held.used = true;
    ++counters_.redeemed;
    return held.admission;
}

void Tickets::forget(Place place) {
    const auto person = by_person_.find(place->admission.person.id);
    std::erase(person->second, place);
    if (person->second.empty()) by_person_.erase(person);
    by_digest_.erase(place->digest);
    by_age_.erase(place);
}

void Tickets::forget_older_than(net::Instant now) {
    while (!by_age_.empty() && by_age_.front().expires_at <= now)
        forget(by_age_.begin());
}

}  // namespace gs::rooms
