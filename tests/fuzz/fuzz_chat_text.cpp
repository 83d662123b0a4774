// What people write, cleaned: whatever comes, the result is bounded, valid, composed, has nothing that hides
// or turns text around, and cleaning it again changes nothing.
#include "core/base/assert.h"
#include "core/base/utf8.h"
#include "server/chat/clean_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gs::chat;
    const auto text = clean_text({reinterpret_cast<const char*>(data), size});
    if (!text) {
        GS_ASSERT(!words_of(text.error()).empty(), "a refusal has words");
        return 0;
    }
    GS_ASSERT(size <= raw_text_bytes_max && !text->empty() && text->size() <= text_bytes_max,
              "it is bounded");
    GS_ASSERT(gs::is_utf8(*text), "it is UTF-8");
    for (const std::string_view hidden : {"\u202e", "\u2066", "\u2067", "\u200b", "\u2060", "\ufeff", "\n"})
        GS_ASSERT(text->find(hidden) == std::string::npos, "nothing hides or turns");
    const auto again = clean_text(*text);
    GS_ASSERT(again && *again == *text, "it is clean");
    return 0;
}
