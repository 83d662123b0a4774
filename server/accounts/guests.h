// Guests: people without registration, known by a signed cookie and by nothing on the server. Used by app/
// for each request that depends on who asks; one per shard, on its thread. The cookie: v1.<account
// id>.<issued, seconds since 1970>.<base64url of the name>.<base64url of the signature>. Not here: the header
// fields it travels in (app/visitors.h).
#pragma once

#include "server/crypto/crypto.h"
#include "server/net/person.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gs::accounts {

class Guests {
  public:
    /// A year: who comes back next season is still the same guest.
    static constexpr std::int64_t max_age_s = std::int64_t{365} * 24 * 3600;
    /// A cookie of that age is issued anew, so that it does not end under somebody who comes often.
    static constexpr std::int64_t renew_age_s = std::int64_t{30} * 24 * 3600;
    /// Ours have at most 160 bytes; nothing longer is looked at.
    static constexpr std::size_t cookie_bytes_max = 256;

    struct Counters {
        std::uint64_t made = 0;
        std::uint64_t cookies_refused = 0;  // sent, but not ours, damaged, or too old
    };

    /// Who holds `key` can be every guest.
    explicit Guests(const crypto::Key& key) : key_(key) {}

    struct Visit {
        net::Person person;
        enum class Cookie : std::uint8_t { fine, give_new } cookie;
    };
    /// Who sent `cookie` (empty: none). Whatever is wrong with it makes a new guest with a friendly name, who
    /// wants to be given a cookie.
    [[nodiscard]] Visit visit(std::string_view cookie, std::int64_t now_unix_s);

    /// The cookie's value for `person`, whose name is clean.
    [[nodiscard]] std::string cookie(const net::Person& person, std::int64_t now_unix_s) const;

    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    struct Known {
        net::Person person;
        std::int64_t age_s;
    };
    [[nodiscard]] std::optional<Known> read(std::string_view cookie, std::int64_t now_unix_s) const;

    crypto::Key key_;
    Counters counters_;
};

}  // namespace gs::accounts
