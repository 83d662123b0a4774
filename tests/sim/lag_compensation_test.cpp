// A shot on its whole way: what a client draws, where it aims, its packet, the server's clamp, the step of
// the game. Seat 0 stands still and fires its rail at seat 1, who walks past.
#include "games/arena/arena.h"
#include "games/arena/module.h"
#include "tests/sim/real_room.h"

#include <algorithm>

namespace gs::sim {
namespace {

using arena::Angle;
using arena::Arena;
using arena::Happening;

constexpr Tick staged_at = {600};  // the match has begun by then
constexpr Vec2 shooter_at = {-14, 0};
constexpr Vec2 target_from = {-19, -5};

/// The arena, in which at one tick both stand where one can hit the other; for the server and for clients.
game::CheckFailure staged_step(void* memory, const game::RawTurn& turn) {
    const game::CheckFailure failure = arena::module().step(memory, turn);
    if (turn.tick != staged_at) return failure;
    auto& state = *static_cast<arena::State*>(memory);
    for (std::size_t seat = 0; seat < 2; ++seat) {
        const Vec2 at = seat == 0 ? shooter_at : target_from;
        arena::Fighter& fighter = state.fighters[seat];
        fighter = {.at = at, .presence = fighter.presence};
        state.past.fill(seat, at);
    }
    return failure;
}

const game::Module& duel_module() {
    static const game::Module module = [] {
        game::Module duel = arena::module();
        duel.step = staged_step;
        return duel;
    }();
    return module;
}

/// Where `list` has the figure of `seat`: under its name.
std::optional<Vec2> drawn_at(const game::DrawList& list, std::size_t seat) {
    const auto label = std::ranges::find_if(list.items(), [&](const game::DrawItem& item) {
        return item.shape == game::Shape::label && item.seat == arena::seat_of(seat);
    });
    if (label == list.items().end()) return std::nullopt;
    return label->at + Vec2{0, 0.98F + label->half_size.y};
}

class Duel : public RealRoom {
  public:
    explicit Duel(net::Duration each_way)
        : RealRoom(duel_module()), shooter(come("Ada", line_of(each_way))), target(*[&] {
              run(milliseconds(200));
              return &come("Bob", line_of(milliseconds(30)));
          }()) {
        on_tick = [this] { look(); };
        while (room().match().next() <= staged_at + 20)
            run(milliseconds(1));
        target.hands.move = {0, 1};
        target.client.set_controls(target.hands);
    }

    RealPlayer& shooter;
    RealPlayer& target;
    bool has_fired = false;
    bool has_hit = false;

    [[nodiscard]] const arena::State& state() const {
        return *static_cast<const arena::State*>(shadow.state().data());
    }
    /// Looks at its picture 60 times a second, points at what it shows, and fires when the target is near.
    void aim_and_fire() {
        ASSERT_TRUE(state().flow.is_playing());
        ASSERT_EQ(shooter.seat(), arena::seat_of(0));
        bool is_pulled = false;
        for (int frame = 0; frame < 90; ++frame) {
            run(milliseconds(16));
            shooter.client.draw(shooter.clock(), 16.F / 9, *list_);
            const auto seen = drawn_at(*list_, 1);
            if (!seen || is_pulled) continue;
            shooter.hands.pointer_at = *seen;
            is_pulled = seen->y > -2;
            shooter.press(is_pulled ? game::Controls::action_1 : 0);
        }
        ASSERT_TRUE(is_pulled);
        ASSERT_TRUE(has_fired) << "the shot has not come to the server";
        expect_in_sync(shooter, 60);
        expect_in_sync(target, 60);
        EXPECT_EQ(has_hit, state().fighters[1].health < arena::Fighter::health_max);
    }
    /// The shot is another one: of the age `claimed`, and at where the target was `aimed_back` ticks ago.
    void lie(std::uint8_t claimed, std::uint32_t aimed_back) {
        shooter.lie = [this, claimed, aimed_back](Tick tick, void* bytes) {
            auto& input = *static_cast<arena::Input*>(bytes);
            if ((input.pressed & arena::Input::rail) == 0) return;
            const auto [made, is_new] = lies_.try_emplace(tick.value, input);
            if (is_new) {
                const auto was = places_.find(tick.value - 1 - aimed_back);
                ASSERT_NE(was, places_.end()) << "nobody can know that yet";
                made->second.aim = arena::angle_of(was->second - shooter_at);
                made->second.view_age = claimed;
            }
            input = made->second;
        };
    }
    [[nodiscard]] std::uint32_t oldest_believed() { return room().match().view_ages({0}).max; }

  private:
    void look() {
        places_[room().match().next().value - 1] = state().fighters[1].at;
        for (const game::Event& event : room().match().emitted()) {
            has_fired = has_fired || event.kind == static_cast<std::uint8_t>(Happening::rail_fired);
            has_hit = has_hit || event.kind == static_cast<std::uint8_t>(Happening::rail_hit);
        }
    }

    std::unique_ptr<game::DrawList> list_ = std::make_unique<game::DrawList>();
    std::map<std::uint32_t, Vec2> places_;  // of the target after each tick
    std::map<std::uint32_t, arena::Input> lies_;
};

TEST(LagCompensation, what_the_picture_shows_is_hit_at_every_round_trip_up_to_150_ms) {
    for (const auto each_way : {5, 20, 50, 75}) {
        Duel duel{milliseconds(each_way)};
        duel.aim_and_fire();
        EXPECT_TRUE(duel.has_hit) << each_way;
        EXPECT_EQ(duel.state().fighters[1].health, 40) << each_way;
        EXPECT_EQ(duel.shared.counters.view_ages_beyond, 0u) << each_way;
    }
}

TEST(LagCompensation, without_its_age_the_same_shot_goes_behind_the_target) {
    Duel duel{milliseconds(75)};
    duel.shooter.lie = [](Tick, void* input) { static_cast<arena::Input*>(input)->view_age = 0; };
    duel.aim_and_fire();
    EXPECT_FALSE(duel.has_hit);
}

TEST(LagCompensation, a_view_of_400_ms_ago_is_no_longer_hit) {
    constexpr std::uint8_t back = 24;
    for (const std::uint8_t claimed : {back, game::view_age_max}) {
        Duel duel{milliseconds(75)};
        duel.lie(claimed, back);
        duel.aim_and_fire();
        EXPECT_FALSE(duel.has_hit) << +claimed;
    }
    // The same lie, aimed at where it ends.
    Duel duel{milliseconds(75)};
    duel.lie(back, game::view_age_max);
    duel.aim_and_fire();
    EXPECT_TRUE(duel.has_hit);
}

TEST(LagCompensation, who_claims_more_than_a_short_line_explains_is_moved_to_what_it_does) {
    Duel duel{milliseconds(15)};
    ASSERT_LE(duel.oldest_believed() + 5, game::view_age_max);
    duel.lie(game::view_age_max, game::view_age_max);
    duel.aim_and_fire();
    EXPECT_FALSE(duel.has_hit) << "what it aimed at was there too long ago";
    EXPECT_GE(duel.shared.counters.view_ages_beyond, 1u);

    Duel moved{milliseconds(15)};
    moved.lie(game::view_age_max, moved.oldest_believed());
    moved.aim_and_fire();
    EXPECT_TRUE(moved.has_hit);
    EXPECT_GE(moved.shared.counters.view_ages_beyond, 1u);
}

}  // namespace
}  // namespace gs::sim
