// GS_GAME_CHECK: a game's own invariant. When one does not hold, the step goes on, and whoever called it
// learns of the first failure: the server closes that room and keeps its log, a test fails. The server lives.
// A step must therefore stay inside its memory after a failed check; fixed_vector.h helps with that.
#pragma once

namespace gs::game {

struct CheckFailure {
    const char* expression = nullptr;  // null: every check held
    const char* why = nullptr;
    const char* file = nullptr;
    int line = 0;

    explicit operator bool() const { return expression != nullptr; }
};

/// The first failure since take_check_failure() on this thread.
inline thread_local CheckFailure first_check_failure;

inline void check_failed(const char* expression, const char* why, const char* file, int line) {
    if (!first_check_failure) first_check_failure = {expression, why, file, line};
}

[[nodiscard]] inline CheckFailure take_check_failure() {
    const CheckFailure failure = first_check_failure;
    first_check_failure = {};
    return failure;
}

}  // namespace gs::game

#define GS_GAME_CHECK(condition, why)                    \
    (static_cast<bool>(condition) ? static_cast<void>(0) \
                                  : ::gs::game::check_failed(#condition, why, __FILE__, __LINE__))
