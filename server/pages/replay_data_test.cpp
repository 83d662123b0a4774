#include "server/pages/replay_data.h"

#include "server/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::pages {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view nasty = R"x(<img src=x onerror="alert('1')">&)x";

Pages test_pages() { return std::move(*Pages::load({.assets = Options::Assets::dev_server})); }

TEST(ReplayWords, say_lengths_and_dates_as_people_do) {
    EXPECT_EQ(clock_words(0), "0:00");
    EXPECT_EQ(clock_words(203), "3:23");
    EXPECT_EQ(clock_words(3723), "1:02:03");
    EXPECT_EQ(date_words(1'800'000'000), "15 Jan 2027, 08:00 UTC");
    EXPECT_EQ(date_time(1'800'000'000), "2027-01-15T08:00:00Z");
    EXPECT_EQ(date_words(UINT64_MAX), date_words(253'402'300'799)) << "whatever stands in a file";
}

TEST(ReplaysPage, escapes_what_people_have_named) {
    const ReplayCardModel card{.match = "aaaaaaaaaaab",
                               .game_title = nasty,
                               .room_name = nasty,
                               .has_result = true,
                               .lines = {{.name = nasty, .has_won = true, .score = 3}}};
    const auto cards = std::vector{card};
    Pages pages = test_pages();
    const std::string list =
        pages.render_replays({.player = nasty, .replays = cards, .next = "/replays?before=1"}, Part::main);
    EXPECT_THAT(list, AllOf(Not(HasSubstr("<img")), HasSubstr("&lt;img"), HasSubstr("/replays/aaaaaaaaaaab"),
                            HasSubstr("Older ones")));
    const std::vector<ReplayEventModel> events = {{.at_s = 63, .words = std::string(nasty)}};
    const std::string page =
        pages.render_replay({.card = card, .game = nasty, .events = events, .invite = nasty}, Part::main);
    EXPECT_THAT(page, AllOf(Not(HasSubstr("<img")), HasSubstr("1:03"), HasSubstr("t=63")));
}

TEST(ReplaysPage, shows_some_lines_of_a_full_room_and_says_how_many_more) {
    ReplayCardModel card{.match = "aaaaaaaaaaab", .has_result = true};
    card.lines.resize(8, {.name = "Ada"});
    const auto cards = std::vector{card};
    const std::string list = test_pages().render_replays({.replays = cards}, Part::main);
    EXPECT_THAT(list, HasSubstr("and 4 more"));
}

TEST(ReplayPage, says_so_when_its_version_of_the_game_is_gone) {
    Pages pages = test_pages();
    EXPECT_THAT(pages.render_replay({}, Part::main), HasSubstr("cannot be shown"));
    EXPECT_THAT(pages.render_replay({.module_url = "/modules/a.wasm"}, Part::main),
                AllOf(Not(HasSubstr("cannot be shown")), HasSubstr("data-module=\"/modules/a.wasm\"")));
}

TEST(ReplayPage, tells_how_it_ended) {
    Pages pages = test_pages();
    const auto page = [&](ReplayCardModel card) { return pages.render_replay({.card = card}, Part::main); };
    EXPECT_THAT(page({.has_result = true, .lines = {{.name = "Ada", .has_won = true}}}),
                HasSubstr("Ada wins"));
    EXPECT_THAT(page({.has_result = true}), HasSubstr("A draw"));
    EXPECT_THAT(page({}), HasSubstr("Ended without a winner"));
}

}  // namespace
}  // namespace gs::pages
