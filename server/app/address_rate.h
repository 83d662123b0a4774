// AddressRate: how often people at one address may do something: a token bucket each, counted by
// Address::limit_key(). Used by the HTTP handlers that make things without knowing who asks, because a
// guest's cookie can be thrown away. Knows no clock; one thread.
#pragma once

#include "server/net/address.h"
#include "server/net/instant.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace gs::app {

class AddressRate {
  public:
    struct Options {
        std::uint32_t burst;   // at once
        net::Duration refill;  // until one more is allowed
        net::PerAddressLimit limit = net::PerAddressLimit::exempts_loopback;
        /// Addresses whose bucket is not full; more than that at once are an attack, and then nobody new is
        /// let in until some have filled. About 1 MB.
        std::size_t addresses_max = 16'384;
    };

    explicit AddressRate(Options options) : options_(options) {}

    /// Takes one token of the address; false when it has none. `now` never steps back.
    [[nodiscard]] bool allow(const net::Address& address, net::Instant now);

    [[nodiscard]] const std::uint64_t& refused() const { return refused_; }
    [[nodiscard]] std::size_t size() const { return full_again_at_.size(); }

  private:
    void forget_full(net::Instant now);

    Options options_;
    // A bucket as the moment at which it will be full again: more than burst × refill ahead is empty.
    std::unordered_map<std::uint64_t, net::Instant> full_again_at_;
    net::Instant swept_at_ = {};
    std::uint64_t refused_ = 0;
};

}  // namespace gs::app
