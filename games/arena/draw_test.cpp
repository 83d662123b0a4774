#include "games/arena/draw.h"

#include "games/arena/test_arena.h"

#include <memory>

namespace gs::arena {
namespace {

using game::DrawItem;
using game::DrawList;
using game::Shape;

struct Picture {
    State before, after;
    State seen_before, seen_after;
    float fraction = 0.5F;
    Seat own = no_seat;
    float aspect = 16.F / 9;
    float seconds = 1;
    std::vector<game::ShownEvent> recent;

    explicit Picture(const State& state)
        : before(state), after(state), seen_before(state), seen_after(state) {}
};

std::unique_ptr<DrawList> draw(const Picture& picture) {
    auto list = std::make_unique<DrawList>();
    Arena::draw({.before = picture.before,
                 .after = picture.after,
                 .fraction = picture.fraction,
                 .seen_before = picture.seen_before,
                 .seen_after = picture.seen_after,
                 .seen_fraction = picture.fraction,
                 .own = picture.own,
                 .aspect = picture.aspect,
                 .seconds = picture.seconds,
                 .recent = picture.recent},
                *list);
    return list;
}

const DrawItem* label_of(const DrawList& list, std::size_t seat) {
    const auto found = std::ranges::find_if(list.items(), [seat](const DrawItem& item) {
        return item.shape == Shape::label && item.seat == seat_of(seat);
    });
    return found == list.items().end() ? nullptr : &*found;
}

TEST(ArenaDraw, the_own_figure_is_predicted_and_others_are_where_they_were_seen) {
    TestArena arena;
    arena.people(2);
    Picture picture(arena.state);
    picture.own = {0};
    picture.before.fighters[0].at = {3, 6};
    picture.after.fighters[0].at = {3.2F, 6};
    picture.after.fighters[1].at = {5, 5};
    picture.seen_before.fighters[1].at = {4, 5};
    picture.seen_after.fighters[1].at = {4.1F, 5};
    const auto list = draw(picture);
    ASSERT_NE(label_of(*list, 0), nullptr);
    EXPECT_NEAR(label_of(*list, 0)->at.x, 3.1F, 0.001F);
    ASSERT_NE(label_of(*list, 1), nullptr);
    EXPECT_NEAR(label_of(*list, 1)->at.x, 4.05F, 0.001F);
}

TEST(ArenaDraw, who_appears_elsewhere_does_not_fly_there_and_who_is_out_is_not_drawn) {
    TestArena arena;
    arena.people(3);
    Picture picture(arena.state);
    picture.before.fighters[1].at = picture.seen_before.fighters[1].at = {-10, 3};
    picture.after.fighters[1].at = picture.seen_after.fighters[1].at = {10, 3};
    picture.seen_after.fighters[2].respawn_ticks = 50;
    const auto list = draw(picture);
    EXPECT_NEAR(label_of(*list, 1)->at.x, 10, 0.001F);
    EXPECT_EQ(label_of(*list, 2), nullptr);
}

TEST(ArenaDraw, players_see_themselves_at_every_shape_of_window) {
    TestArena arena;
    arena.computers(8);
    for (int moment = 0; moment < 6; ++moment) {
        arena.step(200);
        for (const float aspect : {0.46F, 0.56F, 1.F, 1.78F, 2.4F}) {
            for (std::uint8_t seat = 0; seat < 8; ++seat) {
                Picture picture(arena.state);
                picture.own = {seat};
                picture.aspect = aspect;
                const auto list = draw(picture);
                const game::Camera& camera = list->camera;
                const Vec2 away = arena.state.fighters[seat].at - camera.centre;
                ASSERT_LT(std::max(away.x, -away.x), camera.height * aspect / 2 - 1);
                ASSERT_LT(std::max(away.y, -away.y), camera.height / 2 - 1);
                ASSERT_GE(camera.height * aspect, 13.4F) << "enough to see who comes";
            }
        }
    }
}

TEST(ArenaDraw, spectators_see_the_whole_arena) {
    TestArena arena;
    for (const float aspect : {0.46F, 1.F, 1.78F, 3.F}) {
        Picture picture(arena.state);
        picture.aspect = aspect;
        const game::Camera camera = draw(picture)->camera;
        EXPECT_GE(camera.height, 2 * map::half.y);
        EXPECT_GE(camera.height * aspect, 2 * map::half.x);
    }
}

TEST(ArenaDraw, the_largest_brawl_fits_and_is_finite) {
    TestArena arena;
    arena.computers(8);
    arena.begin_play();
    Picture picture(arena.state);
    for (Rocket& rocket : picture.after.rockets)
        rocket = {.at = {1, 6}, .aim = 40, .ticks_left = 20};
    for (int index = 0; index < 240; ++index) {
        for (std::uint8_t kind = 0; kind < happening_kinds; ++kind) {
            if (index % static_cast<int>(happening_kinds) != kind) continue;
            picture.recent.push_back({{.kind = kind,
                                       .seat = {static_cast<std::uint8_t>(index % 8)},
                                       .at = {-20, 3},
                                       .to = {20, -3}},
                                      static_cast<float>(index % 40) * 0.05F});
        }
    }
    std::size_t most = 0;
    for (const float any : {0.F, -1.F, 1e-9F, 1.5F, 1e9F, __builtin_inff(), __builtin_nanf("")}) {
        picture.aspect = any;
        picture.seconds = any;
        for (const Seat own : {no_seat, Seat{0}}) {
            picture.own = own;
            const auto list = draw(picture);
            most = std::max(most, list->items().size());
            ASSERT_TRUE(wire::is_finite(list->camera.height) && list->camera.height > 0);
            for (const DrawItem& item : list->items()) {
                ASSERT_TRUE(wire::is_finite(item.at.x) && wire::is_finite(item.at.y));
                ASSERT_TRUE(item.half_size.x >= 0 && item.half_size.y >= 0);
            }
        }
    }
    EXPECT_LT(most, DrawList::items_max);
}

}  // namespace
}  // namespace gs::arena
