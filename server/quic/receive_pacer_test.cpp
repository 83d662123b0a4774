#include "server/quic/receive_pacer.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A loop that takes a batch of `packets` every `interval`, and what the pacer tells it.
class Load {
  public:
    net::Duration batch(std::size_t packets, net::Duration interval) {
        now_ += interval;
        return pacer_.pause(packets, now_);
    }
    /// The longest pause within `time`.
    net::Duration run(std::size_t packets, net::Duration interval, net::Duration time) {
        net::Duration longest = {};
        for (const net::Instant end = now_ + time; now_ < end;)
            longest = std::max(longest, batch(packets, interval));
        return longest;
    }

  private:
    ReceivePacer pacer_;
    net::Instant now_ = net::Instant(seconds(1000));
};

TEST(ReceivePacer, fifty_players_and_their_echo_do_not_wait) {
    Load load;
    // 50 x 60 Hz, and an acknowledgement for each: one packet every 166 us.
    EXPECT_EQ(load.run(1, microseconds(166), seconds(2)), net::Duration(0));
}

TEST(ReceivePacer, a_burst_after_silence_does_not_wait) {
    Load load;
    EXPECT_EQ(load.batch(200, seconds(1)), net::Duration(0));
    EXPECT_EQ(load.batch(100, microseconds(10)), net::Duration(0));
}

TEST(ReceivePacer, heavy_load_waits_until_a_batch_has_gathered) {
    Load load;
    const net::Duration longest = load.run(1, microseconds(20), seconds(1));
    // 50 packets per millisecond: 32 of them take 0.64 ms.
    EXPECT_GT(load.batch(1, microseconds(20)), microseconds(600));
    EXPECT_LT(load.batch(1, microseconds(20)), microseconds(700));
    EXPECT_LE(longest, milliseconds(1));
}

TEST(ReceivePacer, waits_a_millisecond_at_most) {
    for (const int interval_us : {60, 50, 40, 10, 1}) {
        Load load;
        EXPECT_GT(load.run(1, microseconds(interval_us), seconds(1)), net::Duration(0)) << interval_us;
        EXPECT_LE(load.run(1, microseconds(interval_us), seconds(1)), milliseconds(1)) << interval_us;
    }
}

TEST(ReceivePacer, load_that_ends_is_forgotten) {
    Load load;
    EXPECT_GT(load.run(64, milliseconds(1), seconds(1)), net::Duration(0));
    EXPECT_EQ(load.batch(1, milliseconds(20)), net::Duration(0));
}

TEST(ReceivePacer, two_batches_at_one_instant_are_no_division_by_zero) {
    Load load;
    EXPECT_EQ(load.batch(1, seconds(1)), net::Duration(0));
    EXPECT_EQ(load.batch(1, net::Duration(0)), net::Duration(0));
}

}  // namespace
}  // namespace gs::quic
