// Doubts: what a seat's client does that no honest one does much of. Counted per seat; a room tells of a seat
// once, when there is too much of one kind. Nobody is sent away for it: what they send has no effect anyway.
#pragma once

#include <cstdint>

namespace gs::rooms {

struct Doubts {
    std::uint64_t out_of_range = 0;  // inputs that the game's sanitise() changed
    std::uint64_t too_many = 0;      // datagrams over the rate
    std::uint64_t ages_beyond = 0;   // of views, older than the line allows
    std::uint64_t acks_beyond = 0;   // of ticks that were never made

    /// A hiccup has some of these. Ages go beyond on a line that just got better: two seconds of fire do not.
    [[nodiscard]] bool is_suspicious() const {
        return out_of_range >= 20 || too_many >= 100 || ages_beyond >= 120 || acks_beyond >= 5;
    }
};

}  // namespace gs::rooms
