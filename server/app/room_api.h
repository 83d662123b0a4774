// RoomApi: rooms, games and tickets for programs, in JSON (docs/protocol.md, "HTTP API"). Its routes are
// filled into the Router by compose; handlers run on the shard's thread. Errors become problem details in
// http/.
#pragma once

#include "server/app/room_services.h"
#include "server/http/message.h"
#include "server/http/router.h"

namespace gs::app {

class RoomApi {
  public:
    /// `services` outlive the API.
    explicit RoomApi(RoomServices& services) : services_(services) {}

    /// The API outlives the router.
    void add_routes(http::Router& router);

  private:
    [[nodiscard]] http::Response games() const;
    [[nodiscard]] http::Response rooms() const;
    [[nodiscard]] http::Response room(const http::Request& request) const;
    [[nodiscard]] http::Response leaders(const http::Request& request) const;
    [[nodiscard]] http::Response make_room(const http::Request& request);
    [[nodiscard]] http::Response save_nickname(const http::Request& request);
    [[nodiscard]] http::Response make_ticket(const http::Request& request);

    RoomServices& services_;
};

}  // namespace gs::app
