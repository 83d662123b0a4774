#include "server/storage/replay_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace gs::storage {
namespace {

using nlohmann::json;
using rooms::Access;
using rooms::FinishedMatch;
using rooms::MatchResult;
using rooms::RoomId;

constexpr std::string_view columns =
    "SELECT match, room, room_name, game, access, invite, rules_version, module_hash, tick_rate_hz, "
    "first_tick, "
    "ticks, play_began, public_delay_s, started, ended, public_at, players, result, bytes, verified FROM "
    "replays ";

std::string hex(std::uint64_t number) {
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
    return text.data();
}

std::uint64_t from_hex(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return number;
}

/// Nothing when the text is no JSON.
std::optional<json> parsed(std::string_view text) {
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded()) return std::nullopt;
    return value;
}

template <class Number>
Number number_in(const json& object, const char* key, Number otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<Number>() : otherwise;
}

bool truth_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string text_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Seat> seat_in(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return Seat{found->get<std::uint8_t>()};
}

std::string text_of_players(const std::vector<FinishedMatch::Player>& players) {
    json list = json::array();
    for (const auto& player : players) {
        list.push_back({{"seat", player.seat.value},
                        {"name", player.name},
                        {"computer", player.is_computer},
                        {"left", player.has_left}});
    }
    return list.dump();
}

std::vector<FinishedMatch::Player> players_in(std::string_view text) {
    std::vector<FinishedMatch::Player> players;
    const auto list = parsed(text);
    if (!list || !list->is_array()) return players;
    for (const json& entry : *list) {
        if (!entry.is_object()) continue;
        players.push_back({.seat = seat_in(entry, "seat").value_or(no_seat),
                           .name = text_in(entry, "name"),
                           .is_computer = truth_in(entry, "computer"),
                           .has_left = truth_in(entry, "left")});
    }
    return players;
}

MatchResult::Line line_in(const json& entry) {
    MatchResult::Line line{.seat = seat_in(entry, "seat"),
                           .name = text_in(entry, "name"),
                           .is_computer = truth_in(entry, "computer"),
                           .score = number_in(entry, "score", std::int32_t{0})};
    const auto statistics = entry.find("statistics");
    if (statistics == entry.end() || !statistics->is_array()) return line;
    for (const json& value : *statistics)
        line.statistics.push_back(value.is_number_integer() ? value.get<std::int64_t>() : 0);
    return line;
}

std::optional<MatchResult> result_in(std::string_view text, const KeptMatch& kept) {
    const auto object = parsed(text);
    if (!object || !object->is_object()) return std::nullopt;
    MatchResult result{.match = kept.match,
                       .game = kept.header.game,
                       .ended_unix_s = kept.ended_unix_s,
                       .winner = seat_in(*object, "winner")};
    const auto lines = object->find("lines");
    if (lines == object->end() || !lines->is_array()) return std::nullopt;
    for (const json& entry : *lines) {
        if (entry.is_object()) result.lines.push_back(line_in(entry));
    }
    return result;
}

/// As short lists: there may be thousands.
std::string text_of_events(const std::vector<MatchEvent>& events) {
    json list = json::array();
    for (const auto& [tick, event] : events) {
        list.push_back(
            {tick.value, event.kind, event.seat.value, event.other.value, event.detail, event.value});
    }
    return list.dump();
}

std::vector<MatchEvent> events_in(std::string_view text) {
    constexpr std::size_t fields = 6;
    std::vector<MatchEvent> events;
    const auto list = parsed(text);
    if (!list || !list->is_array()) return events;
    for (const json& entry : *list) {
        const bool is_whole =
            entry.is_array() && entry.size() == fields &&
            std::ranges::all_of(entry, [](const json& each) { return each.is_number_integer(); });
        if (!is_whole || events.size() == rooms::MatchEvents::events_max) continue;
        events.push_back({.tick = Tick{entry[0].get<std::uint32_t>()},
                          .event = {.kind = entry[1].get<std::uint8_t>(),
                                    .seat = Seat{entry[2].get<std::uint8_t>()},
                                    .other = Seat{entry[3].get<std::uint8_t>()},
                                    .detail = entry[4].get<std::uint8_t>(),
                                    .value = entry[5].get<std::int32_t>()}});
    }
    return events;
}

/// Nothing when the row makes no sense.
std::optional<KeptMatch> kept_in(const Statement& row) {
    const auto match = MatchId::parse(row.text(0));
    const auto room = RoomId::parse(row.text(1));
    const std::uint64_t rate = row.number(8);
    if (!match || !room || rate == 0 || rate > UINT8_MAX || row.number(10) == 0) return std::nullopt;
    KeptMatch kept;
    kept.match = *match;
    kept.room = *room;
    kept.room_name = row.text(2);
    // Only what says so is for everybody.
    kept.access = row.text(4) == "listed" ? Access::listed : Access::by_invite;
    kept.invite = row.text(5);
    kept.header = {.game = std::string(row.text(3)),
                   .match = std::string(match->text()),
                   .rules_version = static_cast<std::uint16_t>(row.number(6)),
                   .tick_rate_hz = static_cast<std::uint8_t>(rate),
                   .started_unix_s = row.number(13),
                   .module_hash = from_hex(row.text(7)),
                   .first = Tick{static_cast<std::uint32_t>(row.number(9))}};
    kept.end = kept.header.first + static_cast<std::uint32_t>(row.number(10));
    kept.play_began = Tick{static_cast<std::uint32_t>(row.number(11))};
    kept.delay = std::chrono::seconds(row.number(12));
    kept.ended_unix_s = row.number(14);
    kept.public_unix_s = row.number(15);
    kept.players = players_in(row.text(16));
    if (!row.is_null(17)) kept.result = result_in(row.text(17), kept);
    kept.bytes = row.number(18);
    kept.check = static_cast<KeptMatch::Check>(std::min<std::uint64_t>(row.number(19), 2));
    return kept;
}

}  // namespace

std::expected<std::vector<KeptMatch>, Error> ReplayTable::read(Statement& statement) {
    std::vector<KeptMatch> found;
    while (true) {
        const auto row = statement.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return found;
        if (auto kept = kept_in(statement)) found.push_back(*std::move(kept));
    }
}

std::expected<std::vector<KeptMatch>, Error> ReplayTable::newest(std::size_t count_max) {
    auto statement = database_.prepare(std::string(columns) +
                                       "WHERE bytes > 0 ORDER BY public_at DESC, match DESC LIMIT ?");
    if (!statement) return std::unexpected(statement.error());
    return read(statement->bind(count_max));
}

std::expected<std::optional<KeptMatch>, Error> ReplayTable::find(const MatchId& match) {
    auto statement = database_.prepare(std::string(columns) + "WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    auto found = read(statement->bind(match.text()));
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
}

std::expected<std::vector<MatchEvent>, Error> ReplayTable::events(const MatchId& match) {
    auto statement = database_.prepare("SELECT events FROM replays WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    const auto row = statement->bind(match.text()).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::vector<MatchEvent>();
    return events_in(statement->text(0));
}

std::expected<std::vector<MatchId>, Error> ReplayTable::read_ids(std::string_view sql) {
    auto statement = database_.prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    std::vector<MatchId> ids;
    while (true) {
        const auto row = statement->next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return ids;
        if (const auto id = MatchId::parse(statement->text(0))) ids.push_back(*id);
    }
}

std::expected<std::vector<MatchId>, Error> ReplayTable::matches(Files files) {
    return read_ids(files == Files::written ? "SELECT match FROM replays WHERE bytes > 0"
                                            : "SELECT match FROM replays WHERE bytes = 0");
}

std::expected<std::vector<MatchId>, Error> ReplayTable::unverified() {
    return read_ids("SELECT match FROM replays WHERE bytes > 0 AND verified = 0 ORDER BY public_at DESC");
}

std::expected<void, Error> ReplayTable::put(const KeptMatch& kept, const std::vector<MatchEvent>& events) {
    auto statement = database_.prepare(
        "INSERT OR REPLACE INTO replays (match, room, room_name, game, access, invite, rules_version, "
        "module_hash, "
        "tick_rate_hz, first_tick, ticks, play_began, public_delay_s, started, ended, public_at, players, "
        "events, "
        "result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!statement) return std::unexpected(statement.error());
    const netcode::LogHeader& header = kept.header;
    const auto delay = std::chrono::ceil<std::chrono::seconds>(kept.delay).count();
    statement->bind(kept.match.text())
        .bind(kept.room.text())
        .bind(kept.room_name)
        .bind(header.game)
        .bind(kept.access == Access::listed ? "listed" : "by_invite")
        .bind(kept.invite)
        .bind(std::uint64_t{header.rules_version})
        .bind(hex(header.module_hash))
        .bind(std::uint64_t{header.tick_rate_hz})
        .bind(std::uint64_t{header.first.value})
        .bind(std::uint64_t{kept.ticks()})
        .bind(std::uint64_t{kept.play_began.value})
        .bind(static_cast<std::uint64_t>(delay))
        .bind(header.started_unix_s)
        .bind(kept.ended_unix_s)
        .bind(kept.public_unix_s)
        .bind(text_of_players(kept.players))
        .bind(text_of_events(events));
    if (kept.result) {
        statement->bind(rooms::json_of(*kept.result).dump());
    } else {
        statement->bind_null();
    }
    return statement->run();
}

std::expected<void, Error> ReplayTable::set_bytes(const MatchId& match, std::uint64_t bytes) {
    auto statement = database_.prepare("UPDATE replays SET bytes = ? WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    return statement->bind(bytes).bind(match.text()).run();
}

std::expected<void, Error> ReplayTable::set_check(const MatchId& match, KeptMatch::Check check) {
    auto statement = database_.prepare("UPDATE replays SET verified = ? WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    return statement->bind(static_cast<std::uint64_t>(check)).bind(match.text()).run();
}

std::expected<std::string, Error> ReplayTable::chat(const MatchId& match) {
    auto statement = database_.prepare("SELECT messages FROM chat WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    const auto row = statement->bind(match.text()).next();
    if (!row) return std::unexpected(row.error());
    return *row ? std::string(statement->text(0)) : std::string();
}

std::expected<void, Error> ReplayTable::put_chat(const MatchId& match, std::string_view messages) {
    auto statement = database_.prepare("INSERT OR REPLACE INTO chat (match, messages) VALUES (?, ?)");
    if (!statement) return std::unexpected(statement.error());
    return statement->bind(match.text()).bind(messages).run();
}

std::expected<void, Error> ReplayTable::remove_stray_chat() {
    auto statement = database_.prepare("DELETE FROM chat WHERE match NOT IN (SELECT match FROM replays)");
    if (!statement) return std::unexpected(statement.error());
    return statement->run();
}

std::expected<void, Error> ReplayTable::remove(const MatchId& match) {
    auto chat = database_.prepare("DELETE FROM chat WHERE match = ?");
    if (!chat) return std::unexpected(chat.error());
    if (auto done = chat->bind(match.text()).run(); !done) return done;
    auto statement = database_.prepare("DELETE FROM replays WHERE match = ?");
    if (!statement) return std::unexpected(statement.error());
    return statement->bind(match.text()).run();
}

std::expected<ReplayTable::Size, Error> ReplayTable::size() {
    auto statement = database_.prepare("SELECT count(*), sum(bytes) FROM replays WHERE bytes > 0");
    if (!statement) return std::unexpected(statement.error());
    if (const auto row = statement->next(); !row) return std::unexpected(row.error());
    return Size{.matches = statement->number(0), .bytes = statement->number(1)};
}

std::expected<std::optional<ReplayTable::Oldest>, Error> ReplayTable::oldest() {
    auto statement = database_.prepare(
        "SELECT match, public_at FROM replays WHERE bytes > 0 ORDER BY public_at, match LIMIT 1");
    if (!statement) return std::unexpected(statement.error());
    const auto row = statement->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    const auto match = MatchId::parse(statement->text(0));
    if (!match) return std::nullopt;
    return Oldest{.match = *match, .public_unix_s = statement->number(1)};
}

}  // namespace gs::storage
