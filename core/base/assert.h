// GS_ASSERT: a programmer broke a contract. On in every server build, because a wrong server is worse than a
// stopped one. Never for hostile bytes (those are checked and dropped) and never for the outside world
// failing.
#pragma once

namespace gs::base {

/// Prints what failed and where, then stops the program.
[[noreturn]] void assertion_failed(const char* expression, const char* why, const char* file,
                                   int line) noexcept;

}  // namespace gs::base

#define GS_ASSERT(condition, why)                        \
    (static_cast<bool>(condition) ? static_cast<void>(0) \
                                  : ::gs::base::assertion_failed(#condition, why, __FILE__, __LINE__))
