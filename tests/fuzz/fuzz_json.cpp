// JSON from strangers: what parse_json() takes is within its limits, is JSON to the library's own judgement,
// and comes back the same when written and read again.
#include "core/base/assert.h"
#include "core/wire/limits.h"
#include "server/net/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

std::size_t depth_of(const nlohmann::json& value) {
    std::size_t deepest = 0;
    if (!value.is_structured()) return 0;
    for (const auto& element : value) {
        deepest = std::max(deepest, depth_of(element));
    }
    return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = gs::net::parse_json(text);
    if (!parsed) {
        GS_ASSERT(!parsed.error().message.empty() && parsed.error().message.size() < 200,
                  "errors are short words");
        return 0;
    }
    GS_ASSERT(text.size() <= gs::wire::message_bytes_max, "the size is bounded");
    GS_ASSERT(depth_of(*parsed) <= gs::wire::json_depth_max, "the depth is bounded");
    GS_ASSERT(nlohmann::json::accept(text), "nothing is accepted that is no JSON");
    const auto again = gs::net::parse_json(parsed->dump(), {.bytes_max = 8 * gs::wire::message_bytes_max});
    GS_ASSERT(again.has_value() && *again == *parsed, "written and read again it is the same");
    return 0;
}
