// Somebody whose client says nothing for a minute, and then goes on: what it costs the server and others
// meanwhile, and how it comes back.
#include "core/game/test_game.h"
#include "core/wire/limits.h"
#include "tests/sim/real_room.h"

namespace gs::sim {
namespace {

using game::TestGame;
using Mood = RealPlayer::Mood;

/// One who will fall silent, and two who play on, on lines of their own.
class Party : public RealRoom {
  public:
    Party()
        : RealRoom(game::test_module),
          silent(come("Silent", line_of(milliseconds(40)))),
          ada(come("Ada", line_of(milliseconds(20)))),
          bob(come("Bob", line_of(milliseconds(60)))) {
        run(seconds(1));
        play(seconds(4));
        late_before_ = rooms->input_counters().late;
    }

    RealPlayer& silent;
    RealPlayer& ada;
    RealPlayer& bob;
    std::uint32_t presses = 0;  // of Ada

    /// Ada walks here and there and presses twice a second; all the time both are in sync.
    void play(net::Duration duration) {
        for (const net::Instant end = now + duration; now < end;) {
            ada.hands.move = {presses % 2 == 0 ? 1.F : -1.F, 0.5F};
            ada.press(game::Controls::action_1);
            ++presses;
            run(milliseconds(500));
            expect_in_sync(ada, 20);
            expect_in_sync(bob, 20);
            if (net::Session* session = silent.link().server())
                most_queued = std::max(most_queued, session->stats().send_queue_bytes);
        }
    }
    void expect_undisturbed() {
        EXPECT_EQ(ada.client.stats().keyframes, 1);
        EXPECT_EQ(bob.client.stats().keyframes, 1);
        EXPECT_EQ(ada.client.stats().repairs_asked + bob.client.stats().repairs_asked, 0);
        EXPECT_EQ(seat(ada).presses, presses);
        EXPECT_EQ(shared.counters.overruns, 0u);
        EXPECT_EQ(shared.counters.viewers_too_slow, 0u);
    }
    [[nodiscard]] std::uint64_t late() { return rooms->input_counters().late - late_before_; }
    std::size_t most_queued = 0;

    [[nodiscard]] const TestGame::SeatState& seat(const RealPlayer& player) const {
        return static_cast<const TestGame::State*>(shadow.state().data())->seat[player.seat().value];
    }
    /// Back in time with the others, and each press counts.
    void expect_back() {
        play(seconds(5));
        expect_in_sync(silent, 20);
        const std::uint32_t before = seat(silent).presses;
        for (int press = 0; press < 5; ++press) {
            silent.press(game::Controls::action_1);
            play(milliseconds(500));
        }
        EXPECT_EQ(seat(silent).presses, before + 5);
        expect_in_sync(silent, 20);
    }

  private:
    std::uint64_t late_before_ = 0;
};

TEST(Silence, of_acknowledgements_for_a_minute_costs_no_more_than_the_least_and_ends_without_a_trace) {
    Party party;
    const Seat own = party.silent.seat();
    party.silent.mood = Mood::mute;
    party.play(seconds(5));
    const std::uint64_t bytes = party.silent.tick_bytes;
    const std::uint64_t bytes_of_bob = party.bob.tick_bytes;
    party.play(seconds(55));
    EXPECT_TRUE(party.silent.link().server() != nullptr) << "its pings are signs of life";
    EXPECT_LE(party.silent.tick_bytes - bytes, party.bob.tick_bytes - bytes_of_bob)
        << "Bob acknowledges, over a longer line: he gets what is on its way again";
    EXPECT_LE(party.most_queued, 4096u);
    EXPECT_EQ(party.late(), 0u);
    EXPECT_EQ(party.silent.client.stats().repairs_asked, 0) << "it had them all";

    party.silent.mood = Mood::lively;
    party.expect_back();
    party.expect_undisturbed();
    EXPECT_EQ(party.silent.seat(), own);
    EXPECT_EQ(party.silent.entered, 1u);
    EXPECT_EQ(party.silent.client.stats().keyframes, 1);
}

TEST(Silence, of_a_program_that_hangs_for_a_minute_ends_with_one_keyframe) {
    Party party;
    const Seat own = party.silent.seat();
    party.silent.mood = Mood::frozen;
    party.silent.link().client()->set_receiving(net::Session::Receiving::paused);
    party.play(seconds(60));
    EXPECT_TRUE(party.silent.link().server() != nullptr);
    EXPECT_LE(party.most_queued, wire::send_queue_bytes_max);
    EXPECT_EQ(party.late(), 0u);
    EXPECT_EQ(party.shared.counters.keyframes_sent, 3u);

    party.silent.mood = Mood::lively;
    party.silent.link().client()->set_receiving(net::Session::Receiving::open);
    party.expect_back();
    party.expect_undisturbed();
    EXPECT_EQ(party.silent.seat(), own);
    EXPECT_EQ(party.silent.entered, 1u);
    EXPECT_EQ(party.silent.client.stats().keyframes, 2) << "a minute is too long for a repair";
    EXPECT_EQ(party.shared.counters.keyframes_sent, 4u);
}

TEST(Silence, of_the_line_for_a_minute_after_the_seat_was_given_up_leads_to_a_new_seat) {
    Party party;
    party.silent.link().pull_cable();
    party.play(seconds(20));
    EXPECT_EQ(party.room().seats().taken(), 3u) << "held";
    party.play(seconds(30));
    EXPECT_EQ(party.room().seats().taken(), 2u);
    EXPECT_EQ(party.visits->size(), 2u) << "nothing is kept of it";
    EXPECT_EQ(party.shared.counters.seats_expired, 1u);
    party.play(seconds(60));
    EXPECT_EQ(party.visits->size(), 2u);

    party.come_back(party.silent, line_of(milliseconds(40)));
    party.expect_back();
    party.expect_undisturbed();
    EXPECT_EQ(party.silent.entered, 2u);
    EXPECT_EQ(party.room().seats().taken(), 3u);
    EXPECT_EQ(party.shared.counters.resume_tokens_refused, 0u) << "an old token harms nobody";
}

}  // namespace
}  // namespace gs::sim
