#include "server/app/match_api.h"

#include "core/netcode/limits.h"
#include "server/app/room_models.h"
#include "server/http/part_response.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace gs::app {
namespace {

constexpr std::string_view no_such_match =
    "There is no such match, it was too long ago, or its room needs its invite.";
constexpr std::string_view not_yet = "This part of the match is not public yet; ask again in a moment.";
constexpr std::string_view never = "The match has no such part.";

/// A page of the list.
constexpr std::size_t listed_max = 50;

http::Response uncached(http::Response response) {
    response.set("Cache-Control", "no-store");
    return response;
}

std::optional<std::uint32_t> number_in(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string hex(std::uint64_t number) {
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
    return text.data();
}

nlohmann::json seat_json(Seat seat) {
    return seat == no_seat ? nlohmann::json(nullptr) : nlohmann::json(seat.value);
}

/// null: not yet, or it cannot be.
nlohmann::json json_of(rooms::KeptMatch::Check check) {
    if (check == rooms::KeptMatch::Check::unknown) return nullptr;
    return check == rooms::KeptMatch::Check::equal;
}

nlohmann::json events_json(const rooms::PublicMatch& match) {
    nlohmann::json events = nlohmann::json::array();
    for (const rooms::MatchEvent& event : match.events) {
        events.push_back({{"tick", event.tick.value},
                          {"kind", event.event.kind},
                          {"seat", seat_json(event.event.seat)},
                          {"other", seat_json(event.event.other)},
                          {"value", event.event.value}});
    }
    return events;
}

nlohmann::json json_of(const std::vector<rooms::FinishedMatch::Player>& list) {
    nlohmann::json players = nlohmann::json::array();
    for (const auto& player : list) {
        players.push_back({{"seat", player.seat.value},
                           {"name", player.name},
                           {"computer", player.is_computer},
                           {"left", player.has_left}});
    }
    return players;
}

nlohmann::json json_of(const rooms::KeptMatch& kept) {
    nlohmann::json json = {{"id", kept.match.text()},
                           {"game", kept.header.game},
                           {"room", {{"id", kept.room.text()}, {"name", kept.room_name}}},
                           {"started_unix_s", kept.header.started_unix_s},
                           {"ended_unix_s", kept.ended_unix_s},
                           {"ticks", kept.ticks()},
                           {"tick_rate_hz", kept.header.tick_rate_hz},
                           {"rules_version", kept.header.rules_version},
                           {"verified", json_of(kept.check)},
                           {"players", json_of(kept.players)},
                           {"result", nullptr}};
    if (kept.result) json["result"] = rooms::json_of(*kept.result);
    return json;
}

}  // namespace

void MatchApi::add_routes(http::Router& router) {
    using http::Request;
    router.get("/api/v1/matches/{id}", [this](const Request& request) { return facts(request); });
    router.get("/api/v1/matches/{id}/chunks/{n}",
               [this](const Request& request) { return piece(request, Piece::chunk); });
    router.get("/api/v1/matches/{id}/keyframes/{n}",
               [this](const Request& request) { return piece(request, Piece::keyframe); });
    router.get("/api/v1/matches/{id}/log", [this](const Request& request) { return log(request); });
    router.get("/api/v1/matches/{id}/chat", [this](const Request& request) { return chat(request); });
    router.get("/api/v1/replays", [this](const Request& request) { return list(request); });
}

http::Response MatchApi::facts(const http::Request& request) {
    const auto id = rooms::MatchId::parse(request.path_parameter("id"));
    const auto found =
        id ? matches_.find(*id, request.query_parameter("invite").value_or(""), services_.now())
           : std::nullopt;
    if (!found) return uncached(http::Response::error(404, std::string(no_such_match)));
    const netcode::LogHeader& header = found->header;
    const std::uint32_t chunk_ticks = header.tick_rate_hz * netcode::chunk_seconds;
    const auto released = static_cast<std::uint32_t>(found->end - header.first);
    const std::uint32_t last_part = found->is_over && released % chunk_ticks != 0 ? 1 : 0;
    const std::string module_url = module_url_(header.game, header.module_hash);
    nlohmann::json json = {
        {"id", found->match.text()},
        {"room", {{"id", found->room.text()}, {"name", found->room_name}}},
        {"game", header.game},
        {"rules_version", header.rules_version},
        {"module",
         {{"hash", hex(header.module_hash)},
          {"url", module_url.empty() ? nlohmann::json() : nlohmann::json(module_url)}}},
        {"phase", rooms::name_of(found->phase)},
        {"tick_rate_hz", header.tick_rate_hz},
        {"chunk_ticks", chunk_ticks},
        {"chunks_per_keyframe", netcode::chunks_per_keyframe},
        {"first_tick", header.first.value},
        {"play_began", nullptr},
        {"released_tick", nullptr},
        {"released_chunks", released / chunk_ticks + last_part},
        {"over", found->is_over},
        {"public_delay_s", std::chrono::duration_cast<std::chrono::seconds>(found->delay).count()},
        {"started_unix_s", header.started_unix_s},
        {"ended_unix_s", nullptr},
        {"verified", json_of(found->check)},
        {"events", events_json(*found)},
        {"players", json_of(found->players)},
        {"result", nullptr}};
    if (found->ended_unix_s > 0) json["ended_unix_s"] = found->ended_unix_s;
    if (released > 0) json["released_tick"] = found->end.value - 1;
    if (found->play_began) json["play_began"] = found->play_began->value;
    if (found->result) json["result"] = json_of(*found->result);
    return uncached(http::Response::json(json.dump()));
}

http::Response MatchApi::piece(const http::Request& request, Piece kind) {
    const auto id = rooms::MatchId::parse(request.path_parameter("id"));
    const auto number = number_in(request.path_parameter("n"));
    if (!id) return uncached(http::Response::error(404, std::string(no_such_match)));
    if (!number) return uncached(http::Response::error(404, std::string(never)));
    const std::string invite = request.query_parameter("invite").value_or("");
    const net::Instant now = services_.now();
    return answer(request, kind == Piece::chunk ? matches_.chunk(*id, *number, invite, now)
                                                : matches_.keyframe(*id, *number, invite, now));
}

http::Response MatchApi::log(const http::Request& request) {
    const auto id = rooms::MatchId::parse(request.path_parameter("id"));
    if (!id) return uncached(http::Response::error(404, std::string(no_such_match)));
    http::Response response =
        answer(request, matches_.log(*id, request.query_parameter("invite").value_or(""), services_.now()));
    if (response.status == 200) {
        response.set("Content-Disposition", "attachment; filename=\"" + std::string(id->text()) + ".gslog\"");
    }
    return response;
}

http::Response MatchApi::chat(const http::Request& request) {
    const auto id = rooms::MatchId::parse(request.path_parameter("id"));
    const std::string invite = request.query_parameter("invite").value_or("");
    const auto found = id ? matches_.find(*id, invite, services_.now()) : std::nullopt;
    if (!found) return uncached(http::Response::error(404, std::string(no_such_match)));
    const bool is_mute = services_.talk == nullptr;
    nlohmann::json messages = is_mute ? nlohmann::json::array() : services_.talk->of_match(*found);
    const nlohmann::json json = {{"match", id->text()}, {"messages", std::move(messages)}};
    // What was kept was clean; one character of it is worth less than an answer.
    return uncached(
        http::Response::json(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

http::Response MatchApi::list(const http::Request& request) {
    const auto parameter = [&](const char* name) { return request.query_parameter(name).value_or(""); };
    const std::string game = parameter("game");
    const std::string player = parameter("player");
    const std::string before = parameter("before");
    // One more than is shown tells whether there are others.
    const auto found =
        matches_.list({.game = game, .player = player, .before = before}, listed_max + 1, services_.now());
    nlohmann::json replays = nlohmann::json::array();
    for (std::size_t at = 0; at < std::min(found.size(), listed_max); ++at)
        replays.push_back(json_of(*found[at]));
    nlohmann::json json = {{"replays", std::move(replays)}, {"next", nullptr}};
    if (found.size() > listed_max) json["next"] = rooms::cursor_of(*found[listed_max - 1]);
    return uncached(http::Response::json(json.dump()));
}

http::Response MatchApi::answer(const http::Request& request, const rooms::PublicMatches::Found& found) {
    if (!found) {
        switch (found.error()) {
            case rooms::NoPiece::no_match:
                return uncached(http::Response::error(404, std::string(no_such_match)));
            case rooms::NoPiece::never:
                return uncached(http::Response::error(404, std::string(never)));
            case rooms::NoPiece::not_yet:
                break;
        }
        http::Response response = uncached(http::Response::error(404, std::string(not_yet)));
        response.set("Retry-After", "1");
        return response;
    }
    http::Response response;
    response.set("Content-Type", "application/octet-stream");
    // What needs an invite is for this browser only; what is public is so for ever.
    response.set("Cache-Control", found->access == rooms::Access::listed
                                      ? "public, max-age=31536000, immutable"
                                      : "private, max-age=31536000, immutable");
    return http::respond_with_part(request, found->bytes, "\"" + hex(found->hash) + "\"",
                                   std::move(response));
}

}  // namespace gs::app
