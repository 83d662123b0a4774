// grandstand_sim --seed N [--count M]: runs M seeds from N on, one after the other. Ends with 1 at the first
// that goes wrong, after the one line that repeats it.
#include "tests/sim/simulation.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

int usage() {
    std::fputs("usage: grandstand_sim --seed N [--count M]\n", stderr);
    return 2;
}

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

void print(const gs::sim::Report& report) {
    std::printf("%llu ticks, %llu states compared, %llu presses, %llu seats came back, %llu did not\n",
                static_cast<unsigned long long>(report.ticks),
                static_cast<unsigned long long>(report.states_compared),
                static_cast<unsigned long long>(report.presses),
                static_cast<unsigned long long>(report.came_back),
                static_cast<unsigned long long>(report.seats_lost));
    std::printf(
        "%llu repairs, %llu keyframes asked for, %llu late inputs, %llu ticks given up, %llu matches\n",
        static_cast<unsigned long long>(report.repairs),
        static_cast<unsigned long long>(report.keyframes_asked),
        static_cast<unsigned long long>(report.late_inputs), static_cast<unsigned long long>(report.overruns),
        static_cast<unsigned long long>(report.matches));
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t seed = 1;
    std::uint64_t count = 1;
    for (int index = 1; index < argc; index += 2) {
        const std::string_view name = argv[index];
        if (index + 1 == argc) return usage();
        if (!(name == "--seed" && read_number(argv[index + 1], seed)) &&
            !(name == "--count" && read_number(argv[index + 1], count))) {
            return usage();
        }
    }
    gs::sim::Report report;
    for (std::uint64_t index = 0; index < count; ++index) {
        const unsigned long long played = seed + index;
        if (const auto wrong = gs::sim::run(played, report)) {
            std::printf("%s\nrepeat it with: ./gs sim --seed %llu\n", wrong->c_str(), played);
            return 1;
        }
    }
    print(report);
    std::printf("%llu seeds from %llu on: all well\n", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(seed));
    return 0;
}
