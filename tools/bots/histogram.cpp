#include "tools/bots/histogram.h"

#include <algorithm>
#include <cmath>

namespace gs::bots {
namespace {

constexpr double growth = 1.02;
constexpr double least_ms = 0.001;

}  // namespace

void Histogram::add(double ms) {
    const double place = std::log(std::max(ms, least_ms) / least_ms) / std::log(growth);
    ++counts_[std::min(static_cast<std::size_t>(place), buckets - 1)];
    ++count_;
}

void Histogram::add(const Histogram& other) {
    for (std::size_t i = 0; i < buckets; ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
}

double Histogram::percentile_ms(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
        seen += counts_[i];
        if (seen >= std::max<std::uint64_t>(wanted, 1))
            return least_ms * std::pow(growth, static_cast<double>(i) + 0.5);
    }
    return 0;
}

}  // namespace gs::bots
