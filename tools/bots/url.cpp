#include "tools/bots/url.h"

#include <algorithm>
#include <charconv>
#include <netdb.h>

namespace gs::bots {
namespace {

std::uint16_t default_port(std::string_view scheme) { return scheme == "http" || scheme == "ws" ? 80 : 443; }

std::string joined(const std::vector<std::string_view>& schemes) {
    std::string text;
    for (const std::string_view scheme : schemes)
        text += (text.empty() ? "" : " or ") + std::string(scheme) + "://";
    return text;
}

std::unexpected<std::string> wrong(std::string words) { return std::unexpected(std::move(words)); }

bool is_literal(const std::string& host) {
    return net::Address::parse(host.contains(':') ? "[" + host + "]:1" : host + ":1").has_value();
}

}  // namespace

std::string Url::authority() const {
    const std::string name = host.contains(':') ? "[" + host + "]" : host;
    return port == default_port(scheme) ? name : name + ":" + std::to_string(port);
}

std::string Url::server_name() const { return is_literal(host) ? std::string() : host; }

std::expected<Url, std::string> parse_url(std::string_view text,
                                          const std::vector<std::string_view>& schemes) {
    Url url;
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return wrong("an address begins with " + joined(schemes));
    url.scheme = text.substr(0, colon);
    if (std::ranges::find(schemes, url.scheme) == schemes.end())
        return wrong("an address begins with " + joined(schemes));
    std::string_view rest = text.substr(colon + 3);
    const std::size_t slash = rest.find('/');
    url.path = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
    rest = rest.substr(0, slash);
    std::string_view port;
    if (rest.starts_with('[')) {
        const std::size_t bracket = rest.find(']');
        if (bracket == std::string_view::npos) return wrong("the bracket of the address is not closed");
        url.host = rest.substr(1, bracket - 1);
        port = rest.substr(bracket + 1);
    } else {
        const std::size_t at = rest.find(':');
        url.host = rest.substr(0, at);
        port = at == std::string_view::npos ? std::string_view() : rest.substr(at);
    }
    if (url.host.empty()) return wrong("the address names no host");
    url.port = default_port(url.scheme);
    if (port.empty()) return url;
    if (!port.starts_with(':')) return wrong("behind the host comes a colon and a port");
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port == 0)
        return wrong("a port is a number from 1 to 65535");
    return url;
}

std::expected<std::vector<net::Address>, std::string> resolve(const Url& url) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int result = ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
    if (result != 0) return wrong("the host " + url.host + " is not known: " + ::gai_strerror(result));
    std::vector<net::Address> addresses;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        const net::Address address(each->ai_addr, each->ai_addrlen);
        if (!address.empty()) addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    if (addresses.empty()) return wrong("the host " + url.host + " has no address");
    return addresses;
}

}  // namespace gs::bots
