#include "server/app/room_pages.h"

#include "core/base/utf8.h"
#include "server/app/room_models.h"
#include "server/crypto/crypto.h"
#include "server/names/nickname.h"
#include "server/rooms/room_setup.h"

#include <utility>

namespace gs::app {
namespace {

using accounts::Guests;

constexpr std::string_view room_name_too_long = "That is too long for a room; 40 characters are plenty.";
/// Of what somebody typed, shown again to be corrected.
constexpr std::size_t typed_bytes_max = 2'048;
constexpr std::string_view no_room_to_hear = "There is no such room, it has closed, or it needs its invite.";
constexpr std::string_view no_cookie_words =
    "Your browser sent no cookie, so nobody knows who said that. Allow cookies, and send it again.";
constexpr std::string_view says_too_much_words = "Too much is said from your network. Wait a moment.";
constexpr std::string_view name_too_long = "That is too long for a name; 20 characters are plenty.";
/// A reload or a bookmark after a form was posted without scripts: where that form stands.
http::Response back_to(const char* path) {
    http::Response response = http::Response::redirect(path);
    response.set("Cache-Control", "no-store");
    return response;
}

pages::Part part_of(const http::Request& request) { return pages::part_for(request.header("hx-request")); }

/// Gives the visitor the name in the form, if there is one. False: it is too long to be looked at.
bool rename(Guests::Visit& visit, const std::optional<std::string>& nickname) {
    if (!nickname) return true;
    if (nickname->size() > names::raw_name_bytes_max) return false;
    std::string name = names::clean_name(*nickname, names::nickname_limits);
    if (name.empty()) name = names::friendly_name(crypto::random_below(1 << 30));
    if (name == visit.person.name) return true;
    visit.person.name = std::move(name);
    visit.cookie = Guests::Visit::Cookie::give_new;
    return true;
}

std::string field(const http::Request& request, std::string_view name) {
    return request.form_value(name).value_or("");
}

}  // namespace

RoomPages::RoomPages(RoomServices& services, pages::Pages& pages, std::function<std::uint64_t()> people)
    : services_(services), pages_(pages), people_(std::move(people)) {}

void RoomPages::add_routes(http::Router& router) {
    using http::Request;
    router.get("/", [this](const Request& request) { return lobby(request); });
    router.get(pages::lobby_fragment_path, [this](const Request&) {
        http::Response response = http::Response::html(lobby_fragment());
        response.set("Cache-Control", "no-store");
        return response;
    });
    router.post("/play", [this](const Request& request) { return play(request); });
    router.get("/play", [](const Request&) { return back_to("/"); });
    router.post("/nickname", [this](const Request& request) { return save_nickname(request); });
    router.get("/nickname", [](const Request&) { return back_to("/"); });
    router.get("/rooms/new", [this](const Request& request) { return new_room(request); });
    // The form posts to its own address, so that the browser stays there when something is wrong in it.
    router.post("/rooms/new", [this](const Request& request) { return make_room(request); });
    router.post("/rooms", [this](const Request& request) { return make_room(request); });
    router.get("/rooms", [](const Request&) { return back_to("/"); });
    router.get("/rooms/{id}", [this](const Request& request) { return room(request, pages::Role::player); });
    router.get("/rooms/{id}/watch",
               [this](const Request& request) { return room(request, pages::Role::spectator); });
    router.get("/rooms/{id}/chat", [this](const Request& request) { return chat(request); });
    router.post("/rooms/{id}/chat", [this](const Request& request) { return say(request); });
    router.get("/leaderboards/{game}", [this](const Request& request) { return leaderboard(request); });
    router.get("/i/{invite}", [this](const Request& request) { return follow_invite(request); });
}

std::string RoomPages::lobby_fragment() {
    const LobbyContent content(services_.directory, people_());
    return pages_.render_lobby_fragment(content.model());
}

// ---- Handlers

http::Response RoomPages::lobby(const http::Request& request) {
    return show_lobby(request, services_.visitors.visit(request), {}, 200);
}

http::Response RoomPages::play(const http::Request& request) {
    Visit visit = services_.visitors.visit(request);
    const bool is_renamed = rename(visit, request.form_value(pages::fields::nickname));
    if (const auto room = request.form_value(pages::fields::room)) {
        const auto id = rooms::RoomId::parse(*room);
        const std::string invite = field(request, pages::fields::invite);
        const auto info = id ? services_.directory.find(*id, invite) : std::unexpected(NoRoom::gone);
        if (!info) return show_no_room(request, visit, info.error());
        if (is_renamed)
            return go_to(request, visit, *id, info->access == rooms::Access::by_invite ? invite : "");
        return show_room(request, visit, *info,
                         {.room = {}, .nickname_error = name_too_long, .invite = invite}, 400);
    }
    if (!is_renamed) return show_lobby(request, visit, name_too_long, 400);
    const auto wanted = request.form_value(pages::fields::game);
    const game::Info* game =
        wanted ? find_game(services_.directory, *wanted) : services_.directory.games().front().info;
    if (game == nullptr) return http::Response::error(400, no_such_game(services_.directory));
    const auto id = services_.directory.quick_play(game->id, services_.now());
    if (!id) return refused_for(id.error()).response();
    return go_to(request, visit, *id, {});
}

http::Response RoomPages::save_nickname(const http::Request& request) {
    Visit visit = services_.visitors.visit(request);
    const auto name = chosen_nickname(field(request, pages::fields::nickname));
    if (!name) return show_lobby(request, visit, name.error(), 400);
    visit.person.name = *name;
    visit.cookie = Guests::Visit::Cookie::give_new;
    http::Response response = http::Response::redirect("/");
    services_.visitors.finish(request, visit, response);
    return response;
}

http::Response RoomPages::new_room(const http::Request& request) {
    const std::string game = request.query_parameter(pages::fields::game).value_or("");
    const bool is_known = find_game(services_.directory, game) != nullptr;
    return show_form(request, services_.visitors.visit(request),
                     {.game = is_known ? std::string_view(game) : std::string_view()}, 200);
}

http::Response RoomPages::make_room(const http::Request& request) {
    Visit visit = services_.visitors.visit(request);
    const bool is_renamed = rename(visit, request.form_value(pages::fields::nickname));
    const std::string game_id = field(request, pages::fields::game);
    const std::string raw_name = field(request, pages::fields::name);
    const std::string name = names::clean_name(raw_name, names::title_limits);
    const bool is_public = field(request, pages::fields::listed) != "0";
    const std::string unknown_game = no_such_game(services_.directory);
    const game::Info* game = find_game(services_.directory, game_id);

    pages::NewRoomModel form{
        .game = game != nullptr ? game->id : std::string_view(), .name = name, .is_public = is_public};
    if (game == nullptr) form.game_error = unknown_game;
    if (raw_name.size() > names::raw_name_bytes_max) form.name_error = room_name_too_long;
    if (!is_renamed) form.form_error = name_too_long;
    if (!form.game_error.empty() || !form.name_error.empty() || !form.form_error.empty()) {
        return show_form(request, visit, form, 400);
    }
    const auto created = create_room(services_,
                                     {.game = game_id,
                                      .name = name,
                                      .access = is_public ? rooms::Access::listed : rooms::Access::by_invite,
                                      .seats = game->seats_max,
                                      .public_delay_s = rooms::public_delay_s_default},
                                     visit.person, request.peer);
    if (created) return go_to(request, visit, created->room.id, created->invite);
    form.form_error = created.error().words;
    http::Response response = show_form(request, visit, form, created.error().status);
    response.set("Retry-After", "30");
    return response;
}

http::Response RoomPages::room(const http::Request& request, pages::Role role) {
    const Visit visit = services_.visitors.visit(request);
    const auto id = rooms::RoomId::parse(request.path_parameter("id"));
    const std::string invite = request.query_parameter(pages::fields::invite).value_or("");
    const auto info = id ? services_.directory.find(*id, invite) : std::unexpected(NoRoom::gone);
    if (!info) return show_no_room(request, visit, info.error());
    const bool at_once = request.query_parameter("play") == "1";
    return show_room(request, visit, *info, {.role = role, .room = {}, .invite = invite, .at_once = at_once},
                     200);
}

http::Response RoomPages::chat(const http::Request& request) {
    const auto id = rooms::RoomId::parse(request.path_parameter("id"));
    const std::string invite = request.query_parameter(pages::fields::invite).value_or("");
    if (!id || !services_.directory.find(*id, invite))
        return http::Response::error(404, std::string(no_room_to_hear));
    const ChatContent content(services_.talk, *id, pages::Role::spectator);
    http::Response response = http::Response::html(pages_.render_chat(content.lines()));
    response.set("Cache-Control", "no-store");
    return response;
}

http::Response RoomPages::say(const http::Request& request) {
    const Visit visit = services_.visitors.visit(request);
    const auto id = rooms::RoomId::parse(request.path_parameter("id"));
    const std::string invite = field(request, pages::fields::invite);
    const auto info = id ? services_.directory.find(*id, invite) : std::unexpected(NoRoom::gone);
    if (!info) return show_no_room(request, visit, info.error());
    const bool watches = field(request, pages::fields::from) == "watch";
    const std::string text = field(request, pages::fields::text);
    std::string_view error;
    int status = 400;
    if (visit.cookie == Guests::Visit::Cookie::give_new && request.cookie(Visitors::cookie_name).empty()) {
        error = no_cookie_words;
    } else if (!services_.say_rate.allow(request.peer, services_.now())) {
        error = says_too_much_words;
        status = 429;
    } else if (services_.talk != nullptr) {
        error = services_.talk->say(*id, visit.person, text, services_.now());
    }
    if (!error.empty()) {
        return show_room(
            request, visit, *info,
            {.role = watches ? pages::Role::spectator : pages::Role::player,
             .room = {},
             .invite = invite,
             .chat_error = error,
             .chat_text = is_utf8(text) ? utf8_prefix(text, typed_bytes_max) : std::string_view()},
            status);
    }
    std::string path = room_path(*id, {});
    if (watches) path += "/watch";
    if (info->access == rooms::Access::by_invite) path += "?invite=" + invite;
    http::Response response = http::Response::redirect(path + "#chat");
    services_.visitors.finish(request, visit, response);
    return response;
}

http::Response RoomPages::follow_invite(const http::Request& request) {
    const std::string_view invite = request.path_parameter("invite");
    const auto id = services_.directory.find_by_invite(invite);
    if (!id) return show_no_room(request, services_.visitors.visit(request), NoRoom::gone);
    http::Response response = http::Response::redirect(room_path(*id, invite));
    response.set("Cache-Control", "no-store");
    return response;
}

http::Response RoomPages::leaderboard(const http::Request& request) {
    const OfferedGame* game = find_offered(services_.directory, request.path_parameter("game"));
    if (game == nullptr) return http::Response::error(404, no_such_game(services_.directory));
    const LeaderboardContent content(*game, services_.directory);
    return finish(request, services_.visitors.visit(request),
                  pages_.render_leaderboard(content.model(), part_of(request)), 200);
}

// ---- Answers

http::Response RoomPages::show_lobby(const http::Request& request, const Visit& visit,
                                     std::string_view nickname_error, int status) {
    const LobbyContent content(services_.directory, people_());
    pages::LobbyModel model = content.model();
    model.nickname = visit.person.name;
    model.nickname_error = nickname_error;
    return finish(request, visit, pages_.render_lobby(model, part_of(request)), status);
}

http::Response RoomPages::show_form(const http::Request& request, const Visit& visit,
                                    pages::NewRoomModel model, int status) {
    const auto games = game_cards(services_.directory);
    const std::string placeholder = default_room_name(visit.person);
    model.games = games;
    model.name_placeholder = placeholder;
    return finish(request, visit, pages_.render_new_room(model, part_of(request)), status);
}

http::Response RoomPages::show_room(const http::Request& request, const Visit& visit,
                                    const rooms::RoomInfo& info, pages::RoomPageModel model, int status) {
    // Whatever stands in the address of a listed room is no invite.
    if (info.access == rooms::Access::listed) model.invite = {};
    const std::string url = invite_url(request, info.id, model.invite);
    model.room = card_of(info, services_.directory);
    model.nickname = visit.person.name;
    model.invite_url = url;
    const ChatContent chat(services_.talk, info.id, model.role);
    model.chat = chat.lines();
    for (const OfferedGame& game : services_.directory.games()) {
        if (game.info->id != info.game) continue;
        model.module_url = model.role == pages::Role::player ? game.play_module_url : game.module_url;
    }
    return finish(request, visit, pages_.render_room(model, part_of(request)), status);
}

http::Response RoomPages::show_no_room(const http::Request& request, const Visit& visit, NoRoom why) {
    const game::Info& other = *services_.directory.games().front().info;
    const bool needs_invite = why == NoRoom::needs_invite;
    const pages::NoRoomModel model{.why = needs_invite ? pages::NoRoom::needs_link : pages::NoRoom::gone,
                                   .game = other.id,
                                   .game_title = other.title};
    return finish(request, visit, pages_.render_no_room(model, part_of(request)), needs_invite ? 403 : 404);
}

http::Response RoomPages::finish(const http::Request& request, const Visit& visit, std::string html,
                                 int status) {
    http::Response response = http::Response::html(std::move(html), status);
    // The same address answers with a whole document or with its main part.
    response.set("Vary", "HX-Request");
    // What a form got wrong is said in the page that the form is in, and the address stays the page's.
    if (request.method == http::Method::post && status >= 400) response.set("HX-Push-Url", "false");
    services_.visitors.finish(request, visit, response);
    return response;
}

http::Response RoomPages::go_to(const http::Request& request, const Visit& visit, const rooms::RoomId& id,
                                std::string_view invite) {
    std::string path = room_path(id, invite);
    path += invite.empty() ? '?' : '&';
    path += pages::play_query;
    http::Response response = http::Response::redirect(std::move(path));
    services_.visitors.finish(request, visit, response);
    return response;
}

}  // namespace gs::app
