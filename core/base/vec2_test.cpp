#include "core/base/vec2.h"

#include <gtest/gtest.h>

namespace gs {
namespace {

TEST(Vec2, adds_and_scales) {
    Vec2 v = Vec2{1, 2} + Vec2{3, 4} * 2;
    EXPECT_EQ(v, (Vec2{7, 10}));
    v -= {7, 0};
    v += {0, 1};
    EXPECT_EQ(v, (Vec2{0, 11}));
    EXPECT_EQ(dot({1, 2}, {3, 4}), 11);
    EXPECT_EQ(length({3, 4}), 5);
}

TEST(Vec2, what_has_no_length_has_no_direction) {
    EXPECT_EQ(normalized({}, {0, 1}), (Vec2{0, 1}));
    EXPECT_EQ(normalized({0, -8}), (Vec2{0, -1}));
    // Its square is too small for a float.
    EXPECT_EQ(normalized({1e-30F, 0}, {0, 1}), (Vec2{0, 1}));
}

TEST(Vec2, is_cut_only_when_it_is_too_long) {
    EXPECT_EQ(clamped({3, 4}, 5), (Vec2{3, 4}));
    EXPECT_EQ(clamped({6, 8}, 5), (Vec2{3, 4}));
    EXPECT_EQ(clamped({}, 0), Vec2{});
    EXPECT_LE(length(clamped({1e30F, -1e30F}, 1)), 1);
}

TEST(Vec2, mixes_from_one_end_to_the_other) {
    EXPECT_EQ(mix(Vec2{1, 10}, Vec2{3, 20}, 0), (Vec2{1, 10}));
    EXPECT_EQ(mix(Vec2{1, 10}, Vec2{3, 20}, 0.5F), (Vec2{2, 15}));
    EXPECT_EQ(mix(Vec2{1, 10}, Vec2{3, 20}, 1), (Vec2{3, 20}));
}

}  // namespace
}  // namespace gs
