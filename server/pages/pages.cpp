#include "server/pages/pages.h"

#include "server/pages/manifest.h"
#include "server/pages/page_data.h"
#include "server/pages/replay_data.h"
#include "server/pages/seat_map.h"
#include "server/pages/words.h"

#include <fmt/format.h>

#include <page_templates.h>
#include <utility>
#include <vector>

namespace gs::pages {

namespace {

data paths(const std::vector<std::string>& names) {
    data list(data::type::list);
    for (const std::string& name : names) {
        data entry;
        entry.set("path", name);
        list.push_back(entry);
    }
    return list;
}

std::string_view no_room_heading(NoRoom why) {
    switch (why) {
        case NoRoom::gone:
            return "This room is gone";
        case NoRoom::closed:
            return "This room had to close";
        case NoRoom::kicked:
            return "The host has asked you to leave";
        case NoRoom::needs_link:
            return "This room is by invitation";
    }
    return "This room is gone";
}

std::string_view no_room_detail(NoRoom why) {
    switch (why) {
        case NoRoom::gone:
            return "Rooms close a minute after the last one has left. Open a new one, or join another.";
        case NoRoom::closed:
            return "Its game ran into a fault, so we stopped it. What happened is kept and will be looked "
                   "at.";
        case NoRoom::kicked:
            return "You cannot come back into this room. There are others.";
        case NoRoom::needs_link:
            return "Ask whoever sent you here for the whole link: a part of it is missing.";
    }
    return "";
}

}  // namespace

struct Pages::Templates {
    AssetNames assets;
    Options::Assets from;
    mustache document = compiled(templates::document);
    mustache lobby = compiled(templates::lobby);
    mustache games = compiled(templates::games);
    mustache rooms = compiled(templates::rooms);
    mustache hero_facts = compiled(templates::hero_facts);
    mustache seats = compiled(templates::seats);
    mustache room = compiled(templates::room);
    mustache chat = compiled(templates::chat);
    mustache new_room = compiled(templates::new_room);
    mustache no_room = compiled(templates::no_room);
    mustache leaderboard = compiled(templates::leaderboard);
    mustache replays = compiled(templates::replays);
    mustache replay = compiled(templates::replay);
    mustache replay_wait = compiled(templates::replay_wait);
    mustache echo = compiled(templates::echo);
    mustache error = compiled(templates::error);
    // Own art per game, as partials of the templates that show it.
    kainjow::mustache::partial art_plaza = {[] { return std::string(templates::art_plaza); }};
    kainjow::mustache::partial art_pong = {[] { return std::string(templates::art_pong); }};
    kainjow::mustache::partial art_arena = {[] { return std::string(templates::art_arena); }};
    kainjow::mustache::partial touch_plaza = {[] { return std::string(templates::touch_plaza); }};
    kainjow::mustache::partial touch_arena = {[] { return std::string(templates::touch_arena); }};

    kainjow::mustache::partial reactions = {[] { return std::string(templates::reactions); }};

    /// Where a part is rendered: inside the page, or alone, to be put into its place by its id.
    enum class Place : std::uint8_t { in_page, out_of_band };
    std::string render_games(const LobbyModel& model, Place place);
    std::string render_rooms(const LobbyModel& model, Place place);
    std::string render_hero_facts(const LobbyModel& model, Place place);
    std::string render_seats(const LobbyModel& model, Place place);

    /// `main` is HTML, already rendered; `title` is text; `scripts` are those of this page only. A page that
    /// needs less than the whole style sheet has it in `own_style`; the page's script brings the whole one.
    std::string finish(std::string_view title, const std::string& main, Part part,
                       const std::vector<std::string>& scripts = {}, std::string_view own_style = {});
};

std::string Pages::Templates::render_games(const LobbyModel& model, Place place) {
    data values;
    values.set("out_of_band", flag(place == Place::out_of_band));
    values.set("games", games_data(model.games));
    values.set("art_plaza", art_plaza);
    values.set("art_pong", art_pong);
    values.set("art_arena", art_arena);
    return games.render(values);
}

std::string Pages::Templates::render_rooms(const LobbyModel& model, Place place) {
    std::uint64_t players = 0;
    std::uint64_t spectators = 0;
    for (const RoomCardModel& card : model.rooms) {
        players += card.players;
        spectators += card.spectators;
    }
    data values;
    values.set("out_of_band", flag(place == Place::out_of_band));
    values.set("any", flag(!model.rooms.empty()));
    values.set("room_count", text(counted(model.rooms_total, "room", "rooms")));
    values.set("player_count", text(counted(players, "player", "players")));
    values.set("spectator_count", number(spectators));
    const std::uint64_t more =
        model.rooms_total > model.rooms.size() ? model.rooms_total - model.rooms.size() : 0;
    values.set("has_more", flag(more > 0));
    values.set("more", text(counted(more, "more room", "more rooms")));
    values.set("rooms", rooms_data(model.rooms));
    return rooms.render(values);
}

std::string Pages::Templates::render_hero_facts(const LobbyModel& model, Place place) {
    data values;
    values.set("out_of_band", flag(place == Place::out_of_band));
    values.set("has_room", flag(model.featured.has_value()));
    if (model.featured) values.set("featured", room_data(*model.featured));
    return hero_facts.render(values);
}

std::string Pages::Templates::render_seats(const LobbyModel& model, Place place) {
    data values;
    values.set("stand_width", fmt::format("{}", stand_width));
    values.set("stand_height", fmt::format("{}", stand_height));
    values.set("out_of_band", flag(place == Place::out_of_band));
    values.set("seats", seats_data(model.people));
    return seats.render(values);
}

std::string Pages::Templates::finish(std::string_view title, const std::string& main, Part part,
                                     const std::vector<std::string>& scripts, std::string_view own_style) {
    data values;
    values.set("title", text(title));
    if (part == Part::main) {
        static const std::string title_element = "<title>{{title}}</title>\n";
        return mustache{title_element}.render(values) + main;
    }
    values.set("main", main);
    values.set("script", assets.script);
    values.set("style", own_style.empty() ? text(assets.style) : text(own_style));
    values.set("has_whole_style", flag(!own_style.empty()));
    values.set("whole_style", assets.style);
    values.set("icon", assets.icon);
    values.set("font_preloads", paths(assets.font_preloads));
    values.set("module_preloads", paths(assets.module_preloads));
    values.set("page_scripts", paths(scripts));
    values.set("dev_server", flag(from == Options::Assets::dev_server));
    return document.render(values);
}

Part part_for(std::string_view hx_request) { return hx_request == "true" ? Part::main : Part::document; }

std::expected<Pages, Error> Pages::load(const Options& options) {
    if (options.assets == Options::Assets::dev_server) {
        return Pages(std::make_unique<Templates>(
            Templates{.assets = dev_server_assets(), .from = Options::Assets::dev_server}));
    }
    auto assets = read_manifest(options.web_root);
    if (!assets) return std::unexpected(assets.error());
    return Pages(
        std::make_unique<Templates>(Templates{.assets = std::move(*assets), .from = Options::Assets::built}));
}

Pages::Pages(std::unique_ptr<Templates> templates) : templates_(std::move(templates)) {}
Pages::Pages(Pages&&) noexcept = default;
Pages& Pages::operator=(Pages&&) noexcept = default;
Pages::~Pages() = default;

std::string Pages::render_lobby(const LobbyModel& model, Part part) {
    constexpr auto in_page = Templates::Place::in_page;
    data values;
    values.set("fragment_path", text(lobby_fragment_path));
    values.set("nickname", text(model.nickname));
    values.set("nickname_max", number(nickname_characters_max));
    values.set("has_nickname_error", flag(!model.nickname_error.empty()));
    values.set("nickname_error", text(model.nickname_error));
    values.set("has_game", flag(!model.games.empty()));
    if (!model.games.empty()) values.set("first_game", game_data(model.games.front()));
    values.set("has_featured", flag(model.featured.has_value()));
    if (model.featured) values.set("featured", room_data(*model.featured));
    values.set("stand_width", fmt::format("{}", stand_width));
    values.set("stand_height", fmt::format("{}", stand_height));
    values.set("rows", rows_data());
    values.set("art_plaza", templates_->art_plaza);
    values.set("hero_facts", templates_->render_hero_facts(model, in_page));
    values.set("games", templates_->render_games(model, in_page));
    values.set("rooms", templates_->render_rooms(model, in_page));
    values.set("seats", templates_->render_seats(model, in_page));
    return templates_->finish("Grandstand", templates_->lobby.render(values), part,
                              templates_->assets.lobby_scripts);
}

std::string Pages::render_lobby_fragment(const LobbyModel& model) {
    constexpr auto out_of_band = Templates::Place::out_of_band;
    return templates_->render_hero_facts(model, out_of_band) + templates_->render_seats(model, out_of_band) +
           templates_->render_games(model, out_of_band) + templates_->render_rooms(model, out_of_band);
}

std::string Pages::render_room(const RoomPageModel& model, Part part) {
    data values = room_data(model.room);
    values.set("plays", flag(model.role == Role::player));
    values.set("role", text(model.role == Role::player ? "player" : "spectator"));
    values.set("nickname", text(model.nickname));
    values.set("nickname_max", number(nickname_characters_max));
    values.set("has_nickname_error", flag(!model.nickname_error.empty()));
    values.set("nickname_error", text(model.nickname_error));
    values.set("invite_url", text(model.invite_url));
    values.set("has_invite", flag(!model.invite.empty()));
    values.set("invite", text(model.invite));
    values.set("has_module", flag(!model.module_url.empty()));
    values.set("module_url", text(model.module_url));
    values.set("at_once", flag(model.at_once));
    values.set("touch_plaza", templates_->touch_plaza);
    values.set("touch_arena", templates_->touch_arena);
    values.set("chat_log", render_chat(model.chat));
    values.set("chat_error", text(model.chat_error));
    values.set("has_chat_error", flag(!model.chat_error.empty()));
    values.set("chat_text", text(model.chat_text));
    values.set("chat_max", number(chat_characters_max));
    values.set("reactions", templates_->reactions);
    const std::string title = fmt::format("{} · Grandstand", model.room.name);
    return templates_->finish(title, templates_->room.render(values), part, templates_->assets.room_scripts,
                              templates_->assets.room_style);
}

std::string Pages::render_chat(std::span<const ChatLineModel> lines) {
    data values;
    values.set("chat", chat_data(lines));
    return templates_->chat.render(values);
}

std::string Pages::render_new_room(const NewRoomModel& model, Part part) {
    data games(data::type::list);
    for (const GameCardModel& game : model.games) {
        data entry = game_data(game);
        const std::string_view chosen = model.game.empty() ? model.games.front().id : model.game;
        entry.set("chosen", flag(game.id == chosen));
        games.push_back(entry);
    }
    data values;
    values.set("games", games);
    values.set("name", text(model.name));
    values.set("name_placeholder", text(model.name_placeholder));
    values.set("name_max", number(room_name_characters_max));
    values.set("listed", flag(model.is_public));
    values.set("has_game_error", flag(!model.game_error.empty()));
    values.set("game_error", text(model.game_error));
    values.set("has_name_error", flag(!model.name_error.empty()));
    values.set("name_error", text(model.name_error));
    values.set("has_form_error", flag(!model.form_error.empty()));
    values.set("form_error", text(model.form_error));
    values.set("art_plaza", templates_->art_plaza);
    values.set("art_pong", templates_->art_pong);
    values.set("art_arena", templates_->art_arena);
    return templates_->finish("Create a room · Grandstand", templates_->new_room.render(values), part);
}

std::string Pages::render_no_room(const NoRoomModel& model, Part part) {
    data values;
    values.set("heading", text(no_room_heading(model.why)));
    values.set("detail", text(no_room_detail(model.why)));
    values.set("has_game", flag(!model.game.empty()));
    values.set("game", text(model.game));
    values.set("game_title", text(model.game_title));
    const std::string title = fmt::format("{} · Grandstand", no_room_heading(model.why));
    return templates_->finish(title, templates_->no_room.render(values), part);
}

std::string Pages::render_leaderboard(const LeaderboardModel& model, Part part) {
    data statistics(data::type::list);
    for (const std::string_view name : model.statistics) {
        data entry;
        entry.set("statistic", text(name));
        statistics.push_back(entry);
    }
    data values;
    values.set("game", text(model.game));
    values.set("game_title", text(model.game_title));
    values.set("has_matches", flag(model.has_matches));
    values.set("any", flag(!model.leaders.empty()));
    values.set("statistics", statistics);
    values.set("leaders", leaders_data(model.leaders));
    const std::string title = fmt::format("{}: the best · Grandstand", model.game_title);
    return templates_->finish(title, templates_->leaderboard.render(values), part);
}

std::string Pages::render_replays(const ReplaysModel& model, Part part) {
    return templates_->finish("Matches to watch again · Grandstand",
                              templates_->replays.render(replays_data(model)), part);
}

std::string Pages::render_replay(const ReplayPageModel& model, Part part) {
    const std::string title = fmt::format("{}: {} · Grandstand", model.card.game_title, model.card.room_name);
    return templates_->finish(title, templates_->replay.render(replay_data(model)), part);
}

std::string Pages::render_replay_wait(const ReplayWaitModel& model, Part part) {
    return templates_->finish("Not over yet · Grandstand",
                              templates_->replay_wait.render(replay_wait_data(model)), part);
}

std::string Pages::render_echo(const EchoModel& model, Part part) {
    data values;
    // A number to be typed elsewhere: no groups of digits.
    values.set("echo_style", templates_->assets.echo_style);
    values.set("quic_port", fmt::format("{}", model.quic_port));
    return templates_->finish("Your connection · Grandstand", templates_->echo.render(values), part,
                              templates_->assets.echo_scripts);
}

std::string Pages::render_error(const ErrorModel& model, Part part) {
    const std::string_view heading = error_heading(model.status, model.title);
    data values;
    values.set("heading", text(heading));
    values.set("detail", text(model.detail.empty() ? error_detail(model.status) : model.detail));
    return templates_->finish(fmt::format("{} · Grandstand", heading), templates_->error.render(values),
                              part);
}

}  // namespace gs::pages
