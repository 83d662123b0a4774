// Rooms that were recorded come back: as they were, with everybody's seat, and with the match that was under
// way.
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace gs::rooms::testing {
namespace {

/// Keeps what it is told as values, and gives back what storage would.
class KeptRecord final : public Recorder {
  public:
    struct Kept {
        RoomId room;
        netcode::LogHeader header;
        std::vector<std::vector<std::byte>> entries = {};
        std::map<std::size_t, std::pair<std::vector<std::byte>, std::vector<std::byte>>> keyframes = {};
    };
    std::map<RoomId, RoomRecord> rooms;
    std::map<MatchId, Kept> matches;
    std::vector<MatchId> over;
    bool refuses = false;
    bool wants_refill = false;
    std::size_t room_records = 0;

    bool room_changed(const RoomRecord& room) override {
        if (refuses) return false;
        ++room_records;
        rooms.insert_or_assign(room.id, room);
        return true;
    }
    void room_closed(const RoomId& room) override { rooms.erase(room); }
    bool match_began(const RoomId& room, const netcode::LogHeader& header) override {
        if (refuses) return false;
        EXPECT_TRUE(rooms.contains(room)) << "its room comes first";
        return matches.try_emplace(*MatchId::parse(header.match), Kept{.room = room, .header = header})
            .second;
    }
    bool keyframe(const MatchId& match, Tick tick, ByteView bytes, ByteView statistics) override {
        if (refuses) return false;
        Kept& kept = at(match, tick);
        kept.keyframes[kept.entries.size()] = {{bytes.begin(), bytes.end()},
                                               {statistics.begin(), statistics.end()}};
        return true;
    }
    bool entry(const MatchId& match, Tick tick, ByteView bytes) noexcept override {
        if (refuses) return false;
        at(match, tick).entries.emplace_back(bytes.begin(), bytes.end());
        return true;
    }
    void match_over(const MatchId& match) override {
        matches.erase(match);
        over.push_back(match);
    }
    bool needs_refill() const override { return wants_refill; }
    void refill(RefillSource& source) override {
        wants_refill = false;
        source.write_missing(*this);
    }

    /// `lost`: so many of the newest ticks are gone, as after a power loss.
    [[nodiscard]] std::vector<RestoredRoom> restored(std::size_t lost = 0) const {
        std::vector<RestoredRoom> all;
        for (const auto& [id, record] : rooms) {
            RestoredRoom room{.record = record};
            for (const auto& [match, kept] : matches) {
                if (kept.room == id && !kept.keyframes.empty()) room.match = build(kept, lost);
            }
            all.push_back(std::move(room));
        }
        return all;
    }

  private:
    /// Of a tick that is there already another course begins.
    Kept& at(const MatchId& match, Tick tick) {
        Kept& kept = matches.at(match);
        const std::size_t offset = tick.value - kept.header.first.value;
        EXPECT_LE(offset, kept.entries.size()) << "one after the other";
        if (offset >= kept.entries.size()) return kept;
        kept.entries.resize(offset);
        kept.keyframes.erase(kept.keyframes.upper_bound(offset), kept.keyframes.end());
        return kept;
    }

    static RestoredMatch build(const Kept& kept, std::size_t lost) {
        RestoredMatch match{.room = kept.room, .log = netcode::MatchLog(kept.header)};
        const std::size_t count = kept.entries.size() - std::min(lost, kept.entries.size());
        for (std::size_t index = 0; index <= count; ++index) {
            if (const auto found = kept.keyframes.find(index); found != kept.keyframes.end()) {
                match.log.add_keyframe(found->second.first);
                match.statistics = found->second.second;
                match.keyframe = match.log.keyframes().size() - 1;
            }
            if (index < count) match.log.append(kept.entries[index]);
        }
        return match;
    }
};

/// A server, and the one that takes its place.
struct Life {
    explicit Life(const game::Module& game, RoomWish wish = {}, bool permanent = false)
        : options({.game = &game, .permanent = permanent}) {
        begin();
        if (permanent) {
            id = rig->room().setup().id;
            return;
        }
        wish.game = game.info->id;
        wish.maker = ada.id;
        id = *rig->rooms->make(wish, rig->now);
    }
    void begin() {
        rig = std::make_unique<RoomRig>(options);
        rig->shared.recorder = &record;
    }
    void crash_and_begin_again(std::size_t lost = 0) {
        std::vector<RestoredRoom> rooms = record.restored(lost);
        before = room().match().next();
        match_before = room().match_id();
        epoch_before = room().epoch();
        rig->shared.recorder = nullptr;
        rig.reset();
        begin();
        counts = rig->rooms->restore(std::move(rooms), {}, rig->now);
    }
    [[nodiscard]] Room& room() { return *rig->rooms->find(id); }
    TestVisitor& enter(const net::Person& who, const std::string& resume = {}) {
        return rig->come(who, Role::player, id, {}, resume);
    }
    void start_playing() {
        TestVisitor& host = enter(ada);
        enter(bob);
        rig->run(milliseconds(500));
        host.say({{"type", "host"}, {"do", "start"}});
        rig->run(seconds(2));
        ASSERT_EQ(room().info().phase, Phase::playing);
    }
    void press(TestVisitor& who) {
        who.send_inputs<RaceInput>(room().match().next() + 3, {{.pressed = race_press}});
        rig->run(milliseconds(200));
    }

    RigOptions options;
    KeptRecord record;
    std::unique_ptr<RoomRig> rig;
    net::Person ada = {.id = crypto::random_id<net::AccountId>(), .name = "Ada"};
    net::Person bob = {.id = crypto::random_id<net::AccountId>(), .name = "Bob"};
    RoomId id;
    Tick before = {};
    MatchId match_before;
    std::uint32_t epoch_before = 0;
    RestoreCounts counts;
};

std::string resume_of(const TestVisitor& visitor) { return (*visitor.last("entered"))["resume"]; }

TEST(RoomRestore, a_match_goes_on_where_it_was_and_seats_come_back_with_their_tokens) {
    Life life(race);
    life.start_playing();
    TestVisitor& ada = *life.rig->visitors[0];
    life.press(ada);
    life.press(ada);
    // Long enough for a keyframe that is not the first.
    life.rig->run(seconds(20));
    ASSERT_GT(life.room().match().log().keyframes().size(), 1u);
    const std::string token = resume_of(ada);
    const Tick seen = ada.next;
    const std::string invite = life.room().setup().invite;
    life.rig->visitors[1]->link().client()->close(0, "");
    life.rig->run(seconds(1));
    life.crash_and_begin_again();
    EXPECT_EQ(life.counts.matches, 1u);
    EXPECT_EQ(life.room().match_id(), life.match_before);
    EXPECT_EQ(life.room().match().next(), life.before) << "no tick is lost";
    EXPECT_NE(life.room().epoch(), life.epoch_before);
    EXPECT_EQ(life.room().setup().invite, invite);
    EXPECT_EQ(life.room().seats().host(), Seat{0});
    EXPECT_EQ(life.room().info().phase, Phase::playing);
    life.rig->run(milliseconds(100));
    EXPECT_GT(life.room().match().next(), life.before) << "ticks go on while nobody is back yet";

    TestVisitor& again = life.enter(life.ada, token);
    life.rig->run(seconds(2));
    EXPECT_EQ(again.seat(), 0);
    EXPECT_GE(again.next, seen);
    EXPECT_EQ(life.rig->counters().resume_tokens_refused, 0u);
    EXPECT_EQ(again.race().score[0], 2);
    EXPECT_GT(again.hashes_equal, 0u);
    EXPECT_EQ(again.hashes_wrong, 0u);
    life.press(again);
    EXPECT_EQ(life.room().info().phase, Phase::result);
    const json& lines = (*again.last("result"))["result"]["lines"];
    EXPECT_EQ(lines[0]["score"], 3);
    EXPECT_EQ(lines[0]["statistics"][0], 3) << "what was counted before counts";
}

TEST(RoomRestore, a_power_loss_takes_ticks_and_clients_start_from_the_keyframe) {
    Life life(race);
    life.start_playing();
    life.rig->run(seconds(3));
    life.crash_and_begin_again(30);
    EXPECT_EQ(life.room().match_id(), life.match_before);
    EXPECT_EQ(life.room().match().next(), life.before - 30);
    TestVisitor& again = life.enter(life.ada);
    life.rig->run(seconds(2));
    EXPECT_EQ(again.hashes_wrong, 0u);
    EXPECT_GT(again.hashes_equal, 0u);
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().match().next(), life.before)
        << "what came after the loss is recorded without a hole";
}

TEST(RoomRestore, seats_that_nobody_comes_back_to_are_free_after_their_time) {
    Life life(race);
    life.start_playing();
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().seats().taken(), 2u);
    life.rig->run(seconds(29));
    EXPECT_EQ(life.room().seats().taken(), 2u);
    life.rig->run(seconds(2));
    EXPECT_EQ(life.room().seats().taken(), 0u);
    life.rig->run(seconds(62));
    EXPECT_EQ(life.rig->rooms->find(life.id), nullptr);
    EXPECT_TRUE(life.record.rooms.empty());
    EXPECT_TRUE(life.record.matches.empty()) << "nothing is kept of what nobody needs";
}

TEST(RoomRestore, who_waits_waits_on) {
    Life life(race, {.access = Access::by_invite});
    life.enter(life.ada);
    life.rig->run(seconds(1));
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().info().phase, Phase::waiting);
    EXPECT_EQ(life.room().setup().access, Access::by_invite);
    EXPECT_EQ(life.rig->rooms->find_by_invite(life.room().setup().invite), &life.room());
    TestVisitor& host = life.enter(life.ada);
    life.enter(life.bob);
    life.rig->run(milliseconds(500));
    host.say({{"type", "host"}, {"do", "start"}});
    life.rig->run(milliseconds(300));
    EXPECT_EQ(life.room().info().phase, Phase::countdown);
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().info().phase, Phase::countdown);
    life.rig->run(seconds(1));
    EXPECT_EQ(life.room().info().phase, Phase::playing);
}

TEST(RoomRestore, a_result_is_shown_on_and_another_match_follows) {
    Life life(race);
    life.start_playing();
    for (int point = 0; point < race_points; ++point)
        life.press(*life.rig->visitors[0]);
    ASSERT_EQ(life.room().info().phase, Phase::result);
    life.rig->run(seconds(2));
    life.crash_and_begin_again();
    ASSERT_TRUE(life.room().result());
    EXPECT_EQ(life.room().result()->winner, Seat{0});
    EXPECT_EQ(life.room().result()->lines[0].statistics[0], 3);
    TestVisitor& again = life.enter(life.ada);
    life.rig->run(seconds(2));
    EXPECT_EQ(again.count_of("result"), 1u);
    EXPECT_TRUE(life.rig->shared.finished.find(life.match_before)) << "it is handed over again";
    life.rig->run(seconds(15));
    EXPECT_NE(life.room().match_id(), life.match_before);
    EXPECT_THAT(life.record.over, ::testing::Contains(life.match_before));
}

TEST(RoomRestore, computers_play_on) {
    Life life(race, {.computers = 2});
    life.enter(life.ada);
    life.rig->run(seconds(3));
    const std::string name = life.room().seats().at(Seat{1}).person.name;
    life.crash_and_begin_again();
    EXPECT_EQ(life.counts.matches, 1u);
    EXPECT_EQ(life.room().seats().computers(), 2u);
    EXPECT_EQ(life.room().seats().at(Seat{1}).person.name, name);
    TestVisitor& again = life.enter(life.ada);
    life.rig->run(seconds(3));
    EXPECT_EQ(again.hashes_wrong, 0u);
}

TEST(RoomRestore, an_endless_room_takes_the_place_of_its_new_one) {
    Life life(count_8, {}, true);
    life.enter(life.ada);
    life.rig->run(seconds(1));
    life.rig->visitors[0]->send_inputs<CountInput>(life.room().match().next() + 3, {{.pressed = press_once}});
    life.rig->run(seconds(2));
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().match_id(), life.match_before);
    EXPECT_EQ(life.rig->rooms->featured(), &life.room());
    TestVisitor& again = life.enter(life.ada);
    life.rig->run(seconds(2));
    EXPECT_EQ(again.count().presses[0], 1u);
    EXPECT_EQ(again.hashes_wrong, 0u);
}

TEST(RoomRestore, a_match_that_comes_out_otherwise_is_kept_for_looking_at_and_its_room_begins_another) {
    Life life(race);
    life.start_playing();
    life.press(*life.rig->visitors[0]);
    life.rig->run(seconds(2));
    // A tick is missing, as no honest record lets it: hashes differ from there on.
    std::vector<std::vector<std::byte>>& entries = life.record.matches.begin()->second.entries;
    entries.erase(entries.begin() + 100);
    life.crash_and_begin_again();
    EXPECT_EQ(life.counts.broken, 1u);
    ASSERT_EQ(life.rig->logs.unrestored.size(), 1u);
    EXPECT_EQ(life.rig->logs.unrestored[0].room, life.id);
    EXPECT_NE(life.room().match_id(), life.match_before);
    EXPECT_THAT(life.record.over, ::testing::Contains(life.match_before));
    TestVisitor& again = life.enter(life.ada);
    life.rig->run(seconds(2));
    EXPECT_EQ(again.seat(), 0) << "seats are not lost with the match";
    EXPECT_EQ(again.hashes_wrong, 0u);
}

TEST(RoomRestore, what_was_refused_is_written_later_without_a_hole) {
    Life life(race);
    life.start_playing();
    life.record.refuses = true;
    life.rig->run(seconds(5));
    life.record.refuses = false;
    life.record.wants_refill = true;
    life.rig->run(milliseconds(100));
    life.crash_and_begin_again();
    EXPECT_EQ(life.room().match().next(), life.before);
    EXPECT_EQ(life.counts.matches, 1u);
}

TEST(RoomRestore, nothing_is_recorded_of_a_room_in_which_nothing_changes_but_its_ticks) {
    Life life(race);
    life.start_playing();
    life.rig->run(seconds(1));
    const std::size_t records = life.record.room_records;
    life.rig->run(seconds(5));
    EXPECT_EQ(life.record.room_records, records);
}

TEST(RoomRestore, nobody_is_shown_a_tick_earlier_than_without_a_restart) {
    Life life(race, {.public_delay_s = 10});
    life.start_playing();
    life.rig->run(seconds(3));
    life.crash_and_begin_again();
    const Tick first = life.room().match().log().header().first;
    EXPECT_EQ(life.room().public_end(life.rig->now), first);
    EXPECT_NE(life.room().public_info(life.rig->now).match, life.match_before);
    const Tick newest = life.room().match().next();
    life.rig->run(milliseconds(9'900));
    EXPECT_EQ(life.room().public_end(life.rig->now), first);
    life.rig->run(seconds(1));
    EXPECT_GE(life.room().public_end(life.rig->now), newest);
    life.rig->run(seconds(9));
    const Tick end = life.room().public_end(life.rig->now);
    const Tick end_before_crash = end;
    life.crash_and_begin_again();
    const Tick restored_end = life.room().public_end(life.rig->now);
    EXPECT_LE(restored_end, end_before_crash);
    EXPECT_GT(restored_end, first) << "what was public for long stays so";
    EXPECT_EQ(life.room().public_info(life.rig->now).match, life.match_before);
}

TEST(MatchProgress, is_read_as_it_was_written_and_nothing_else_is) {
    MatchProgress progress(race);
    progress.play_began = Tick{7};
    progress.presence[1] = Presence::dropped;
    const auto person = crypto::random_id<net::AccountId>();
    progress.statistics.join(Seat{1}, person);
    const game::Event scored{.kind = race_scored, .seat = Seat{1}, .value = 10};
    progress.statistics.count(std::span(&scored, 1));
    progress.statistics.join(Seat{2}, crypto::random_id<net::AccountId>());
    progress.statistics.leave(Seat{2}, "Cleo", -3);
    for (std::uint32_t tick = 0; tick < 2 * MatchProgress::events_max; ++tick)
        progress.events.add(race, Tick{tick}, std::span(&scored, 1));
    const std::vector<std::byte> bytes = write_progress(progress);
    MatchProgress read(race);
    ASSERT_TRUE(read_progress(bytes, read));
    EXPECT_EQ(read.play_began, Tick{7});
    EXPECT_EQ(read.result_tick, std::nullopt);
    EXPECT_EQ(read.presence, progress.presence);
    EXPECT_EQ(read.statistics.person(Seat{1}), person);
    EXPECT_EQ(read.statistics.values(Seat{1}), progress.statistics.values(Seat{1}));
    ASSERT_EQ(read.events.all().size(), MatchProgress::events_max);
    EXPECT_EQ(read.events.all().front().tick, Tick{MatchProgress::events_max});
    ASSERT_EQ(read.statistics.left().size(), 1u);
    EXPECT_EQ(read.statistics.left()[0].seat, Seat{2});
    EXPECT_EQ(read.statistics.left()[0].name, "Cleo");
    EXPECT_EQ(write_progress(read), bytes);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(read_progress(ByteView(bytes).first(length), read)) << length;
}

}  // namespace
}  // namespace gs::rooms::testing
