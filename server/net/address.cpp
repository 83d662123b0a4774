#include "server/net/address.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace gs::net {

Address::Address(const sockaddr* from, socklen_t length) {
    const bool known = (from->sa_family == AF_INET && length >= sizeof(sockaddr_in)) ||
                       (from->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6));
    if (!known) return;
    std::memcpy(&storage_, from, from->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
}

std::expected<Address, Error> Address::parse(std::string_view text) {
    const Error bad{ErrorCode::invalid, "an address is written as 127.0.0.1:8080 or [::1]:8080"};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::unexpected(bad);
    std::string host(text.substr(0, colon));
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
        return std::unexpected(bad);
    }
    Address address;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        address.storage_.v6.sin6_family = AF_INET6;
        if (inet_pton(AF_INET6, host.c_str(), &address.storage_.v6.sin6_addr) != 1)
            return std::unexpected(bad);
    } else {
        address.storage_.v4.sin_family = AF_INET;
        if (inet_pton(AF_INET, host.c_str(), &address.storage_.v4.sin_addr) != 1) return std::unexpected(bad);
    }
    address.set_port(port);
    return address;
}

socklen_t Address::size() const {
    if (empty()) return 0;
    return is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

bool Address::is_loopback() const {
    if (empty()) return false;
    if (!is_v6()) return (ntohl(storage_.v4.sin_addr.s_addr) >> 24) == 127;
    const in6_addr& a = storage_.v6.sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&a) || (IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == 127);
}

std::uint16_t Address::port() const {
    if (empty()) return 0;
    return ntohs(is_v6() ? storage_.v6.sin6_port : storage_.v4.sin_port);
}

void Address::set_port(std::uint16_t port) {
    if (is_v6()) {
        storage_.v6.sin6_port = htons(port);
    } else {
        storage_.v4.sin_port = htons(port);
    }
}

std::string Address::host() const {
    if (empty()) return "(none)";
    char text[INET6_ADDRSTRLEN] = {};
    if (!is_v6()) {
        inet_ntop(AF_INET, &storage_.v4.sin_addr, text, sizeof text);
    } else if (IN6_IS_ADDR_V4MAPPED(&storage_.v6.sin6_addr)) {
        inet_ntop(AF_INET, storage_.v6.sin6_addr.s6_addr + 12, text, sizeof text);
    } else {
        inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text, sizeof text);
    }
    return text;
}

std::string Address::to_string() const {
    const std::string name = host();
    const bool brackets = name.find(':') != std::string::npos;
    return (brackets ? "[" + name + "]" : name) + ":" + std::to_string(port());
}

std::uint64_t Address::limit_key() const {
    if (empty()) return 0;
    if (!is_v6()) return ntohl(storage_.v4.sin_addr.s_addr);
    const std::uint8_t* bytes = storage_.v6.sin6_addr.s6_addr;
    std::uint64_t key = 0;
    if (IN6_IS_ADDR_V4MAPPED(&storage_.v6.sin6_addr)) {
        for (int i = 12; i < 16; ++i)
            key = key << 8 | bytes[i];
        return key;
    }
    for (int i = 0; i < 8; ++i)
        key = key << 8 | bytes[i];
    // ::1 and other addresses of the zero prefix must not share a key with the IPv4 range.
    return key == 0 ? ~std::uint64_t{0} : key;
}

bool operator==(const Address& a, const Address& b) {
    return a.size() == b.size() && std::memcmp(&a.storage_, &b.storage_, a.size()) == 0;
}

}  // namespace gs::net
