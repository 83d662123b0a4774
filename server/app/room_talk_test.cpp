// Who hears what, and when: real rooms and visits, with players, somebody who watches live and somebody who
// watches late.
#include "server/app/room_talk.h"

#include "server/app/match_api.h"
#include "server/app/room_http_rig.h"
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::app {
namespace {

using rooms::Role;
using rooms::testing::json;
using rooms::testing::race;
using rooms::testing::RaceInput;
using rooms::testing::TestVisitor;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Texts = std::vector<std::string>;

/// A race of Ada (the host) and Bob, Cleo who watches live by Ada's pass, and Dora who watches late.
struct TalkRig {
    explicit TalkRig(std::uint32_t delay_s = 10) {
        ada_is = rig->person("Ada");
        id = *rig->rooms->make({.game = "race", .public_delay_s = delay_s, .maker = ada_is.id}, rig->now);
        ada = &rig->come(ada_is, Role::player, id);
        bob = &rig->come(rig->person("Bob"), Role::player, id);
        dora = &watch("Dora");
        run(milliseconds(200));
        ada->say({{"type", "host"}, {"do", "caster_pass"}});
        run(milliseconds(200));
        cleo = &watch("Cleo", (*ada->last("caster_pass"))["pass"].get<std::string>());
        run(milliseconds(200));
        services.talk = talk.get();
        api.add_routes(http.site.router);
    }

    TestVisitor& watch(std::string name, std::string pass = {}) {
        return watch(rig->person(std::move(name)), std::move(pass));
    }
    TestVisitor& watch(const net::Person& person, std::string pass = {}) {
        TestVisitor& visitor = rig->dial();
        visitor.person = person;
        visitor.say({{"type", "hello"}, {"ticket", ticket(person, std::move(pass))}});
        return visitor;
    }
    std::string ticket(const net::Person& person, std::string pass) {
        rooms::Admission admission{.person = person, .role = Role::spectator, .room = id};
        admission.watch.pass = std::move(pass);
        return rig->tickets.issue(std::move(admission), rig->now).value_or("none");
    }
    void start() {
        ada->say({{"type", "host"}, {"do", "start"}});
        run(seconds(5));
        ASSERT_EQ(room().info().phase, rooms::Phase::playing);
    }
    void run(net::Duration duration) {
        for (const net::Instant end = rig->now + duration; rig->now < end;) {
            rig->run(milliseconds(10));
            talk->turn(rig->now);
            if (rig->now.time_since_epoch() % seconds(1) != net::Duration{}) continue;
            for (const auto& visitor : rig->visitors)
                visitor->send(
                    bytes_of(std::string_view("\x03"
                                              "12345678",
                                              9)));
        }
        http.now = rig->now;
    }
    rooms::Room& room() { return *rig->rooms->find(id); }

    static void say(TestVisitor& who, std::string_view channel, std::string_view text) {
        who.say({{"type", "chat"}, {"channel", channel}, {"text", text}});
    }
    static Texts heard(const TestVisitor& who) {
        Texts texts;
        for (const json& message : who.messages) {
            if (message["type"] != "chat") continue;
            for (const json& said : message["messages"])
                texts.push_back(said["text"]);
        }
        return texts;
    }
    static std::uint64_t reactions(const TestVisitor& who) {
        std::uint64_t sum = 0;
        for (const json& message : who.messages) {
            if (message["type"] != "reactions") continue;
            for (const json& count : message["counts"])
                sum += count.get<std::uint64_t>();
        }
        return sum;
    }
    Texts on_page() {
        Texts texts;
        for (const chat::Said& said : talk->newest(id))
            texts.push_back(said->text);
        return texts;
    }
    json of_match() {
        return RoomHttpRig::json(
            http.get("/api/v1/matches/" + std::string(room().match_id().text()) + "/chat"))["messages"];
    }

    std::map<rooms::MatchId, std::string> kept;
    std::unique_ptr<RoomTalk> talk;
    std::unique_ptr<rooms::testing::RoomRig> rig =
        std::make_unique<rooms::testing::RoomRig>(rooms::testing::RigOptions{
            .game = &race, .permanent = false, .talk = [this](rooms::Rooms& rooms) {
                talk = std::make_unique<RoomTalk>(RoomTalk::Surroundings{
                    .rooms = rooms,
                    .unix_s = [] { return std::uint64_t{1'800'000'000}; },
                    .woken = {},
                    .keep = [this](const auto& match, auto text) { kept[match] = std::move(text); },
                    .kept = [this](const auto& match) { return kept[match]; }});
                return talk.get();
            }});
    net::Person ada_is;
    rooms::RoomId id;
    TestVisitor* ada = nullptr;
    TestVisitor* bob = nullptr;
    TestVisitor* cleo = nullptr;
    TestVisitor* dora = nullptr;
    RoomHttpRig http;
    RoomServices& services = http.services;
    rooms::PublicMatches matches{*rig->rooms};
    MatchApi api{services, matches, [](std::string_view, std::uint64_t) { return std::string("/m.wasm"); }};
};

TEST(RoomTalk, players_hear_each_other_at_once_and_the_public_after_the_delay) {
    TalkRig rig;
    rig.start();
    TalkRig::say(*rig.ada, "players", "go left");
    rig.run(milliseconds(300));
    for (const TestVisitor* live : {rig.ada, rig.bob, rig.cleo})
        EXPECT_THAT(TalkRig::heard(*live), ElementsAre("go left"));
    rig.run(milliseconds(9'600));
    EXPECT_THAT(TalkRig::heard(*rig.dora), IsEmpty());
    EXPECT_THAT(rig.on_page(), IsEmpty());
    EXPECT_THAT(rig.of_match(), IsEmpty());
    rig.run(milliseconds(600));
    EXPECT_THAT(TalkRig::heard(*rig.dora), ElementsAre("go left"));
    EXPECT_THAT(rig.on_page(), ElementsAre("go left"));
    ASSERT_EQ(rig.of_match().size(), 1u);
    EXPECT_EQ(rig.of_match()[0]["author"]["name"], "Ada");
    EXPECT_EQ(rig.of_match()[0]["author"]["seat"], 0);
    const json message = (*rig.dora->last("chat"))["messages"][0];
    EXPECT_LT(message["tick"].get<std::uint32_t>(), rig.room().public_end(rig.rig->now).value);
    EXPECT_EQ(message["match"], rig.room().match_id().text());
}

TEST(RoomTalk, nothing_a_late_viewer_gets_depends_on_what_is_younger_than_the_delay) {
    // The same twice, but for what those who see more say and do within the delay.
    const auto bytes = [](bool is_loud) {
        TalkRig rig;
        rig.start();
        for (int round = 0; round < 9; ++round) {
            if (is_loud) {
                TalkRig::say(*rig.ada, "players", "he has " + std::to_string(round));
                TalkRig::say(*rig.cleo, "spectators", "watch the gap " + std::to_string(round));
                rig.cleo->say({{"type", "react"}, {"kind", 2}});
            }
            if (round % 3 == 0) TalkRig::say(*rig.dora, "spectators", "what a save " + std::to_string(round));
            rig.run(seconds(1));
        }
        std::string all = rig.http.get("/api/v1/matches/x/chat").body;
        for (const json& message : rig.dora->messages) {
            if (message["type"] != "chat" && message["type"] != "reactions") continue;
            json shown = message;
            for (json& said : shown["messages"]) {
                said.erase("id");     // random
                said.erase("match");  // random, too
                said["author"].erase("id");
            }
            all += shown.dump() + "\n";
        }
        for (const std::string& text : rig.on_page())
            all += text + "\n";
        all += std::to_string(rig.of_match().size());
        return all;
    };
    const std::string quiet = bytes(false);
    EXPECT_THAT(quiet, HasSubstr("what a save 6"));
    EXPECT_EQ(bytes(true), quiet);
}

TEST(RoomTalk, what_the_stand_says_during_a_match_is_not_for_players) {
    TalkRig rig;
    rig.start();
    TalkRig::say(*rig.cleo, "spectators", "he hides at the wall");
    rig.run(milliseconds(300));
    TalkRig::say(*rig.dora, "spectators", "is it on?");
    rig.cleo->say({{"type", "react"}, {"kind", 0}});
    rig.dora->say({{"type", "react"}, {"kind", 0}});
    rig.run(seconds(2));
    EXPECT_THAT(TalkRig::heard(*rig.cleo), ElementsAre("he hides at the wall", "is it on?"));
    EXPECT_THAT(TalkRig::heard(*rig.dora), ElementsAre("is it on?"));
    EXPECT_EQ(TalkRig::reactions(*rig.cleo), 2u);
    EXPECT_EQ(TalkRig::reactions(*rig.dora), 1u);
    rig.run(seconds(12));
    EXPECT_THAT(TalkRig::heard(*rig.dora), ElementsAre("is it on?", "he hides at the wall"));
    EXPECT_EQ(TalkRig::reactions(*rig.dora), 2u);
    for (const TestVisitor* player : {rig.ada, rig.bob}) {
        EXPECT_THAT(TalkRig::heard(*player), IsEmpty());
        EXPECT_EQ(TalkRig::reactions(*player), 0u);
    }
    // Nor for who comes back to a seat.
    TestVisitor& again = rig.rig->come(rig.ada_is, Role::player, rig.id);
    rig.run(milliseconds(500));
    EXPECT_THAT(TalkRig::heard(again), IsEmpty());
}

TEST(RoomTalk, before_a_match_and_without_a_delay_players_hear_the_stand) {
    TalkRig waiting;
    TalkRig::say(*waiting.dora, "spectators", "good luck");
    waiting.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(*waiting.ada), ElementsAre("good luck"));
    TalkRig open(0);
    open.start();
    TalkRig::say(*open.dora, "spectators", "nice");
    open.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(*open.ada), ElementsAre("nice"));
    EXPECT_THAT(open.on_page(), ElementsAre("nice"));
}

TEST(RoomTalk, who_saw_more_a_moment_ago_does_not_get_around_the_delay) {
    TalkRig rig;
    rig.start();
    const net::Person bob = rig.bob->person;
    const net::Person cleo = rig.cleo->person;
    // One leaves the seat and comes back late, one watches late in a second tab.
    rig.bob->say({{"type", "leave"}});
    TestVisitor& bob_late = rig.watch(bob);
    TestVisitor& cleo_late = rig.watch(cleo);
    rig.run(milliseconds(300));
    ASSERT_EQ((*bob_late.last("entered"))["class"], "delayed");
    TalkRig::say(bob_late, "spectators", "I have just lost");
    TalkRig::say(cleo_late, "spectators", "look left");
    rig.run(milliseconds(300));
    EXPECT_EQ(rig.talk->say(rig.id, cleo, "by a form, then", rig.rig->now), "");
    rig.run(seconds(9));
    EXPECT_THAT(TalkRig::heard(*rig.dora), IsEmpty());
    EXPECT_THAT(rig.on_page(), IsEmpty());
    rig.run(seconds(2));
    EXPECT_THAT(TalkRig::heard(*rig.dora), ElementsAre("I have just lost", "look left", "by a form, then"));
    TalkRig::say(bob_late, "spectators", "by now I know no more than you");
    rig.run(milliseconds(300));
    EXPECT_EQ(TalkRig::heard(*rig.dora).back(), "by now I know no more than you");
}

TEST(RoomTalk, a_caster_whose_pass_is_void_is_still_believed_to_know) {
    TalkRig rig;
    rig.start();
    rig.ada->say({{"type", "host"}, {"do", "caster_pass"}});
    rig.run(milliseconds(300));
    ASSERT_EQ((*rig.cleo->last("entered"))["class"], "delayed");
    TalkRig::say(*rig.cleo, "spectators", "the left one wins");
    rig.run(seconds(9));
    EXPECT_THAT(TalkRig::heard(*rig.dora), IsEmpty());
}

TEST(RoomTalk, who_comes_in_gets_what_is_for_them) {
    TalkRig rig;
    rig.start();
    TalkRig::say(*rig.ada, "players", "early");
    TalkRig::say(*rig.dora, "spectators", "from the stand");
    rig.run(seconds(11));
    TalkRig::say(*rig.ada, "players", "late");
    rig.run(seconds(1));
    TestVisitor& late = rig.watch("Eve");
    rig.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(late), ElementsAre("from the stand", "early"));
    TestVisitor& live = rig.watch("Finn", (*rig.ada->last("caster_pass"))["pass"].get<std::string>());
    rig.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(live), ElementsAre("early", "from the stand", "late"));
    EXPECT_THAT(TalkRig::heard(*rig.ada), ElementsAre("early", "late")) << "nobody gets anything twice";
}

TEST(RoomTalk, one_talks_where_one_is_and_is_told_so) {
    TalkRig rig;
    TalkRig::say(*rig.ada, "spectators", "hello stand");
    TalkRig::say(*rig.dora, "players", "hello players");
    rig.run(milliseconds(300));
    for (const TestVisitor* who : {rig.ada, rig.dora}) {
        ASSERT_NE(who->last("notice"), nullptr);
        EXPECT_THAT(TalkRig::heard(*who), IsEmpty());
    }
}

TEST(RoomTalk, the_host_mutes_people_and_nobody_else_does) {
    TalkRig rig;
    const std::string dora(rig.dora->person.id.text());
    rig.bob->say({{"type", "host"}, {"do", "mute"}, {"person", dora}});
    TalkRig::say(*rig.dora, "spectators", "first");
    rig.run(milliseconds(300));
    EXPECT_THAT((*rig.bob->last("notice"))["words"].get<std::string>(), HasSubstr("host"));
    rig.ada->say({{"type", "host"}, {"do", "mute"}, {"person", dora}});
    rig.run(milliseconds(100));
    TalkRig::say(*rig.dora, "spectators", "second");
    rig.dora->say({{"type", "react"}, {"kind", 1}});
    rig.run(seconds(2));
    EXPECT_THAT((*rig.dora->last("notice"))["words"].get<std::string>(), HasSubstr("muted"));
    EXPECT_THAT(rig.talk->say(rig.id, rig.dora->person, "by a form", rig.rig->now), HasSubstr("muted"));
    EXPECT_EQ(TalkRig::reactions(*rig.ada), 0u);
    rig.ada->say({{"type", "host"}, {"do", "unmute"}, {"person", dora}});
    rig.run(milliseconds(100));
    TalkRig::say(*rig.dora, "spectators", "third");
    rig.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(*rig.ada), ElementsAre("first", "third"));
}

/// Names on the list of muted people that this visitor has now.
Texts muted_list(const TestVisitor& who) {
    Texts names;
    const json* const list = who.last("muted");
    if (list == nullptr) return {"no list"};
    for (const json& person : (*list)["people"])
        names.push_back(person["name"]);
    return names;
}

TEST(RoomTalk, the_host_has_the_list_of_who_is_muted_also_after_coming_in_anew) {
    TalkRig rig;
    const std::string dora(rig.dora->person.id.text());
    const std::string bob(rig.bob->person.id.text());
    rig.run(seconds(1));
    EXPECT_EQ(rig.ada->count_of("muted"), 0u);
    for (const std::string& who : {dora, bob})
        rig.ada->say({{"type", "host"}, {"do", "mute"}, {"person", who}});
    rig.run(milliseconds(300));
    EXPECT_THAT(muted_list(*rig.ada), ElementsAre("Dora", "Bob"));
    rig.ada->link().client()->close(0, "reload");
    rig.run(seconds(1));
    TestVisitor& again = rig.rig->come(rig.ada_is, Role::player, rig.id);
    rig.run(milliseconds(300));
    EXPECT_THAT(muted_list(again), ElementsAre("Dora", "Bob"));
    EXPECT_EQ((*again.last("muted"))["people"][0]["id"], dora);
    EXPECT_EQ(again.count_of("muted"), 1u);
    again.say({{"type", "host"}, {"do", "unmute"}, {"person", dora}});
    again.say({{"type", "host"}, {"do", "unmute"}, {"person", bob}});
    rig.run(milliseconds(300));
    EXPECT_THAT(muted_list(again), IsEmpty());
    TalkRig::say(*rig.dora, "spectators", "at last");
    rig.run(milliseconds(300));
    EXPECT_THAT(TalkRig::heard(again), ElementsAre("at last"));
    for (const TestVisitor* other : {rig.bob, rig.cleo, rig.dora})
        EXPECT_EQ(other->count_of("muted"), 0u) << "it is the host's";
}

TEST(RoomTalk, another_host_gets_the_list_and_a_former_one_is_told_nothing_more) {
    TalkRig rig;
    TestVisitor& eve = rig.watch("Eve");
    rig.run(milliseconds(200));
    TalkRig::say(eve, "spectators", "boo");
    rig.run(milliseconds(200));
    eve.link().client()->close(0, "");
    rig.run(milliseconds(200));
    for (const net::AccountId& who : {eve.person.id, crypto::random_id<net::AccountId>()})
        rig.ada->say({{"type", "host"}, {"do", "mute"}, {"person", who.text()}});
    rig.run(milliseconds(200));
    EXPECT_THAT(muted_list(*rig.ada), ElementsAre("Eve")) << "known by what they said";
    EXPECT_EQ(rig.ada->count_of("notice"), 1u) << "nobody knows the other";
    rig.ada->say({{"type", "host"}, {"do", "hand_over"}, {"seat", rig.bob->seat()}});
    rig.run(milliseconds(200));
    EXPECT_THAT(muted_list(*rig.bob), ElementsAre("Eve"));
    rig.bob->say({{"type", "host"}, {"do", "unmute"}, {"person", eve.person.id.text()}});
    rig.run(milliseconds(200));
    EXPECT_THAT(muted_list(*rig.bob), IsEmpty());
    EXPECT_THAT(muted_list(*rig.ada), ElementsAre("Eve")) << "who is no host any more is told nothing";
    // When the host leaves for good, the next one knows who is muted.
    rig.bob->say({{"type", "host"}, {"do", "mute"}, {"person", eve.person.id.text()}});
    rig.run(milliseconds(200));
    rig.bob->say({{"type", "leave"}});
    rig.run(milliseconds(200));
    EXPECT_EQ(rig.ada->count_of("muted"), 2u);
    EXPECT_THAT(muted_list(*rig.ada), ElementsAre("Eve"));
}

TEST(RoomTalk, nobody_in_the_stand_has_the_name_of_a_player) {
    TalkRig rig;
    TestVisitor& other = rig.watch("\u0410da");  // with a Cyrillic letter
    rig.run(milliseconds(300));
    TalkRig::say(other, "spectators", "I am Ada");
    rig.run(milliseconds(300));
    EXPECT_EQ((*rig.ada->last("chat"))["messages"][0]["author"]["name"], "\u0410da 2");
}

TEST(RoomTalk, who_was_kicked_says_nothing_by_a_form_either) {
    TalkRig rig;
    rig.ada->say({{"type", "host"}, {"do", "kick"}, {"seat", rig.bob->seat()}});
    rig.run(milliseconds(300));
    EXPECT_THAT(rig.talk->say(rig.id, rig.bob->person, "hello", rig.rig->now), HasSubstr("sent you away"));
    EXPECT_THAT(rig.on_page(), IsEmpty());
}

TEST(RoomTalk, the_host_shows_out_who_watches_late_and_nothing_more_is_heard_of_them) {
    TalkRig rig;
    rig.start();
    const std::string dora(rig.dora->person.id.text());
    TalkRig::say(*rig.dora, "spectators", "boo");
    rig.run(milliseconds(300));
    rig.bob->say({{"type", "host"}, {"do", "kick"}, {"person", dora}});
    rig.run(milliseconds(300));
    ASSERT_EQ(rig.dora->last("left"), nullptr);
    rig.ada->say({{"type", "host"}, {"do", "kick"}, {"person", dora}});
    rig.run(milliseconds(100));
    ASSERT_NE(rig.dora->last("left"), nullptr);
    EXPECT_EQ((*rig.dora->last("left"))["reason"], "kicked");
    EXPECT_THAT((*rig.dora->last("left"))["words"].get<std::string>(), HasSubstr("sent you away"));
    TalkRig::say(*rig.dora, "spectators", "boo again");
    rig.dora->say({{"type", "react"}, {"kind", 0}});
    EXPECT_THAT(rig.talk->say(rig.id, rig.dora->person, "by a form", rig.rig->now),
                HasSubstr("sent you away"));
    TestVisitor& back = rig.watch(rig.dora->person);
    rig.run(seconds(2));
    EXPECT_EQ((*back.last("refused"))["reason"], "kicked");
    EXPECT_TRUE(rig.dora->is_open()) << "in the lobby";
    EXPECT_THAT(rig.on_page(), ElementsAre("boo"));
    EXPECT_EQ(TalkRig::reactions(*rig.cleo), 0u);
    const std::size_t heard = TalkRig::heard(*rig.dora).size();
    TalkRig::say(*rig.cleo, "spectators", "peace");
    rig.run(seconds(12));
    EXPECT_EQ(TalkRig::heard(*rig.dora).size(), heard);
}

TEST(RoomTalk, who_has_said_something_can_be_shown_out_without_a_session) {
    TalkRig rig;
    const net::Person former = rig.rig->person("Former");
    const net::Person silent = rig.rig->person("Silent");
    ASSERT_EQ(rig.talk->say(rig.id, former, "by a form", rig.rig->now), "");
    for (const net::Person& who : {silent, former})
        rig.ada->say({{"type", "host"}, {"do", "kick"}, {"person", who.id.text()}});
    rig.run(milliseconds(300));
    EXPECT_THAT(rig.talk->say(rig.id, former, "again", rig.rig->now), HasSubstr("sent you away"));
    EXPECT_EQ(rig.talk->say(rig.id, silent, "I have done nothing", rig.rig->now), "");
    EXPECT_EQ(rig.rig->counters().kicks, 1u);
    rig.ada->say({{"type", "host"}, {"do", "kick"}, {"person", former.id.text()}});
    rig.run(milliseconds(300));
    EXPECT_EQ(rig.rig->counters().kicks, 1u) << "once is enough";
}

TEST(RoomTalk, a_message_of_a_late_viewer_is_bound_to_what_its_author_saw_within_bounds) {
    TalkRig rig;
    rig.start();
    rig.run(seconds(12));
    const std::uint32_t end = rig.room().public_end(rig.rig->now).value;
    const auto tick_of = [&](std::uint32_t claimed, std::string_view text) {
        rig.dora->say({{"type", "chat"}, {"channel", "spectators"}, {"text", text}, {"tick", claimed}});
        rig.run(milliseconds(300));
        return (*rig.dora->last("chat"))["messages"][0]["tick"].get<std::uint32_t>();
    };
    EXPECT_EQ(tick_of(end - 100, "a little behind"), end - 100);
    EXPECT_LT(tick_of(end + 500, "of the future"), rig.room().public_end(rig.rig->now).value);
}

TEST(RoomTalk, a_flood_is_bounded_and_costs_its_author_the_session) {
    TalkRig rig;
    for (int number = 0; number < 30; ++number)
        TalkRig::say(*rig.dora, "spectators", "flood " + std::to_string(number));
    rig.run(milliseconds(500));
    EXPECT_THAT(TalkRig::heard(*rig.ada), ::testing::SizeIs(5));
    for (int number = 0; number < 100; ++number)
        TalkRig::say(*rig.dora, "spectators", "flood");
    rig.run(milliseconds(500));
    EXPECT_EQ(rig.dora->closed->code, net::close_code::too_much);
    EXPECT_THAT(TalkRig::heard(*rig.ada), ::testing::SizeIs(5));
}

TEST(RoomTalk, the_talk_of_a_match_is_kept_when_it_is_over_and_public) {
    TalkRig rig(2);
    rig.start();
    const rooms::MatchId match = rig.room().match_id();
    TalkRig::say(*rig.ada, "players", "<b>during</b>");
    rig.run(seconds(3));
    rig.talk->keep_matches();
    EXPECT_TRUE(rig.kept.empty());
    for (int point = 0; point < rooms::testing::race_points; ++point) {
        rig.ada->send_inputs<RaceInput>(rig.room().match().next() + 3,
                                        {{.pressed = rooms::testing::race_press}});
        rig.run(milliseconds(200));
    }
    ASSERT_EQ(rig.room().info().phase, rooms::Phase::result);
    rig.run(seconds(2));
    TalkRig::say(*rig.bob, "players", "well played");
    rig.run(milliseconds(300));
    rig.talk->keep_matches();
    EXPECT_THAT(rig.kept[match], HasSubstr("<b>during</b>"));
    EXPECT_THAT(rig.kept[match], Not(HasSubstr("well played"))) << "not public yet";
    rig.run(seconds(3));
    rig.talk->keep_matches();
    EXPECT_THAT(rig.kept[match], HasSubstr("well played"));
    // The room forgets; what is kept does not.
    rig.kept[match] = R"([{"text":"1"},{"text":"2"},{"text":"3"}])";
    const auto found = rig.matches.find(match, "", rig.rig->now);
    ASSERT_TRUE(found);
    EXPECT_EQ(rig.talk->of_match(*found).size(), 3u);
    rig.kept[match] = "no JSON";
    EXPECT_EQ(rig.talk->of_match(*found).size(), 2u);
}

}  // namespace
}  // namespace gs::app
