#include "server/app/listen_address.h"

#include <charconv>

namespace gs::app {
namespace {

net::Address literal(std::string_view host, std::uint16_t port) {
    net::Address address = *net::Address::parse(std::string(host) + ":0");
    address.set_port(port);
    return address;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

}  // namespace

std::optional<ListenAddress> ListenAddress::parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view host = text.substr(0, colon);
    if (host == "localhost" || host == "*") {
        const auto port = parse_port(text.substr(colon + 1));
        if (!port) return std::nullopt;
        return host == "*" ? everywhere(*port) : localhost(*port);
    }
    const auto address = net::Address::parse(text);
    if (!address) return std::nullopt;
    ListenAddress result(Kind::literal, address->port());
    result.literal_ = *address;
    return result;
}

std::vector<net::Address> ListenAddress::addresses() const {
    if (kind_ == Kind::literal) return {literal_};
    if (kind_ == Kind::localhost) return {literal("127.0.0.1", port_), literal("[::1]", port_)};
    return {literal("0.0.0.0", port_), literal("[::]", port_)};
}

bool ListenAddress::is_loopback() const {
    return kind_ == Kind::localhost || (kind_ == Kind::literal && literal_.is_loopback());
}

std::string ListenAddress::to_string() const {
    if (kind_ == Kind::literal) return literal_.to_string();
    return (kind_ == Kind::localhost ? "localhost:" : "*:") + std::to_string(port_);
}

}  // namespace gs::app
