// Bytes encoded once and sent to many: immutable, counted, freed when the last send has been acknowledged.
#pragma once

#include "core/base/bytes.h"

#include <memory>
#include <vector>

namespace gs::net {

using SharedBytes = std::shared_ptr<const std::vector<std::byte>>;

inline SharedBytes share(ByteView bytes) {
    return std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
}

}  // namespace gs::net
