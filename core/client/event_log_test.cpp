#include "core/client/event_log.h"

#include "core/game/test_game.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::client {
namespace {

using game::Event;
using game::test_module;

constexpr std::uint8_t pressed = game::TestGame::event_pressed;  // shown when guessed
constexpr std::uint8_t counted = game::TestGame::event_counted;  // only when certain

struct EventRig {
    EventLog log{test_module};
    netcode::Micros now = 1'000'000;

    void guess(Tick first, const std::vector<std::pair<Tick, Event>>& events, Tick next) {
        log.begin_guesses(first);
        for (const auto& [tick, event] : events)
            log.guess(tick, std::span(&event, 1));
        log.end_guesses(next);
    }
    void confirm(Tick tick, const std::vector<Event>& events) { log.confirm(tick, events); }
    /// Status and whether it is the first notice, as a text: "p!" is predicted, first.
    std::string notices(double predicted = 1000, double seen = 1000) {
        log.show(predicted, seen, now);
        std::string text;
        for (const EventNotice& notice : log.take_notices()) {
            text += "pcw"[static_cast<int>(notice.status)];
            if (notice.is_first != 0) text += '!';
        }
        return text;
    }
};

Event press_of(std::uint8_t seat) { return {.kind = pressed, .seat = Seat{seat}}; }

TEST(EventLog, a_guess_is_noticed_once_and_confirmed_once) {
    EventRig rig;
    rig.guess(Tick{10}, {{Tick{12}, press_of(1)}}, Tick{10});
    EXPECT_EQ(rig.notices(), "p!");
    // Made again, some ticks later: still the same.
    rig.guess(Tick{11}, {{Tick{14}, press_of(1)}}, Tick{11});
    EXPECT_EQ(rig.notices(), "");
    rig.confirm(Tick{13}, {press_of(1)});
    EXPECT_EQ(rig.notices(), "c");
    rig.guess(Tick{14}, {}, Tick{14});
    EXPECT_EQ(rig.notices(), "");
}

TEST(EventLog, a_guess_that_is_not_made_again_is_withdrawn) {
    EventRig rig;
    rig.guess(Tick{10}, {{Tick{12}, press_of(1)}}, Tick{10});
    EXPECT_EQ(rig.notices(), "p!");
    rig.guess(Tick{11}, {}, Tick{11});
    EXPECT_EQ(rig.notices(), "w");
    // And if it happens after all, it is not heard twice.
    rig.confirm(Tick{12}, {press_of(1)});
    EXPECT_EQ(rig.notices(), "c");
}

TEST(EventLog, a_guess_whose_tick_has_passed_without_it_is_withdrawn) {
    EventRig rig;
    rig.guess(Tick{10}, {{Tick{12}, press_of(1)}}, Tick{10});
    EXPECT_EQ(rig.notices(), "p!");
    rig.confirm(Tick{12}, {});
    rig.guess(Tick{20}, {}, Tick{13});
    EXPECT_EQ(rig.notices(), "w");
}

TEST(EventLog, what_nobody_may_take_back_waits_until_it_is_certain) {
    EventRig rig;
    const Event count = {.kind = counted, .seat = Seat{1}, .value = 10};
    rig.guess(Tick{10}, {{Tick{12}, count}}, Tick{10});
    EXPECT_EQ(rig.notices(), "");
    rig.confirm(Tick{12}, {count});
    EXPECT_EQ(rig.notices(), "c!");
}

TEST(EventLog, what_was_not_guessed_appears_when_others_are_drawn_there) {
    EventRig rig;
    rig.confirm(Tick{12}, {press_of(1)});
    EXPECT_EQ(rig.notices(30, 11.9), "");
    EXPECT_EQ(rig.notices(30, 12.1), "c!");
    rig.guess(Tick{13}, {{Tick{20}, press_of(2)}}, Tick{13});
    EXPECT_EQ(rig.notices(19.9, 13), "");
    EXPECT_EQ(rig.notices(20, 13), "p!") << "and what was guessed, in its own time";
}

TEST(EventLog, two_of_the_same_in_one_tick_are_two) {
    EventRig rig;
    rig.log.begin_guesses(Tick{10});
    const std::vector<Event> both = {press_of(1), press_of(1)};
    rig.log.guess(Tick{12}, both);
    rig.log.end_guesses(Tick{10});
    EXPECT_EQ(rig.notices(), "p!p!");
    rig.confirm(Tick{12}, both);
    EXPECT_EQ(rig.notices(), "cc");
}

TEST(EventLog, pictures_show_what_is_not_withdrawn_for_two_seconds) {
    EventRig rig;
    rig.guess(Tick{10}, {{Tick{12}, press_of(1)}, {Tick{13}, press_of(2)}}, Tick{10});
    rig.log.show(1000, 1000, rig.now);
    rig.guess(Tick{10}, {{Tick{12}, press_of(1)}}, Tick{10});
    const auto shown = rig.log.recent(rig.now + 500'000);
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_EQ(shown[0].event.seat, Seat{1});
    EXPECT_NEAR(shown[0].age_s, 0.5, 1e-6);
    EXPECT_TRUE(rig.log.recent(rig.now + 2'000'001).empty());
}

TEST(EventLog, kinds_that_the_game_does_not_have_are_nothing) {
    EventRig rig;
    rig.confirm(Tick{1}, {{.kind = 77}});
    EXPECT_EQ(rig.notices(), "");
}

TEST(EventLog, a_storm_of_events_keeps_its_bounds) {
    EventRig rig;
    for (std::uint32_t tick = 0; tick < 600; ++tick) {
        std::vector<Event> events(game::events_max, press_of(static_cast<std::uint8_t>(tick % 8)));
        rig.confirm(Tick{tick}, events);
        rig.log.show(tick, tick, rig.now);
    }
    EXPECT_LE(rig.log.take_notices().size(), 256u);
    EXPECT_LE(rig.log.recent(rig.now).size(), 256u);
}

}  // namespace
}  // namespace gs::client
