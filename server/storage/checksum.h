// The checksum of records: FNV-1a's idea over eight bytes at a time, because a record is written for every
// tick of every room. Each step can be undone, so two records that differ in one word never have the same;
// others do once in 2^64. Finds accidents, not attackers. Little-endian, the last word filled up with zeros,
// the length mixed in.
#pragma once

#include "core/base/bytes.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace gs::storage {

static_assert(std::endian::native == std::endian::little, "what is on disk is read as it lies in memory");

/// `seed`: what the record follows, so that one in a wrong place is found out, too.
[[nodiscard]] inline std::uint64_t checksum_of(std::uint64_t seed, ByteView bytes) {
    constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
    const auto mix = [](std::uint64_t sum, std::uint64_t word) {
        sum = (sum ^ word) * prime;
        return sum ^ sum >> 32;
    };
    std::uint64_t sum = mix(seed, bytes.size());
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, 8);
        sum = mix(sum, word);
    }
    if (at < bytes.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, bytes.size() - at);
        sum = mix(sum, word);
    }
    return sum;
}

inline std::uint64_t load_u64(const std::byte* from) {
    std::uint64_t value = 0;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

inline void store_u64(std::byte* to, std::uint64_t value) { std::memcpy(to, &value, sizeof(value)); }

}  // namespace gs::storage
