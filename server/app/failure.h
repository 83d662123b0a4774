// Failure: something outside the program stands in its way, said in words that the operator can act on.
// Used by app/ while starting and reloading, where a person reads the message; never on the path of a packet.
#pragma once

#include "core/base/error.h"

#include <string>

namespace gs::app {

struct Failure {
    ErrorCode code;
    std::string message;  // one sentence or two: what is wrong, and what to do about it
};

/// What the system calls the error `number` ("No such file or directory").
[[nodiscard]] std::string system_words(int number);

}  // namespace gs::app
