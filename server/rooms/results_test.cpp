#include "server/rooms/results.h"

#include "server/crypto/crypto.h"
#include "server/rooms/match_game.h"
#include "server/rooms/match_statistics.h"
#include "server/rooms/seats.h"

#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

net::AccountId account() { return crypto::random_id<net::AccountId>(); }

MatchResult ended(std::vector<MatchResult::Line> lines, std::optional<Seat> winner = std::nullopt) {
    return {
        .match = crypto::random_id<MatchId>(), .game = "race", .winner = winner, .lines = std::move(lines)};
}

constexpr net::Instant now = net::Instant(std::chrono::seconds(100));

TEST(Results, the_leaderboard_counts_people_by_wins_and_no_computers) {
    Results results;
    const net::AccountId ada = account();
    const net::AccountId bob = account();
    for (int match = 0; match < 3; ++match) {
        results.add(ended({{.seat = Seat{0}, .person = ada, .name = "Ada", .score = 3, .statistics = {match}},
                           {.seat = Seat{1}, .person = bob, .name = "Bob", .score = 2, .statistics = {7}},
                           {.seat = Seat{2}, .name = "Robo Ada", .is_computer = true, .score = 1}},
                          Seat{match == 0 ? std::uint8_t{1} : std::uint8_t{0}}),
                    now);
    }
    const auto leaders = results.leaders("race", now);
    ASSERT_EQ(leaders.size(), 2u);
    EXPECT_EQ(leaders[0].name, "Ada");
    EXPECT_EQ(leaders[0].wins, 2u);
    EXPECT_EQ(leaders[0].played, 3u);
    EXPECT_EQ(leaders[0].best, std::vector<std::int64_t>{2});
    EXPECT_EQ(leaders[1].wins, 1u);
    EXPECT_TRUE(results.leaders("other", now).empty());
}

TEST(Results, count_when_they_are_public_in_whatever_order_that_is) {
    Results results;
    const net::AccountId ada = account();
    results.add(ended({{.seat = Seat{0}, .person = ada, .name = "Ada"}}), now + std::chrono::seconds(90));
    results.add(ended({{.seat = Seat{0}, .person = ada, .name = "Ada"}}), now + std::chrono::seconds(10));
    EXPECT_TRUE(results.leaders("race", now + std::chrono::milliseconds(9'999)).empty());
    ASSERT_EQ(results.leaders("race", now + std::chrono::seconds(10)).size(), 1u);
    EXPECT_EQ(results.leaders("race", now + std::chrono::seconds(10))[0].played, 1u);
    EXPECT_EQ(results.leaders("race", now + std::chrono::seconds(90))[0].played, 2u);
}

TEST(Results, keep_a_bounded_number_of_people) {
    Results results;
    const net::AccountId champion = account();
    results.add(ended({{.seat = Seat{0}, .person = champion, .name = "Ada"}}, Seat{0}), now);
    for (std::size_t count = 0; count < Results::people_max + 10; ++count)
        results.add(ended({{.seat = Seat{0}, .person = account(), .name = "Somebody"}}), now);
    const auto leaders = results.leaders("race", now);
    EXPECT_EQ(leaders.size(), Results::leaders_max);
    EXPECT_EQ(leaders[0].person, champion) << "who has won stays";
}

TEST(MatchStatistics, numbers_belong_to_who_had_the_seat_and_come_back_with_them) {
    MatchStatistics statistics(race);
    const net::AccountId ada = account();
    const game::Event score{.kind = race_scored, .seat = Seat{0}, .value = 10};
    statistics.join(Seat{0}, ada);
    statistics.count({&score, 1});
    statistics.leave(Seat{0}, "Ada", 1);
    statistics.join(Seat{0}, account());
    EXPECT_EQ(statistics.values(Seat{0})[0], 0) << "somebody else's";
    statistics.join(Seat{1}, ada);
    EXPECT_EQ(statistics.values(Seat{1})[0], 1);
    EXPECT_EQ(statistics.values(Seat{1})[3], 10);
    const game::Event strange{.kind = 200, .seat = Seat{0}};
    const game::Event nobodys{.kind = race_scored, .seat = no_seat};
    statistics.count({&strange, 1});
    statistics.count({&nobodys, 1});
    EXPECT_EQ(statistics.values(Seat{0})[0], 0);
    statistics.clear();
    EXPECT_EQ(statistics.values(Seat{1})[0], 0);
}

}  // namespace
}  // namespace gs::rooms::testing
