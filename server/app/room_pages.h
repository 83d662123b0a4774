// RoomPages: lobby, rooms and the making of rooms for people, as HTML. All of it works without scripts: forms
// and redirects. Every page knows its guest and gives a cookie where there is none, so nothing here is
// cached. Its routes are filled into the Router by compose; handlers run on the shard's thread.
#pragma once

#include "server/app/room_services.h"
#include "server/http/message.h"
#include "server/http/router.h"
#include "server/pages/pages.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gs::app {

class RoomPages {
  public:
    /// `people`: connected right now. What is referred to outlives the pages.
    RoomPages(RoomServices& services, pages::Pages& pages, std::function<std::uint64_t()> people);

    /// The pages outlive the router.
    void add_routes(http::Router& router);

    /// What open lobbies show anew, for `html` messages; the same for everybody.
    [[nodiscard]] std::string lobby_fragment();

  private:
    using Visit = accounts::Guests::Visit;

    [[nodiscard]] http::Response lobby(const http::Request& request);
    [[nodiscard]] http::Response play(const http::Request& request);
    [[nodiscard]] http::Response save_nickname(const http::Request& request);
    [[nodiscard]] http::Response new_room(const http::Request& request);
    [[nodiscard]] http::Response make_room(const http::Request& request);
    [[nodiscard]] http::Response room(const http::Request& request, pages::Role role);
    [[nodiscard]] http::Response chat(const http::Request& request);
    [[nodiscard]] http::Response say(const http::Request& request);
    [[nodiscard]] http::Response leaderboard(const http::Request& request);
    [[nodiscard]] http::Response follow_invite(const http::Request& request);

    [[nodiscard]] http::Response show_lobby(const http::Request& request, const Visit& visit,
                                            std::string_view nickname_error, int status);
    [[nodiscard]] http::Response show_form(const http::Request& request, const Visit& visit,
                                           pages::NewRoomModel model, int status);
    [[nodiscard]] http::Response show_room(const http::Request& request, const Visit& visit,
                                           const rooms::RoomInfo& info, pages::RoomPageModel model,
                                           int status);
    [[nodiscard]] http::Response show_no_room(const http::Request& request, const Visit& visit, NoRoom why);
    [[nodiscard]] http::Response finish(const http::Request& request, const Visit& visit, std::string html,
                                        int status);
    /// On to a room, into a seat.
    [[nodiscard]] http::Response go_to(const http::Request& request, const Visit& visit,
                                       const rooms::RoomId& id, std::string_view invite);

    RoomServices& services_;
    pages::Pages& pages_;
    std::function<std::uint64_t()> people_;
};

}  // namespace gs::app
