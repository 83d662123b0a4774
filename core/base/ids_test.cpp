#include "core/base/ids.h"

#include <gtest/gtest.h>

namespace gs {
namespace {

TEST(Tick, counts_and_compares) {
    Tick tick{7};
    EXPECT_EQ(++tick, Tick{8});
    EXPECT_EQ(tick + 2, Tick{10});
    EXPECT_EQ(tick - 3, Tick{5});
    EXPECT_LT(Tick{5}, tick);
    EXPECT_GE(tick, Tick{8});
}

TEST(Tick, a_distance_has_a_sign) {
    EXPECT_EQ(Tick{10} - Tick{4}, 6);
    EXPECT_EQ(Tick{4} - Tick{10}, -6);
    EXPECT_EQ(Tick{0} - Tick{INT32_MAX}, -INT32_MAX);
    EXPECT_EQ(Tick{INT32_MAX} - Tick{0}, INT32_MAX);
}

TEST(Seat, the_seat_of_a_spectator_is_past_every_other) {
    EXPECT_LT(Seat{199}, no_seat);
    EXPECT_NE(Seat{0}, no_seat);
}

}  // namespace
}  // namespace gs
