// Person: an account as everybody may see it. Accounts say who a visitor is, rooms seat and show them, and
// both of them know this and not each other: app/ hands a Person from one to the other.
#pragma once

#include "core/base/short_id.h"

#include <string>

namespace gs::net {

using AccountId = ShortId<struct AccountTag>;

struct Person {
    AccountId id;
    std::string
        name;  // clean (server/names), not escaped, at most 64 bytes; several people may have the same

    friend bool operator==(const Person&, const Person&) = default;
};

}  // namespace gs::net
