#include "games/plaza/draw.h"

#include "games/plaza/test_square.h"

#include <algorithm>
#include <memory>

namespace gs::plaza {
namespace {

using game::DrawItem;
using game::DrawList;
using game::Shape;

struct Picture {
    State before, after;
    float fraction = 1;
    Seat own = no_seat;
    float aspect = 16.F / 9;
    float seconds = 1;
};

std::unique_ptr<DrawList> draw(const Picture& picture) {
    auto list = std::make_unique<DrawList>();
    Plaza::draw({.before = picture.before,
                 .after = picture.after,
                 .fraction = picture.fraction,
                 .seen_before = picture.before,
                 .seen_after = picture.after,
                 .seen_fraction = picture.fraction,
                 .own = picture.own,
                 .aspect = picture.aspect,
                 .seconds = picture.seconds},
                *list);
    return list;
}

Picture of(const State& state) { return {.before = state, .after = state}; }

const DrawItem* label_of(const DrawList& list, Seat seat) {
    const auto found = std::ranges::find_if(list.items(), [seat](const DrawItem& item) {
        return item.shape == Shape::label && item.seat == seat;
    });
    return found == list.items().end() ? nullptr : &*found;
}

TEST(PlazaDraw, an_empty_square_is_a_short_list_and_a_full_one_fits) {
    TestSquare square;
    EXPECT_LT(draw(of(square.state))->items().size(), 800U);
    square.people(200);
    square.step(600);
    EXPECT_LT(draw(of(square.state))->items().size(), DrawList::items_max);
}

TEST(PlazaDraw, players_see_themselves_and_nothing_beyond_the_picture) {
    base::Rng rng(8);
    TestSquare square;
    square.people(30);
    for (int moment = 0; moment < 4; ++moment) {
        square.press_anything(rng);
        square.step(120);
        for (const float aspect : {0.46F, 0.75F, 1.F, 1.78F, 2.4F, 5.F}) {
            for (std::uint8_t seat = 0; seat < 30; seat += 3) {
                Picture picture = of(square.state);
                picture.own = {seat};
                picture.aspect = aspect;
                const auto list = draw(picture);
                const game::Camera& camera = list->camera;
                const Vec2 half = {camera.height * aspect / 2, camera.height / 2};
                const Vec2 away = square.state.walkers[seat].at - camera.centre;
                ASSERT_LT(std::max(away.x, -away.x), half.x);
                ASSERT_LT(std::max(away.y, -away.y), half.y);
                ASSERT_GT(camera.centre.x - half.x, picture_min.x - 0.01F);
                ASSERT_LT(camera.centre.x + half.x, picture_max.x + 0.01F);
                ASSERT_GT(camera.centre.y - half.y, picture_min.y - 0.01F);
                ASSERT_LT(camera.centre.y + half.y, picture_max.y + 0.01F);
                ASSERT_NE(label_of(*list, {seat}), nullptr);
            }
        }
    }
}

TEST(PlazaDraw, spectators_have_the_ball_in_the_picture) {
    TestSquare square;
    for (const float aspect : {0.46F, 1.F, 1.78F, 3.F}) {
        for (const float x : {-21.F, -10.F, 0.F, 15.F, 21.F}) {
            Picture picture = of(square.state);
            picture.before.ball.at = picture.after.ball.at = {x, x / 2};
            picture.aspect = aspect;
            const game::Camera camera = draw(picture)->camera;
            EXPECT_LT(std::max(x - camera.centre.x, camera.centre.x - x), camera.height * aspect / 2);
            EXPECT_LT(std::max(x / 2 - camera.centre.y, camera.centre.y - x / 2), camera.height / 2);
        }
    }
}

TEST(PlazaDraw, who_walks_is_shown_between_two_ticks_and_who_appears_is_not) {
    TestSquare square;
    square.people(2);
    Picture picture = of(square.state);
    picture.fraction = 0.5F;
    picture.before.walkers[0].at = {5, 7};
    picture.after.walkers[0].at = {5.2F, 7};
    picture.before.walkers[1] = {};
    picture.after.walkers[1].at = {3, 8};
    const auto list = draw(picture);
    ASSERT_NE(label_of(*list, {0}), nullptr);
    EXPECT_NEAR(label_of(*list, {0})->at.x, 5.1F, 0.001F);
    ASSERT_NE(label_of(*list, {1}), nullptr);
    EXPECT_NEAR(label_of(*list, {1})->at.x, 3, 0.001F);
}

TEST(PlazaDraw, windows_and_times_of_any_kind_give_finite_pictures) {
    base::Rng rng(2);
    TestSquare square;
    square.people(20);
    square.press_anything(rng);
    square.inputs[3].pressed = Input::hop | Input::laugh;
    square.state.ball.goal_ticks = 60;
    square.step(5);
    for (const float any : {0.F, -1.F, 1e-9F, 1e9F, __builtin_inff(), __builtin_nanf("")}) {
        Picture picture = of(square.state);
        picture.aspect = any;
        picture.seconds = any;
        const auto list = draw(picture);
        ASSERT_TRUE(wire::is_finite(list->camera.height) && list->camera.height > 0);
        for (const DrawItem& item : list->items()) {
            ASSERT_TRUE(wire::is_finite(item.at.x) && wire::is_finite(item.at.y));
            ASSERT_TRUE(wire::is_finite(item.half_size.x) && wire::is_finite(item.half_size.y));
        }
    }
}

}  // namespace
}  // namespace gs::plaza
