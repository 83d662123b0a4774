// SendCounter: how many of a server's tick datagrams get lost on the way to one client. The server sends at a
// steady pace, which is the commonest gap between the newest ticks of two datagrams; what is missing shows as
// wider gaps. A value.
#pragma once

#include "core/base/ids.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace gs::bots {

class SendCounter {
  public:
    struct Counts {
        std::uint64_t expected = 0;
        std::uint64_t received = 0;  // each once
    };

    /// A tick datagram ended with `newest`.
    void add(Tick newest) {
        if (!newest_) {
            first_ = newest;
            newest_ = newest;
            seen_ = 1;
            received_ = 1;
            return;
        }
        if (newest > *newest_) {
            const auto gap = static_cast<std::size_t>(newest - *newest_);
            if (gap < gaps_.size()) ++gaps_[gap];
            seen_ = gap >= 64 ? 1 : seen_ << gap | 1;
            newest_ = newest;
            ++received_;
            return;
        }
        // Late, or doubled; what was sent before begin() does not count.
        const auto back = static_cast<std::size_t>(*newest_ - newest);
        if (newest < first_ || back >= 64 || (seen_ >> back & 1) != 0) return;
        seen_ |= std::uint64_t{1} << back;
        ++received_;
    }

    /// Counts anew.
    void begin() { *this = {}; }

    [[nodiscard]] Counts counts() const {
        if (!newest_) return {};
        const auto commonest = std::ranges::max_element(gaps_);
        const auto pace = std::max<std::uint64_t>(static_cast<std::uint64_t>(commonest - gaps_.begin()), 1);
        const auto ticks = static_cast<std::uint64_t>(*newest_ - first_);
        // A server that splits what it sends sends more than that.
        return {.expected = std::max(ticks / pace + 1, received_), .received = received_};
    }

  private:
    std::array<std::uint32_t, 16> gaps_ = {};  // how often the newest tick went forward by so many
    std::optional<Tick> newest_;
    Tick first_;
    std::uint64_t seen_ = 0;  // bit i: newest_ − i has been the newest of a datagram
    std::uint64_t received_ = 0;
};

}  // namespace gs::bots
