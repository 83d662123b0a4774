// ReplayPages: the list of matches to watch again, and the page of one, as HTML; both work without scripts.
// What they show is public: PublicMatches decides. Routes are filled into the Router by compose; handlers run
// on the shard's thread.
#pragma once

#include "server/app/match_api.h"
#include "server/app/room_services.h"
#include "server/http/router.h"
#include "server/pages/pages.h"
#include "server/rooms/public_matches.h"

namespace gs::app {

class ReplayPages {
  public:
    /// What is referred to outlives the pages.
    ReplayPages(RoomServices& services, pages::Pages& pages, rooms::PublicMatches& matches,
                MatchApi::ModuleUrl module_url)
        : services_(services), pages_(pages), matches_(matches), module_url_(std::move(module_url)) {}

    /// The pages outlive the router.
    void add_routes(http::Router& router);

  private:
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] http::Response match(const http::Request& request);
    [[nodiscard]] http::Response wait(const rooms::PublicMatch& match, std::string_view invite,
                                      pages::Part part);

    RoomServices& services_;
    pages::Pages& pages_;
    rooms::PublicMatches& matches_;
    MatchApi::ModuleUrl module_url_;
};

}  // namespace gs::app
