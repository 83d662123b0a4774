#include "core/base/assert.h"

#ifndef __wasm__
#include <cstdio>
#endif

namespace gs::base {

void assertion_failed([[maybe_unused]] const char* expression, [[maybe_unused]] const char* why,
                      [[maybe_unused]] const char* file, [[maybe_unused]] int line) noexcept {
#ifndef __wasm__
    // The browser's module has no stdio: the trap's stack names the place there.
    std::fprintf(stderr, "%s:%d: assertion failed: %s (%s)\n", file, line, expression, why);
#endif
    __builtin_trap();
}

}  // namespace gs::base
