#include "server/app/site.h"

#include "server/http/security_headers.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace gs::app {
namespace {

http::Response page(std::string html) {
    http::Response response = http::Response::html(std::move(html));
    // The same address answers with a whole document or with its main part.
    response.set("Vary", "HX-Request");
    return response;
}

pages::Part part_of(const http::Request& request) { return pages::part_for(request.header("hx-request")); }

/// Whether a request comes from this machine itself, and not through a proxy on it that forgot to be trusted.
bool is_local(const http::Request& request) {
    return request.peer.is_loopback() && !request.has_header("x-forwarded-for") &&
           !request.has_header("forwarded");
}

}  // namespace

Site::Site(pages::Pages& pages, const Metrics& metrics, Facts facts, Options options)
    : pages_(pages), metrics_(metrics), facts_(std::move(facts)), options_(std::move(options)) {}

http::Router Site::router() {
    using http::Request;
    http::Router router;
    router.get("/healthz", [](const Request&) { return http::Response::text("ok\n"); });
    router.get("/readyz", [this](const Request&) { return ready(); });
    router.get("/metrics", [this](const Request& request) { return metrics(request); });
    router.get("/api/v1/transport", [this](const Request& request) { return transport(request); });
    router.get("/echo", [this](const Request& request) { return echo(request); });
    return router;
}

std::string Site::content_security_policy(const http::Request& request) const {
    std::vector<std::string> connect;
    const std::string host(host_without_port(request.host));
    if (const auto facts = facts_.webtransport(); facts && !host.empty()) {
        connect.push_back("https://" + host + ":" + std::to_string(facts->port));
    }
    // Older browsers do not count WebSocket under 'self'.
    if (!request.host.empty()) {
        connect.push_back((request.scheme == http::Scheme::https ? "wss://" : "ws://") + request.host);
    }
    std::string policy = http::content_security_policy(connect);
    if (!options_.dev_assets.empty()) {
        // Vite puts styles into the page by script while developing.
        const std::string_view strict = "style-src 'self'";
        policy.replace(policy.find(strict), strict.size(), "style-src 'self' 'unsafe-inline'");
    }
    return policy;
}

std::string Site::error_page(int status, std::string_view title, std::string_view detail) {
    return pages_.render_error({.status = status, .title = title, .detail = detail}, pages::Part::document);
}

http::Response Site::ready() const {
    http::Response response =
        facts_.is_ready() ? http::Response::text("ready\n") : http::Response::text("draining\n", 503);
    response.set("Cache-Control", "no-store");
    return response;
}

http::Response Site::metrics(const http::Request& request) const {
    if (options_.metrics_access == MetricsAccess::this_machine && !is_local(request)) {
        return http::Response::error(404, "There is nothing at this address.");
    }
    http::Response response = http::Response::text(metrics_.text());
    response.set("Content-Type", std::string(Metrics::content_type));
    response.set("Cache-Control", "no-store");
    return response;
}

http::Response Site::transport(const http::Request& request) const {
    nlohmann::json answer = {{"webtransport", nullptr}};
    const std::string host(host_without_port(request.host));
    if (const auto facts = facts_.webtransport(); facts && !host.empty()) {
        answer["webtransport"] = {{"url", "https://" + host + ":" + std::to_string(facts->port) + "/wt"},
                                  {"certificate_hashes", facts->certificate_hashes}};
    }
    const std::string_view scheme = request.scheme == http::Scheme::https ? "wss://" : "ws://";
    answer["websocket"] = {{"url", std::string(scheme) + request.host + "/ws"}};
    http::Response response = http::Response::json(answer.dump());
    response.set("Cache-Control", "no-store");
    return response;
}

http::Response Site::echo(const http::Request& request) {
    const auto facts = facts_.webtransport();
    const std::uint16_t port = facts ? facts->port : std::uint16_t{0};
    return page(pages_.render_echo({.quic_port = port}, part_of(request)));
}

std::string_view host_without_port(std::string_view authority) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return authority.substr(0, colon);
}

std::string base64(const std::uint8_t* bytes, std::size_t size) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < size; at += 3) {
        const std::size_t left = size - at;
        const std::uint32_t group = std::uint32_t{bytes[at]} << 16 |
                                    (left > 1 ? std::uint32_t{bytes[at + 1]} << 8 : 0) |
                                    (left > 2 ? std::uint32_t{bytes[at + 2]} : 0);
        text.push_back(alphabet[group >> 18]);
        text.push_back(alphabet[group >> 12 & 63]);
        text.push_back(left > 1 ? alphabet[group >> 6 & 63] : '=');
        text.push_back(left > 2 ? alphabet[group & 63] : '=');
    }
    return text;
}

}  // namespace gs::app
