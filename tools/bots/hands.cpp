#include "tools/bots/hands.h"

namespace gs::bots {
namespace {

constexpr float diagonal = 0.70710678F;
constexpr Vec2 directions[] = {{1, 0},  {diagonal, diagonal},   {0, 1},  {-diagonal, diagonal},
                               {-1, 0}, {-diagonal, -diagonal}, {0, -1}, {diagonal, -diagonal}};
constexpr std::uint32_t actions = 5;  // those that keys are bound to

}  // namespace

game::Controls Hands::at(net::Instant now) {
    controls_.pressed = 0;
    if (now >= changes_at_) {
        change();
        const auto wait_ms = static_cast<std::int64_t>(300 + rng_.below(1200));
        changes_at_ = now + std::chrono::milliseconds(wait_ms);
    }
    return controls_;
}

void Hands::change() {
    controls_.held = 0;
    controls_.move = {};
    if (!rng_.chance(200)) controls_.move = directions[rng_.below(8)];
    if (!rng_.chance(250)) return;
    const std::uint32_t button = 1U << rng_.below(actions);
    controls_.pressed = button;
    if (rng_.chance(500)) controls_.held = button;
}

}  // namespace gs::bots
