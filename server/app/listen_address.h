// ListenAddress: what the operator writes for --http and --quic, before it becomes sockets.
// `localhost` and `*` stand for both IP families, because browsers pick either (Chromium tries ::1, Firefox
// 127.0.0.1). Names other than localhost are not looked up: a server binds addresses, not names.
#pragma once

#include "server/net/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

class ListenAddress {
  public:
    [[nodiscard]] static ListenAddress localhost(std::uint16_t port) { return {Kind::localhost, port}; }
    [[nodiscard]] static ListenAddress everywhere(std::uint16_t port) { return {Kind::everywhere, port}; }

    /// "localhost:8080", "*:8080", "192.0.2.1:8080" or "[2001:db8::1]:8080"; port 0 lets the system choose.
    [[nodiscard]] static std::optional<ListenAddress> parse(std::string_view text);

    /// One address per socket: IPv4 first where there are two.
    [[nodiscard]] std::vector<net::Address> addresses() const;

    /// Whether only this machine reaches it.
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] bool is_everywhere() const { return kind_ == Kind::everywhere; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// As parse() reads it.
    [[nodiscard]] std::string to_string() const;

  private:
    enum class Kind : std::uint8_t { localhost, everywhere, literal };
    ListenAddress(Kind kind, std::uint16_t port) : kind_(kind), port_(port) {}

    Kind kind_;
    std::uint16_t port_;
    net::Address literal_;
};

}  // namespace gs::app
