// Failure: something outside the program stands in the way of starting or reloading, said in words that a
// person can act on. For events on a connection there are counters instead (counters.h).
#pragma once

#include "core/base/error.h"

#include <string>

namespace gs::http {

struct Failure {
    ErrorCode code;
    std::string message;  // one sentence or two: what is wrong, and what to do about it
};

}  // namespace gs::http
