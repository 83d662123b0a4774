// Bytes of an HTTP connection from strangers: however they are cut, the parser reads the same requests and
// refuses at the same place; what it lets through keeps its promises; and every answer is one answer.
// The first byte chooses how the rest is cut.
#include "core/base/assert.h"
#include "server/http/dispatch.h"
#include "server/http/forwarded.h"
#include "server/http/request_parser.h"
#include "server/http/request_target.h"
#include "server/http/response_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace gs;
using namespace gs::http;

constexpr Limits limits{.header_bytes = 1024, .header_count = 16, .target_bytes = 256, .body_bytes = 512};

struct Outcome {
    std::vector<Request> requests;
    int refused_with = 0;
};

Outcome parse(std::string_view bytes, std::size_t step) {
    RequestParser parser(limits);
    Outcome outcome;
    while (!bytes.empty()) {
        ByteView input = bytes_of(bytes.substr(0, step));
        bytes.remove_prefix(input.size());
        while (!input.empty()) {
            const std::size_t before = input.size();
            const auto status = parser.take(input);
            GS_ASSERT(input.size() < before || status != RequestParser::Status::more, "there is progress");
            if (status == RequestParser::Status::complete) outcome.requests.push_back(parser.take_request());
            if (status != RequestParser::Status::refused) continue;
            outcome.refused_with = parser.refusal().status;
            GS_ASSERT(!std::string_view(parser.refusal().detail).empty(), "a refusal says why");
            return outcome;
        }
    }
    return outcome;
}

void check_promises(const Request& request) {
    GS_ASSERT(request.path == "*" || request.path.starts_with('/'), "a path starts with a slash");
    GS_ASSERT(is_valid_utf8(request.path), "a path is UTF-8");
    GS_ASSERT((request.path + "/").find("/../") == std::string::npos, "no dot segments");
    GS_ASSERT(request.path.find('\\') == std::string::npos, "no backslashes");
    GS_ASSERT(request.host.empty() || is_valid_host(request.host), "a host is a host");
    GS_ASSERT(request.version == Version::http_1_0 || !request.host.empty(), "HTTP/1.1 names a host");
    GS_ASSERT(request.body.size() <= limits.body_bytes, "the body is bounded");
    GS_ASSERT(request.headers.size() <= limits.header_count, "the fields are bounded");
    GS_ASSERT(!request.has_header("transfer-encoding") || !request.has_header("content-length"),
              "one length");
}

Site make_site() {
    Site site;
    site.options.limits = limits;
    site.options.origins = net::OriginPolicy({"http://allowed.example"});
    site.options.trusted_proxies = {*AddressRange::parse("127.0.0.0/8")};
    // Hands the stranger's words back wherever an answer has room for them.
    const auto echo = [](const Request& request) {
        Response response = Response::redirect(std::string(request.path_parameter("id")));
        response.set("X-Query", request.query_parameter("q").value_or("none"));
        response.set("X-Host", request.host);
        response.set("X-Cookie", std::string(request.cookie("c")));
        response.body = request.form_value("f").value_or("");
        return response;
    };
    site.router.get("/echo/{id}", echo).post("/echo/{id}", echo);
    site.router.get("/api/{id}", [](const Request& request) {
        return Response::error(409, std::string(request.path_parameter("id")));
    });
    return site;
}

void check_answer(Site& site, Request request) {
    request.peer = *net::Address::parse("127.0.0.1:1");
    apply_forwarded(request, site.options.trusted_proxies);
    GS_ASSERT(request.host.empty() || is_valid_host(request.host), "a forwarded host is a host");
    Response response = dispatch(site, request);
    finish_response(site, request, Hsts::on, response);
    std::string head;
    write_head(response, {}, site.counters, head);
    GS_ASSERT(head.find("\r\n\r\n") == head.size() - 4, "one answer per request");
    GS_ASSERT(is_valid_utf8(response.body) || !response.header("Location").empty(), "our words are UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Site site = make_site();
    if (size == 0) return 0;
    const std::size_t step = 1u + data[0] % 64u;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    const Outcome whole = parse(bytes, std::max<std::size_t>(bytes.size(), 1));
    const Outcome cut = parse(bytes, step);
    GS_ASSERT(whole.requests.size() == cut.requests.size(), "cutting changes nothing");
    GS_ASSERT(whole.refused_with == cut.refused_with, "cutting changes no refusal");
    for (std::size_t i = 0; i < whole.requests.size(); ++i) {
        GS_ASSERT(whole.requests[i].path == cut.requests[i].path, "the same path");
        GS_ASSERT(whole.requests[i].body == cut.requests[i].body, "the same body");
        check_promises(whole.requests[i]);
        check_answer(site, whole.requests[i]);
    }
    return 0;
}
