#include "server/app/watchdog.h"

#include "server/rooms/room_rig.h"

#include <gtest/gtest.h>

#include <thread>

namespace gs::app {
namespace {

using namespace std::chrono_literals;
using rooms::StepWatch;

/// Leaves steps of the thread that made it as soon as another thread has seen them twice.
class QuickWatchdog {
  public:
    explicit QuickWatchdog(StepWatch& watch) : judge_(watch, 1s) {
        Watchdog::install_handler();
        StepWatch::watch_this_thread(&watch);
    }
    ~QuickWatchdog() { StepWatch::watch_this_thread(nullptr); }

    template <class Work>
    void during(Work work) {
        std::atomic<bool> done = false;
        std::thread other([&, shard = pthread_self()] {
            for (net::Instant now{}; !done; now += 600ms) {
                if (judge_.look(now)) pthread_kill(shard, Watchdog::step_signal);
                std::this_thread::yield();
            }
        });
        work();
        done = true;
        other.join();
    }

  private:
    StepJudge judge_;
};

TEST(StepJudge, condemns_a_step_that_runs_too_long_and_no_other) {
    game::Module idle = rooms::testing::race;
    StepWatch watch;
    StepJudge judge(watch, 1s);
    net::Instant now{};
    EXPECT_FALSE(judge.look(now));
    now += 10s;
    EXPECT_FALSE(judge.look(now)) << "no step runs";
    StepWatch::watch_this_thread(&watch);
    game::StateBuffer state(idle);
    const game::InputVector inputs(idle);
    static StepJudge* looks = nullptr;
    looks = &judge;
    idle.step = [](void*, const game::RawTurn&) -> game::CheckFailure {
        EXPECT_FALSE(looks->look(net::Instant{} + 20s)) << "it may just have begun";
        EXPECT_FALSE(looks->look(net::Instant{} + 20s + 999ms));
        EXPECT_TRUE(looks->look(net::Instant{} + 21s));
        return {};
    };
    EXPECT_FALSE(
        rooms::guarded_step(idle, state.data(), {.tick = {}, .inputs = inputs.data(), .events = {}}));
    EXPECT_EQ(watch.count(), 2u);
    EXPECT_FALSE(judge.look(now + 60s));
    // A signal that comes too late does nothing.
    StepWatch::leave_condemned_step();
    StepWatch::watch_this_thread(nullptr);
}

TEST(Watchdog, a_step_that_never_ends_closes_its_room_with_its_log_and_the_server_lives) {
    using rooms::testing::RaceInput;
    rooms::testing::RoomRig rig({.game = &rooms::testing::race});
    StepWatch watch;
    QuickWatchdog watchdog(watch);
    auto& ada = rig.play("Ada");
    rig.run(1s);
    const auto other = rig.rooms->make({.game = "race"}, rig.now);
    ASSERT_TRUE(other);
    auto& bob = rig.come(rig.person("Bob"), rooms::Role::player, *other);
    rig.run(1s);
    for (std::size_t time = 1; time <= 3; ++time) {
        const Tick stalls = rig.room().match().next() + 2;
        ada.send_inputs<RaceInput>(stalls, {{.pressed = rooms::testing::race_stall}});
        for (bool goes_on = true; goes_on; goes_on = rig.logs.kept.size() < time) {
            const bool is_next = rig.rooms->featured() != nullptr && rig.room().match().next() == stalls;
            if (is_next) {
                watchdog.during([&] { rig.run(17ms); });
            } else {
                rig.run(1ms);
            }
        }
        const auto& kept = rig.logs.kept.back();
        EXPECT_STREQ(kept.failure.why, "a step does not end");
        const auto log = netcode::read_log_file(kept.log);
        ASSERT_TRUE(log.file);
        EXPECT_EQ(log.file->chunks.back().first + log.file->chunks.back().count, stalls + 1)
            << "the tick that failed is the last";
        ASSERT_NE(ada.last("left"), nullptr);
        EXPECT_EQ((*ada.last("left"))["reason"], "closed");
        rig.run(12s);
        ASSERT_NE(rig.rooms->featured(), nullptr) << "the permanent room is there again";
        ada.say({{"type", "enter"},
                 {"ticket", rig.ticket(ada.person, rooms::Role::player, rig.room().setup().id)}});
        rig.run(1s);
        EXPECT_EQ(ada.count_of("entered"), time + 1);
    }
    EXPECT_GE(bob.hashes_equal, 30u) << "others have not noticed";
    EXPECT_EQ(bob.hashes_wrong, 0u);
}

TEST(Watchdog, begins_and_ends_and_watches_turns_only) {
    Watchdog watchdog;
    EXPECT_EQ(StepWatch::of_this_thread(), nullptr);
    {
        const Watchdog::Turn turn(watchdog);
        EXPECT_NE(StepWatch::of_this_thread(), nullptr);
    }
    EXPECT_EQ(StepWatch::of_this_thread(), nullptr);
}

}  // namespace
}  // namespace gs::app
