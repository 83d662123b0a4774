#include "server/rooms/match_statistics.h"

#include "server/rooms/seats.h"

#include <algorithm>

namespace gs::rooms {
namespace {

using Kind = game::StatisticInfo::Kind;

std::int64_t percent(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return 0;
    return std::clamp<std::int64_t>((part * 100 + whole / 2) / whole, 0, 100);
}

/// Longer than any name.
constexpr std::size_t name_bytes_max = 256;

template <class Stream, class Text>
bool serialize_text(Stream& s, Text& text) {
    auto length = static_cast<std::uint32_t>(text.size());
    if (!s.varint(length) || length > name_bytes_max) return s.fail();
    if constexpr (Stream::is_reading) {
        text.resize(length);
        return s.bytes(std::as_writable_bytes(std::span(text)));
    } else {
        return s.bytes(bytes_of(text));
    }
}

template <class Stream, class Id>
bool serialize_id(Stream& s, Id& id) {
    if constexpr (Stream::is_reading) {
        std::array<char, Id::length> text = {};
        if (!s.bytes(std::as_writable_bytes(std::span(text)))) return false;
        const auto parsed = Id::parse({text.data(), text.size()});
        if (!parsed) return s.fail();
        id = *parsed;
        return true;
    } else {
        return s.bytes(bytes_of(id.text()));
    }
}

}  // namespace

void MatchStatistics::clear() {
    places_ = {};
    gone_.clear();
}

void MatchStatistics::join(Seat seat, const net::AccountId& person) {
    if (seat.value >= places_.size()) return;
    const auto before =
        std::ranges::find_if(gone_, [&](const Gone& gone) { return gone.place.person == person; });
    Place& place = places_[seat.value];
    if (before == gone_.end()) {
        place = {.taken = true, .person = person};
        return;
    }
    place = before->place;
    gone_.erase(before);
}

void MatchStatistics::join_computer(Seat seat) {
    if (seat.value < places_.size()) places_[seat.value] = {.taken = true, .is_computer = true};
}

void MatchStatistics::forget(Seat seat) {
    if (seat.value < places_.size()) places_[seat.value] = {};
}

void MatchStatistics::leave(Seat seat, std::string_view name, std::int32_t score) {
    if (seat.value >= places_.size() || !places_[seat.value].taken) return;
    Place& place = places_[seat.value];
    if (gone_.size() == gone_max) gone_.erase(gone_.begin());
    gone_.push_back({.place = place, .seat = seat, .name = std::string(name), .score = score});
    place = {};
}

void MatchStatistics::count(std::span<const game::Event> events) {
    for (const game::Event& event : events) {
        if (event.kind >= module_->event_kinds.size()) continue;
        for (const game::Counting& counting : module_->event_kinds[event.kind].counts)
            add(counting, event);
    }
}

void MatchStatistics::add(const game::Counting& counting, const game::Event& event) {
    using Who = game::Counting::Who;
    if (counting.who == Who::nobody || counting.statistic >= module_->statistics.size()) return;
    const Seat whose = counting.who == Who::seat ? event.seat : event.other;
    if (whose.value >= places_.size()) return;
    std::int64_t& value = places_[whose.value].values[counting.statistic];
    const std::int64_t more = counting.what == game::Counting::What::one ? 1 : event.value;
    if (module_->statistics[counting.statistic].kind == Kind::best) {
        value = std::max(value, more);
    } else {
        value += more;
    }
}

std::optional<net::AccountId> MatchStatistics::person(Seat seat) const {
    if (seat.value >= places_.size()) return std::nullopt;
    const Place& place = places_[seat.value];
    return place.taken && !place.is_computer ? std::optional(place.person) : std::nullopt;
}

std::vector<MatchStatistics::Left> MatchStatistics::left() const {
    std::vector<Left> all;
    for (const Gone& gone : gone_)
        all.push_back({.seat = gone.seat, .name = gone.name});
    return all;
}

template <class Stream, class APlace>
bool MatchStatistics::serialize_place(Stream& s, APlace& place) {
    if (!s.boolean(place.taken) || !s.boolean(place.is_computer) || !serialize_id(s, place.person))
        return false;
    return std::ranges::all_of(place.values, [&s](auto& value) { return s.signed_varint(value); });
}

template <class Stream, class Statistics>
bool MatchStatistics::serialize(Stream& s, Statistics& statistics) {
    if (!std::ranges::all_of(statistics.places_, [&s](auto& place) { return serialize_place(s, place); }))
        return false;
    auto count = static_cast<std::uint32_t>(statistics.gone_.size());
    if (!s.varint(count) || count > gone_max) return s.fail();
    if constexpr (Stream::is_reading) statistics.gone_.resize(count);
    return std::ranges::all_of(statistics.gone_, [&s](auto& gone) {
        return serialize_place(s, gone.place) && s.bits(gone.seat.value, 8) && serialize_text(s, gone.name) &&
               s.signed_varint(gone.score);
    });
}

// The two forms that there are.
template bool MatchStatistics::serialize(wire::BitWriter&, const MatchStatistics&);
template bool MatchStatistics::serialize(wire::BitReader&, MatchStatistics&);

std::vector<std::int64_t> MatchStatistics::values(Seat seat) const {
    return seat.value < places_.size() ? shown(places_[seat.value].values) : shown({});
}

std::vector<std::int64_t> MatchStatistics::shown(const Values& values) const {
    std::vector<std::int64_t> list;
    for (std::size_t index = 0; index < module_->statistics.size(); ++index) {
        const game::StatisticInfo& info = module_->statistics[index];
        const bool is_share =
            info.kind == Kind::share && info.part < values.size() && info.whole < values.size();
        list.push_back(is_share ? percent(values[info.part], values[info.whole]) : values[index]);
    }
    return list;
}

MatchResult MatchStatistics::result(const game::Standing& standing, const Seats& seats) const {
    MatchResult result{.game = std::string(module_->info->id)};
    if (standing.winner != no_seat) result.winner = standing.winner;
    for (std::size_t index = 0; index < std::min(places_.size(), seats.count()); ++index) {
        const Place& place = places_[index];
        const Seat seat{static_cast<std::uint8_t>(index)};
        if (!place.taken || seats.at(seat).state == SeatState::free) continue;
        result.lines.push_back({.seat = seat,
                                .person = place.person,
                                .name = seats.at(seat).person.name,
                                .is_computer = place.is_computer,
                                .score = standing.seats[index].score,
                                .statistics = shown(place.values)});
    }
    std::ranges::sort(result.lines, [&](const auto& a, const auto& b) {
        const bool a_won = a.seat == result.winner;
        const bool b_won = b.seat == result.winner;
        if (a_won != b_won) return a_won;
        return a.score != b.score ? a.score > b.score : a.seat < b.seat;
    });
    for (const Gone& gone : gone_) {
        result.lines.push_back({.person = gone.place.person,
                                .name = gone.name,
                                .score = gone.score,
                                .statistics = shown(gone.place.values)});
    }
    return result;
}

}  // namespace gs::rooms
