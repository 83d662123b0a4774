#include "server/app/address_rate.h"

#include <algorithm>

namespace gs::app {

bool AddressRate::allow(const net::Address& address, net::Instant now) {
    if (options_.limit == net::PerAddressLimit::exempts_loopback && address.is_loopback()) return true;
    // When none is left, a bucket may have filled within one refill; else, rarely enough to cost nothing.
    const bool is_tight = full_again_at_.size() >= options_.addresses_max;
    if (now - swept_at_ >= options_.refill * (is_tight ? 1 : options_.burst)) forget_full(now);
    auto found = full_again_at_.find(address.limit_key());
    if (found == full_again_at_.end()) {
        if (full_again_at_.size() >= options_.addresses_max) {
            ++refused_;
            return false;
        }
        found = full_again_at_.emplace(address.limit_key(), now).first;
    }
    const net::Instant after = std::max(found->second, now) + options_.refill;
    if (after - now > options_.refill * options_.burst) {
        ++refused_;
        return false;
    }
    found->second = after;
    return true;
}

void AddressRate::forget_full(net::Instant now) {
    std::erase_if(full_again_at_, [now](const auto& entry) { return entry.second <= now; });
    swept_at_ = now;
}

}  // namespace gs::app
