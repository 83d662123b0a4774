// MatchApi: matches for whoever watches late, rewinds or looks at a replay: facts in JSON, chunks, keyframes
// and whole logs in bytes that any cache may keep, and the list of replays (docs/protocol.md, "Watching").
// Only what is public leaves here: PublicMatches decides. Its routes are filled into the Router by compose;
// handlers run on the shard's thread.
#pragma once

#include "server/app/room_services.h"
#include "server/http/message.h"
#include "server/http/router.h"
#include "server/rooms/public_matches.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace gs::app {

class MatchApi {
  public:
    /// Where a browser gets the module of that hash; empty when it is nowhere.
    using ModuleUrl = std::function<std::string(std::string_view game, std::uint64_t hash)>;

    /// `services` and `matches` outlive the API.
    MatchApi(RoomServices& services, rooms::PublicMatches& matches, ModuleUrl module_url)
        : services_(services), matches_(matches), module_url_(std::move(module_url)) {}

    /// The API outlives the router.
    void add_routes(http::Router& router);

  private:
    enum class Piece : std::uint8_t { chunk, keyframe };
    [[nodiscard]] http::Response facts(const http::Request& request);
    [[nodiscard]] http::Response piece(const http::Request& request, Piece kind);
    [[nodiscard]] http::Response log(const http::Request& request);
    [[nodiscard]] http::Response chat(const http::Request& request);
    [[nodiscard]] http::Response list(const http::Request& request);
    [[nodiscard]] static http::Response answer(const http::Request& request,
                                               const rooms::PublicMatches::Found& found);

    RoomServices& services_;
    rooms::PublicMatches& matches_;
    ModuleUrl module_url_;
};

}  // namespace gs::app
