// Options: everything about the HTTP server that can be chosen, every limit in sight with the reason for its
// number. Filled by app/ from the configuration before start(); not changed afterwards.
#pragma once

#include "core/wire/limits.h"
#include "server/http/forwarded.h"
#include "server/http/message.h"
#include "server/net/address.h"
#include "server/net/origin_policy.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::http {

struct Limits {
    /// Request line and headers together. Cookies and the fields of two proxies take about 2 KiB.
    std::size_t header_bytes = 8 * 1024;
    /// Browsers send 15 to 25 fields, proxies add some ten.
    std::size_t header_count = 64;
    /// Our longest URL, with a signed-in redirect in its query, is under 500 bytes.
    std::size_t target_bytes = 2 * 1024;
    /// Forms and JSON. The largest is a room's settings; pictures and replays do not come this way.
    std::size_t body_bytes = 64 * 1024;

    /// HTTP and WebSocket together; below the usual 1,024 × 10 open files of a service.
    std::size_t connections = 10'000;
    /// A household or office behind one address: a browser opens 6 per host plus one WebSocket per page.
    std::size_t connections_per_address = 64;

    /// From the first byte (or the accept) to the whole request, TLS handshake included. A phone on a bad
    /// network needs under 5 s; a slowloris is cut off here.
    std::chrono::milliseconds request_timeout{10'000};
    /// Between requests. Longer than a page needs to load its parts, shorter than a visit.
    std::chrono::milliseconds keep_alive_timeout{30'000};
    /// Without any byte of the answer taken by the client.
    std::chrono::milliseconds write_timeout{20'000};
    /// How long an ended connection is read from, so that the client sees our last answer and not a reset.
    std::chrono::milliseconds linger{2'000};

    /// A WebSocket is closed after this silence, and pinged after half of it. NATs and proxies forget idle
    /// connections after 60 s or more.
    std::chrono::milliseconds websocket_silence{30'000};
    /// From our close frame to the client's answer.
    std::chrono::milliseconds websocket_close_timeout{5'000};
    /// One incoming WebSocket message, fragments together: a `sure` message, or a part of a transfer.
    std::size_t websocket_message_bytes = wire::message_bytes_max;
    /// Transfers that one client may have open at once; the page sends one after the other.
    std::size_t websocket_transfers_open = 4;
    /// Unsent `sure` and `bulk` bytes per session.
    std::size_t websocket_send_queue_bytes = wire::send_queue_bytes_max;

    /// The built web pages in memory, all encodings together; ours are under 5 MiB.
    std::size_t static_bytes = 64 * 1024 * 1024;
    std::size_t static_files = 4'096;
};

using net::PerAddressLimit;

/// Certificate chain and key in PEM files; both empty means no TLS.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

struct Options {
    /// All are bound or start() fails; but [::] and [::1] are left out beside others where there is no IPv6.
    /// Where the port is 0, the system chooses one and the later addresses with port 0 get the same.
    std::vector<net::Address> listen;
    TlsFiles tls;
    /// Folder of the built web pages; empty for none.
    std::string static_root;
    net::OriginPolicy origins;
    /// Whose X-Forwarded-… fields are believed; also not counted against connections_per_address (their
    /// clients' WebSockets are, by the forwarded address).
    std::vector<AddressRange> trusted_proxies;
    PerAddressLimit per_address_limit = PerAddressLimit::exempts_loopback;
    Limits limits;

    /// The Content-Security-Policy of an answer; without it, security_headers.h's policy for 'self' is sent.
    std::function<std::string(const Request&)> content_security_policy;
    /// An HTML page for an error outside /api; without it, a minimal page.
    std::function<std::string(int status, std::string_view title, std::string_view detail)> error_page;
    /// Wall clock, for Date and for the validity of certificates. Required with TLS.
    std::function<std::chrono::system_clock::time_point()> wall_clock;
    /// Told about every answered request, for logs. Not called for bytes that never became a request.
    std::function<void(const Request&, int status)> on_answered;
};

}  // namespace gs::http
