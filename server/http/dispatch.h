// Dispatch: from a checked Request to the finished Response, without any connection: forwarded addresses, the
// Origin check, routes, static files, error bodies, security headers. Called by HttpConnection for every
// request that is no upgrade; also the way to test what the server says to what.
// Owned by the server; one thread; does no I/O.
#pragma once

#include "server/http/counters.h"
#include "server/http/error_pages.h"
#include "server/http/message.h"
#include "server/http/options.h"
#include "server/http/router.h"
#include "server/http/security_headers.h"
#include "server/http/static_files.h"

namespace gs::http {

struct Site {
    Options options;
    Router router;
    StaticFiles static_files;
    Counters counters;
};

/// False for a request of another site's page: an Origin was sent and is not on the list. Asked for methods
/// that change state, and for sessions.
[[nodiscard]] bool origin_is_allowed(const Site& site, const Request& request);

/// The handler's answer, or the server's own: 403 for a foreign Origin, 404, 405 with Allow, 500 for a
/// handler that threw. Bodies of problems are not rendered yet.
[[nodiscard]] Response dispatch(Site& site, Request& request);

/// Renders a problem, compresses, adds security headers and Cache-Control. `hsts` as in security_headers.h.
void finish_response(const Site& site, const Request& request, Hsts hsts, Response& response);

/// Counts an answer by its class.
void count_response(Counters& counters, int status);

}  // namespace gs::http
