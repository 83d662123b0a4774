#include "server/app/room_api.h"

#include "server/app/json_fields.h"
#include "server/names/nickname.h"
#include "server/rooms/room_setup.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace gs::app {
namespace {

/// One page of the lobby; who wants another room looks for its id.
constexpr std::size_t listed_max = 200;

/// Ids, roles and invites are far shorter; longer ones are none.
constexpr std::size_t word_bytes_max = 64;

/// Enough for a tournament, and little enough that the delayed part of a match stays in memory.
constexpr std::uint32_t public_delay_s_max = 90;

constexpr std::string_view no_such_room = "There is no such room, it has closed, or it needs its invite.";

http::Response uncached(http::Response response) {
    response.set("Cache-Control", "no-store");
    return response;
}

std::expected<RoomRequest, Refused> read_wish(const RoomDirectory& directory, std::string_view body) {
    JsonFields fields(body);
    const auto game_id = fields.text("game", word_bytes_max);
    const auto name = fields.text("name", names::raw_name_bytes_max);
    const auto is_public = fields.truth("public");
    // What the game allows is looked at below.
    const auto seats = fields.number("seats", 1, 255);
    const auto delay = fields.number("public_delay_s", 0, public_delay_s_max);
    const auto computers = fields.number("computer_seats", 0, 255);
    fields.empty_object("settings");
    if (auto wrong = fields.wrong())
        return std::unexpected(Refused{.status = 400, .words = std::move(*wrong)});
    const OfferedGame* offered = game_id ? find_offered(directory, *game_id) : nullptr;
    if (offered == nullptr) return std::unexpected(Refused{.status = 400, .words = no_such_game(directory)});
    const game::Info* game = offered->info;
    if (std::max(seats.value_or(0), computers.value_or(0)) > game->seats_max) {
        return std::unexpected(Refused{.status = 400,
                                       .words = std::string(game->title) + " has at most " +
                                                std::to_string(game->seats_max) + " seats."});
    }
    if (computers.value_or(0) > 0 && !offered->has_computers) {
        return std::unexpected(Refused{
            .status = 400,
            .words = std::string(game->title) + " has no computer players: \"computer_seats\" is 0."});
    }
    return RoomRequest{.game = *game_id,
                       .name = names::clean_name(name.value_or(""), names::title_limits),
                       .access = is_public.value_or(true) ? rooms::Access::listed : rooms::Access::by_invite,
                       .seats = seats.value_or(game->seats_max),
                       .public_delay_s = delay.value_or(rooms::public_delay_s_default),
                       .computers = computers.value_or(0)};
}

/// What a ticket is asked for: the person comes from the cookie.
std::expected<rooms::Admission, Refused> read_admission(const RoomDirectory& directory,
                                                        std::string_view body) {
    JsonFields fields(body);
    const auto role_name = fields.text("role", word_bytes_max);
    const auto room_text = fields.text("room", word_bytes_max);
    const auto invite = fields.text("invite", word_bytes_max);
    const auto view_name = fields.text("class", word_bytes_max);
    auto pass = fields.text("pass", word_bytes_max);
    if (auto wrong = fields.wrong())
        return std::unexpected(Refused{.status = 400, .words = std::move(*wrong)});
    const auto role = rooms::role_from(role_name.value_or(""));
    if (!role) {
        return std::unexpected(Refused{
            .status = 400, .words = "\"role\" must be \"lobby\", \"player\", \"spectator\" or \"preview\"."});
    }
    rooms::Admission admission{.person = {}, .role = *role};
    if (view_name) {
        admission.watch.view = rooms::view_class_from(*view_name);
        if (!admission.watch.view) {
            return std::unexpected(
                Refused{.status = 400, .words = "\"class\" must be \"live\" or \"delayed\"."});
        }
    }
    admission.watch.pass = std::move(pass).value_or("");
    if (*role == rooms::Role::lobby) return admission;
    const auto id = rooms::RoomId::parse(room_text.value_or(""));
    if (!id || !directory.find(*id, invite.value_or(""))) {
        return std::unexpected(Refused{.status = 404, .words = std::string(no_such_room)});
    }
    admission.room = *id;
    return admission;
}

}  // namespace

void RoomApi::add_routes(http::Router& router) {
    using http::Request;
    router.get("/api/v1/games", [this](const Request&) { return games(); });
    router.get("/api/v1/rooms", [this](const Request&) { return rooms(); });
    router.post("/api/v1/rooms", [this](const Request& request) { return make_room(request); });
    router.get("/api/v1/rooms/{id}", [this](const Request& request) { return room(request); });
    router.post("/api/v1/nickname", [this](const Request& request) { return save_nickname(request); });
    router.get("/api/v1/leaderboards/{game}", [this](const Request& request) { return leaders(request); });
    router.post("/api/v1/tickets", [this](const Request& request) { return make_ticket(request); });
}

http::Response RoomApi::games() const {
    nlohmann::json list = nlohmann::json::array();
    for (const OfferedGame& game : services_.directory.games()) {
        list.push_back({{"id", game.info->id},
                        {"title", game.info->title},
                        {"tagline", game.info->tagline},
                        {"rules_version", game.info->rules_version},
                        {"tick_rate_hz", game.info->tick_rate_hz},
                        {"seats_min", game.info->seats_min},
                        {"seats_max", game.info->seats_max},
                        {"module_url", game.module_url.empty() ? nlohmann::json(nullptr)
                                                               : nlohmann::json(game.module_url)}});
    }
    return http::Response::json(nlohmann::json{{"games", std::move(list)}}.dump());
}

http::Response RoomApi::rooms() const {
    nlohmann::json list = nlohmann::json::array();
    for (const rooms::RoomInfo& info : services_.directory.listed(listed_max)) {
        list.push_back(json_of(info));
    }
    return uncached(http::Response::json(nlohmann::json{{"rooms", std::move(list)}}.dump()));
}

http::Response RoomApi::room(const http::Request& request) const {
    const auto id = rooms::RoomId::parse(request.path_parameter("id"));
    if (!id) return uncached(http::Response::error(404, std::string(no_such_room)));
    const auto info = services_.directory.find(*id, request.query_parameter("invite").value_or(""));
    if (!info) return uncached(http::Response::error(404, std::string(no_such_room)));
    return uncached(http::Response::json(json_of(*info).dump()));
}

http::Response RoomApi::leaders(const http::Request& request) const {
    const OfferedGame* game = find_offered(services_.directory, request.path_parameter("game"));
    if (game == nullptr) return uncached(http::Response::error(404, no_such_game(services_.directory)));
    nlohmann::json leaders = nlohmann::json::array();
    for (const rooms::Standings& of : services_.directory.leaders(game->info->id)) {
        leaders.push_back({{"place", leaders.size() + 1},
                           {"name", of.name},
                           {"wins", of.wins},
                           {"played", of.played},
                           {"best_score", of.best_score},
                           {"best", of.best}});
    }
    return uncached(http::Response::json(nlohmann::json{
        {"game", game->info->id},
        {"statistics", rooms::json_of(game->statistics)},
        {"leaders", std::move(leaders)}}.dump()));
}

http::Response RoomApi::make_room(const http::Request& request) {
    auto wish = read_wish(services_.directory, request.body);
    if (!wish) return uncached(wish.error().response());
    const auto visit = services_.visitors.visit(request);
    const auto created = create_room(services_, std::move(*wish), visit.person, request.peer);
    http::Response response;
    if (created) {
        nlohmann::json json = json_of(created->room);
        json["invite_url"] = invite_url(request, created->room.id, created->invite);
        response = http::Response::json(json.dump(), 201);
        response.set("Location", "/api/v1" + room_path(created->room.id, created->invite));
    } else {
        response = created.error().response();
    }
    services_.visitors.finish(request, visit, response);
    return response;
}

http::Response RoomApi::save_nickname(const http::Request& request) {
    JsonFields fields(request.body);
    // What is too long for a name is told as that, not as a field of JSON.
    const auto wish = fields.text("name", std::numeric_limits<std::size_t>::max());
    if (auto wrong = fields.wrong())
        return uncached(Refused{.status = 400, .words = std::move(*wrong)}.response());
    const auto name = chosen_nickname(wish.value_or(""));
    if (!name) return uncached(Refused{.status = 400, .words = std::string(name.error())}.response());
    auto visit = services_.visitors.visit(request);
    visit.person.name = *name;
    visit.cookie = accounts::Guests::Visit::Cookie::give_new;
    http::Response response = http::Response::json(nlohmann::json{{"name", *name}}.dump());
    services_.visitors.finish(request, visit, response);
    return response;
}

http::Response RoomApi::make_ticket(const http::Request& request) {
    auto admission = read_admission(services_.directory, request.body);
    if (!admission) return uncached(admission.error().response());
    const net::Instant now = services_.now();
    if (!services_.ticket_rate.allow(request.peer, now)) {
        return uncached(
            Refused{.status = 429, .words = "Too many people at your network come in at once. Wait a moment."}
                .response());
    }
    const auto visit = services_.visitors.visit(request);
    admission->person = visit.person;
    const auto ticket = services_.tickets.issue(std::move(*admission), now);
    if (!ticket) {
        return uncached(
            Refused{.status = 503, .words = "Too many people come in at once. Try again in a moment."}
                .response());
    }
    const auto lifetime =
        std::chrono::duration_cast<std::chrono::seconds>(services_.tickets.limits().lifetime);
    http::Response response =
        http::Response::json(nlohmann::json{{"ticket", *ticket}, {"expires_in_s", lifetime.count()}}.dump());
    services_.visitors.finish(request, visit, response);
    return response;
}

}  // namespace gs::app
