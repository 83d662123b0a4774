// An IPv4 or IPv6 address with its port, as a value: what a socket call filled in, and what it is given back.
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <expected>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace gs::net {

/// Whether limits per address count connections from this machine itself.
enum class PerAddressLimit : std::uint8_t { exempts_loopback, counts_all };

class Address {
  public:
    Address() = default;
    /// `from` is an AF_INET or AF_INET6 address of `length` bytes; anything else gives an empty Address.
    Address(const sockaddr* from, socklen_t length);

    /// "127.0.0.1:80" or "[::1]:80"; literals only, names are not looked up.
    [[nodiscard]] static std::expected<Address, Error> parse(std::string_view text);

    [[nodiscard]] const sockaddr* data() const { return &storage_.any; }
    [[nodiscard]] sockaddr* data() { return &storage_.any; }
    [[nodiscard]] socklen_t size() const;
    [[nodiscard]] bool empty() const { return storage_.any.sa_family == AF_UNSPEC; }
    [[nodiscard]] bool is_v6() const { return storage_.any.sa_family == AF_INET6; }
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] std::uint16_t port() const;
    void set_port(std::uint16_t port);

    /// The address without its port: "127.0.0.1", "::1". Mapped IPv4 is written as IPv4.
    [[nodiscard]] std::string host() const;
    /// As parse() reads it.
    [[nodiscard]] std::string to_string() const;
    /// What limits per address count by: the IPv4 address, or the /64 of an IPv6 address (one household).
    [[nodiscard]] std::uint64_t limit_key() const;

    friend bool operator==(const Address& a, const Address& b);

  private:
    union Storage {
        sockaddr_in6 v6;  // first, because {} clears the first member only, and this is the largest
        sockaddr_in v4;
        sockaddr any;
    };
    Storage storage_ = {};
};

}  // namespace gs::net
