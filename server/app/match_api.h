// MatchApi: matches for whoever watches late, rewinds or looks at a replay: facts in JSON, chunks, keyframes
// and whole logs in bytes that any cache may keep (docs/protocol.md, "Watching late"). Only what is public
// leaves here: PublicMatches decides. Its routes are filled into the Router by compose; handlers run on the
// shard's thread.
#pragma once

#include "server/app/room_services.h"
#include "server/http/message.h"
#include "server/http/router.h"
#include "server/rooms/public_matches.h"

namespace gs::app {

class MatchApi {
  public:
    /// `services` and `matches` outlive the API.
    MatchApi(RoomServices& services, rooms::PublicMatches& matches)
        : services_(services), matches_(matches) {}

    /// The API outlives the router.
    void add_routes(http::Router& router);

  private:
    enum class Piece : std::uint8_t { chunk, keyframe };
    [[nodiscard]] http::Response facts(const http::Request& request);
    [[nodiscard]] http::Response piece(const http::Request& request, Piece kind);
    [[nodiscard]] http::Response log(const http::Request& request);
    [[nodiscard]] static http::Response answer(const http::Request& request,
                                               const rooms::PublicMatches::Found& found);

    RoomServices& services_;
    rooms::PublicMatches& matches_;
};

}  // namespace gs::app
