#include "server/app/room_services.h"

#include "server/names/nickname.h"

#include <utility>

namespace gs::app {

http::Response Refused::response() const {
    http::Response response = http::Response::error(status, words);
    if (status == 429 || status == 503) response.set("Retry-After", "30");
    return response;
}

const OfferedGame* find_offered(const RoomDirectory& directory, std::string_view id) {
    for (const OfferedGame& game : directory.games()) {
        if (game.info->id == id) return &game;
    }
    return nullptr;
}

const game::Info* find_game(const RoomDirectory& directory, std::string_view id) {
    const OfferedGame* game = find_offered(directory, id);
    return game == nullptr ? nullptr : game->info;
}

std::string no_such_game(const RoomDirectory& directory) {
    std::string words = "There is no such game here. There are: ";
    bool first = true;
    for (const OfferedGame& game : directory.games()) {
        if (!std::exchange(first, false)) words += ", ";
        words += game.info->id;
    }
    return words + ".";
}

std::expected<CreatedRoom, Refused> create_room(RoomServices& services, RoomRequest wish,
                                                const net::Person& maker, const net::Address& peer) {
    const net::Instant now = services.now();
    if (!services.room_rate.allow(peer, now)) {
        return std::unexpected(
            Refused{.status = 429, .words = "Too many rooms were made from your network. Wait a minute."});
    }
    NewRoom room{.game = std::move(wish.game),
                 .name = wish.name.empty() ? default_room_name(maker) : std::move(wish.name),
                 .access = wish.access,
                 .seats = wish.seats,
                 .public_delay_s = wish.public_delay_s,
                 .computers = wish.computers,
                 .maker = maker};
    const bool is_exempt =
        services.per_address_limit == net::PerAddressLimit::exempts_loopback && peer.is_loopback();
    if (!is_exempt) room.maker_network = peer.limit_key();
    auto created = services.directory.create(room, now);
    if (!created) return std::unexpected(refused_for(created.error()));
    return std::move(*created);
}

Refused refused_for(RoomRefusal refusal) {
    switch (refusal) {
        case RoomRefusal::too_many_of_person:
            return {.status = 429,
                    .words =
                        "You have as many rooms open as one person may have. Rooms close by themselves "
                        "a minute after the last one has left."};
        case RoomRefusal::too_many_of_network:
            return {.status = 429,
                    .words =
                        "As many rooms are open as one network may have. Rooms close by themselves a "
                        "minute after the last one has left."};
        case RoomRefusal::too_many:
            break;
    }
    return {.status = 503,
            .words = "The server is full: it takes no more rooms right now. Join one that is open."};
}

std::expected<std::string, std::string_view> chosen_nickname(std::string_view raw) {
    if (raw.size() > names::raw_name_bytes_max)
        return std::unexpected("That is too long for a name; 20 characters are plenty.");
    std::string name = names::clean_name(raw, names::nickname_limits);
    if (name.empty()) return std::unexpected("Nothing of this name can be shown; choose another.");
    return name;
}

std::string default_room_name(const net::Person& maker) {
    return names::clean_name(maker.name + "'s room", names::title_limits);
}

std::string room_path(const rooms::RoomId& id, std::string_view invite) {
    std::string path = "/rooms/";
    path += id.text();
    if (!invite.empty()) {
        path += "?invite=";
        path += invite;
    }
    return path;
}

std::string invite_url(const http::Request& request, const rooms::RoomId& id, std::string_view invite) {
    std::string url(http::name_of(request.scheme));
    url += "://";
    url += request.host;
    if (invite.empty()) {
        url += room_path(id, {});
    } else {
        url += "/i/";
        url += invite;
    }
    return url;
}

}  // namespace gs::app
