// WebAssembly only: what the C++ runtime calls when something is badly wrong. Its own versions print through
// stdio, which would make the module import a whole operating system; a trap says as much in a browser.
#include <cstdint>
#include <version>

_LIBCPP_BEGIN_NAMESPACE_STD

[[noreturn]] __attribute__((visibility("default"))) void __libcpp_verbose_abort(const char*, ...) {
    __builtin_trap();
}

_LIBCPP_END_NAMESPACE_STD

extern "C" {

[[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }
[[noreturn]] void __abort_message(const char*, ...) { __builtin_trap(); }

std::uintptr_t __stack_chk_guard = 0x5afe;
[[noreturn]] void __stack_chk_fail() { __builtin_trap(); }

}  // extern "C"
