#include "server/quic/lane_acceptor.h"

#include "core/base/assert.h"
#include "server/quic/lane_session.h"
#include "server/quic/stream_echo.h"

#include <utility>

namespace gs::quic {

LaneAcceptor::LaneAcceptor(net::SessionAcceptor& sessions, Options options)
    : sessions_(sessions), options_(std::move(options)) {}

bool LaneAcceptor::serves(const net::SessionRequest& request) const {
    return (!options_.echo_path.empty() && request.path == options_.echo_path) || sessions_.serves(request);
}

std::unique_ptr<WebTransportHandler> LaneAcceptor::accept(const net::SessionRequest& request,
                                                          WebTransportSession& session) {
    if (!options_.echo_path.empty() && request.path == options_.echo_path)
        return std::make_unique<StreamEcho>(session);
    auto lanes = std::make_unique<LaneSession>(session, options_.role);
    net::SessionHandler* handler = sessions_.accept(request, *lanes);
    GS_ASSERT(handler != nullptr, "an accepted session has a handler");
    lanes->set_handler(*handler);
    return lanes;
}

}  // namespace gs::quic
