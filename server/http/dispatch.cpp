#include "server/http/dispatch.h"

#include "server/http/compression.h"

#include <exception>

namespace gs::http {
namespace {

Response options_answer(std::string allow) {
    Response response = Response::no_content();
    response.set("Allow", std::move(allow));
    return response;
}

Response method_not_allowed(std::string allow) {
    Response response = Response::error(405, "This address does not take that method.");
    response.set("Allow", std::move(allow));
    return response;
}

Response call_handler(Site& site, const Handler& handler, const Request& request) {
    try {
        return handler(request);
    } catch (const std::exception&) {
        // A handler's library may throw; this is the edge where it stops. What it said is for no visitor.
        ++site.counters.handler_failures;
        return Response::error(500,
                               "The server failed to answer. Try again; if it stays, tell the operator.");
    }
}

}  // namespace

bool origin_is_allowed(const Site& site, const Request& request) {
    return site.options.origins.allows(request.header("origin"));
}

Response dispatch(Site& site, Request& request) {
    if (request.path == "*") return options_answer("GET, HEAD, POST, OPTIONS");
    if (changes_state(request.method) && !origin_is_allowed(site, request)) {
        ++site.counters.requests_refused_origin;
        return Response::error(403, "This request came from a page of another site.");
    }
    auto match = site.router.match(request.method, request.path);
    if (!match.allow.empty()) {
        if (request.method == Method::options) return options_answer(std::move(match.allow));
        if (!match.handler) return method_not_allowed(std::move(match.allow));
        request.path_parameters = std::move(match.parameters);
        return call_handler(site, *match.handler, request);
    }
    if (site.static_files.has(request.path)) {
        if (request.method == Method::options) return options_answer("GET, HEAD, OPTIONS");
        const bool reads = request.method == Method::get || request.method == Method::head;
        return reads ? site.static_files.respond(request) : method_not_allowed("GET, HEAD, OPTIONS");
    }
    return Response::error(404, "There is nothing at this address.");
}

void finish_response(const Site& site, const Request& request, Hsts hsts, Response& response) {
    render_problem(response, request.path, site.options.error_page);
    compress(request, response);
    // Pages show who is signed in: they may be kept, but must be asked for again before use.
    if (response.header("Cache-Control").empty()) response.set("Cache-Control", "no-cache");
    if (is_only_data(response)) return add_data_security_headers(response, hsts);
    const std::string policy = site.options.content_security_policy
                                   ? site.options.content_security_policy(request)
                                   : content_security_policy({});
    add_security_headers(response, policy, hsts);
}

void count_response(Counters& counters, int status) {
    switch (status / 100) {
        case 1:
            ++counters.responses_1xx;
            break;
        case 2:
            ++counters.responses_2xx;
            break;
        case 3:
            ++counters.responses_3xx;
            break;
        case 4:
            ++counters.responses_4xx;
            break;
        default:
            ++counters.responses_5xx;
            break;
    }
}

}  // namespace gs::http
