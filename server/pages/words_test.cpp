#include "server/pages/words.h"

#include <gtest/gtest.h>

namespace gs::pages {
namespace {

TEST(Words, group_digits_by_thousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(Words, count_in_the_singular_and_the_plural) {
    EXPECT_EQ(counted(0, "room", "rooms"), "0 rooms");
    EXPECT_EQ(counted(1, "room", "rooms"), "1 room");
    EXPECT_EQ(counted(2000, "room", "rooms"), "2,000 rooms");
}

TEST(Words, name_every_status_without_its_number) {
    for (int status = 400; status < 600; ++status) {
        EXPECT_FALSE(error_heading(status, {}).empty());
        EXPECT_FALSE(error_detail(status).empty());
        EXPECT_EQ(error_heading(status, {}).find_first_of("0123456789"), std::string_view::npos);
    }
}

TEST(Words, prefer_their_own_heading_to_the_usual_title_of_a_status) {
    EXPECT_EQ(error_heading(404, "Not Found"), "No seat at this address");
    EXPECT_EQ(error_heading(418, "I'm a teapot"), "I'm a teapot");
}

}  // namespace
}  // namespace gs::pages
