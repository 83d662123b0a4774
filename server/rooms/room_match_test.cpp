// Matches: how they start, end and begin again, and who plays in them.
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

using ::testing::HasSubstr;

/// A room that Ada has made, so she is its host.
struct RaceRig : RoomRig {
    explicit RaceRig(const game::Module& game = race, RoomWish wish = {})
        : RoomRig({.game = &game, .permanent = false}) {
        wish.game = "race";
        wish.maker = ada_person.id;
        id = *rooms->make(wish, now);
    }
    net::Person ada_person = person("Ada");
    RoomId id;

    [[nodiscard]] Room& race_room() { return *rooms->find(id); }
    TestVisitor& enter(const net::Person& who, Role role = Role::player) { return come(who, role, id); }
    TestVisitor& enter(std::string name) { return enter(person(std::move(name))); }
    static json order(std::string_view what) { return {{"type", "host"}, {"do", what}}; }
    static json computers(int count) { return {{"type", "host"}, {"do", "computers"}, {"count", count}}; }
    void press(TestVisitor& who) {
        who.send_inputs<RaceInput>(race_room().match().next() + 3, {{.pressed = race_press}});
        run(milliseconds(200));
    }
    void win(TestVisitor& who) {
        for (int point = 0; point < race_points; ++point)
            press(who);
    }
    [[nodiscard]] Phase phase() { return race_room().info().phase; }
};

TEST(RoomMatch, the_host_starts_it_and_its_rules_end_it_with_a_result_for_everybody) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(seconds(1));
    EXPECT_EQ(rig.phase(), Phase::waiting);
    ada.say(RaceRig::order("start"));
    rig.run(milliseconds(200));
    EXPECT_THAT((*ada.last("notice"))["words"], HasSubstr("too few"));
    TestVisitor& bob = rig.enter("Bob");
    TestVisitor& cleo = rig.enter(rig.person("Cleo"), Role::spectator);
    rig.run(seconds(5));
    EXPECT_EQ(rig.phase(), Phase::waiting) << "the host decides";
    bob.say(RaceRig::order("start"));
    rig.run(seconds(1));
    EXPECT_EQ(rig.phase(), Phase::waiting);
    ada.say(RaceRig::order("start"));
    rig.run(milliseconds(300));
    EXPECT_EQ(rig.phase(), Phase::countdown);
    ada.say(RaceRig::order("start"));
    rig.run(seconds(1));
    EXPECT_EQ(rig.phase(), Phase::playing);
    EXPECT_THAT((*ada.last("notice"))["words"], HasSubstr("begun already"));
    EXPECT_EQ((*cleo.last("room"))["room"]["phase"], "playing");
    rig.press(ada);
    rig.win(bob);
    EXPECT_EQ(rig.phase(), Phase::result);
    for (TestVisitor* each : {&ada, &bob, &cleo}) {
        ASSERT_EQ(each->count_of("result"), 1u);
        const json& result = (*each->last("result"))["result"];
        EXPECT_EQ(result["match"], (*each->last("entered"))["match"]["id"]);
        EXPECT_EQ(result["winner"], 1);
        ASSERT_EQ(result["lines"].size(), 2u);
        EXPECT_EQ(result["lines"][0]["name"], "Bob");
        EXPECT_EQ(result["lines"][0]["score"], 3);
        EXPECT_EQ(result["lines"][0]["statistics"], json({3, 3, 100, 30}));
        EXPECT_EQ(result["lines"][1]["statistics"], json({1, 1, 100, 10}));
        EXPECT_EQ((*each->last("result"))["next_in_s"], 15);
        EXPECT_EQ(each->hashes_wrong, 0u);
    }
    EXPECT_EQ(rig.counters().matches_finished, 1u);
    TestVisitor& dan = rig.enter(rig.person("Dan"), Role::spectator);
    rig.run(milliseconds(200));
    EXPECT_EQ(dan.count_of("result"), 1u) << "who comes now is told, too";
}

TEST(RoomMatch, another_begins_after_the_result_and_the_same_people_just_go_on) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    ada.say(RaceRig::order("start"));
    rig.run(seconds(2));
    rig.win(ada);
    ASSERT_EQ(rig.phase(), Phase::result);
    rig.run(seconds(13));
    EXPECT_EQ(rig.phase(), Phase::result);
    rig.run(seconds(2));
    EXPECT_EQ(rig.phase(), Phase::waiting);
    const std::string first = (*ada.last("entered"))["match"]["id"];
    for (TestVisitor* each : {&ada, &bob}) {
        ASSERT_EQ(each->count_of("match"), 1u);
        EXPECT_NE((*each->last("match"))["match"]["id"], first);
        EXPECT_EQ((*each->last("match"))["match"]["id"], (*each->last("room"))["room"]["match_id"]);
        EXPECT_EQ(each->matches_begun, 1u);
        EXPECT_EQ(each->keyframes, 1u) << "it followed the log";
        EXPECT_EQ(each->race().present[0], 1);
        EXPECT_EQ(each->race().present[1], 1);
        EXPECT_EQ(each->race().score[0], 0);
    }
    rig.run(seconds(4));
    EXPECT_EQ(rig.phase(), Phase::playing) << "nobody has to ask";
    EXPECT_EQ(bob.hashes_wrong, 0u);
    EXPECT_EQ(rig.rooms->find(rig.id)->match().log().header().match,
              (*ada.last("match"))["match"]["id"].get<std::string>());
}

TEST(RoomMatch, a_rematch_begins_at_once_when_everybody_who_is_there_wants_it) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    ada.say({{"type", "rematch"}});
    ada.say(RaceRig::order("start"));
    rig.run(seconds(2));
    rig.win(ada);
    ASSERT_EQ(rig.phase(), Phase::result);
    bob.say({{"type", "rematch"}});
    rig.run(seconds(1));
    EXPECT_EQ(rig.phase(), Phase::result) << "what was said before the result does not count";
    EXPECT_EQ((*ada.last("rematch"))["wanted"], 1);
    EXPECT_EQ((*ada.last("rematch"))["of"], 2);
    ada.say({{"type", "rematch"}});
    rig.run(milliseconds(400));
    EXPECT_EQ(rig.phase(), Phase::countdown);
    rig.run(seconds(2));
    EXPECT_EQ(rig.phase(), Phase::playing);
    rig.win(bob);
    EXPECT_EQ((*ada.last("result"))["result"]["lines"][0]["statistics"], json({3, 3, 100, 30}))
        << "each match counts for itself";
    const auto leaders = rig.shared.results.leaders("race", rig.now);
    ASSERT_EQ(leaders.size(), 2u);
    EXPECT_EQ(leaders[0].played, 2u);
    EXPECT_EQ(leaders[0].wins, 1u);
}

TEST(RoomMatch, a_dropped_seat_keeps_its_numbers_and_is_in_the_next_match) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    ada.say(RaceRig::order("start"));
    rig.run(seconds(2));
    rig.press(bob);
    rig.press(bob);
    bob.link().client()->close(0, "reload");
    rig.run(seconds(1));
    TestVisitor& back = rig.enter(bob.person);
    rig.run(seconds(1));
    rig.press(back);
    ASSERT_EQ(rig.phase(), Phase::result);
    EXPECT_EQ((*ada.last("result"))["result"]["lines"][0]["statistics"], json({3, 3, 100, 30}));
    back.link().client()->close(0, "gone");
    rig.run(milliseconds(15'500));
    EXPECT_EQ(rig.phase(), Phase::waiting);
    EXPECT_EQ(ada.race().present[1], 2) << "joined and dropped";
    EXPECT_EQ(ada.hashes_wrong, 0u);
    rig.run(seconds(4));
    EXPECT_EQ(rig.phase(), Phase::waiting) << "not the same people: the host says when";
}

TEST(RoomMatch, who_leaves_in_the_middle_is_in_the_result_without_a_seat) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    ada.say(RaceRig::order("start"));
    rig.run(seconds(2));
    rig.press(bob);
    bob.say({{"type", "leave"}});
    rig.run(milliseconds(300));
    ASSERT_EQ(rig.phase(), Phase::result) << "one alone has won";
    const json& lines = (*ada.last("result"))["result"]["lines"];
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0]["name"], "Ada");
    EXPECT_EQ(lines[1]["name"], "Bob");
    EXPECT_EQ(lines[1]["seat"], nullptr);
    EXPECT_EQ(lines[1]["score"], 1);
    EXPECT_EQ(lines[1]["statistics"][0], 1);
}

TEST(RoomMatch, is_over_as_soon_as_no_seat_is_left_or_held) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(milliseconds(500));
    ada.say(RaceRig::computers(2));
    ada.say(RaceRig::order("start"));
    rig.run(milliseconds(1'500));
    ASSERT_EQ(rig.phase(), Phase::playing);
    const MatchId before = *rig.race_room().info().match;
    ada.say({{"type", "leave"}});
    rig.run(milliseconds(500));
    EXPECT_EQ(rig.phase(), Phase::waiting);
    EXPECT_NE(rig.race_room().info().match, before);
    ASSERT_NE(rig.shared.finished.find(before), nullptr);
    EXPECT_FALSE(rig.shared.finished.find(before)->result);
    const auto& players = rig.shared.finished.find(before)->players;
    const auto left = std::ranges::find(players, true, &FinishedMatch::Player::has_left);
    ASSERT_NE(left, players.end()) << "who played is known without a result, too";
    EXPECT_EQ(left->name, "Ada");
    EXPECT_EQ(rig.race_room().next_due(), net::never) << "computers keep no room awake";
    rig.run(seconds(61));
    EXPECT_EQ(rig.rooms->find(rig.id), nullptr);
}

TEST(RoomMatch, starts_by_itself_in_rooms_of_quick_play_and_when_all_seats_are_taken) {
    RoomRig rig({.game = &race, .permanent = false});
    const RoomId id = *rig.rooms->quick_play("race", rig.now);
    rig.come(rig.person("Ada"), Role::player, id);
    rig.run(seconds(5));
    EXPECT_EQ(rig.rooms->find(id)->info().phase, Phase::waiting);
    EXPECT_EQ(*rig.rooms->quick_play("race", rig.now), id);
    rig.come(rig.person("Bob"), Role::player, id);
    rig.run(seconds(1));
    EXPECT_EQ(rig.rooms->find(id)->info().phase, Phase::waiting) << "others may come";
    rig.run(seconds(2));
    EXPECT_EQ(rig.rooms->find(id)->info().phase, Phase::countdown);

    RaceRig made;
    TestVisitor& host = made.enter(made.ada_person);
    made.run(milliseconds(200));
    host.say(RaceRig::computers(3));
    made.run(seconds(4));
    EXPECT_EQ(made.phase(), Phase::playing);
}

TEST(RoomMatch, late_comers_of_a_closed_game_watch_and_have_a_seat_in_the_next_match) {
    RaceRig rig(closed_race);
    TestVisitor& ada = rig.enter(rig.ada_person);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    ada.say(RaceRig::order("start"));
    rig.run(seconds(2));
    ASSERT_EQ(rig.phase(), Phase::playing);
    EXPECT_NE(*rig.rooms->quick_play("race", rig.now), rig.id) << "there one can play at once";
    TestVisitor& cleo = rig.enter("Cleo");
    rig.run(milliseconds(500));
    EXPECT_EQ(cleo.seat(), -1);
    EXPECT_EQ((*cleo.last("entered"))["role"], "spectator");
    EXPECT_THAT((*cleo.last("notice"))["words"], HasSubstr("next one"));
    bob.link().client()->close(0, "reload");
    rig.run(milliseconds(300));
    EXPECT_EQ(rig.enter(bob.person).seat(), -1);
    rig.run(milliseconds(300));
    EXPECT_EQ(rig.visitors.back()->seat(), 1) << "who has a seat comes back to it";
    rig.win(ada);
    rig.run(milliseconds(15'500));
    EXPECT_EQ(cleo.seat(), 2);
    EXPECT_EQ((*cleo.last("entered"))["role"], "player");
    EXPECT_NE((*cleo.last("entered"))["resume"], nullptr);
    EXPECT_EQ(cleo.race().present[2], 1);
    EXPECT_EQ(cleo.hashes_wrong, 0u);
    EXPECT_EQ(ada.roster().at(2)["name"], "Cleo");
    rig.run(seconds(3));
    rig.press(cleo);
    EXPECT_EQ(ada.race().score[2], 1);
}

TEST(RoomMatch, with_all_seats_taken_the_next_one_is_told_so_and_watches_until_one_is_free) {
    for (const std::size_t seats : {2, 4}) {
        RaceRig rig(race, {.seats = seats});
        rig.enter(rig.ada_person);
        for (std::size_t seat = 1; seat < seats; ++seat)
            rig.enter("Bob");
        rig.run(seconds(5));
        ASSERT_EQ(rig.phase(), Phase::playing) << "all are there";
        TestVisitor& late = rig.enter("Late");
        rig.run(milliseconds(500));
        EXPECT_EQ(late.last("entered"), nullptr);
        ASSERT_EQ(late.count_of("refused"), 1u);
        EXPECT_EQ((*late.last("refused"))["reason"], "full");
        EXPECT_THAT((*late.last("refused"))["words"], HasSubstr("You can watch it"));
        EXPECT_TRUE(late.is_open());
        EXPECT_EQ(rig.race_room().info().players, seats);

        const auto ask = [&](Role role) {
            late.say({{"type", "enter"}, {"ticket", rig.ticket(late.person, role, rig.id)}});
            rig.run(milliseconds(500));
        };
        ask(Role::spectator);
        ASSERT_NE(late.last("entered"), nullptr);
        EXPECT_EQ((*late.last("entered"))["role"], "spectator");
        rig.run(seconds(3));
        EXPECT_GE(late.hashes_equal, 2u);
        EXPECT_EQ(late.hashes_wrong, 0u);
        // A seat that is held for who has lost the line is not free.
        TestVisitor& bob = *rig.visitors[1];
        bob.link().client()->close(0, "reload");
        rig.run(seconds(1));
        ask(Role::player);
        EXPECT_EQ(late.count_of("refused"), 2u);
        EXPECT_EQ(late.seat(), -1) << "still watching";
        rig.run(seconds(31));
        ask(Role::player);
        EXPECT_EQ(late.count_of("refused"), 2u);
        EXPECT_EQ(late.seat(), 1);
        EXPECT_EQ(late.hashes_wrong, 0u);
    }
}

TEST(Computers, give_way_with_the_next_match_where_nobody_comes_in_late) {
    RaceRig rig(closed_race, {.seats = 2, .computers = 1});
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(milliseconds(3'200));
    ASSERT_EQ(rig.phase(), Phase::playing);
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(300));
    EXPECT_EQ((*bob.last("entered"))["role"], "spectator") << "the computer plays this match to its end";
    EXPECT_THAT((*bob.last("notice"))["words"], HasSubstr("next one"));
    TestVisitor& cleo = rig.enter("Cleo");
    rig.run(seconds(25));
    EXPECT_EQ((*bob.last("entered"))["role"], "player");
    EXPECT_EQ(bob.seat(), 0) << "the computer was the first to come";
    EXPECT_EQ(rig.race_room().info().computers, 0u);
    EXPECT_EQ(cleo.seat(), -1) << "there was only one seat to give";
    EXPECT_GE(cleo.hashes_equal, 10u);
    EXPECT_EQ(ada.hashes_wrong + bob.hashes_wrong + cleo.hashes_wrong, 0u);
    rig.enter("Dan");
    rig.run(milliseconds(300));
    EXPECT_EQ((*rig.visitors.back()->last("refused"))["reason"], "full");
}

TEST(Computers, fill_seats_when_the_host_asks_and_give_way_to_people) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(milliseconds(500));
    ada.say(RaceRig::computers(2));
    rig.run(milliseconds(500));
    const auto roster = ada.roster();
    ASSERT_EQ(roster.size(), 3u);
    EXPECT_EQ(roster.at(0)["computer"], false);
    EXPECT_EQ(roster.at(1)["computer"], true);
    EXPECT_EQ(roster.at(1)["connected"], true);
    EXPECT_THAT(roster.at(1)["name"].get<std::string>(), HasSubstr("Robo"));
    EXPECT_NE(roster.at(1)["name"], roster.at(2)["name"]);
    EXPECT_EQ(ada.race().present[1], 3);
    EXPECT_EQ(rig.race_room().info().players, 1u);
    EXPECT_EQ(rig.race_room().info().computers, 2u);
    ada.say(RaceRig::computers(1));
    rig.run(milliseconds(500));
    EXPECT_EQ(ada.roster().size(), 2u);
    ada.say(RaceRig::computers(200));
    rig.run(milliseconds(500));
    EXPECT_EQ(rig.race_room().info().computers, 3u);
    // Bob comes into a room without a free seat.
    TestVisitor& bob = rig.enter("Bob");
    rig.run(milliseconds(500));
    EXPECT_GE(bob.seat(), 1);
    EXPECT_EQ(rig.race_room().info().computers, 2u);
    EXPECT_EQ(ada.race().present[static_cast<std::size_t>(bob.seat())], 1);
    bob.say(RaceRig::computers(0));
    rig.run(milliseconds(500));
    EXPECT_EQ(rig.race_room().info().computers, 2u) << "only the host may";
    ada.say({{"type", "host"}, {"do", "kick"}, {"seat", 1}});
    rig.run(milliseconds(500));
    EXPECT_EQ(rig.race_room().info().computers + rig.race_room().info().players, 3u);
    EXPECT_EQ(ada.hashes_wrong + bob.hashes_wrong, 0u);
}

TEST(Computers, of_a_new_room_are_there_first_and_play_with_who_comes) {
    RaceRig rig(race, {.computers = 3});
    rig.run(seconds(1));
    EXPECT_EQ(rig.race_room().info().computers, 3u);
    EXPECT_EQ(rig.race_room().next_due(), net::never);
    EXPECT_EQ(rig.counters().overruns, 0u);
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(seconds(6));
    EXPECT_EQ(rig.phase(), Phase::result) << "it started, and a computer has won";
    const json& result = (*ada.last("result"))["result"];
    EXPECT_EQ(result["lines"].size(), 4u);
    EXPECT_EQ(result["lines"][0]["computer"], true);
    EXPECT_EQ(rig.shared.results.leaders("race", rig.now).size(), 1u) << "computers lead no board";
    rig.run(seconds(20));
    EXPECT_GE(ada.count_of("match"), 1u);
    EXPECT_EQ(ada.race().present[1], 3) << "they play again";
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Computers, are_asked_for_by_anybody_where_nobody_is_host_and_not_in_every_game) {
    RoomRig rig({.game = &race});
    TestVisitor& ada = rig.play("Ada");
    rig.run(milliseconds(300));
    ada.say(RaceRig::computers(1));
    rig.run(seconds(5));
    EXPECT_EQ(rig.room().info().computers, 1u);
    EXPECT_NE(rig.room().info().phase, Phase::waiting);

    RoomRig endless;
    TestVisitor& bob = endless.play("Bob");
    endless.run(milliseconds(300));
    bob.say(RaceRig::computers(1));
    endless.run(milliseconds(300));
    EXPECT_EQ((*bob.last("notice"))["words"], "Computers cannot play this game");
}

TEST(RoomMatch, pages_are_told_what_events_mean_and_what_is_counted) {
    RaceRig rig;
    TestVisitor& ada = rig.enter(rig.ada_person);
    rig.run(milliseconds(300));
    const json& match = (*ada.last("entered"))["match"];
    EXPECT_EQ(match["lifecycle"], "match");
    EXPECT_EQ(match["computers"], true);
    EXPECT_EQ(match["late_join"], "allowed");
    ASSERT_EQ(match["event_kinds"].size(), 3u);
    EXPECT_EQ(match["event_kinds"][1], json({{"name", "scored"},
                                             {"when", "confirmed"},
                                             {"sound", 0},
                                             {"feed", "{seat} scores"},
                                             {"announcement", ""}}));
    EXPECT_EQ(match["statistics"][2], json({{"name", "Share"}, {"kind", "share"}}));
}

}  // namespace
}  // namespace gs::rooms::testing
