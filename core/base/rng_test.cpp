#include "core/base/rng.h"

#include <gtest/gtest.h>

namespace gs::base {
namespace {

TEST(Rng, gives_the_published_numbers) {
    // splitmix64 from seed 0 starts e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f f88bb8a8724c81ec; the
    // first result of xoshiro256** from that state is rotl(s1 * 5, 7) * 9.
    Rng rng(0);
    EXPECT_EQ(rng.next(), std::rotl(0x6e789e6aa1b965f4u * 5, 7) * 9);
}

TEST(Rng, repeats_with_the_seed_and_differs_between_seeds) {
    Rng one(7);
    Rng same(7);
    Rng other(8);
    int equal_to_other = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t value = one.next();
        EXPECT_EQ(value, same.next());
        equal_to_other += value == other.next() ? 1 : 0;
    }
    EXPECT_EQ(equal_to_other, 0);
    EXPECT_EQ(one, same);
}

TEST(Rng, stays_below_the_limit_and_reaches_everything) {
    Rng rng(1);
    int seen[6] = {};
    for (int i = 0; i < 6000; ++i) {
        const std::uint64_t value = rng.below(6);
        ASSERT_LT(value, 6u);
        ++seen[value];
    }
    for (const int count : seen) {
        EXPECT_GT(count, 850);
        EXPECT_LT(count, 1150);
    }
    EXPECT_EQ(rng.below(1), 0u);
}

TEST(Rng, chance_knows_never_and_always) {
    Rng rng(2);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_FALSE(rng.chance(0));
        EXPECT_TRUE(rng.chance(1000));
    }
}

}  // namespace
}  // namespace gs::base
