#include "server/http/forwarded.h"

#include "server/http/request_target.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace gs::http {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<std::array<std::uint8_t, 16>> as_v6(const net::Address& address) {
    std::array<std::uint8_t, 16> bytes{};
    if (address.empty()) return std::nullopt;
    if (address.is_v6()) {
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr, 16);
    } else {
        std::memcpy(bytes.data(), mapped_prefix.data(), mapped_prefix.size());
        std::memcpy(bytes.data() + 12, &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr, 4);
    }
    return bytes;
}

/// A literal with or without port, as proxies write them: "192.0.2.1", "192.0.2.1:99", "2001:db8::1",
/// "[2001:db8::1]:99". The port of the result is 0 where none was given.
std::optional<net::Address> parse_node(std::string_view text) {
    if (text.empty() || text.size() > INET6_ADDRSTRLEN + 8) return std::nullopt;
    const bool bare_v6 = !text.starts_with('[') && text.find(':') != text.rfind(':');
    const bool has_port = !bare_v6 && text.find(text.starts_with('[') ? "]:" : ":") != std::string_view::npos;
    std::string full = bare_v6 ? "[" + std::string(text) + "]" : std::string(text);
    if (!has_port) full += ":0";
    const auto address = net::Address::parse(full);
    if (!address) return std::nullopt;
    return *address;
}

std::string_view last_element(std::string_view list) {
    const std::size_t comma = list.rfind(',');
    return trimmed(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

std::string_view without_last_element(std::string_view list) {
    const std::size_t comma = list.rfind(',');
    return comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
}

}  // namespace

std::expected<AddressRange, Error> AddressRange::parse(std::string_view text) {
    const Error bad{ErrorCode::invalid,
                    "a range of addresses is written as 10.0.0.0/8, fd00::/8 or 192.0.2.1"};
    const std::size_t slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const bool v6 = host.find(':') != std::string_view::npos;
    const std::string literal = (v6 ? "[" + std::string(host) + "]" : std::string(host)) + ":0";
    const auto address = net::Address::parse(literal);
    if (!address) return std::unexpected(bad);
    AddressRange range;
    range.bytes_ = as_v6(*address).value_or(std::array<std::uint8_t, 16>{});
    if (slash == std::string_view::npos) return range;
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > (v6 ? 128u : 32u)) {
        return std::unexpected(bad);
    }
    range.prefix_bits_ = v6 ? bits : bits + 96;
    return range;
}

bool AddressRange::contains(const net::Address& address) const {
    const auto bytes = as_v6(address);
    if (!bytes) return false;
    for (unsigned bit = 0; bit < prefix_bits_; bit += 8) {
        const unsigned left = prefix_bits_ - bit;
        const auto mask = static_cast<std::uint8_t>(left >= 8 ? 0xff : 0xff << (8 - left));
        if (((*bytes)[bit / 8] & mask) != (bytes_[bit / 8] & mask)) return false;
    }
    return true;
}

bool is_trusted(const net::Address& address, std::span<const AddressRange> trusted) {
    for (const AddressRange& range : trusted) {
        if (range.contains(address)) return true;
    }
    return false;
}

void apply_forwarded(Request& request, std::span<const AddressRange> trusted) {
    if (!is_trusted(request.peer, trusted)) return;
    const std::string chain = request.joined_header("x-forwarded-for");
    std::string_view rest = chain;
    while (!rest.empty() && is_trusted(request.peer, trusted)) {
        const auto node = parse_node(last_element(rest));
        if (!node) break;
        request.peer = *node;
        rest = without_last_element(rest);
    }
    const std::string schemes = request.joined_header("x-forwarded-proto");
    const std::string_view scheme = last_element(schemes);
    if (equal_ignoring_case(scheme, "https")) request.scheme = Scheme::https;
    if (equal_ignoring_case(scheme, "http")) request.scheme = Scheme::http;
    const std::string hosts = request.joined_header("x-forwarded-host");
    const std::string_view host = last_element(hosts);
    if (is_valid_host(host)) request.host = host;
}

}  // namespace gs::http
