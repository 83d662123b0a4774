#include "server/pages/page_data.h"

#include "core/base/assert.h"
#include "server/pages/seat_map.h"
#include "server/pages/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace gs::pages {
namespace {

// A ticket shows so many little seats, whatever the size of the room.
constexpr std::uint32_t little_seats = 10;

data little_seats_data(const RoomCardModel& room) {
    const std::uint32_t seats = std::max(room.seats, 1U);
    const std::uint32_t players = std::min(room.players, seats);
    std::uint32_t taken = (players * little_seats + seats / 2) / seats;
    // One player is seen in a room of any size, and so is one free seat.
    if (players > 0) taken = std::max(taken, 1U);
    if (players < seats) taken = std::min(taken, little_seats - 1);
    data list(data::type::list);
    for (std::uint32_t seat = 0; seat < little_seats; ++seat) {
        data entry;
        entry.set("taken", flag(seat < taken));
        list.push_back(entry);
    }
    return list;
}

}  // namespace

mustache compiled(std::string_view source) {
    mustache made{std::string(source)};
    GS_ASSERT(made.is_valid(), "a template of this program is well-formed");
    return made;
}

data text(std::string_view value) { return data(std::string(value)); }

data number(std::uint64_t value) { return data(grouped(value)); }

data flag(bool value) { return data(value ? data::type::bool_true : data::type::bool_false); }

data game_data(const GameCardModel& game) {
    data values;
    values.set("game", text(game.id));
    values.set("game_title", text(game.title));
    values.set("tagline", text(game.tagline));
    values.set("seats_max", number(game.seats_max));
    values.set("game_players", number(game.players));
    values.set("is_" + std::string(game.id), flag(true));
    values.set("has_leaders", flag(game.has_matches));
    return values;
}

data games_data(std::span<const GameCardModel> games) {
    data list(data::type::list);
    for (const GameCardModel& game : games)
        list.push_back(game_data(game));
    return list;
}

data room_data(const RoomCardModel& room) {
    const bool full = room.seats > 0 && room.players >= room.seats;
    const std::uint32_t expected = room.players + room.spectators;
    const std::uint32_t away = expected > room.viewers ? expected - room.viewers : 0;
    data values;
    values.set("room", text(room.id));
    values.set("room_name", text(room.name));
    values.set("game", text(room.game));
    values.set("game_title", text(room.game_title));
    values.set("is_" + std::string(room.game), flag(true));
    values.set("host", text(room.host));
    values.set("has_host", flag(!room.host.empty()));
    values.set("phase", text(phase_name(room.phase)));
    values.set("phase_words", text(phase_words(room.phase)));
    values.set("players", number(room.players));
    values.set("seats", number(room.seats));
    values.set("viewers", number(room.viewers));
    values.set("spectators", number(room.spectators));
    values.set("away", number(away));
    values.set("has_away", flag(away > 0));
    values.set("locked", flag(room.locked));
    values.set("full", flag(full && !room.locked));
    values.set("open", flag(!full && !room.locked));
    values.set("listed", flag(room.is_public));
    values.set("seats_shown", little_seats_data(room));
    return values;
}

data rooms_data(std::span<const RoomCardModel> rooms) {
    data list(data::type::list);
    for (const RoomCardModel& room : rooms)
        list.push_back(room_data(room));
    return list;
}

data chat_data(std::span<const ChatLineModel> lines) {
    constexpr std::uint64_t minute_s = 60;
    constexpr std::uint64_t hour_s = 60 * minute_s;
    data list(data::type::list);
    for (const ChatLineModel& line : lines) {
        data entry;
        entry.set("id", text(line.id));
        entry.set("author", text(line.author));
        entry.set("name", text(line.name));
        entry.set("text", text(line.text));
        entry.set("match", text(line.match));
        entry.set("tick", fmt::format("{}", line.tick));
        entry.set("said_unix_s", fmt::format("{}", line.said_unix_s));
        entry.set("channel", text(line.is_of_player ? "players" : "spectators"));
        entry.set("time", fmt::format("{:02}:{:02}", line.said_unix_s / hour_s % 24,
                                      line.said_unix_s / minute_s % 60));
        list.push_back(entry);
    }
    return list;
}

data leaders_data(std::span<const LeaderModel> leaders) {
    data list(data::type::list);
    std::uint64_t place = 0;
    for (const LeaderModel& leader : leaders) {
        data best(data::type::list);
        for (const std::int64_t value : leader.best) {
            data entry;
            entry.set("value", fmt::format("{}", value));
            best.push_back(entry);
        }
        data entry;
        entry.set("place", number(++place));
        entry.set("name", text(leader.name));
        entry.set("wins", number(leader.wins));
        entry.set("played", number(leader.played));
        entry.set("best_score", fmt::format("{}", leader.best_score));
        entry.set("best", best);
        list.push_back(entry);
    }
    return list;
}

data rows_data() {
    data list(data::type::list);
    std::uint64_t index = 0;
    for (const SeatRow& row : seat_rows()) {
        data entry;
        entry.set("index", number(index++));
        entry.set("left", fmt::format("{}", row.left));
        entry.set("top", fmt::format("{}", row.top));
        entry.set("tier_top", fmt::format("{}", row.top + row.seat_height * 2 / 3));
        entry.set("pitch", fmt::format("{}", row.pitch));
        entry.set("seat_width", fmt::format("{}", row.seat_width));
        entry.set("seat_height", fmt::format("{}", row.seat_height));
        list.push_back(entry);
    }
    return list;
}

data seats_data(std::uint64_t people) {
    data list(data::type::list);
    for (const Seat& seat : taken_seats(people)) {
        // A guest's head stands nine units above the seat, which is 21 units high.
        const int head = seat.height * 9 / 21;
        data entry;
        entry.set("x", fmt::format("{}", seat.x));
        entry.set("y", fmt::format("{}", seat.y - head));
        entry.set("width", fmt::format("{}", seat.width));
        entry.set("height", fmt::format("{}", seat.height + head));
        list.push_back(entry);
    }
    return list;
}

}  // namespace gs::pages
