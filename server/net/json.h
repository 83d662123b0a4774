// parse_json: JSON from strangers. Bounds size and depth before it builds anything, refuses what two readers
// could understand in two ways (duplicate keys, bytes that are no UTF-8, text after the value), throws
// nothing. Called by services for `sure` messages and request bodies; pure, any thread. What the value means
// and which fields it must have is the caller's to check.
#pragma once

#include "core/wire/limits.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace gs::net {

struct JsonLimits {
    std::size_t bytes_max = wire::message_bytes_max;
    std::size_t depth_max = wire::json_depth_max;  // [] is 1 deep, [[]] is 2
};

struct JsonError {
    std::string message;  // "line 1, column 17: nested deeper than 16"; contains nothing of the text itself
};

[[nodiscard]] std::expected<nlohmann::json, JsonError> parse_json(std::string_view text,
                                                                  const JsonLimits& limits = {});

}  // namespace gs::net
