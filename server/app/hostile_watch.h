// HostileWatch: turns counters of hostile or garbled input into a few log lines. The places that drop such
// input only count it (an attack must not cost a line each); this looks at the counters about once a second.
// Owned by compose; the counters outlive it.
#pragma once

#include "server/app/log.h"
#include "server/net/instant.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gs::app {

class HostileWatch {
  public:
    explicit HostileWatch(LimitedLog& log) : log_(log) {}

    /// `kind` and `message` are string literals.
    void add(std::string_view kind, std::string_view message, const std::uint64_t& counter) {
        watched_.push_back({.kind = kind, .message = message, .counter = &counter, .seen = counter});
    }

    /// Writes a line for each counter that has grown, as far as the limit of its kind allows.
    void look(net::Instant now) {
        for (Watched& it : watched_) {
            const std::uint64_t count = *it.counter - it.seen;
            if (count == 0) continue;
            it.seen = *it.counter;
            log_.warning(it.kind, now, it.message, {{"kind", it.kind}, {"count", count}});
        }
    }

  private:
    struct Watched {
        std::string_view kind;
        std::string_view message;
        const std::uint64_t* counter;
        std::uint64_t seen;
    };

    LimitedLog& log_;
    std::vector<Watched> watched_;
};

}  // namespace gs::app
