// Who a request really comes from when reverse proxies stand in front: reads X-Forwarded-For, -Proto and
// -Host, but only from peers that the operator trusts. Called once per request by the connection; pure
// functions over hostile text.
#pragma once

#include "server/http/message.h"
#include "server/net/address.h"

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace gs::http {

/// A block of addresses: "10.0.0.0/8", "fd00::/8", or one address. IPv4 is kept as mapped IPv6, so one kind
/// of comparison serves both families.
class AddressRange {
  public:
    [[nodiscard]] static std::expected<AddressRange, Error> parse(std::string_view text);

    [[nodiscard]] bool contains(const net::Address& address) const;

  private:
    std::array<std::uint8_t, 16> bytes_ = {};
    unsigned prefix_bits_ = 128;
};

[[nodiscard]] bool is_trusted(const net::Address& address, std::span<const AddressRange> trusted);

/// Sets `peer`, `scheme` and `host` of a request that came over a connection from `request.peer`. The peer
/// becomes the rightmost address of X-Forwarded-For that is not itself a trusted proxy; scheme and host
/// become the rightmost X-Forwarded-Proto and -Host. Without trust, or where a value is no address, scheme or
/// host, nothing changes from there on: a client cannot choose what we take it for.
void apply_forwarded(Request& request, std::span<const AddressRange> trusted);

}  // namespace gs::http
