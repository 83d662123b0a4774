#include "server/app/sessions.h"

namespace gs::app {
namespace {

constexpr std::string_view websocket_echo_path = "/ws/echo";
constexpr std::string_view websocket_path = "/ws";
constexpr std::string_view webtransport_path = "/wt";

}  // namespace

bool Sessions::serves(const net::SessionRequest& request) const {
    if (request.transport == net::TransportKind::websocket) {
        return request.path == websocket_path || request.path == websocket_echo_path;
    }
    return request.path == webtransport_path;
}

net::SessionHandler* Sessions::accept(const net::SessionRequest& request, net::Session& session) {
    log_.debug("session opened", {{"session", ++newest_id_},
                                  {"path", request.path},
                                  {"peer", request.peer.to_string()},
                                  {"origin", request.origin}});
    if (request.path == websocket_echo_path) return &echo_;
    return visits_->open(session);
}

}  // namespace gs::app
