// What the HTTP server counted since it started, as plain numbers. Written by the folder's classes on their
// one thread; app/ reads them on the same thread and exports them as metrics. Nothing here is ever reset.
#pragma once

#include <cstdint>

namespace gs::http {

struct Counters {
    // Connections.
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0;             // a gauge: HTTP and WebSocket, closing ones included
    std::uint64_t connections_refused_full = 0;     // over Limits::connections
    std::uint64_t connections_refused_address = 0;  // over Limits::connections_per_address
    std::uint64_t accept_failures = 0;              // out of file descriptors or memory
    std::uint64_t tls_handshakes_failed = 0;

    // Requests, by the class of their answer.
    std::uint64_t requests = 0;
    std::uint64_t responses_1xx = 0;  // upgrades
    std::uint64_t responses_2xx = 0;
    std::uint64_t responses_3xx = 0;
    std::uint64_t responses_4xx = 0;
    std::uint64_t responses_5xx = 0;

    // Requests that were not understood or not let in; each is also in responses_4xx or _5xx.
    std::uint64_t requests_malformed = 0;        // broken syntax and everything that smells of smuggling
    std::uint64_t requests_too_large = 0;        // target, headers or body over a limit
    std::uint64_t requests_refused_origin = 0;   // forms and upgrades from pages of other sites
    std::uint64_t handler_failures = 0;          // a handler threw; answered with 500
    std::uint64_t response_headers_dropped = 0;  // a value with control characters was not sent

    // Timeouts.
    std::uint64_t timeouts_request = 0;     // slow handshake, head or body
    std::uint64_t timeouts_keep_alive = 0;  // an idle connection; the normal end of one
    std::uint64_t timeouts_write = 0;       // a client that stopped reading its answer
    std::uint64_t timeouts_websocket = 0;   // silent for Limits::websocket_silence

    // WebSocket.
    std::uint64_t websockets_open = 0;  // a gauge
    std::uint64_t websockets_accepted = 0;
    std::uint64_t websockets_refused_path = 0;     // no session at this path
    std::uint64_t websockets_refused_request = 0;  // upgrade headers missing or wrong
    std::uint64_t websockets_refused_full = 0;     // over the limit per address, or draining
    std::uint64_t websocket_protocol_errors = 0;   // RFC 6455 broken: masks, opcodes, UTF-8, sizes
    std::uint64_t websocket_lane_errors = 0;       // our lanes broken: lane byte, transfer heads
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_sent = 0;
    std::uint64_t datagrams_replaced = 0;  // stale ones that a newer one replaced before sending
    std::uint64_t sends_refused_full = 0;
};

}  // namespace gs::http
