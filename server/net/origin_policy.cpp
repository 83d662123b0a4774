#include "server/net/origin_policy.h"

#include <algorithm>

namespace gs::net {

OriginPolicy::OriginPolicy(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}

bool OriginPolicy::allows(std::string_view origin) const {
    return origin.empty() || std::ranges::find(allowed_, origin) != allowed_.end();
}

}  // namespace gs::net
