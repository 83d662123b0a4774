#include "server/rooms/release.h"

#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <map>

namespace gs::rooms {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds longest_gap(3'000);
constexpr net::Instant start = net::Instant(seconds(5000));

TEST(Release, everything_is_public_at_once_without_a_delay) {
    Release release({}, Tick{100});
    EXPECT_EQ(release.end(start), Tick{100});
    release.note(Tick{103}, start);
    EXPECT_EQ(release.end(start), Tick{103});
}

TEST(Release, nothing_is_public_before_its_time_and_everything_soon_after_it) {
    // Ticks come as they may: in bursts, after stalls, at any distance.
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        base::Rng rng(seed);
        const net::Duration delay = milliseconds(1 + rng.below(20'000));
        Release release(delay, Tick{7});
        std::map<std::uint32_t, net::Instant> made_at;
        net::Instant now = start;
        Tick next{7};
        for (int turn = 0; turn < 3'000; ++turn) {
            now += milliseconds(rng.below(20) == 0 ? rng.below(longest_gap.count()) : rng.below(40));
            for (std::uint32_t made = static_cast<std::uint32_t>(rng.below(4)); made > 0; --made) {
                made_at[next.value] = now;
                ++next;
            }
            release.note(next, now);
            const Tick end = release.end(now);
            ASSERT_LE(end, next);
            ASSERT_GE(end, Tick{7});
            if (end > Tick{7}) {
                ASSERT_LE(made_at[end.value - 1] + delay, now) << "seed " << seed;
            }
            // What is not public was made less than the delay and a mark ago, or there was no turn since.
            const auto first_hidden = made_at.find(end.value);
            if (first_hidden != made_at.end()) {
                ASSERT_LT(now - first_hidden->second, delay + milliseconds(250) + longest_gap)
                    << "seed " << seed;
            }
        }
    }
}

TEST(Release, is_late_by_a_quarter_of_a_second_at_most_while_ticks_come_steadily) {
    Release release(seconds(2), Tick{0});
    net::Instant now = start;
    for (std::uint32_t made = 1; made <= 60 * 20; ++made) {
        now += milliseconds(16);
        release.note(Tick{made}, now);
        if (made < 200) continue;
        EXPECT_GE(release.end(now).value, made - (2'000 + 250) / 16 - 1);
    }
}

TEST(Release, goes_on_after_the_last_tick_until_all_is_public) {
    Release release(seconds(10), Tick{0});
    net::Instant now = start;
    for (std::uint32_t made = 1; made <= 600; ++made) {
        now += milliseconds(16);
        release.note(Tick{made}, now);
    }
    EXPECT_EQ(release.complete_at(), now + seconds(10));
    EXPECT_LT(release.end(now + seconds(9)), Tick{600});
    EXPECT_GT(release.end(now + seconds(9)), release.end(now + seconds(5)));
    EXPECT_EQ(release.end(now + seconds(10)), Tick{600});
}

}  // namespace
}  // namespace gs::rooms
