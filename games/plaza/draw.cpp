// The picture: camera and order. Everything that stands is drawn from the back to the front.
#include "games/plaza/draw.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace gs::plaza {
namespace {

/// Between two ticks. Who is somewhere else altogether did not walk there.
Vec2 between(Vec2 before, Vec2 after, float fraction) {
    constexpr float walked_max = 1;
    return length_squared(after - before) < walked_max ? mix(before, after, fraction) : after;
}

/// Oneself is where one's keys have led by now; of others nobody knows that yet, and they are drawn where
/// they certainly were.
bool is_predicted(const game::Frame<State>& frame, std::size_t seat) { return frame.own.value == seat; }

const Walker& walker_of(const game::Frame<State>& frame, std::size_t seat) {
    return (is_predicted(frame, seat) ? frame.after : frame.seen_after).walkers[seat];
}

Vec2 place_of(const game::Frame<State>& frame, std::size_t seat) {
    const bool predicted = is_predicted(frame, seat);
    const Walker& before = (predicted ? frame.before : frame.seen_before).walkers[seat];
    const Walker& after = walker_of(frame, seat);
    const float fraction = predicted ? frame.fraction : frame.seen_fraction;
    return before.is_present() ? between(before.at, after.at, fraction) : after.at;
}

/// Of a window that may have no height, or no size at all yet.
float aspect_of(const game::Frame<State>& frame) {
    return frame.aspect > 0.2F ? std::min(frame.aspect, 5.F) : 0.2F;
}

game::Camera camera_of(const game::Frame<State>& frame) {
    const Vec2 size = picture_max - picture_min;
    const Vec2 middle = mix(picture_min, picture_max, 0.5F);
    const float aspect = aspect_of(frame);
    const bool plays = frame.own.value < seats && frame.after.walkers[frame.own.value].is_present();

    // Nothing beyond the picture is shown. Players see 15 units from top to bottom, in a tall window more.
    float height = std::min(size.y, size.x / aspect);
    if (plays) height = std::min(height, std::max(15.F, 11 / aspect));
    const Vec2 free = {std::max((size.x - height * aspect) / 2, 0.F), std::max((size.y - height) / 2, 0.F)};

    // Spectators follow the ball: at the edge of the square it is at the edge of the picture.
    const Vec2 ball = between(frame.before.ball.at, frame.after.ball.at, frame.fraction) - middle;
    Vec2 focus = {ball.x * free.x / (size.x / 2), ball.y * free.y / (size.y / 2)};
    // The middle of a person is above the feet.
    if (plays) focus = place_of(frame, frame.own.value) - Vec2{0, 0.6F} - middle;
    const Vec2 centre = {std::clamp(focus.x, -free.x, free.x), std::clamp(focus.y, -free.y, free.y)};
    return {.centre = middle + centre, .height = height, .clear = rgb(0x54703f)};
}

struct Standing {
    float y;
    std::uint16_t index;
    enum class Kind : std::uint8_t { solid, walker, pigeon, ball } kind;
};

struct Scene {
    std::array<Standing, solids.size() + seats + std::tuple_size_v<decltype(State::pigeons)> + 1> items;
    std::size_t count = 0;

    void add(Standing::Kind kind, float y, std::size_t index) {
        items[count++] = {y, static_cast<std::uint16_t>(index), kind};
    }
};

void collect(Scene& scene, const game::Frame<State>& frame) {
    const State& state = frame.seen_after;
    for (std::size_t index = 0; index < solids.size(); ++index) {
        scene.add(Standing::Kind::solid, solids[index].from.y, index);
    }
    for (std::size_t seat = 0; seat < seats; ++seat) {
        if (walker_of(frame, seat).is_present())
            scene.add(Standing::Kind::walker, place_of(frame, seat).y, seat);
    }
    for (std::size_t index = 0; index < state.pigeons.size(); ++index) {
        const bool flies = state.pigeons[index].mood == Pigeon::Mood::flies;
        scene.add(Standing::Kind::pigeon, state.pigeons[index].at.y + (flies ? 2.F : 0.F), index);
    }
    scene.add(Standing::Kind::ball, frame.after.ball.at.y, 0);
    // A heap takes a fifth of the code that std::sort() takes, and everybody downloads it.
    const std::span items = std::span(scene.items).first(scene.count);
    const auto place = [](const Standing& item) { return std::tuple(item.y, item.kind, item.index); };
    std::ranges::make_heap(items, {}, place);
    std::ranges::sort_heap(items, {}, place);
}

/// Trees let us see who is behind them.
float cover_of(const Solid& solid, const game::Frame<State>& frame) {
    if (solid.kind != Solid::Kind::tree) return 1;
    const Vec2 hidden = solid.from - Vec2{0, 1.7F};
    float closest = length(frame.after.ball.at - hidden);
    for (const Walker& walker : frame.seen_after.walkers) {
        if (walker.is_present()) closest = std::min(closest, length(walker.at - hidden));
    }
    return std::clamp(closest - 1.1F, 0.F, 1.F);
}

}  // namespace

void Plaza::draw(const game::Frame<State>& frame, game::DrawList& list) {
    list.clear();
    list.camera = camera_of(frame);
    Pen pen(list, aspect_of(frame), frame.seconds);
    const State& state = frame.seen_after;
    Scene scene;
    collect(scene, frame);
    const auto in_picture = std::count_if(
        state.walkers.begin(), state.walkers.end(),
        [&](const Walker& walker) { return walker.is_present() && pen.sees(walker.at, {1, 2}); });

    draw_ground(pen);
    draw_houses(pen, state);
    std::array<Figure, seats> figures;
    std::size_t figure_count = 0;
    for (std::size_t index = 0; index < scene.count; ++index) {
        const Standing& item = scene.items[index];
        const std::size_t which = item.index;
        if (item.kind == Standing::Kind::solid) {
            draw_solid(pen, solids[which], cover_of(solids[which], frame));
        } else if (item.kind == Standing::Kind::pigeon) {
            const Pigeon& pigeon = state.pigeons[which];
            draw_pigeon(pen, pigeon,
                        between(frame.seen_before.pigeons[which].at, pigeon.at, frame.seen_fraction), which);
        } else if (item.kind == Standing::Kind::ball) {
            draw_ball(pen, between(frame.before.ball.at, frame.after.ball.at, frame.fraction));
        } else {
            Figure& figure = figures[figure_count++];
            figure = {.seat = {static_cast<std::uint8_t>(which)},
                      .walker = &walker_of(frame, which),
                      .at = place_of(frame, which),
                      .ticks = 1 - (is_predicted(frame, which) ? frame.fraction : frame.seen_fraction),
                      .is_own = is_predicted(frame, which),
                      // Where many are, they hide each other, and the list has an end.
                      .is_detailed = in_picture < 100};
            draw_figure(pen, figure);
        }
    }
    draw_hedges(pen);
    draw_strings(pen);
    draw_cheer(pen, state.ball);
    const std::span people(figures.data(), figure_count);
    for (const Figure& figure : people)
        draw_name(pen, figure);
    for (const Figure& figure : people)
        draw_mood(pen, figure);
}

}  // namespace gs::plaza
