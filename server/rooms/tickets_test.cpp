#include "server/rooms/tickets.h"

#include "server/rooms/resume_token.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gs::rooms {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr net::Instant start{seconds(1000)};

net::Person person(std::string name) {
    return {.id = crypto::random_id<net::AccountId>(), .name = std::move(name)};
}

Admission lobby(const net::Person& who) { return {.person = who, .role = Role::lobby}; }

TEST(Tickets, bring_back_what_they_were_issued_for) {
    Tickets tickets;
    const auto room = crypto::random_id<RoomId>();
    const net::Person ada = person("Ada");
    const auto ticket = tickets.issue({.person = ada, .role = Role::player, .room = room}, start);
    const auto watching = tickets.issue({.person = ada, .role = Role::spectator, .room = room}, start);
    ASSERT_TRUE(ticket && watching);
    const auto admission = tickets.redeem(*ticket, start + seconds(29));
    ASSERT_TRUE(admission.has_value());
    EXPECT_EQ(admission->person, ada);
    EXPECT_EQ(admission->role, Role::player);
    EXPECT_EQ(admission->room, room);
    EXPECT_EQ(tickets.redeem(*watching, start)->role, Role::spectator);
}

TEST(Tickets, are_good_once) {
    Tickets tickets;
    const auto ticket = tickets.issue(lobby(person("Ada")), start);
    EXPECT_TRUE(tickets.redeem(*ticket, start).has_value());
    EXPECT_EQ(tickets.redeem(*ticket, start).error(), TicketRefusal::used);
    EXPECT_EQ(tickets.redeem(*ticket, start + seconds(60)).error(), TicketRefusal::used);
    EXPECT_EQ(tickets.counters().refused_used, 2u);
}

TEST(Tickets, expire_after_half_a_minute) {
    Tickets tickets;
    const auto in_time = tickets.issue(lobby(person("Ada")), start);
    const auto too_late = tickets.issue(lobby(person("Bo")), start);
    EXPECT_TRUE(tickets.redeem(*in_time, start + milliseconds(29'999)).has_value());
    EXPECT_EQ(tickets.redeem(*too_late, start + seconds(30)).error(), TicketRefusal::expired);
    EXPECT_EQ(tickets.redeem(*too_late, start + seconds(31)).error(), TicketRefusal::expired);
    // The next one that is issued clears them away.
    (void)tickets.issue(lobby(person("Cy")), start + seconds(31));
    EXPECT_EQ(tickets.redeem(*too_late, start + seconds(31)).error(), TicketRefusal::unknown);
    EXPECT_EQ(tickets.size(), 1u);
}

TEST(Tickets, that_nobody_issued_are_unknown) {
    Tickets tickets;
    const auto ticket = tickets.issue(lobby(person("Ada")), start);
    std::string other = *ticket;
    other.front() = other.front() == 'A' ? 'B' : 'A';
    for (const std::string& text : {std::string(), std::string("t"), other, *ticket + "A",
                                    std::string(1'000'000, 'A'), std::string(43, '\0')}) {
        EXPECT_EQ(tickets.redeem(text, start).error(), TicketRefusal::unknown);
    }
    EXPECT_EQ(tickets.counters().refused_unknown, 6u);
    EXPECT_TRUE(tickets.redeem(*ticket, start).has_value());
}

TEST(Tickets, of_one_person_push_out_the_oldest_of_that_person_only) {
    Tickets tickets;
    const net::Person greedy = person("Greedy");
    const auto of_another = tickets.issue(lobby(person("Ada")), start);
    std::vector<std::string> own;
    for (int i = 0; i < 10; ++i)
        own.push_back(*tickets.issue(lobby(greedy), start));
    EXPECT_EQ(tickets.size(), 9u);
    EXPECT_EQ(tickets.redeem(own[0], start).error(), TicketRefusal::unknown);
    EXPECT_EQ(tickets.redeem(own[1], start).error(), TicketRefusal::unknown);
    EXPECT_TRUE(tickets.redeem(own[2], start).has_value());
    EXPECT_TRUE(tickets.redeem(own[9], start).has_value());
    EXPECT_TRUE(tickets.redeem(*of_another, start).has_value());
}

TEST(Tickets, are_refused_when_there_are_too_many_until_some_expire) {
    Tickets tickets;
    for (int i = 0; i < 10'000; ++i)
        ASSERT_TRUE(tickets.issue(lobby(person("G")), start).has_value());
    EXPECT_FALSE(tickets.issue(lobby(person("Ada")), start + seconds(29)).has_value());
    EXPECT_EQ(tickets.counters().refused_full, 1u);
    EXPECT_TRUE(tickets.issue(lobby(person("Ada")), start + seconds(30)).has_value());
    EXPECT_EQ(tickets.size(), 1u);
}

TEST(Tickets, one_person_cannot_fill_the_house) {
    Tickets tickets;
    const net::Person greedy = person("Greedy");
    for (int i = 0; i < 20'000; ++i) {
        const auto ticket = tickets.issue(lobby(greedy), start);
        ASSERT_TRUE(ticket && tickets.redeem(*ticket, start).has_value());
    }
    EXPECT_EQ(tickets.size(), 8u);
    EXPECT_TRUE(tickets.issue(lobby(person("Ada")), start).has_value());
}

TEST(Tickets, roles_have_names) {
    for (const Role role : {Role::lobby, Role::player, Role::spectator, Role::preview}) {
        EXPECT_EQ(role_from(name_of(role)), role);
    }
    EXPECT_FALSE(role_from("host").has_value());
    EXPECT_FALSE(role_from("").has_value());
}

TEST(ResumeToken, belongs_to_one_person_and_seat) {
    const net::Person ada = person("Ada");
    ResumeToken seat;
    ResumeToken other_seat;
    const std::string text = seat.issue(ada.id);
    (void)other_seat.issue(ada.id);
    EXPECT_TRUE(seat.accepts(ada.id, text));
    EXPECT_FALSE(seat.accepts(person("Eve").id, text));
    EXPECT_FALSE(other_seat.accepts(ada.id, text));
    EXPECT_FALSE(seat.accepts(ada.id, ""));
    EXPECT_FALSE(seat.accepts(ada.id, std::string(1'000'000, 'A')));
}

TEST(ResumeToken, is_void_after_the_next_one_and_when_revoked) {
    const net::Person ada = person("Ada");
    ResumeToken seat;
    EXPECT_FALSE(seat.accepts(ada.id, ""));
    const std::string first = seat.issue(ada.id);
    const std::string second = seat.issue(ada.id);
    EXPECT_FALSE(seat.accepts(ada.id, first));
    EXPECT_TRUE(seat.accepts(ada.id, second));
    seat.revoke();
    EXPECT_FALSE(seat.accepts(ada.id, second));
}

TEST(RoomInfo, is_json_by_contract) {
    const RoomInfo waiting{
        .id = *RoomId::parse("abcdefghijk1"), .name = "<b>", .game = "plaza", .seats = 200};
    EXPECT_EQ(
        json_of(waiting).dump(),
        R"({"computers":0,"game":"plaza","id":"abcdefghijk1","locked":false,"match_id":null,"name":"<b>",)"
        R"("phase":"waiting","players":0,"public":true,"public_delay_s":0,"seats":200,"spectators":0,)"
        R"("tick":0,"viewers":0})");
    RoomInfo playing = waiting;
    playing.phase = Phase::playing;
    playing.match = *MatchId::parse("match0000001");
    playing.access = Access::by_invite;
    EXPECT_EQ(json_of(playing)["match_id"], "match0000001");
    EXPECT_EQ(json_of(playing)["phase"], "playing");
    EXPECT_EQ(json_of(playing)["public"], false);
}

}  // namespace
}  // namespace gs::rooms
