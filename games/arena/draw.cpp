// The picture: camera and order.
#include "games/arena/draw.h"

#include <algorithm>

namespace gs::arena {
namespace {

/// Of a window that may have no height, or no size at all yet.
float aspect_of(const Frame& frame) { return frame.aspect > 0.2F ? std::min(frame.aspect, 5.F) : 0.2F; }

bool plays(const Frame& frame) {
    return frame.own.value < seats && frame.after.fighters[frame.own.value].is_taken();
}

game::Camera camera_of(const Frame& frame) {
    const float aspect = aspect_of(frame);
    game::Camera camera = {.clear = rgb(0x0a100e)};
    if (!plays(frame)) {
        // Spectators see all of it.
        camera.height = 2 * std::max(picture_half.y - 0.6F, (picture_half.x - 0.6F) / aspect);
        return camera;
    }
    // In a wide window 17 units from top to bottom; in a tall one 13.5 from side to side.
    const float whole = 2 * std::max(picture_half.y, picture_half.x / aspect);
    camera.height = std::min(std::max(17.F, 13.5F / aspect), whole);
    const Fighter& before = frame.before.fighters[frame.own.value];
    const Fighter& after = frame.after.fighters[frame.own.value];
    const Vec2 look = mix(before.look, after.look, frame.fraction);
    const Vec2 reach = {camera.height * aspect / 2, camera.height / 2};
    const Vec2 ahead = {look.x * std::min(2.F, reach.x * 0.18F), look.y * std::min(2.F, reach.y * 0.18F)};
    const Vec2 focus = between(before.at, after.at, frame.fraction) + ahead;
    const Vec2 free = {std::max(picture_half.x - reach.x, 0.F), std::max(picture_half.y - reach.y, 0.F)};
    // In a tall window the page's words lie at the top: whoever is there would be below them.
    const float above = aspect < 1 ? 2.5F : 0;
    camera.centre = {std::clamp(focus.x, -free.x, free.x), std::clamp(focus.y, -free.y - above, free.y)};
    return camera;
}

}  // namespace

Figure figure_of(const Frame& frame, std::size_t seat) {
    const bool is_own = seat == frame.own.value;
    const Fighter& before = (is_own ? frame.before : frame.seen_before).fighters[seat];
    const Fighter& after = (is_own ? frame.after : frame.seen_after).fighters[seat];
    const float fraction = is_own ? frame.fraction : frame.seen_fraction;
    Figure figure = {.seat = seat, .fighter = &after, .at = after.at, .is_own = is_own};
    if (before.is_alive() && after.is_alive()) figure.at = between(before.at, after.at, fraction);
    figure.ahead =
        normalized(mix(unit_vector(before.aim), unit_vector(after.aim), fraction), unit_vector(after.aim));
    figure.leads = frame.seen_after.leader.value == seat;
    for (const game::ShownEvent& shown : frame.recent) {
        const auto kind = static_cast<Happening>(shown.event.kind);
        const bool is_hit = kind == Happening::rail_hit || kind == Happening::rocket_hit;
        const bool is_hurt = (is_hit && shown.event.other.value == seat) ||
                             (kind == Happening::hurt_self && shown.event.seat.value == seat);
        if (is_hurt) figure.hurt = std::clamp(1 - shown.age_s * 4, figure.hurt, 1.F);
    }
    return figure;
}

void Arena::draw(const Frame& frame, game::DrawList& list) {
    list.clear();
    list.camera = camera_of(frame);

    std::array<Figure, seats> figures;
    std::size_t count = 0;
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Figure figure = figure_of(frame, seat);
        // The own one is drawn last, above the others.
        if (figure.fighter->is_alive() && !figure.is_own) figures[count++] = figure;
    }
    const bool has_own = plays(frame);
    const Figure own = has_own ? figure_of(frame, frame.own.value) : Figure{};
    const bool is_alive = has_own && own.fighter->is_alive();
    if (is_alive) figures[count++] = own;

    draw_field(list, frame);
    draw_wall_shadows(list);
    draw_pickups(list, frame);
    draw_low_effects(list, frame);
    if (is_alive) draw_aim(list, own);
    draw_rockets(list, frame);
    for (std::size_t index = 0; index < count; ++index)
        draw_figure(list, figures[index], frame);
    draw_walls(list);
    draw_high_effects(list, frame);
    for (std::size_t index = 0; index < count; ++index)
        draw_name(list, figures[index]);
    if (has_own) draw_gauges(list, own);
}

}  // namespace gs::arena
