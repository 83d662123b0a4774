// What an Endpoint counts. Plain numbers on one thread; app/ exports them as metrics. Every way in which
// hostile or garbled input is dropped has its own line, so that an attack shows where it hits.
#pragma once

#include <cstdint>

namespace gs::quic {

struct EndpointCounters {
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;

    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_closed = 0;
    std::uint64_t handshakes_completed = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t retries_sent = 0;
    std::uint64_t version_negotiations_sent = 0;
    std::uint64_t stateless_resets_sent = 0;
    std::uint64_t paths_migrated = 0;
    std::uint64_t key_updates = 0;

    std::uint64_t packets_garbled = 0;        // no QUIC packet at all, or no known connection
    std::uint64_t initials_refused_full = 0;  // connections_max or connections per address
    std::uint64_t tokens_invalid = 0;
    std::uint64_t protocol_errors = 0;  // connections that we ended for what the peer sent

    std::uint64_t sessions_accepted = 0;
    std::uint64_t sessions_closed = 0;
    std::uint64_t sessions_timed_out = 0;  // silent too long
    std::uint64_t requests_refused_origin = 0;
    std::uint64_t requests_refused_path = 0;
    std::uint64_t requests_refused_other = 0;
    std::uint64_t streams_refused = 0;  // for unknown sessions, over a limit, or of a kind we do not take

    std::uint64_t datagrams_sent = 0;
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_replaced = 0;  // held, then replaced by a newer one
    std::uint64_t datagrams_unknown_session = 0;
};

}  // namespace gs::quic
