// Histogram: percentiles of millions of times in a fixed 16 kB: buckets that grow by 2 % each. A value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gs::bots {

class Histogram {
  public:
    /// Below 1 µs counts as 1 µs, above 1000 s as 1000 s.
    void add(double ms);
    void add(const Histogram& other);
    void clear() { *this = {}; }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// The time that `share` of all are not longer than, within 2 %; 0 without any.
    [[nodiscard]] double percentile_ms(double share) const;

  private:
    static constexpr std::size_t buckets = 1050;  // 1.02^1047 = 10^9

    std::array<std::uint64_t, buckets> counts_ = {};
    std::uint64_t count_ = 0;
};

}  // namespace gs::bots
