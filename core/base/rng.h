// Rng: a small, seeded generator of random numbers, the same on every platform and in WebAssembly.
// For simulation, tests and games; NOT for keys, tokens or anything an opponent must not guess.
// The algorithm is xoshiro256** (Blackman and Vigna 2018), its state filled from the seed by splitmix64.
// A value type: copy it to fork a sequence, compare it to see whether two sequences are at the same place.
#pragma once

#include "core/base/assert.h"

#include <array>
#include <bit>
#include <cstdint>

namespace gs::base {

class Rng {
  public:
    /// Every seed is good, 0 included. Neighbouring seeds give unrelated sequences.
    constexpr explicit Rng(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            word = split_mix(seed);
        }
    }

    /// The next 64 random bits.
    constexpr std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    /// Evenly one of 0 … limit − 1; `limit` is at least 1.
    constexpr std::uint64_t below(std::uint64_t limit) {
        GS_ASSERT(limit > 0, "there is no number below 0");
        // The first 2^64 mod limit values would make small results likelier; they are drawn again.
        const std::uint64_t uneven = (0 - limit) % limit;
        std::uint64_t value = next();
        while (value < uneven) {
            value = next();
        }
        return value % limit;
    }

    /// True `permille` times in a thousand; 0 is never, 1000 and more is always.
    constexpr bool chance(std::uint32_t permille) { return below(1000) < permille; }

    friend constexpr bool operator==(const Rng&, const Rng&) = default;

  private:
    static constexpr std::uint64_t split_mix(std::uint64_t& state) {
        state += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    std::array<std::uint64_t, 4> state_ = {};
};

}  // namespace gs::base
