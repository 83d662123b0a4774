// The bridge between Connection and ngtcp2: callbacks and conversions of types. Included by connection*.cpp
// only.
#pragma once

#include "server/net/instant.h"
#include "server/quic/connection_id.h"
#include "server/quic/types.h"

#include <ngtcp2/ngtcp2.h>

namespace gs::quic {

[[nodiscard]] const ngtcp2_callbacks& server_callbacks();
[[nodiscard]] const ngtcp2_callbacks& client_callbacks();

[[nodiscard]] inline ngtcp2_tstamp to_ngtcp2(net::Instant at) {
    return static_cast<ngtcp2_tstamp>(at.time_since_epoch().count());
}

[[nodiscard]] inline net::Instant from_ngtcp2(ngtcp2_tstamp at) {
    return net::Instant(net::Duration(static_cast<std::int64_t>(at)));
}

[[nodiscard]] inline ngtcp2_cid to_ngtcp2(const ConnectionId& id) {
    ngtcp2_cid cid;
    ngtcp2_cid_init(&cid, id.bytes.data(), id.size);
    return cid;
}

/// A view of `path`: ngtcp2 reads its addresses, or fills them in where it chooses the path itself.
[[nodiscard]] inline ngtcp2_path to_ngtcp2(Path& path) {
    return {.local = {.addr = path.local.data(), .addrlen = path.local.size()},
            .remote = {.addr = path.remote.data(), .addrlen = path.remote.size()},
            .user_data = nullptr};
}

}  // namespace gs::quic
