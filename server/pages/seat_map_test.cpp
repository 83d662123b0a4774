#include "server/pages/seat_map.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace gs::pages {
namespace {

TEST(SeatMap, takes_one_seat_per_person_up_to_the_limit) {
    EXPECT_TRUE(taken_seats(0).empty());
    EXPECT_EQ(taken_seats(7).size(), 7U);
    EXPECT_EQ(taken_seats(1'000'000).size(), taken_seats_max);
}

TEST(SeatMap, gives_no_seat_to_two_people) {
    std::set<std::pair<int, int>> places;
    for (const Seat& seat : taken_seats(taken_seats_max)) {
        EXPECT_TRUE(places.emplace(seat.x, seat.y).second);
    }
}

TEST(SeatMap, keeps_earlier_people_in_their_seats_when_more_come) {
    const auto few = taken_seats(5);
    const auto many = taken_seats(40);
    for (std::size_t i = 0; i < few.size(); ++i) {
        EXPECT_EQ(few[i].x, many[i].x);
        EXPECT_EQ(few[i].y, many[i].y);
    }
}

TEST(SeatMap, keeps_every_seat_inside_the_picture_and_on_a_seat_of_its_row) {
    for (const Seat& seat : taken_seats(taken_seats_max)) {
        EXPECT_GE(seat.x, 0);
        EXPECT_LE(seat.x + seat.width, stand_width);
        EXPECT_LE(seat.y + seat.height, stand_height);
        bool found = false;
        for (const SeatRow& row : seat_rows()) {
            if (row.top == seat.y) found = (seat.x - row.left) % row.pitch == 0;
        }
        EXPECT_TRUE(found);
    }
}

}  // namespace
}  // namespace gs::pages
