#include "core/game/pen.h"

#include <gtest/gtest.h>

namespace gs::game {
namespace {

TEST(Pen, sines_and_circles_are_what_they_are_called) {
    EXPECT_NEAR(sine(0), 0, 0.001);
    EXPECT_NEAR(sine(0.25F), 1, 0.001);
    EXPECT_NEAR(sine(-3.25F), -1, 0.001);
    EXPECT_NEAR(sine(1.F / 12), 0.5, 0.002);
    for (int step = 0; step < 50; ++step) {
        EXPECT_NEAR(length(on_circle(static_cast<float>(step) * 0.17F - 3)), 1, 0.003);
    }
    EXPECT_EQ(part_of_one(__builtin_inff()), 0);
}

}  // namespace
}  // namespace gs::game
