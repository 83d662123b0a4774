#include "server/app/replay_pages.h"

#include "server/app/room_models.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gs::app {
namespace {

/// A page of the list: some screens of a phone.
constexpr std::size_t listed_max = 24;
/// Of a name that somebody looks for; the field takes no more.
constexpr std::size_t player_bytes_max = 128;

constexpr std::string_view no_such_match =
    "There is no such match, it was too long ago, or its room was by invitation.";

/// Percent-encoded for a query.
std::string encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string coded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '_' || c == '.';
        if (is_plain) {
            coded.push_back(c);
        } else {
            coded.append({'%', digits[byte >> 4], digits[byte & 15]});
        }
    }
    return coded;
}

std::string_view title_of(const RoomDirectory& directory, std::string_view game) {
    const game::Info* const info = find_game(directory, game);
    return info != nullptr ? info->title : game;
}

std::vector<pages::ReplayLineModel> lines_of(const std::optional<rooms::MatchResult>& result,
                                             const std::vector<rooms::FinishedMatch::Player>& players) {
    std::vector<pages::ReplayLineModel> lines;
    if (!result) {
        for (const bool computers : {false, true}) {
            for (const auto& player : players) {
                if (player.is_computer != computers) continue;
                lines.push_back(
                    {.name = player.name, .is_computer = player.is_computer, .has_left = player.has_left});
            }
        }
        return lines;
    }
    for (const rooms::MatchResult::Line& line : result->lines) {
        lines.push_back({.name = line.name,
                         .is_computer = line.is_computer,
                         .has_left = !line.seat,
                         .has_won = line.seat && line.seat == result->winner,
                         .score = line.score,
                         .statistics = line.statistics});
    }
    return lines;
}

pages::ReplayCardModel card_of(const rooms::KeptMatch& kept, const RoomDirectory& directory) {
    return {.match = kept.match.text(),
            .game_title = title_of(directory, kept.header.game),
            .room_name = kept.room_name,
            .has_result = kept.result.has_value(),
            .lines = lines_of(kept.result, kept.players),
            .length_s = (kept.end.value - std::max(kept.play_began, kept.header.first).value) /
                        kept.header.tick_rate_hz,
            .ended_unix_s = kept.ended_unix_s};
}

/// "{seat} railed {other}", with names.
std::string words_of(const game::EventInfo& info, const game::Event& event,
                     const std::vector<rooms::FinishedMatch::Player>& players) {
    const auto name_of = [&](Seat seat) {
        const auto found = std::ranges::find(players, seat, &rooms::FinishedMatch::Player::seat);
        return found != players.end() ? found->name : std::string("Somebody");
    };
    const std::pair<std::string_view, std::string> fields[] = {{"{seat}", name_of(event.seat)},
                                                               {"{other}", name_of(event.other)},
                                                               {"{value}", std::to_string(event.value)}};
    std::string_view rest = info.feed.empty() ? info.announcement : info.feed;
    std::string words;
    while (!rest.empty()) {
        const auto field =
            std::ranges::find_if(fields, [&](const auto& each) { return rest.starts_with(each.first); });
        if (field == std::end(fields)) {
            words.push_back(rest.front());
            rest.remove_prefix(1);
        } else {
            words += field->second;
            rest.remove_prefix(field->first.size());
        }
    }
    return words;
}

std::vector<pages::ReplayEventModel> events_of(const rooms::PublicMatch& match, const OfferedGame* game) {
    std::vector<pages::ReplayEventModel> events;
    // Numbers of a countdown are nothing that anybody looks for.
    const auto is_notable = [&](const game::EventInfo& kind) {
        return !kind.feed.empty() || (!kind.announcement.empty() && kind.announcement != "{value}");
    };
    // Of other rules nobody knows what an event's number means.
    if (game == nullptr || game->info->rules_version != match.header.rules_version) return events;
    const Tick began = match.play_began.value_or(match.header.first);
    for (const rooms::MatchEvent& event : match.events) {
        if (event.event.kind >= game->event_kinds.size() || event.tick < began) continue;
        if (!is_notable(game->event_kinds[event.event.kind])) continue;
        events.push_back(
            {.at_s = (event.tick.value - began.value) / match.header.tick_rate_hz,
             .words = words_of(game->event_kinds[event.event.kind], event.event, match.players)});
    }
    return events;
}

std::uint32_t seconds_in(std::string_view text) {
    std::uint32_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return seconds;
}

http::Response finish(std::string html, int status = 200) {
    http::Response response = http::Response::html(std::move(html), status);
    response.set("Cache-Control", "no-store");
    response.set("Vary", "HX-Request");
    return response;
}

pages::Part part_of(const http::Request& request) { return pages::part_for(request.header("hx-request")); }

}  // namespace

void ReplayPages::add_routes(http::Router& router) {
    router.get("/replays", [this](const http::Request& request) { return list(request); });
    router.get("/replays/{match}", [this](const http::Request& request) { return match(request); });
}

http::Response ReplayPages::list(const http::Request& request) {
    const RoomDirectory& directory = services_.directory;
    const auto parameter = [&](const char* name) { return request.query_parameter(name).value_or(""); };
    const std::string wanted_game = parameter("game");
    const OfferedGame* const offered = find_offered(directory, wanted_game);
    const std::string_view game = offered != nullptr ? offered->info->id : std::string_view();
    std::string player = parameter("player");
    if (player.size() > player_bytes_max) player.clear();
    const std::string before = parameter("before");
    const auto found =
        matches_.list({.game = game, .player = player, .before = before}, listed_max + 1, services_.now());
    std::vector<pages::ReplayCardModel> cards;
    for (std::size_t at = 0; at < std::min(found.size(), listed_max); ++at)
        cards.push_back(card_of(*found[at], directory));
    std::string next;
    if (found.size() > listed_max) {
        next = "/replays?before=" + rooms::cursor_of(*found[listed_max - 1]);
        if (!game.empty()) next += "&game=" + encoded(game);
        if (!player.empty()) next += "&player=" + encoded(player);
    }
    const auto games = game_cards(directory);
    return finish(pages_.render_replays({.games = games,
                                         .game = game,
                                         .player = player,
                                         .replays = cards,
                                         .next = next,
                                         .is_first = before.empty()},
                                        part_of(request)));
}

http::Response ReplayPages::match(const http::Request& request) {
    const auto id = rooms::MatchId::parse(request.path_parameter("match"));
    const std::string invite = request.query_parameter(pages::fields::invite).value_or("");
    const auto found = id ? matches_.find(*id, invite, services_.now()) : std::nullopt;
    if (!found) return http::Response::error(404, std::string(no_such_match));
    if (!found->is_over || found->ended_unix_s == 0) return wait(*found, invite, part_of(request));
    const OfferedGame* const game = find_offered(services_.directory, found->header.game);
    const Tick began = found->play_began.value_or(found->header.first);
    const auto events = events_of(*found, game);
    const std::string module_url = module_url_(found->header.game, found->header.module_hash);
    std::vector<std::string_view> statistics;
    if (game != nullptr) {
        for (const game::StatisticInfo& info : game->statistics)
            statistics.push_back(info.name);
    }
    return finish(pages_.render_replay(
        {.card = {.match = found->match.text(),
                  .game_title = title_of(services_.directory, found->header.game),
                  .room_name = found->room_name,
                  .has_result = found->result.has_value(),
                  .lines = lines_of(found->result, found->players),
                  .length_s = (found->end.value - began.value) / found->header.tick_rate_hz,
                  .ended_unix_s = found->ended_unix_s},
         .game = found->header.game,
         .statistics = statistics,
         .events = events,
         .invite = found->access == rooms::Access::by_invite ? std::string_view(invite) : std::string_view(),
         .module_url = module_url,
         .begin_s = seconds_in(request.query_parameter("t").value_or("")),
         .check = static_cast<pages::ReplayPageModel::Check>(found->check)},
        part_of(request)));
}

/// Whoever follows the link in a result comes before everybody may know of it.
http::Response ReplayPages::wait(const rooms::PublicMatch& match, std::string_view invite, pages::Part part) {
    const auto delay = std::chrono::duration_cast<std::chrono::seconds>(match.delay);
    http::Response response = finish(pages_.render_replay_wait(
        {.room = match.room.text(),
         .room_name = match.room_name,
         .game_title = title_of(services_.directory, match.header.game),
         .invite = match.access == rooms::Access::by_invite ? invite : std::string_view(),
         .delay_s = static_cast<std::uint32_t>(delay.count())},
        part));
    // For who has no scripts; the page looks more often by itself.
    response.set("Refresh", "5");
    return response;
}

}  // namespace gs::app
