// Who watches live: spread over the ticks of a send, after the players, and never more than their lines take.
#include "server/rooms/live_push.h"

#include "server/rooms/fake_session.h"
#include "server/rooms/room_rig.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace gs::rooms::testing {
namespace {

using Taken = LivePace::Taken;
using Change = LivePace::Change;

struct NoMember final : Member {
    void on_left(LeftReason, std::string_view) override {}
};

// ---- Pace

/// A second's sends, of which one in `every` is not taken; 0: all are. What the last of them changed.
Change a_second(LivePace& pace, net::Instant& now, int every) {
    Change change = Change::none;
    for (int send = 1; send <= 16; ++send) {
        now += milliseconds(65);
        if (!pace.takes_this()) continue;
        const Change each = pace.note(every != 0 && send % every == 0 ? Taken::no : Taken::yes, now);
        if (each != Change::none) change = each;
    }
    return change;
}

TEST(LivePace, thins_who_takes_nothing_and_gives_up_after_some_seconds) {
    LivePace pace;
    net::Instant now{seconds(1)};
    std::vector<Change> changes;
    int seconds_passed = 0;
    for (; seconds_passed < 30 && (changes.empty() || changes.back() != Change::too_slow); ++seconds_passed) {
        const Change change = a_second(pace, now, 1);
        if (change != Change::none) changes.push_back(change);
    }
    EXPECT_EQ(changes, (std::vector{Change::thinned, Change::thinned, Change::too_slow}));
    EXPECT_EQ(pace.stride(), LivePace::stride_max);
    EXPECT_GE(seconds_passed, 5);
    EXPECT_LE(seconds_passed, 12);
}

TEST(LivePace, forgives_a_send_now_and_then) {
    LivePace pace;
    net::Instant now{seconds(1)};
    for (int second = 0; second < 60; ++second)
        EXPECT_EQ(a_second(pace, now, 5), Change::none);
    EXPECT_EQ(pace.stride(), 1u);
}

TEST(LivePace, sends_more_again_when_everything_is_taken) {
    LivePace pace;
    net::Instant now{seconds(1)};
    while (pace.stride() < LivePace::stride_max)
        a_second(pace, now, 1);
    int thickened = 0;
    for (int second = 0; second < 30; ++second)
        thickened += a_second(pace, now, 0) == Change::thickened ? 1 : 0;
    EXPECT_EQ(thickened, 2);
    EXPECT_EQ(pace.stride(), 1u);
}

// ---- Spread

class Stand {
  public:
    Viewer& add(net::TransportKind transport = net::TransportKind::webtransport) {
        auto& session = *sessions_.emplace_back(std::make_unique<FakeSession>(transport));
        session.order = &order;
        viewers.push_back(
            std::make_unique<Viewer>(member_, session, net::Person{}, Role::spectator, no_seat));
        viewers.back()->keyframe_sent(log.next(), now);
        push.add(*viewers.back());
        return *viewers.back();
    }
    void remove(std::size_t index) {
        push.remove(*viewers[index]);
        viewers.erase(viewers.begin() + static_cast<std::ptrdiff_t>(index));
    }
    /// How many datagrams that made.
    std::size_t tick(std::size_t ticks = 1) {
        const std::size_t before = order.size();
        for (std::size_t made = 0; made < ticks; ++made)
            log.append(std::array{std::byte{1}, static_cast<std::byte>(log.next().value)});
        now += ticks * milliseconds(16);
        push.send(log, 3, now, counters);
        return order.size() - before;
    }
    static FakeSession& session(const Viewer& viewer) { return static_cast<FakeSession&>(viewer.session()); }

    net::Instant now = net::Instant(seconds(1000));
    netcode::MatchLog log{{.game = "g", .match = "m", .tick_rate_hz = 60}};
    RoomCounters counters;
    std::vector<const FakeSession*> order;
    LivePush push{live_ticks_per_send(*count_8.info)};
    std::vector<std::unique_ptr<Viewer>> viewers;

  private:
    NoMember member_;
    std::vector<std::unique_ptr<FakeSession>> sessions_;
};

TEST(LivePush, has_another_group_in_each_tick_and_everybody_fifteen_times_a_second) {
    Stand stand;
    for (int count = 0; count < 10; ++count)
        stand.add();
    stand.tick(4);
    stand.order.clear();
    for (int tick = 0; tick < 60; ++tick) {
        const std::size_t sent = stand.tick();
        EXPECT_GE(sent, 2u);
        EXPECT_LE(sent, 3u);
    }
    for (const auto& viewer : stand.viewers)
        EXPECT_EQ(std::ranges::count(stand.order, &Stand::session(*viewer)), 15);
}

TEST(LivePush, makes_the_bytes_of_a_group_once) {
    Stand stand;
    for (int count = 0; count < 8; ++count)
        stand.add();
    for (int tick = 0; tick < 40; ++tick)
        stand.tick();
    for (std::size_t index = 0; index < 4; ++index) {
        EXPECT_EQ(stand.viewers[index]->live_place.group, stand.viewers[index + 4]->live_place.group);
        EXPECT_EQ(Stand::session(*stand.viewers[index]).datagrams,
                  Stand::session(*stand.viewers[index + 4]).datagrams);
        EXPECT_EQ(Stand::session(*stand.viewers[index]).datagrams.size(), 10u);
    }
}

/// Of what `session` was sent: whether it has all ticks from `first` to `end`.
::testing::AssertionResult has_all(const FakeSession& session, Tick first, Tick end) {
    Tick next = first;
    for (const std::string& datagram : session.datagrams) {
        const auto packet = netcode::read_tick_datagram(bytes_of(datagram));
        if (!packet) return ::testing::AssertionFailure() << "garbled";
        if (packet->head.first > next) return ::testing::AssertionFailure() << "a hole at " << next.value;
        next = std::max(next, packet->head.first + packet->head.count);
    }
    if (next < end) return ::testing::AssertionFailure() << "nothing after " << next.value;
    return ::testing::AssertionSuccess();
}

TEST(LivePush, leaves_no_hole_when_turns_are_late_and_people_come_and_go) {
    Stand stand;
    std::vector<std::pair<const Viewer*, Tick>> began;
    for (std::uint32_t step = 0; step < 400; ++step) {
        if (step % 3 == 0) began.emplace_back(&stand.add(), stand.log.next());
        if (step % 7 == 6) {
            const std::size_t leaves = step * 31 % stand.viewers.size();
            std::erase_if(began, [&](const auto& each) { return each.first == stand.viewers[leaves].get(); });
            stand.remove(leaves);
        }
        stand.tick(step % 11 == 0 ? 5 : 1);
    }
    ASSERT_EQ(stand.push.count(), began.size());
    ASSERT_GT(began.size(), 50u);
    for (const auto& [viewer, first] : began)
        EXPECT_TRUE(has_all(Stand::session(*viewer), first, Tick{stand.log.next().value - 4}));
    stand.push.send_rest(stand.log, 3, stand.now, stand.counters);
    for (const auto& [viewer, first] : began)
        EXPECT_TRUE(has_all(Stand::session(*viewer), first, stand.log.next()));
}

TEST(LivePush, sends_no_overlap_over_tcp) {
    Stand stand;
    Viewer& tcp = stand.add(net::TransportKind::websocket);
    for (int tick = 0; tick < 16; ++tick)
        stand.tick();
    std::uint32_t ticks = 0;
    for (const std::string& datagram : Stand::session(tcp).datagrams)
        ticks += netcode::read_tick_datagram(bytes_of(datagram))->head.count;
    EXPECT_EQ(ticks, 16u);
}

// ---- In rooms

class Crowd {
  public:
    explicit Crowd(RoomRig& rig) : rig_(rig) {}
    ~Crowd() {
        for (const auto& [room, viewer] : viewers_)
            room->drop(*viewer, rig_.now);
    }
    FakeSession& add(Room& room, Role role) {
        FakeSession& session = *sessions_.emplace_back(std::make_unique<FakeSession>());
        session.keeps = false;
        session.order = &order;
        viewers_.emplace_back(&room, *room.enter(member_, session, rig_.person("P"), role, {}, rig_.now));
        (role == Role::player ? players : spectators).push_back(&session);
        return session;
    }
    [[nodiscard]] Viewer& newest() { return *viewers_.back().second; }

    std::vector<const FakeSession*> order;
    std::vector<const FakeSession*> players;
    std::vector<const FakeSession*> spectators;

  private:
    RoomRig& rig_;
    NoMember member_;
    std::vector<std::unique_ptr<FakeSession>> sessions_;
    std::vector<std::pair<Room*, Viewer*>> viewers_;
};

TEST(LivePush, comes_after_the_players_of_all_rooms) {
    RoomRig rig;
    Crowd crowd(rig);
    for (int count = 0; count < 4; ++count) {
        Room& room = *rig.rooms->find(*rig.rooms->make({.game = "count"}, rig.now));
        for (int each = 0; each < 3; ++each)
            crowd.add(room, Role::player);
        for (int each = 0; each < 9; ++each)
            crowd.add(room, Role::spectator);
    }
    rig.run(seconds(1));
    std::size_t turns_with_both = 0;
    for (int turn = 0; turn < 200; ++turn) {
        crowd.order.clear();
        rig.run(milliseconds(1));
        const auto is_player = [&](const FakeSession* session) {
            return std::ranges::find(crowd.players, session) != crowd.players.end();
        };
        EXPECT_TRUE(std::ranges::is_partitioned(crowd.order, is_player));
        const auto players = std::ranges::count_if(crowd.order, is_player);
        if (players > 0 && static_cast<std::size_t>(players) < crowd.order.size()) ++turns_with_both;
    }
    EXPECT_GE(turns_with_both, 5u);
}

TEST(LivePush, moves_who_takes_nothing_to_the_chunks_and_lets_nothing_pile_up) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& other = rig.watch("Other");
    Crowd crowd(rig);
    FakeSession& stuck = crowd.add(rig.room(), Role::spectator);
    Viewer& viewer = crowd.newest();
    rig.run(seconds(1));
    ASSERT_TRUE(viewer.is_live());
    stuck.keeps = true;
    stuck.datagram_result = net::DatagramResult::held;
    rig.run(seconds(3));
    EXPECT_EQ(viewer.live_pace.stride(), LivePace::stride_max);
    EXPECT_EQ(rig.counters().live_thinned, 2u);
    rig.run(seconds(10));
    EXPECT_FALSE(viewer.is_live());
    EXPECT_EQ(rig.counters().live_moved, 1u);
    const auto is_entered = [](const std::string& text) { return json::parse(text)["type"] == "entered"; };
    const auto told = std::ranges::find_if(stuck.messages, is_entered);
    ASSERT_NE(told, stuck.messages.end());
    EXPECT_EQ(json::parse(*told)["class"], "delayed");

    // From now on nothing is pushed, and nothing that is asked for is answered with ticks.
    const std::uint64_t datagrams = stuck.datagram_count;
    const std::uint64_t transfers = stuck.transfer_count;
    rig.room().repair(viewer, Tick{0}, 10, rig.now);
    rig.room().want_keyframe(viewer, rig.now);
    rig.run(seconds(60));
    EXPECT_EQ(stuck.datagram_count, datagrams);
    EXPECT_EQ(stuck.transfer_count, transfers);
    EXPECT_LE(stuck.messages.size(), 4u);

    // Nobody else noticed.
    EXPECT_EQ((*other.last("entered"))["class"], "live");
    EXPECT_EQ(ada.hashes_wrong + other.hashes_wrong, 0u);
    EXPECT_GE(other.hashes_equal, 70u);
    EXPECT_LE(rig.room().match().next() - other.next, 4);
}

}  // namespace
}  // namespace gs::rooms::testing
