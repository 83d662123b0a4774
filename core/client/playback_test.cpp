#include "core/client/playback.h"

#include "core/client/scripted_server.h"
#include "core/netcode/chunk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace gs::client {
namespace {

using testing::Bytes;
using testing::other_seat;
using testing::ScriptedServer;
using testing::test_module;

constexpr std::uint32_t chunk_ticks = 120;
constexpr std::uint32_t first = 1'000;
constexpr netcode::Micros frame_us = 16'667;

/// A match as a server keeps it: pieces by number, and what is true after each tick.
class Recorded {
  public:
    explicit Recorded(std::uint32_t ticks, std::uint64_t seed = 7) : server_(Tick{first}) {
        base::Rng random(seed);
        for (std::uint32_t tick = 0; tick < ticks; ++tick) {
            if (tick % (chunk_ticks * netcode::chunks_per_keyframe) == 0)
                keyframes[tick / chunk_ticks] = bare(server_.keyframe());
            server_.other.move_x = static_cast<std::int16_t>(random.below(2'000));
            server_.other.presses = random.below(20) == 0 ? 1 : 0;
            server_.tick();
            hashes.push_back(server_.hash());
            presses.push_back(server_.presses_of_other);
        }
        for (const netcode::Chunk& chunk : server_.log().chunks())
            chunks.push_back(netcode::write_chunk(chunk));
    }

    std::vector<Bytes> chunks;
    std::map<std::uint32_t, Bytes> keyframes;
    std::vector<std::uint64_t> hashes;   // after each tick
    std::vector<std::uint32_t> presses;  // by then

    [[nodiscard]] Tick end() const { return server_.next(); }
    [[nodiscard]] ScriptedServer& server() { return server_; }
    [[nodiscard]] const ScriptedServer& server() const { return server_; }

  private:
    /// Without the head that a transfer has.
    static Bytes bare(const Bytes& transfer) { return {transfer.begin() + 2, transfer.end()}; }

    ScriptedServer server_;
};

/// A page with a fast line: gets whatever is wanted, and has time.
class Viewer {
  public:
    explicit Viewer(const Recorded& match) : match_(match), playback(test_module) {
        playback.open({.chain = netcode::chain_start("m"), .first = {first}, .chunk_ticks = chunk_ticks});
        playback.set_end(match.end(), Playback::Over::yes);
    }

    void fetch() {
        for (int tries = 0; tries < 50; ++tries) {
            const auto wanted = playback.wanted();
            if (wanted.empty()) return;
            const std::vector<Playback::Piece> pieces(wanted.begin(), wanted.end());
            for (const auto& [number, is_keyframe] : pieces) {
                ++fetched;
                const PieceError error = is_keyframe != 0
                                             ? playback.take_keyframe(number, match_.keyframes.at(number))
                                             : playback.take_chunk(number, match_.chunks.at(number));
                ASSERT_EQ(error, PieceError::none);
            }
        }
        FAIL() << "wants the same for ever";
    }
    void frame(std::optional<double> live = std::nullopt) {
        now += frame_us;
        playback.turn(now, live);
        fetch();
        static_cast<void>(playback.work(5'000));
    }
    bool go(double moment) {
        playback.seek(moment);
        fetch();
        return playback.work(5'000);
    }
    [[nodiscard]] std::uint64_t shown_hash() {
        Bytes room(game::state_bytes_max);
        return playback.shown_state()->hash(room);
    }

  private:
    const Recorded& match_;

  public:
    Playback playback;
    netcode::Micros now = 0;
    int fetched = 0;
};

TEST(Playback, shows_the_same_state_wherever_it_goes_and_in_whatever_order) {
    const Recorded match(2'500);
    Viewer viewer(match);
    base::Rng random(3);
    for (int seek = 0; seek < 60; ++seek) {
        const auto tick = static_cast<std::uint32_t>(random.below(2'500));
        ASSERT_TRUE(viewer.go(first + tick));
        ASSERT_EQ(viewer.playback.stats().shown, first + tick);
        ASSERT_EQ(viewer.shown_hash(), match.hashes[tick]) << tick;
    }
    EXPECT_EQ(viewer.playback.stats().desyncs, 0);
}

TEST(Playback, begins_with_the_keyframe_before_and_what_leads_from_there_and_no_more) {
    const Recorded match(2'500);
    Viewer viewer(match);
    // In chunk 11: keyframe 8, chunks 8 to 11, and three ahead.
    viewer.playback.seek(first + 11 * chunk_ticks + 5);
    std::vector<std::pair<std::uint32_t, bool>> wanted;
    for (const auto& piece : viewer.playback.wanted())
        wanted.emplace_back(piece.number, piece.is_keyframe != 0);
    const std::vector<std::pair<std::uint32_t, bool>> expected = {
        {8, true}, {8, false}, {9, false}, {10, false}, {11, false}, {12, false}, {13, false}, {14, false}};
    EXPECT_EQ(wanted, expected);
}

TEST(Playback, asks_for_nothing_that_cannot_be_had_yet) {
    const Recorded match(2'500);
    Viewer viewer(match);
    viewer.playback.set_end(Tick{first + 3 * chunk_ticks - 1}, Playback::Over::no);
    viewer.playback.seek(first + 30);
    for (const auto& piece : viewer.playback.wanted())
        EXPECT_LT(piece.number, 2u);
    viewer.playback.set_end(Tick{first + 3 * chunk_ticks - 1}, Playback::Over::yes);
    EXPECT_EQ(viewer.playback.wanted().back().number, 2u) << "the last chunk is a shorter one";
}

TEST(Playback, plays_in_the_time_that_its_speed_says) {
    const Recorded match(1'500);
    Viewer viewer(match);
    for (const float speed : {0.25F, 0.5F, 1.F, 2.F, 4.F}) {
        ASSERT_TRUE(viewer.go(first + 200));
        viewer.playback.set_speed(speed);
        for (int frame = 0; frame < 120; ++frame)
            viewer.frame();
        EXPECT_NEAR(viewer.playback.stats().shown, first + 200 + 120 * speed, 0.5) << speed;
    }
    viewer.playback.set_speed(0);
    const double stood = viewer.playback.stats().shown;
    for (int frame = 0; frame < 30; ++frame)
        viewer.frame();
    EXPECT_EQ(viewer.playback.stats().shown, stood);
}

TEST(Playback, steps_to_the_whole_tick_after_and_before) {
    const Recorded match(600);
    Viewer viewer(match);
    viewer.playback.set_speed(0);
    ASSERT_TRUE(viewer.go(first + 300.7));
    for (const int by : {1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}) {
        const double before = std::floor(viewer.playback.stats().shown);
        viewer.playback.step_ticks(by);
        ASSERT_TRUE(viewer.playback.work(1'000));
        ASSERT_EQ(viewer.playback.stats().shown, before + by);
        ASSERT_EQ(viewer.shown_hash(), match.hashes[static_cast<std::size_t>(before) + by - first]);
    }
}

TEST(Playback, stops_at_the_end_and_before_what_is_missing) {
    const Recorded match(310);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 290));
    for (int frame = 0; frame < 60; ++frame)
        viewer.frame();
    EXPECT_EQ(viewer.playback.stats().shown, first + 309);

    Playback alone(test_module);
    alone.open({.chain = netcode::chain_start("m"), .first = {first}, .chunk_ticks = chunk_ticks});
    ASSERT_EQ(alone.take_keyframe(0, match.keyframes.at(0)), PieceError::none);
    ASSERT_EQ(alone.take_chunk(0, match.chunks[0]), PieceError::none);
    alone.set_speed(4);
    netcode::Micros now = 0;
    for (int frame = 0; frame < 100; ++frame) {
        alone.turn(now += frame_us, std::nullopt);
        static_cast<void>(alone.work(100));
    }
    EXPECT_EQ(alone.stats().shown, first + chunk_ticks - 1);
}

TEST(Playback, keeps_its_picture_while_a_long_way_is_simulated_in_pieces) {
    const Recorded match(2'500);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 10));
    viewer.playback.seek(first + 900);
    viewer.fetch();
    int calls = 0;
    while (!viewer.playback.work(100)) {
        EXPECT_EQ(viewer.playback.stats().shown, first + 10);
        EXPECT_EQ(viewer.shown_hash(), match.hashes[10]);
        ASSERT_LT(++calls, 20);
    }
    EXPECT_GT(calls, 3);
    EXPECT_EQ(viewer.shown_hash(), match.hashes[900]);
}

TEST(Playback, simulates_two_seconds_at_most_to_where_it_has_been) {
    const Recorded match(2'500);
    Viewer viewer(match);
    for (std::uint32_t tick = 0; tick < 2'400; tick += 100)
        ASSERT_TRUE(viewer.go(first + tick));
    for (const std::uint32_t tick : {2'000U, 300U, 1'234U, 7U, 2'399U}) {
        const double before = viewer.playback.stats().ticks_simulated;
        ASSERT_TRUE(viewer.go(first + tick));
        // And the second that leads up to it.
        EXPECT_LE(viewer.playback.stats().ticks_simulated - before, chunk_ticks + 62) << tick;
    }
}

TEST(Playback, tells_each_event_once_when_it_plays_and_none_when_it_seeks) {
    const Recorded match(1'500);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 100));
    EXPECT_TRUE(viewer.playback.take_event_notices().empty());
    std::uint32_t pressed = 0;
    const auto count = [&] {
        for (const EventNotice& notice : viewer.playback.take_event_notices()) {
            EXPECT_EQ(notice.is_first, 1);
            pressed += notice.event.kind == game::TestGame::event_pressed ? 1 : 0;
        }
    };
    viewer.playback.set_speed(2);
    while (viewer.playback.stats().shown < first + 700) {
        viewer.frame();
        count();
    }
    const auto shown = static_cast<std::size_t>(viewer.playback.stats().shown) - first;
    EXPECT_EQ(pressed, match.presses[shown] - match.presses[100]);
    EXPECT_GT(pressed, 10u);

    pressed = 0;
    ASSERT_TRUE(viewer.go(first + 100));
    ASSERT_TRUE(viewer.go(first + 1'400));
    count();
    viewer.playback.set_speed(4);
    for (int frame = 0; frame < 20; ++frame)
        viewer.frame();
    count();
    EXPECT_EQ(pressed, 0u);
}

TEST(Playback, has_the_hashes_of_whole_seconds_that_it_came_past) {
    const Recorded match(1'500);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 1'000));
    std::uint32_t known = 0;
    for (std::uint32_t tick = first; tick <= first + 1'000; ++tick) {
        const auto hash = viewer.playback.hash_at({tick});
        if (!hash) continue;
        EXPECT_EQ(tick % 60, 0u);
        EXPECT_EQ(*hash, match.hashes[tick - first]);
        ++known;
    }
    EXPECT_GE(known, 1u);
}

TEST(Playback, follows_the_live_edge_smoothly) {
    const Recorded match(2'500);
    Viewer viewer(match);
    double live = first + 1'200;
    viewer.frame(live);
    EXPECT_EQ(viewer.playback.stats().shown, live);
    viewer.frame(live += 1);
    for (int frame = 0; frame < 300; ++frame) {
        live += 1.02;
        const double before = viewer.playback.stats().shown;
        viewer.frame(live);
        const double by = viewer.playback.stats().shown - before;
        ASSERT_GT(by, 0.9);
        ASSERT_LT(by, 1.1);
    }
    EXPECT_NEAR(viewer.playback.stats().shown, live, 3);
}

// ---- Wrong pieces

TEST(Playback, refuses_wrong_pieces_by_name) {
    const Recorded match(1'500);
    Viewer viewer(match);
    Playback& playback = viewer.playback;
    Bytes altered = match.chunks[3];
    altered[20] ^= std::byte{1};
    EXPECT_EQ(playback.take_chunk(3, altered), PieceError::altered);
    EXPECT_EQ(playback.take_chunk(3, ByteView(match.chunks[3]).first(5)), PieceError::cut);
    EXPECT_EQ(playback.take_chunk(3, match.chunks[4]), PieceError::misplaced);
    EXPECT_EQ(playback.take_chunk(UINT32_MAX, match.chunks[4]), PieceError::misplaced);
    EXPECT_EQ(playback.take_keyframe(0, match.keyframes.at(8)), PieceError::misplaced);
    EXPECT_EQ(playback.take_keyframe(0, ByteView(match.keyframes.at(0)).first(9)), PieceError::malformed);
    EXPECT_EQ(playback.take_keyframe(0, {}), PieceError::malformed);

    const Recorded other(1'500, 8);
    ASSERT_EQ(playback.take_chunk(3, match.chunks[3]), PieceError::none);
    EXPECT_EQ(playback.take_chunk(4, other.chunks[4]), PieceError::unchained);
    EXPECT_EQ(playback.take_chunk(2, other.chunks[2]), PieceError::unchained);
    Playback of_another(test_module);
    of_another.open({.chain = netcode::chain_start("x"), .first = {first}, .chunk_ticks = chunk_ticks});
    EXPECT_EQ(of_another.take_chunk(0, match.chunks[0]), PieceError::unchained);
}

TEST(Playback, finds_a_keyframe_that_the_log_does_not_lead_to) {
    const Recorded match(1'500);
    const Recorded other(1'500, 8);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 900));
    ASSERT_EQ(viewer.playback.take_keyframe(8, other.keyframes.at(8)), PieceError::none);
    EXPECT_EQ(viewer.playback.stats().desyncs, 0);
    for (int frame = 0; frame < 120; ++frame)
        viewer.frame();
    // There, and at the hashes after it, which are of the log.
    EXPECT_GE(viewer.playback.stats().desyncs, 1);
    EXPECT_EQ(viewer.playback.stats().failure, static_cast<double>(PieceError::disagrees));
    EXPECT_GE(viewer.playback.stats().failure_tick, first + 8 * chunk_ticks);
}

TEST(Playback, survives_chunks_whose_entries_are_of_no_game) {
    const Recorded match(600);
    netcode::Chunk wild = match.server().log().chunks()[1];
    wild.bytes.assign(chunk_ticks * 3, std::byte{0});
    for (std::uint32_t index = 0; index < chunk_ticks; ++index) {
        wild.bytes[index * 3] = std::byte{2};
        wild.bytes[index * 3 + 1] = wild.bytes[index * 3 + 2] = std::byte{0xff};
    }
    Viewer viewer(match);
    ASSERT_EQ(viewer.playback.take_keyframe(0, match.keyframes.at(0)), PieceError::none);
    ASSERT_EQ(viewer.playback.take_chunk(0, match.chunks[0]), PieceError::none);
    ASSERT_EQ(viewer.playback.take_chunk(1, netcode::write_chunk(wild)), PieceError::none);
    viewer.playback.seek(first + 150);
    EXPECT_FALSE(viewer.playback.work(1'000));
    EXPECT_EQ(viewer.playback.stats().failure, static_cast<double>(PieceError::malformed));
    // The right one, asked for again, mends it.
    ASSERT_TRUE(viewer.go(first + 150));
    EXPECT_EQ(viewer.shown_hash(), match.hashes[150]);
}

// ---- What a live viewer keeps

TEST(Playback, of_a_live_viewer_goes_back_within_what_came_over_the_session) {
    Recorded match(0);
    ScriptedServer& server = match.server();
    Client client(test_module, Client::Work::show);
    Playback playback(test_module);
    playback.open({.chain = netcode::chain_start("m"), .first = {first}, .chunk_ticks = chunk_ticks});
    client.set_witness(&playback);
    netcode::Micros now = 0;
    client.enter(no_seat, 0, now);
    server.ticks(50);
    client.receive_transfer(server.keyframe(), now);
    std::map<std::uint32_t, std::uint64_t> hashes;
    for (std::uint32_t tick = first + 50; tick < first + 1'000; ++tick) {
        server.tick();
        hashes[tick] = server.hash();
        client.receive_datagram(server.datagram({tick}, 1), now += frame_us);
    }
    // The first chunk began before anything came.
    Bytes room(game::state_bytes_max);
    for (const std::uint32_t tick : {first + 999, first + 300, first + 777, first + 121}) {
        playback.seek(tick);
        ASSERT_TRUE(playback.work(2'000)) << tick;
        EXPECT_EQ(playback.shown_state()->hash(room), hashes[tick]);
    }
    playback.seek(first + 60);
    EXPECT_FALSE(playback.work(2'000));
}

TEST(Playback, forgets_what_is_far_away_before_it_grows_without_end) {
    const Recorded match(240);
    Playback playback(test_module);
    playback.open({.chain = 0, .first = {0}, .chunk_ticks = chunk_ticks});
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    const Bytes body(900);
    for (std::uint32_t tick = 0; tick < 20'000; ++tick)
        playback.on_tick({tick}, body, state, inputs);
    static_cast<void>(playback.work(0));
    EXPECT_LE(playback.stats().bytes_kept, 12 * 1024 * 1024 + 256 * 1024);
    EXPECT_GT(playback.stats().bytes_kept, 8 * 1024 * 1024);
}

TEST(Playback, ten_thousand_seeks_at_once_cost_the_work_of_the_last) {
    const Recorded match(2'500);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 10));
    const double before = viewer.playback.stats().ticks_simulated;
    for (std::uint32_t number = 0; number < 10'000; ++number)
        viewer.playback.seek(first + (number * 7'919) % 2'400);
    EXPECT_EQ(viewer.playback.stats().ticks_simulated, before) << "a seek is a wish";
    ASSERT_TRUE(viewer.go(first + 1'234));
    EXPECT_EQ(viewer.shown_hash(), match.hashes[1'234]);
    EXPECT_LE(viewer.playback.stats().ticks_simulated - before, 1'234);
}

// ---- In time that is left

TEST(Playback, seeks_from_a_chunk_away_where_there_was_time_before) {
    const Recorded match(2'500);
    Viewer viewer(match);
    viewer.playback.seek(first + 2'450);
    for (std::uint32_t chunk = 0; chunk < match.chunks.size(); ++chunk)
        ASSERT_EQ(viewer.playback.take_chunk(chunk, match.chunks[chunk]), PieceError::none);
    ASSERT_EQ(viewer.playback.take_keyframe(0, match.keyframes.at(0)), PieceError::none);
    std::uint32_t slices = 0;
    std::uint32_t left = viewer.playback.warm(0);
    EXPECT_EQ(left, 0u) << "nobody has looked yet";
    do {
        const std::uint32_t before = left;
        left = viewer.playback.warm(37);
        if (slices > 0) {
            EXPECT_LE(left, before);
        }
        ASSERT_LT(++slices, 100u);
    } while (left > 0);
    EXPECT_GE(slices, 2'500u / 37) << "so many ticks at most in each";
    for (const std::uint32_t tick : {2'000U, 300U, 1'234U, 7U, 2'399U}) {
        const double before = viewer.playback.stats().ticks_simulated;
        ASSERT_TRUE(viewer.go(first + tick));
        EXPECT_EQ(viewer.shown_hash(), match.hashes[tick]);
        EXPECT_LE(viewer.playback.stats().ticks_simulated - before, chunk_ticks + 62) << tick;
    }
    EXPECT_EQ(viewer.playback.stats().desyncs, 0);
}

TEST(Playback, uses_time_near_the_picture_first_and_changes_nothing_in_it) {
    const Recorded match(2'500);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 1'000));
    const auto hash = viewer.shown_hash();
    ASSERT_EQ(viewer.playback.take_keyframe(0, match.keyframes.at(0)), PieceError::none);
    ASSERT_EQ(viewer.playback.take_chunk(0, match.chunks[0]), PieceError::none);
    // The chunks ahead of the picture are here: 9, 10 and 11.
    static_cast<void>(viewer.playback.warm(4 * chunk_ticks));
    EXPECT_EQ(viewer.shown_hash(), hash);
    const double before = viewer.playback.stats().ticks_simulated;
    viewer.playback.seek(first + 11 * chunk_ticks + 70);
    ASSERT_TRUE(viewer.playback.work(5'000));
    EXPECT_LE(viewer.playback.stats().ticks_simulated - before, 72);
}

TEST(Playback, time_that_is_left_finds_what_does_not_agree) {
    const Recorded match(1'500);
    const Recorded other(1'500, 8);
    Viewer viewer(match);
    ASSERT_TRUE(viewer.go(first + 900));
    ASSERT_EQ(viewer.playback.take_keyframe(8, other.keyframes.at(8)), PieceError::none);
    EXPECT_EQ(viewer.playback.stats().failure, 0);
    static_cast<void>(viewer.playback.warm(500));
    EXPECT_EQ(viewer.playback.stats().failure, static_cast<double>(PieceError::disagrees));
}

TEST(Playback, wants_all_of_a_match_by_and_by_when_it_is_asked_to) {
    const Recorded match(2'500);
    Viewer viewer(match);
    viewer.playback.open({.chain = netcode::chain_start("m"),
                          .first = {first},
                          .chunk_ticks = chunk_ticks,
                          .is_whole_wanted = true});
    viewer.playback.set_end(match.end(), Playback::Over::yes);
    ASSERT_TRUE(viewer.go(first + 1'000));
    EXPECT_EQ(static_cast<std::size_t>(viewer.fetched), match.chunks.size() + 2) << "and two states";
    EXPECT_TRUE(viewer.playback.wanted().empty());
    while (viewer.playback.warm(500) > 0) {
    }
    EXPECT_EQ(viewer.playback.stats().failure, 0);
}

}  // namespace
}  // namespace gs::client
