// Site: the HTTP routes of the server itself: health, metrics, where to connect, the echo page. Filled into
// the Router by compose; handlers run on the shard's thread. Decides nothing about transports; it is told
// facts when a request asks for them.
#pragma once

#include "server/app/metrics.h"
#include "server/http/message.h"
#include "server/http/router.h"
#include "server/pages/pages.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

/// How a page reaches QUIC.
struct WebTransportFacts {
    std::uint16_t port = 0;                            // the public one
    std::vector<std::string> certificate_hashes = {};  // base64 of SHA-256; empty with a trusted certificate
};

class Site {
  public:
    enum class MetricsAccess : std::uint8_t { this_machine, everyone };

    struct Facts {
        std::function<std::optional<WebTransportFacts>()> webtransport;  // nothing when QUIC is off
        std::function<bool()> is_ready;
    };

    struct Options {
        MetricsAccess metrics_access = MetricsAccess::this_machine;
        std::string dev_assets = {};  // origin of Vite's server, whose modules and styles pages may use
    };

    /// `pages` and `metrics` outlive the site.
    Site(pages::Pages& pages, const Metrics& metrics, Facts facts, Options options);

    /// The site outlives the router.
    [[nodiscard]] http::Router router();

    /// For http::Options.
    [[nodiscard]] std::string content_security_policy(const http::Request& request) const;
    [[nodiscard]] std::string error_page(int status, std::string_view title, std::string_view detail);

  private:
    [[nodiscard]] http::Response ready() const;
    [[nodiscard]] http::Response metrics(const http::Request& request) const;
    [[nodiscard]] http::Response transport(const http::Request& request) const;
    [[nodiscard]] http::Response echo(const http::Request& request);

    pages::Pages& pages_;
    const Metrics& metrics_;
    Facts facts_;
    Options options_;
};

/// "play.example.org:8080" without its port; brackets stay.
[[nodiscard]] std::string_view host_without_port(std::string_view authority);

/// RFC 4648 section 4.
[[nodiscard]] std::string base64(const std::uint8_t* bytes, std::size_t size);

}  // namespace gs::app
