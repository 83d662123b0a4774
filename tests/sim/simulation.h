// Simulation: a server's rooms, with people at home who play and watch, in simulated time and under faults
// that a seed chooses: lines that lose, delay, double and die, people who come, go and come back, a server
// that is late. One seed is one run, the same each time. run() says what is wrong, or nothing. `./gs sim` and
// ctest call it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gs::sim {

/// What happened in a run, to see that something did.
struct Report {
    std::uint64_t ticks = 0;
    std::uint64_t presses = 0;
    std::uint64_t came_back = 0;
    std::uint64_t seats_lost = 0;
    std::uint64_t repairs = 0;
    std::uint64_t keyframes_asked = 0;
    std::uint64_t late_inputs = 0;
    std::uint64_t overruns = 0;
    std::uint64_t matches = 0;
    std::uint64_t states_compared = 0;
};

/// What is wrong; nothing: all was well. `report` is added to.
[[nodiscard]] std::optional<std::string> run(std::uint64_t seed, Report& report);

}  // namespace gs::sim
