// Error: the outside world failed (disk, network, a library). A code to decide on and a static sentence to
// log.
#pragma once

#include <cstdint>

namespace gs {

enum class ErrorCode : std::uint8_t {
    not_found,
    refused,
    in_use,
    io,
    full,
    invalid,
    expired,
    closed,
    library,
};

/// `context` points to a string literal that says what was being done. `system` is errno, or a library's own
/// code where `code` is `library`; 0 where there is none.
struct Error {
    ErrorCode code;
    const char* context;
    int system = 0;
};

}  // namespace gs
