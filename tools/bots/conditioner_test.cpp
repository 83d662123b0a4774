#include "tools/bots/conditioner.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr net::Instant start{std::chrono::hours(1)};

std::vector<Conditioner::Fate> fates(const Conditions& conditions, std::uint64_t seed, int count) {
    Conditioner conditioner(conditions, seed);
    std::vector<Conditioner::Fate> all;
    for (int i = 0; i < count; ++i)
        all.push_back(conditioner.datagram(start + milliseconds(i)));
    return all;
}

TEST(Conditioner, the_same_seed_gives_the_same_fates_and_another_gives_others) {
    const Conditions conditions{
        .loss_percent = 20, .latency = milliseconds(50), .jitter = milliseconds(30), .duplicate_percent = 10};
    const auto first = fates(conditions, 7, 1000);
    const auto again = fates(conditions, 7, 1000);
    const auto other = fates(conditions, 8, 1000);
    int different = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].copies, again[i].copies);
        EXPECT_EQ(first[i].at[0], again[i].at[0]);
        EXPECT_EQ(first[i].at[1], again[i].at[1]);
        different += first[i].at[0] != other[i].at[0] ? 1 : 0;
    }
    EXPECT_GT(different, 900);
}

TEST(Conditioner, loses_and_doubles_the_share_that_was_asked_for) {
    Conditioner conditioner({.loss_percent = 5, .duplicate_percent = 2.5}, 3);
    constexpr int count = 100'000;
    for (int i = 0; i < count; ++i)
        EXPECT_LE(conditioner.datagram(start).copies, 2);
    // Four standard deviations: 0.28 and 0.2 percent.
    EXPECT_NEAR(static_cast<double>(conditioner.counts().lost) / count, 0.05, 0.0028);
    EXPECT_NEAR(static_cast<double>(conditioner.counts().doubled) / count, 0.95 * 0.025, 0.002);
    EXPECT_EQ(conditioner.counts().packets, std::uint64_t{count});
}

TEST(Conditioner, datagrams_arrive_after_the_latency_and_within_the_jitter) {
    const auto all =
        fates({.latency = milliseconds(40), .jitter = milliseconds(20), .duplicate_percent = 50}, 5, 2000);
    net::Duration least = seconds(1);
    net::Duration most{};
    bool overtakes = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (int copy = 0; copy < all[i].copies; ++copy) {
            const net::Duration taken = all[i].at[copy] - (start + milliseconds(i));
            least = std::min(least, taken);
            most = std::max(most, taken);
        }
        overtakes = overtakes || (i > 0 && all[i].at[0] < all[i - 1].at[0]);
    }
    EXPECT_GE(least, milliseconds(40));
    EXPECT_LE(most, milliseconds(60));
    EXPECT_LT(least, milliseconds(41));
    EXPECT_GT(most, milliseconds(59));
    EXPECT_TRUE(overtakes);
}

TEST(Conditioner, a_perfect_network_changes_nothing) {
    EXPECT_TRUE(Conditions{}.none());
    for (const auto& fate : fates({}, 1, 100))
        EXPECT_EQ(fate.copies, 1);
    Conditioner conditioner({}, 1);
    EXPECT_EQ(conditioner.stream(start, 100'000), start);
}

TEST(Conditioner, a_stream_stays_in_order_and_stalls_where_a_packet_is_lost) {
    Conditioner conditioner({.loss_percent = 10, .latency = milliseconds(30), .jitter = milliseconds(20)},
                            11);
    net::Instant before{};
    int stalled = 0;
    for (int i = 0; i < 1000; ++i) {
        const net::Instant sent = start + milliseconds(10 * i);
        const net::Instant at = conditioner.stream(sent, 100);
        EXPECT_GE(at, before) << "what follows waits behind what was repeated";
        EXPECT_GE(at, sent + milliseconds(30));
        stalled += at >= sent + milliseconds(200) ? 1 : 0;
        before = at;
    }
    EXPECT_GT(conditioner.counts().lost, 70u);
    EXPECT_GE(stalled, 70);
}

TEST(Conditioner, large_pieces_of_a_stream_are_several_packets) {
    Conditioner conditioner({.loss_percent = 0.0001}, 2);
    (void)conditioner.stream(start, 1448 * 10 + 1);
    EXPECT_EQ(conditioner.counts().packets, 11u);
}

TEST(Conditioner, packets_of_one_piece_are_repeated_together_and_soon) {
    Conditioner conditioner({.loss_percent = 30, .latency = milliseconds(10)}, 2);
    const net::Duration taken = conditioner.stream(start, 1448 * 100) - start;
    EXPECT_GT(conditioner.counts().lost, 25u);
    EXPECT_GT(taken, milliseconds(10 + 25));
    EXPECT_LT(taken, milliseconds(10 + 10 * 25));
}

}  // namespace
}  // namespace gs::bots
