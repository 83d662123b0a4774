// What happens in the arena that people notice: kinds of events (core/game/event.h), their sounds and words,
// and what is counted. Places: `at` and `to` are the two ends of a rail's beam; else `at` is where it
// happened.
#pragma once

#include "core/game/event.h"

#include <array>
#include <cstdint>

namespace gs::arena {

enum class Happening : std::uint8_t {
    rail_fired,       // seat; from at to to; value 1: it hit somebody
    rocket_launched,  // seat
    exploded,         // seat: whose rocket
    rail_hit,         // seat hit other; value: damage
    rocket_hit,       // the same
    hurt_self,        // seat; value: damage
    railed,           // seat fragged other; value: its streak
    blasted,          // the same, with a rocket
    fragged_self,     // seat
    sparred,          // seat fragged other, or itself, outside of play: it counts for nothing
    picked_up,        // seat; detail: map::Pickup::Kind
    spawned,          // seat
    streak,           // seat; value: how many
    first_blood,      // seat
    lead_taken,       // seat
    counted,          // value: seconds to go
    began,
    sudden_death,
    won,    // seat
    drawn,  // nobody won
};
inline constexpr std::size_t happening_kinds = static_cast<std::size_t>(Happening::drawn) + 1;

enum class Statistic : std::uint8_t {
    frags,
    deaths,
    rail_shots,
    rail_hits,
    rail_accuracy,
    damage,
    best_streak,
    pickups,
};
inline constexpr std::size_t statistic_kinds = static_cast<std::size_t>(Statistic::pickups) + 1;

namespace detail {

using game::Counting;
using game::EventInfo;
using When = EventInfo::When;

constexpr Counting one(Counting::Who who, Statistic statistic) {
    return {.who = who, .statistic = static_cast<std::uint8_t>(statistic)};
}
constexpr Counting value(Statistic statistic) {
    return {.who = Counting::Who::seat,
            .statistic = static_cast<std::uint8_t>(statistic),
            .what = Counting::What::value};
}

constexpr std::array<EventInfo, happening_kinds> infos() {
    using game::Sound;
    constexpr auto seat = Counting::Who::seat;
    constexpr auto other = Counting::Who::other;
    constexpr auto sure = When::confirmed;
    std::array<EventInfo, happening_kinds> all = {};
    const auto of = [&all](Happening kind) -> EventInfo& { return all[static_cast<std::size_t>(kind)]; };

    of(Happening::rail_fired) = {.name = "rail_fired", .sound = Sound::zap};
    of(Happening::rail_fired).counts = {one(seat, Statistic::rail_shots)};
    of(Happening::rocket_launched) = {.name = "rocket_launched", .sound = Sound::whoosh};
    of(Happening::exploded) = {.name = "exploded", .sound = Sound::boom};
    of(Happening::rail_hit) = {.name = "rail_hit", .sound = Sound::hurt};
    of(Happening::rail_hit).counts = {one(seat, Statistic::rail_hits), value(Statistic::damage)};
    of(Happening::rocket_hit) = {.name = "rocket_hit", .sound = Sound::hurt};
    of(Happening::rocket_hit).counts = {value(Statistic::damage)};
    of(Happening::hurt_self) = {.name = "hurt_self", .sound = Sound::hurt};
    of(Happening::railed) = {
        .name = "railed", .when = sure, .sound = Sound::fall, .feed = "{seat} railed {other}"};
    of(Happening::blasted) = {
        .name = "blasted", .when = sure, .sound = Sound::fall, .feed = "{seat} blew up {other}"};
    of(Happening::railed).counts = of(Happening::blasted).counts = {
        one(seat, Statistic::frags), one(other, Statistic::deaths), value(Statistic::best_streak)};
    of(Happening::fragged_self) = {.name = "fragged_self",
                                   .when = sure,
                                   .sound = Sound::fall,
                                   .feed = "{seat} stood too close",
                                   .counts = {one(seat, Statistic::deaths)}};
    of(Happening::sparred) = {.name = "sparred", .when = sure, .sound = Sound::fall};
    of(Happening::picked_up) = {.name = "picked_up", .sound = Sound::pickup};
    of(Happening::picked_up).counts = {one(seat, Statistic::pickups)};
    of(Happening::spawned) = {.name = "spawned", .sound = Sound::spawn};
    of(Happening::streak) = {.name = "streak",
                             .when = sure,
                             .sound = Sound::point,
                             .feed = "{seat}: {value} in a row",
                             .announcement = "{seat}: {value} in a row!"};
    of(Happening::first_blood) = {.name = "first_blood",
                                  .when = sure,
                                  .sound = Sound::point,
                                  .feed = "First blood: {seat}",
                                  .announcement = "First blood: {seat}"};
    of(Happening::lead_taken) = {
        .name = "lead_taken", .when = sure, .sound = Sound::point, .feed = "{seat} takes the lead"};
    of(Happening::counted) = {.name = "counted", .sound = Sound::tick, .announcement = "{value}"};
    of(Happening::began) = {.name = "began", .sound = Sound::go, .announcement = "Go!"};
    of(Happening::sudden_death) = {.name = "sudden_death",
                                   .when = sure,
                                   .sound = Sound::whistle,
                                   .feed = "A tie: the next frag decides",
                                   .announcement = "Sudden death"};
    of(Happening::won) = {.name = "won",
                          .when = sure,
                          .sound = Sound::fanfare,
                          .feed = "{seat} wins",
                          .announcement = "{seat} wins!"};
    of(Happening::drawn) = {
        .name = "drawn", .when = sure, .sound = Sound::whistle, .feed = "A draw", .announcement = "A draw"};
    return all;
}

}  // namespace detail

[[nodiscard]] constexpr game::Event happening(Happening kind, Seat seat, Vec2 at, std::int32_t value = 0) {
    return {.kind = static_cast<std::uint8_t>(kind), .seat = seat, .value = value, .at = at};
}

inline constexpr auto happening_infos = detail::infos();

inline constexpr std::array<game::StatisticInfo, statistic_kinds> statistic_infos = {{
    {.name = "Frags"},
    {.name = "Deaths"},
    {.name = "Rail shots"},
    {.name = "Rail hits"},
    {.name = "Rail accuracy",
     .kind = game::StatisticInfo::Kind::share,
     .part = static_cast<std::uint8_t>(Statistic::rail_hits),
     .whole = static_cast<std::uint8_t>(Statistic::rail_shots)},
    {.name = "Damage"},
    {.name = "Best streak", .kind = game::StatisticInfo::Kind::best},
    {.name = "Pickups"},
}};

}  // namespace gs::arena
