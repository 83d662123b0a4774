// What a benchmark prints and writes: rows of a measured value, the floor or peer measured in the same run,
// and their ratio. Benchmarks report; nothing here asserts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gs::bench {

struct Row {
    std::string name;
    double value;
    std::string unit;
    std::optional<double> floor = {};   // same unit, same run
    std::optional<double> target = {};  // of the ratio, or of the value when there is no floor
    std::string note = {};
};

/// The middle one; the mean of the two in the middle when there is an even number.
[[nodiscard]] double median(std::vector<double> values);
/// The value below which `share` (0 to 1) of the values lie.
[[nodiscard]] double percentile(std::vector<double> values, double share);

/// Prints a table and writes build/bench/<bench>.json below `directory`. False (with a message) if that
/// fails.
bool publish(const std::string& bench, const std::vector<Row>& rows, const std::string& directory);

/// Ends the program with one sentence: a number measured on half a setup is worse than none.
[[noreturn]] void give_up(const char* why);

using Clock = std::chrono::steady_clock;

/// User and system time that process `pid` has used, in seconds; from /proc.
[[nodiscard]] double cpu_seconds(int pid);
/// Resident memory of process `pid`, in bytes; from /proc.
[[nodiscard]] double resident_bytes(int pid);

}  // namespace gs::bench
