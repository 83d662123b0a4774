#include "server/rooms/viewer.h"

#include "server/rooms/fake_session.h"

#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

using net::TransportKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct NoMember final : Member {
    void on_left(LeftReason, std::string_view) override {}
};

/// A log of ticks of one size, and a viewer of it who got a keyframe at tick 0.
struct ViewerRig {
    explicit ViewerRig(TransportKind transport = TransportKind::webtransport) : session(transport) {
        viewer.keyframe_sent(Tick{0}, now);
    }
    void make(std::uint32_t ticks, std::size_t bytes = 10) {
        // Its content is of no concern here.
        std::vector<std::byte> entry(bytes);
        if (bytes > 1) {
            const std::size_t body = bytes - (bytes > 128 ? 2 : 1);
            entry[0] = static_cast<std::byte>(body > 127 ? (body & 0x7f) | 0x80 : body);
            if (body > 127) entry[1] = static_cast<std::byte>(body >> 7);
        }
        for (std::uint32_t tick = 0; tick < ticks; ++tick)
            log.append(entry);
    }
    void send() { viewer.send_ticks(log, {}, ticks_per_send, now, sent); }
    void make_and_send(std::uint32_t sends, std::size_t bytes = 10) {
        for (std::uint32_t count = 0; count < sends; ++count) {
            make(ticks_per_send, bytes);
            send();
        }
    }
    netcode::TickHead head(std::size_t from_the_end = 0) {
        const auto packet = netcode::read_tick_datagram(
            bytes_of(session.datagrams.at(session.datagrams.size() - 1 - from_the_end)));
        EXPECT_TRUE(packet);
        return packet ? packet->head : netcode::TickHead{};
    }
    bool acknowledge(std::uint32_t newest, std::uint32_t before = 0xffffffff) {
        netcode::InputPacket packet;
        packet.newest_received = Tick{newest};
        packet.received_before = before;
        return viewer.acknowledge(packet, log.next(), now);
    }

    static constexpr std::uint32_t ticks_per_send = 2;
    net::Instant now = net::Instant(seconds(1000));
    netcode::MatchLog log{{.game = "g", .match = "m", .tick_rate_hz = 60}};
    NoMember member;
    FakeSession session;
    SentBytes sent;
    Viewer viewer{member, session, {}, Role::player, Seat{0}};
};

TEST(Viewer, gets_everything_after_what_it_acknowledged) {
    ViewerRig rig;
    rig.make_and_send(5);
    EXPECT_EQ(rig.head().first, Tick{0});
    EXPECT_EQ(rig.head().count, 10u);
    EXPECT_TRUE(rig.acknowledge(4));
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().first, Tick{5});
    EXPECT_EQ(rig.head().count, 7u);
}

TEST(Viewer, what_is_sent_is_counted_by_what_it_is_for) {
    ViewerRig rig;
    rig.make_and_send(2);
    EXPECT_EQ(rig.sent.entries, 40u);
    EXPECT_EQ(rig.sent.entries_again, 20u);
    EXPECT_EQ(rig.sent.heads + 60, rig.session.datagrams[0].size() + rig.session.datagrams[1].size());
    EXPECT_EQ(rig.sent.spectators, 0u);
}

TEST(Viewer, gets_at_least_two_sends_and_at_most_eight) {
    ViewerRig rig;
    rig.make_and_send(4);
    EXPECT_TRUE(rig.acknowledge(7));
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().first, Tick{6});
    EXPECT_EQ(rig.head().count, 4u);
    rig.make_and_send(20);
    EXPECT_EQ(rig.head().count, 16u);
}

TEST(Viewer, who_never_acknowledges_gets_only_the_least_after_a_while) {
    ViewerRig rig;
    rig.make_and_send(20);
    EXPECT_EQ(rig.head().count, 16u);
    rig.now += unacknowledged_max + milliseconds(1);
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().count, 4u);
    EXPECT_TRUE(rig.acknowledge(30));
    rig.make_and_send(1);
    EXPECT_GT(rig.head().count, 4u) << "and all again when it is back";
}

TEST(Viewer, an_acknowledgement_of_ticks_that_were_never_made_is_told_apart_and_ignored) {
    ViewerRig rig;
    rig.make_and_send(4);
    EXPECT_FALSE(rig.acknowledge(8));
    EXPECT_FALSE(rig.acknowledge(UINT32_MAX - 1));
    EXPECT_FALSE(rig.viewer.acknowledged());
    EXPECT_TRUE(rig.acknowledge(7));
    EXPECT_EQ(rig.viewer.acknowledged(), Tick{7});
}

TEST(Viewer, a_hole_is_not_acknowledged_and_acknowledgements_never_go_back) {
    ViewerRig rig;
    rig.make_and_send(5);
    // 9 and 7 have come, 8 has not.
    EXPECT_TRUE(rig.acknowledge(9, 0xffffffff & ~1U));
    EXPECT_EQ(rig.viewer.acknowledged(), Tick{7});
    EXPECT_TRUE(rig.acknowledge(3));
    EXPECT_EQ(rig.viewer.acknowledged(), Tick{7});
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().first, Tick{8});
}

TEST(Viewer, what_was_before_its_keyframe_is_no_hole) {
    ViewerRig rig;
    rig.make_and_send(20);
    rig.viewer.keyframe_sent(rig.log.next(), rig.now);
    rig.make_and_send(2);
    EXPECT_EQ(rig.head().first, Tick{40}) << "nothing before the keyframe is sent";
    EXPECT_TRUE(rig.acknowledge(42, 0b11));
    EXPECT_EQ(rig.viewer.acknowledged(), Tick{42});
}

TEST(Viewer, drops_overlap_before_it_splits) {
    ViewerRig rig;
    rig.make_and_send(4, 300);
    // Eight ticks of 300 bytes were never acknowledged, but only three fit with the two new ones.
    EXPECT_EQ(rig.head().first, Tick{5});
    EXPECT_EQ(rig.head().count, 3u);
    for (const std::string& datagram : rig.session.datagrams)
        EXPECT_LE(datagram.size(), 1000u);
    const std::size_t before = rig.session.datagrams.size();
    rig.make(2, 900);
    rig.send();
    EXPECT_EQ(rig.session.datagrams.size(), before + 2) << "new ticks are split, one by one";
    EXPECT_EQ(rig.head(1).first, Tick{8});
    EXPECT_EQ(rig.head(0).first, Tick{9});
}

TEST(Viewer, over_tcp_nothing_is_sent_twice) {
    ViewerRig rig(TransportKind::websocket);
    rig.make_and_send(5);
    EXPECT_EQ(rig.head().first, Tick{8});
    EXPECT_EQ(rig.head().count, 2u);
}

TEST(Viewer, what_the_session_held_back_comes_with_the_next_send) {
    ViewerRig rig(TransportKind::websocket);
    rig.make_and_send(5);
    rig.session.datagram_result = net::DatagramResult::held;
    rig.make_and_send(3);
    rig.session.datagram_result = net::DatagramResult::sent;
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().first, Tick{10});
    EXPECT_EQ(rig.head().count, 8u);
}

TEST(Viewer, after_a_long_stall_it_gets_what_is_still_at_hand) {
    ViewerRig rig(TransportKind::websocket);
    rig.make(500);
    rig.send();
    EXPECT_EQ(rig.head().first, Tick{500 - (netcode::recent_ticks_max - 1)});
}

TEST(Viewer, ticks_of_a_match_that_just_began_start_with_its_first) {
    ViewerRig rig;
    rig.make_and_send(10);
    rig.log = netcode::MatchLog({.game = "g", .match = "n", .tick_rate_hz = 60, .first = Tick{20}});
    rig.make_and_send(1);
    EXPECT_EQ(rig.head().first, Tick{20});
    EXPECT_EQ(rig.head().count, 2u);
}

TEST(SharedTicks, are_the_same_bytes_for_all_and_have_one_send_of_overlap) {
    ViewerRig one;
    ViewerRig other;
    one.make(9);
    SharedTicks ticks;
    ticks.make(one.log, 3, Tick{3}, Tick{6});
    EXPECT_EQ(one.viewer.send_shared(ticks, one.sent), Viewer::Sent::lacks_more);
    one.viewer.keyframe_sent(Tick{6}, one.now);
    other.viewer.keyframe_sent(Tick{7}, one.now);
    EXPECT_EQ(one.viewer.send_shared(ticks, one.sent), Viewer::Sent::all);
    EXPECT_EQ(other.viewer.send_shared(ticks, other.sent), Viewer::Sent::all);
    EXPECT_EQ(one.session.datagrams, other.session.datagrams);
    EXPECT_EQ(one.sent.spectators, one.session.datagrams.at(0).size());
    EXPECT_EQ(one.head().first, Tick{3});
    EXPECT_EQ(one.head().count, 6u);
    EXPECT_EQ(one.head().epoch, 3u);
    EXPECT_EQ(one.head().early_quarter_ticks, netcode::early_unknown);
}

TEST(SharedTicks, drop_overlap_before_they_are_split) {
    ViewerRig rig;
    rig.make(6, 400);
    SharedTicks ticks;
    ticks.make(rig.log, 0, Tick{0}, Tick{3});
    ASSERT_EQ(ticks.packets().size(), 2u);
    EXPECT_EQ(ticks.end(), Tick{6});
    ticks.make(rig.log, 0, Tick{3}, Tick{4});
    EXPECT_EQ(ticks.packets().size(), 1u);
}

}  // namespace
}  // namespace gs::rooms::testing
