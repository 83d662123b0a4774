#include "server/app/room_models.h"

#include "server/app/room_services.h"

namespace gs::app {
namespace {

/// More cards than anybody reads; the total says that there are others.
constexpr std::size_t cards_max = 60;

pages::Phase phase_of(rooms::Phase phase) {
    switch (phase) {
        case rooms::Phase::waiting:
            return pages::Phase::waiting;
        case rooms::Phase::countdown:
            return pages::Phase::countdown;
        case rooms::Phase::playing:
            return pages::Phase::playing;
        case rooms::Phase::result:
            break;
    }
    return pages::Phase::result;
}

}  // namespace

pages::RoomCardModel card_of(const rooms::RoomInfo& room, const RoomDirectory& directory) {
    const game::Info* game = find_game(directory, room.game);
    return {.id = room.id.text(),
            .name = room.name,
            .game = room.game,
            .game_title = game != nullptr ? game->title : std::string_view(room.game),
            .host = room.host,
            .phase = phase_of(room.phase),
            .players = room.players,
            .seats = room.seats,
            .spectators = room.spectators,
            .viewers = room.viewers,
            .is_public = room.access == rooms::Access::listed,
            .locked = room.locked};
}

std::vector<pages::GameCardModel> game_cards(const RoomDirectory& directory) {
    std::vector<pages::GameCardModel> cards;
    for (const OfferedGame& game : directory.games()) {
        const GameCounts counts = directory.counts(game.info->id);
        cards.push_back({.id = game.info->id,
                         .title = game.info->title,
                         .tagline = game.info->tagline,
                         .seats_max = game.info->seats_max,
                         .players = counts.players,
                         .rooms = counts.rooms,
                         .has_matches = game.info->lifecycle == game::Lifecycle::match});
    }
    return cards;
}

ChatContent::ChatContent(const PublicTalk* talk, const rooms::RoomId& room, pages::Role role) {
    if (talk != nullptr) said_ = talk->newest(room);
    for (const chat::Said& said : said_) {
        if (role == pages::Role::player && !said->is_for_players) continue;
        lines_.push_back({.id = said->id.text(),
                          .author = said->author.id.text(),
                          .name = said->author.name,
                          .text = said->text,
                          .match = said->moment.match.text(),
                          .tick = said->moment.tick.value,
                          .is_of_player = said->channel == chat::Channel::players,
                          .said_unix_s = said->said_unix_s});
    }
}

LeaderboardContent::LeaderboardContent(const OfferedGame& game, const RoomDirectory& directory)
    : game_(game), standings_(directory.leaders(game.info->id)) {
    for (const game::StatisticInfo& info : game.statistics)
        statistics_.push_back(info.name);
    for (const rooms::Standings& of : standings_) {
        leaders_.push_back({.name = of.name,
                            .wins = of.wins,
                            .played = of.played,
                            .best_score = of.best_score,
                            .best = of.best});
    }
}

pages::LeaderboardModel LeaderboardContent::model() const {
    return {.game = game_.info->id,
            .game_title = game_.info->title,
            .has_matches = game_.info->lifecycle == game::Lifecycle::match,
            .statistics = statistics_,
            .leaders = leaders_};
}

LobbyContent::LobbyContent(const RoomDirectory& directory, std::uint64_t people)
    : rooms_(directory.listed(cards_max)),
      featured_room_(directory.featured()),
      games_(game_cards(directory)),
      rooms_total_(directory.listed_count()),
      people_(people) {
    for (const rooms::RoomInfo& room : rooms_) {
        cards_.push_back(card_of(room, directory));
    }
    if (featured_room_) featured_ = card_of(*featured_room_, directory);
}

pages::LobbyModel LobbyContent::model() const {
    return {.games = games_,
            .rooms = cards_,
            .rooms_total = rooms_total_,
            .featured = featured_,
            .people = people_};
}

}  // namespace gs::app
