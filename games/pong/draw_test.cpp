#include "games/pong/draw.h"

#include "games/pong/test_court.h"

#include <memory>

namespace gs::pong {
namespace {

using game::DrawItem;
using game::DrawList;
using game::Shape;

struct Picture {
    const State& state;
    Seat own = no_seat;
    float aspect = 16.F / 9;
    std::span<const game::ShownEvent> recent = {};
};

std::unique_ptr<DrawList> draw(const Picture& picture) {
    auto list = std::make_unique<DrawList>();
    Pong::draw({.before = picture.state,
                .after = picture.state,
                .fraction = 1,
                .seen_before = picture.state,
                .seen_after = picture.state,
                .own = picture.own,
                .aspect = picture.aspect,
                .seconds = 1,
                .recent = picture.recent},
               *list);
    return list;
}

TEST(PongDraw, shows_the_whole_court_in_every_window) {
    const State state = {};
    for (const float aspect : {0.3F, 0.46F, 0.5625F, 1.F, 1.33F, 1.78F, 2.4F, 5.F}) {
        const auto list = draw({.state = state, .aspect = aspect});
        EXPECT_GE(list->camera.height / 2, court_half.y + 1);
        EXPECT_GE(list->camera.height * aspect / 2, court_half.x);
        EXPECT_LT(list->items().size(), DrawList::items_max * 3 / 4) << "room for confetti, at " << aspect;
    }
}

TEST(PongDraw, names_who_plays_where_they_can_be_read) {
    TestCourt court;
    court.happens(0, game::SeatEvent::Kind::joined);
    court.step();
    for (const float aspect : {0.5625F, 1.78F}) {
        const auto list = draw({.state = court.state, .own = {0}, .aspect = aspect});
        int labels = 0;
        for (const DrawItem& item : list->items()) {
            if (item.shape != Shape::label) continue;
            ++labels;
            EXPECT_EQ(item.seat, Seat{0});
            // Of a picture of 640 pixels, in both: letters of 12 pixels or more.
            EXPECT_GT(item.half_size.y * 2 / list->camera.height * 640, 16);
        }
        EXPECT_EQ(labels, 1);
    }
}

TEST(PongDraw, the_own_paddle_is_marked) {
    TestCourt court;
    court.begin_match();
    EXPECT_GT(draw({.state = court.state, .own = {1}})->items().size(),
              draw({.state = court.state})->items().size());
}

TEST(PongDraw, a_point_is_celebrated_for_two_seconds) {
    TestCourt court;
    court.begin_match();
    game::ShownEvent shown = {
        .event = {.kind = Happened::scored, .seat = {0}, .other = {1}, .at = {court_half.x, 2}},
        .age_s = 0.3F};
    const std::size_t quiet = draw({.state = court.state})->items().size();
    EXPECT_GT(draw({.state = court.state, .recent = {&shown, 1}})->items().size(), quiet + 40);
}

}  // namespace
}  // namespace gs::pong
