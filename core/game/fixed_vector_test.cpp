#include "core/game/fixed_vector.h"

#include <gtest/gtest.h>

#include <numeric>

namespace gs::game {
namespace {

using Three = FixedVector<int, 3>;
static_assert(std::is_trivially_copyable_v<Three>);

Three three(int a, int b, int c) {
    Three vector;
    for (const int value : {a, b, c})
        vector.push_back(value);
    return vector;
}

TEST(FixedVector, keeps_what_was_pushed_in_order) {
    Three vector;
    EXPECT_TRUE(vector.empty());
    *vector.push_back(1) = 7;
    vector.push_back(2);
    EXPECT_EQ(vector.size(), 2u);
    EXPECT_EQ(vector[0], 7);
    EXPECT_EQ(std::accumulate(vector.begin(), vector.end(), 0), 9);
    EXPECT_FALSE(vector.full());
    EXPECT_FALSE(take_check_failure());
}

TEST(FixedVector, what_does_not_fit_is_a_failed_check_and_left_out) {
    Three vector = three(1, 2, 3);
    EXPECT_TRUE(vector.full());
    EXPECT_EQ(vector.push_back(4), nullptr);
    EXPECT_EQ(vector.size(), 3u);
    EXPECT_TRUE(take_check_failure());
}

TEST(FixedVector, removing_puts_the_last_one_in_the_gap) {
    Three vector = three(1, 2, 3);
    vector.remove_unordered(0);
    ASSERT_EQ(vector.size(), 2u);
    EXPECT_EQ(vector[0], 3);
    EXPECT_EQ(vector[1], 2);
    vector.remove_unordered(1);
    vector.remove_unordered(0);
    EXPECT_TRUE(vector.empty());
    EXPECT_FALSE(take_check_failure());
    vector.remove_unordered(0);
    EXPECT_TRUE(take_check_failure());
    EXPECT_TRUE(vector.empty());
}

TEST(FixedVector, an_index_past_the_end_fails_a_check_and_stays_inside) {
    Three vector = three(1, 2, 3);
    for (const std::size_t index : {std::size_t{3}, std::size_t{4}, SIZE_MAX}) {
        const int* const place = &vector[index];
        EXPECT_GE(place, vector.begin());
        EXPECT_LT(place, vector.end());
        EXPECT_TRUE(take_check_failure());
    }
}

TEST(FixedVector, grows_by_fresh_elements_only) {
    Three vector = three(1, 2, 3);
    ASSERT_TRUE(vector.resize(1));
    ASSERT_TRUE(vector.resize(3));
    EXPECT_EQ(vector[0], 1);
    EXPECT_EQ(vector[1], 0);
    EXPECT_EQ(vector[2], 0);
    EXPECT_FALSE(vector.resize(4));
    EXPECT_EQ(vector.size(), 3u);
    vector = three(4, 5, 6);
    vector.remove_unordered(2);
    ASSERT_TRUE(vector.resize(3));
    EXPECT_EQ(vector[2], 0);
    vector.clear();
    ASSERT_TRUE(vector.resize(2));
    EXPECT_EQ(vector[0], 0);
    EXPECT_FALSE(take_check_failure());
}

TEST(Check, the_first_failure_is_kept_until_it_is_taken) {
    EXPECT_FALSE(take_check_failure());
    GS_GAME_CHECK(1 + 1 == 2, "arithmetic");
    EXPECT_FALSE(take_check_failure());
    GS_GAME_CHECK(1 + 1 == 3, "first");
    GS_GAME_CHECK(1 + 1 == 4, "second");
    const CheckFailure failure = take_check_failure();
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure.why, "first");
    EXPECT_STREQ(failure.expression, "1 + 1 == 3");
    EXPECT_GT(failure.line, 0);
    EXPECT_FALSE(take_check_failure());
}

}  // namespace
}  // namespace gs::game
