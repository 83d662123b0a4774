// What visitors send, of their own will and otherwise.
#include "core/base/rng.h"
#include "server/rooms/room_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::rooms::testing {
namespace {

using ::testing::HasSubstr;

constexpr auto bad_message = net::close_code::bad_message;
constexpr auto too_much = net::close_code::too_much;

std::uint32_t code_of(const TestVisitor& visitor) {
    return visitor.closed ? visitor.closed->code : UINT32_MAX;
}

// ---- Hello

TEST(Visit, whoever_shows_no_ticket_in_time_is_closed_in_words) {
    RoomRig rig;
    TestVisitor& silent = rig.dial();
    rig.run(seconds(4));
    EXPECT_FALSE(silent.closed);
    rig.run(seconds(2));
    EXPECT_EQ(code_of(silent), bad_message);
    EXPECT_NE(silent.closed->reason, "");
    EXPECT_EQ(rig.visits->counters().without_hello, 1u);
    EXPECT_EQ(rig.visits->size(), 0u);
}

TEST(Visit, hello_comes_first_and_once) {
    RoomRig rig;
    TestVisitor& early = rig.dial();
    early.say({{"type", "leave"}});
    TestVisitor& twice = rig.play("Twice");
    twice.say({{"type", "hello"}, {"ticket", "another"}});
    rig.run(seconds(1));
    EXPECT_EQ(code_of(early), bad_message);
    EXPECT_EQ(code_of(twice), bad_message);
}

TEST(Visit, a_ticket_is_good_once_for_one_room_and_person) {
    RoomRig rig;
    const net::Person ada = rig.person("Ada");
    const std::string ticket = rig.ticket(ada, Role::player, rig.room().setup().id);
    TestVisitor& first = rig.dial();
    first.say({{"type", "hello"}, {"ticket", ticket}});
    rig.run(milliseconds(100));
    TestVisitor& second = rig.dial();
    second.say({{"type", "hello"}, {"ticket", ticket}});
    rig.run(milliseconds(100));
    EXPECT_NE(first.last("entered"), nullptr);
    EXPECT_EQ((*second.last("refused"))["reason"], "ticket");
    EXPECT_EQ(second.last("welcome"), nullptr);
    // A new one is good on the same session.
    second.say({{"type", "hello"}, {"ticket", rig.ticket(rig.person("Bob"), Role::lobby)}});
    rig.run(milliseconds(100));
    EXPECT_NE(second.last("welcome"), nullptr);
    // Somebody else's ticket does not make one somebody else.
    second.say({{"type", "enter"}, {"ticket", rig.ticket(ada, Role::player, rig.room().setup().id)}});
    rig.run(milliseconds(100));
    EXPECT_EQ(second.count_of("refused"), 2u);
    EXPECT_EQ(second.last("entered"), nullptr);
    EXPECT_EQ(rig.visits->counters().tickets_refused, 2u);
}

TEST(Visit, a_ticket_leads_to_its_room_whatever_else_is_said) {
    RoomRig rig;
    const auto other = *rig.rooms->make({.game = "count"}, rig.now);
    const net::Person ada = rig.person("Ada");
    TestVisitor& visitor = rig.dial();
    visitor.say({{"type", "hello"},
                 {"ticket", rig.ticket(ada, Role::spectator, rig.room().setup().id)},
                 {"room", other.text()},
                 {"role", "player"}});
    rig.run(milliseconds(100));
    EXPECT_EQ((*visitor.last("entered"))["room"]["id"], std::string(rig.room().setup().id.text()));
    EXPECT_EQ((*visitor.last("entered"))["role"], "spectator");
}

TEST(Visit, an_expired_ticket_is_refused_and_three_bad_ones_are_enough) {
    RoomRig rig;
    const std::string old = rig.ticket(rig.person("Old"), Role::lobby);
    rig.run(seconds(31));
    TestVisitor& visitor = rig.dial();
    visitor.say({{"type", "hello"}, {"ticket", old}});
    rig.run(milliseconds(100));
    EXPECT_EQ((*visitor.last("refused"))["reason"], "ticket");
    EXPECT_FALSE(visitor.closed);
    visitor.say({{"type", "hello"}, {"ticket", "guessed"}});
    visitor.say({{"type", "hello"}, {"ticket", ""}});
    rig.run(seconds(1));
    EXPECT_EQ(code_of(visitor), bad_message);
}

// ---- Messages

TEST(Visit, what_is_no_message_ends_the_visit_in_words) {
    const std::string deep(3'000, '[');
    for (const std::string& text : {std::string("hello"),
                                    std::string("[]"),
                                    std::string("{}"),
                                    std::string("null"),
                                    deep,
                                    std::string(R"({"type":"fly"})"),
                                    std::string(R"({"type":7})"),
                                    std::string(R"({"type":"enter"})"),
                                    std::string(R"({"type":"enter","ticket":5})"),
                                    std::string(R"({"type":"leave","type":"lobby"})"),
                                    std::string(R"({"type":"enter","ticket":"t","resume":5})"),
                                    std::string(R"({"type":"repair","first":-1,"count":1})"),
                                    std::string(R"({"type":"repair","first":1.5,"count":1})"),
                                    std::string(R"({"type":"repair","first":1,"count":0})"),
                                    std::string(R"({"type":"repair","first":99999999999,"count":1})"),
                                    std::string(R"({"type":"host","do":"explode"})"),
                                    std::string(R"({"type":"host","do":"kick","seat":255})"),
                                    std::string(R"({"type":"host","do":"kick","seat":-1})"),
                                    std::string(R"({"type":"host","do":"kick","person":"Eve"})"),
                                    std::string(R"({"type":"host","do":"kick","person":7})"),
                                    std::string(R"({"type":"host","do":"kick","seat":1,)"
                                                R"("person":"aaaaaaaaaaaa"})"),
                                    std::string(R"({"type":"rename"})"),
                                    std::string(R"({"type":"leave","a":{"b":{"c":1}}})"),
                                    R"({"type":"rename","name":")" + std::string(2'000, 'n') + "\"}",
                                    R"({"type":"hello","ticket":")" + std::string(20'000, 't') + "\"}"}) {
        RoomRig rig;
        TestVisitor& visitor = rig.play("Ada");
        rig.run(milliseconds(200));
        ASSERT_TRUE(visitor.is_open());
        visitor.say_text(text);
        rig.run(milliseconds(200));
        EXPECT_EQ(code_of(visitor), bad_message) << text.substr(0, 60);
        if (visitor.closed) {
            EXPECT_NE(visitor.closed->reason, "");
        }
    }
}

TEST(Visit, a_megabyte_of_nickname_never_gets_anywhere) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(milliseconds(200));
    const std::string text = R"({"type":"rename","name":")" + std::string(60'000, 'n') + "\"}";
    visitor.say_text(text);
    visitor.say_text(R"({"type":"rename","name":")" + std::string(1'000'000, 'n') + "\"}");
    rig.run(seconds(1));
    EXPECT_EQ(code_of(visitor), bad_message);
}

TEST(Visit, names_are_cleaned_before_others_see_them) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(milliseconds(500));
    ada.say({{"type", "rename"}, {"name", "  <b>Eve\xe2\x80\xae\xe2\x80\x8b</b>\n "}});
    rig.run(milliseconds(500));
    const std::string name = bob.roster().at(0)["name"];
    EXPECT_EQ(name, "<b>Eve</b>") << "text stays text; whoever shows it escapes it";
    ada.say({{"type", "rename"}, {"name", "\xe2\x80\xae\xe2\x80\x8b"}});
    rig.run(milliseconds(500));
    EXPECT_EQ(ada.count_of("notice"), 1u);
    EXPECT_EQ(bob.roster().at(0)["name"], name);
    ada.say({{"type", "rename"}, {"name", "B0b"}});
    rig.run(milliseconds(500));
    EXPECT_EQ(bob.roster().at(0)["name"], "B0b 2") << "nobody is taken for Bob";
}

TEST(Visit, messages_without_end_close_it) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(milliseconds(200));
    for (int count = 0; count < 60; ++count)
        visitor.say({{"type", "rename"}, {"name", "N" + std::to_string(count)}});
    rig.run(seconds(1));
    EXPECT_EQ(code_of(visitor), too_much);
    EXPECT_EQ(rig.room().seats().at(Seat{0}).state, SeatState::dropped);
}

TEST(Visit, repairs_have_a_rate) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(seconds(2));
    for (int count = 0; count < 20; ++count)
        visitor.say({{"type", "repair"}, {"first", 1}, {"count", 10}});
    rig.run(milliseconds(200));
    EXPECT_EQ(visitor.repairs, 8u);
    EXPECT_EQ(rig.visits->counters().repairs_over_rate, 12u);
    EXPECT_TRUE(visitor.is_open());
}

TEST(Visit, there_is_nothing_to_transfer) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(milliseconds(200));
    EXPECT_TRUE(visitor.link().client()->send_transfer(net::share(bytes_of("film"))));
    rig.run(milliseconds(200));
    EXPECT_EQ(code_of(visitor), bad_message);
}

// ---- Datagrams

TEST(Visit, a_ping_is_answered_with_its_bytes_and_the_rooms_tick) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(seconds(1));
    visitor.keeps_datagrams = true;
    const std::string ping =
        "\x03"
        "12345678";
    visitor.send(bytes_of(ping));
    rig.run(milliseconds(50));
    const auto pong =
        std::ranges::find_if(visitor.datagrams, [](const std::string& each) { return each[0] == 4; });
    ASSERT_NE(pong, visitor.datagrams.end());
    EXPECT_EQ(pong->substr(1, 8), "12345678");
    wire::BitReader reader(bytes_of(*pong).subspan(9));
    std::uint32_t tick = 0;
    EXPECT_TRUE(reader.varint(tick));
    EXPECT_NEAR(static_cast<double>(tick), rig.room().match().next().value, 4);
}

TEST(Visit, inputs_at_a_hundred_times_the_rate_are_dropped_and_end_it) {
    RoomRig rig;
    TestVisitor& flood = rig.play("Flood");
    TestVisitor& bob = rig.play("Bob");
    rig.run(milliseconds(500));
    for (int step = 0; step < 1000 && flood.is_open(); ++step) {
        for (int often = 0; often < 6; ++often)
            flood.send_inputs(rig.room().match().next() + 2, {{.step = 1}});
        rig.run(milliseconds(1));
    }
    EXPECT_EQ(code_of(flood), too_much);
    EXPECT_GE(rig.visits->counters().datagrams_over_rate, 1000u);
    rig.run(seconds(2));
    EXPECT_TRUE(bob.is_open());
    EXPECT_EQ(bob.hashes_wrong, 0u);
    EXPECT_LE(bob.count().sums[0], 60) << "one input counts per tick, however many come";
    EXPECT_EQ(rig.counters().overruns, 0u);
}

TEST(Visit, a_player_at_twice_the_rate_is_left_alone) {
    RoomRig rig;
    TestVisitor& visitor = rig.play("Ada");
    rig.run(milliseconds(500));
    for (int step = 0; step < 600; ++step) {
        visitor.send_inputs(rig.room().match().next() + 2, {{.step = 1}});
        rig.run(milliseconds(8));
    }
    EXPECT_TRUE(visitor.is_open());
    EXPECT_EQ(rig.visits->counters().datagrams_over_rate, 0u);
}

TEST(Visit, inputs_from_the_past_and_the_far_future_do_no_harm) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(2));
    const Tick next = rig.room().match().next();
    ada.send_inputs(Tick{0}, {{.step = 1, .pressed = press_once}});  // late: counts once, in the next tick
    ada.send_inputs(next + 10'000, {{.step = 50}});
    ada.send_inputs(Tick{UINT32_MAX - 40}, {{.step = 50}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count().presses[0], 1u);
    EXPECT_LE(ada.count().sums[0], 40) << "held for a while, then it stands still";
    const netcode::InputCounters inputs = rig.rooms->input_counters();
    EXPECT_EQ(inputs.late, 1u);
    EXPECT_GE(inputs.too_early, 1u);
    EXPECT_TRUE(ada.is_open());
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Visit, a_replayed_packet_counts_once) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    const Tick at = rig.room().match().next() + 4;
    for (int replay = 0; replay < 50; ++replay) {
        ada.send_inputs(at, {{.step = 0, .pressed = press_once}});
        rig.run(milliseconds(10));
    }
    rig.run(milliseconds(200));
    EXPECT_EQ(ada.count().presses[0], 1u);
    EXPECT_EQ(rig.rooms->input_counters().used, 1u);
}

TEST(Visit, there_is_no_way_to_send_somebody_elses_input) {
    // The packet has no seat: what comes on a session goes to the seat of that session.
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(milliseconds(500));
    bob.send_inputs(rig.room().match().next() + 3, {{.step = 7}, {}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count().sums[0], 0);
    EXPECT_EQ(ada.count().sums[1], 7);
}

TEST(Visit, truncated_and_bit_flipped_packets_are_dropped_and_counted) {
    RoomRig rig;
    base::Rng rng(20'261'126);
    TestVisitor* ada = &rig.play("Ada");
    TestVisitor& bob = rig.play("Bob");
    rig.run(seconds(1));
    std::uint64_t closed = 0;
    for (int round = 0; round < 2'000; ++round) {
        netcode::InputPacket packet = ada->acknowledgement();
        packet.first_input = rig.room().match().next() + 2;
        packet.count = static_cast<std::uint32_t>(rng.below(20));
        for (std::uint32_t index = 0; index < packet.count; ++index) {
            const CountInput input{.step = static_cast<std::int8_t>(rng.below(100)), .pressed = press_once};
            std::memcpy(packet.inputs[index].bytes, &input, sizeof input);
        }
        netcode::InputPacketBytes room;
        const ByteView whole = netcode::write_input_packet(count_8, packet, room);
        std::vector<std::byte> bytes(whole.begin(), whole.end());
        if (rng.chance(500)) bytes.resize(rng.below(bytes.size() + 1));
        for (std::uint64_t flips = rng.below(4); flips > 0 && !bytes.empty(); --flips)
            bytes[rng.below(bytes.size())] ^= static_cast<std::byte>(1 << rng.below(8));
        // A flip can make any input, also the one that breaks this game on purpose: not what is meant here.
        if (bytes.empty() || bytes[0] != std::byte{2}) bytes.assign(1, std::byte{2});
        netcode::InputPacket read;
        const bool breaks = netcode::read_input_packet(count_8, bytes, read) &&
                            std::ranges::any_of(read.inputs, [](const game::InputBuffer16& input) {
                                return (input.bytes[1] & std::byte{press_break}) != std::byte{0};
                            });
        if (!breaks) ada->send(bytes);
        rig.run(milliseconds(10));
        if (ada->closed) {
            ++closed;
            EXPECT_EQ(code_of(*ada), bad_message);
            ada = &rig.come(ada->person, Role::player, rig.room().setup().id);
            rig.run(milliseconds(500));
        }
    }
    EXPECT_GE(closed, 1u) << "who sends nothing else is closed in the end";
    EXPECT_GE(rig.counters().packets_bad, 50u);
    rig.run(seconds(2));
    EXPECT_EQ(bob.hashes_wrong, 0u);
    EXPECT_EQ(bob.garbled, 0u);
    EXPECT_EQ(rig.counters().rooms_broken, 0u);
}

TEST(Visit, random_datagrams_are_counted_and_end_it) {
    RoomRig rig;
    base::Rng rng(7);
    TestVisitor& visitor = rig.play("Noise");
    rig.run(milliseconds(200));
    for (int count = 0; count < 300 && visitor.is_open(); ++count) {
        std::vector<std::byte> bytes(rng.below(1000));
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(rng.below(256));
        visitor.send(bytes);
        rig.run(milliseconds(10));
    }
    EXPECT_EQ(code_of(visitor), bad_message);
    EXPECT_GE(rig.visits->counters().datagrams_bad, 50u);
}

TEST(Visit, acknowledgements_of_ticks_never_sent_are_ignored_and_counted) {
    RoomRig rig;
    TestVisitor& liar = rig.play("Liar");
    rig.alive = false;
    rig.run(seconds(1));
    netcode::InputPacket packet;
    packet.epoch = liar.epoch;
    packet.newest_received = rig.room().match().next() + 1'000'000;
    packet.received_before = 0xffffffff;
    liar.send_packet(packet);
    packet.newest_received = Tick{UINT32_MAX - 1};
    liar.send_packet(packet);
    rig.run(seconds(1));
    EXPECT_EQ(rig.counters().acknowledgements_bad, 2u);
    EXPECT_LE(rig.room().match().next() - liar.next, 3) << "ticks keep coming";
    EXPECT_TRUE(liar.is_open());
}

TEST(Visit, who_never_acknowledges_costs_little_and_is_closed_when_silent) {
    RoomRig rig;
    TestVisitor& mute = rig.play("Mute");
    rig.alive = false;
    rig.run(seconds(5));
    EXPECT_LE(rig.room().match().next() - mute.next, 3);
    const std::uint64_t bytes = mute.datagram_bytes;
    rig.run(seconds(5));
    // 30 sends per second of at most 4 quiet ticks behind 12 bytes.
    EXPECT_LE(mute.datagram_bytes - bytes, 5u * 30 * 20);
    rig.run(seconds(4));
    EXPECT_EQ(code_of(mute), net::close_code::timed_out);
    EXPECT_EQ(rig.visits->counters().timed_out, 1u);
    EXPECT_EQ(rig.room().seats().at(Seat{0}).state, SeatState::dropped);
}

TEST(Visit, a_lost_connection_drops_the_seat) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.link().pull_cable();
    rig.run(seconds(30));
    EXPECT_EQ(rig.room().seats().at(Seat{0}).state, SeatState::dropped);
    EXPECT_EQ(rig.visits->size(), 0u);
}

TEST(Visit, an_input_of_another_epoch_is_ignored) {
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.epoch += 9;
    ada.send_inputs(rig.room().match().next() + 2, {{.step = 9}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count().sums[0], 0);
    EXPECT_GE(rig.counters().packets_stale, 1u);
}

TEST(Visit, numbers_that_are_none_cannot_travel) {
    // Inputs are integers on the wire; a state with a NaN is refused where it is read.
    std::array<std::byte, 4> nan_bytes = {std::byte{0}, std::byte{0}, std::byte{0xc0}, std::byte{0x7f}};
    wire::BitReader reader(nan_bytes);
    float value = 0;
    EXPECT_FALSE(reader.f32(value));
    // And what an input may hold is limited by the game before it counts.
    RoomRig rig;
    TestVisitor& ada = rig.play("Ada");
    rig.run(milliseconds(500));
    ada.send_inputs(rig.room().match().next() + 2, {{.step = 127}, {.step = 0}});
    rig.run(milliseconds(500));
    EXPECT_EQ(ada.count().sums[0], 100);
}

// ---- The lobby

TEST(Visit, whoever_is_in_the_lobby_gets_it_anew_at_most_once_per_second) {
    RigOptions options;
    int made = 0;
    options.lobby_html = [&made] { return "<p>" + std::to_string(++made) + "</p>"; };
    RoomRig rig(options);
    TestVisitor& visitor = rig.dial();
    visitor.say({{"type", "hello"}, {"ticket", rig.ticket(rig.person("Ada"), Role::lobby)}});
    rig.run(milliseconds(300));
    EXPECT_EQ(visitor.count_of("html"), 1u);
    for (int guest = 0; guest < 8; ++guest) {
        rig.play("Guest");
        rig.run(milliseconds(250));
        for (auto& each : rig.visitors)
            each->send(
                bytes_of("\x03"
                         "12345678"));
    }
    EXPECT_GE(visitor.count_of("html"), 2u);
    EXPECT_LE(visitor.count_of("html"), 4u);
    EXPECT_EQ(rig.visitors.back()->count_of("html"), 0u) << "not in a room";
    const std::size_t before = visitor.count_of("html");
    for (int quiet = 0; quiet < 5; ++quiet) {
        visitor.send(
            bytes_of("\x03"
                     "12345678"));
        rig.run(seconds(1));
    }
    EXPECT_LE(visitor.count_of("html"), before + 1) << "nothing changes, nothing is sent";
}

TEST(Visit, a_lobby_that_shows_a_room_live_gets_news_of_the_lobby_too) {
    RigOptions options;
    int made = 0;
    options.lobby_html = [&made] { return "<p>" + std::to_string(++made) + "</p>"; };
    RoomRig rig(options);
    TestVisitor& lobby = rig.come(rig.person("Ada"), Role::preview, rig.room().setup().id);
    rig.run(seconds(1));
    const std::size_t before = lobby.count_of("html");
    rig.play("Bob");
    rig.run(seconds(2));
    EXPECT_GT(lobby.count_of("html"), before);
    EXPECT_EQ(rig.visitors.back()->count_of("html"), 0u);
}

TEST(Visit, leaving_a_room_leads_to_the_lobby_and_back) {
    RigOptions options;
    options.lobby_html = [] { return std::string("<p></p>"); };
    RoomRig rig(options);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.say({{"type", "lobby"}});
    rig.run(seconds(1));
    EXPECT_EQ((*ada.last("left"))["reason"], "own");
    EXPECT_EQ(ada.count_of("html"), 1u);
    EXPECT_EQ(rig.room().seats().taken(), 0u);
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, rig.room().setup().id)}});
    rig.run(seconds(1));
    EXPECT_EQ(ada.count_of("entered"), 2u);
    EXPECT_EQ(ada.hashes_wrong, 0u);
}

TEST(Visit, changing_rooms_is_a_message_and_a_refusal_leaves_one_where_one_is) {
    RoomRig rig;
    const auto other = *rig.rooms->make({.game = "count"}, rig.now);
    const auto full = *rig.rooms->make({.game = "count", .seats = 1}, rig.now);
    rig.come(rig.person("Owner"), Role::player, full);
    TestVisitor& ada = rig.play("Ada");
    rig.run(seconds(1));
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, full)}});
    rig.run(seconds(1));
    EXPECT_EQ((*ada.last("refused"))["reason"], "full");
    EXPECT_EQ(rig.room().seats().taken(), 1u);
    ada.say({{"type", "enter"}, {"ticket", rig.ticket(ada.person, Role::player, other)}});
    rig.run(seconds(1));
    EXPECT_EQ((*ada.last("entered"))["room"]["id"], std::string(other.text()));
    EXPECT_EQ(rig.room().seats().taken(), 0u) << "for good";
    EXPECT_EQ(ada.hashes_wrong, 0u);
    EXPECT_TRUE(ada.has_state);
}

}  // namespace
}  // namespace gs::rooms::testing
