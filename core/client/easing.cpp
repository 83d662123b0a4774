#include "core/client/easing.h"

#include <algorithm>

namespace gs::client {
namespace {

/// After this time a third of the way is left, after 100 ms a twentieth.
constexpr double fade_us = 33'000;
/// Nobody sees less than that.
constexpr float visible = 0.002F;

/// Things mostly stand in the same order in two lists: `index` is where one is looked for first.
template <class List>
auto* find_key(List& list, std::uint16_t key, std::size_t index) {
    if (index < list.size() && list[index].key == key) return &list[index];
    for (auto& item : list) {
        if (item.key == key) return &item;
    }
    return static_cast<decltype(&list[index])>(nullptr);
}

}  // namespace

Easing::Easing(const game::Module& module)
    : module_(module), before_(module), after_(module), list_(std::make_unique<game::PositionList>()) {
    offsets_.reserve(game::PositionList::positions_max);
    was_.reserve(game::PositionList::positions_max);
    is_.reserve(game::PositionList::positions_max);
}

void Easing::reset() { offsets_.clear(); }

void Easing::collect(const Moment& moment, std::vector<Remembered>& to) {
    to.clear();
    if (module_.positions == nullptr) return;
    // The game gives pointers into a state that it may change; these are copies.
    before_.copy_from(*moment.before);
    module_.positions(before_.data(), *list_);
    for (const auto& position : list_->positions())
        to.push_back({position.key, *position.at});
    after_.copy_from(*moment.after);
    module_.positions(after_.data(), *list_);
    std::size_t index = 0;
    for (const auto& position : list_->positions()) {
        if (Remembered* const found = find_key(to, position.key, index++)) {
            found->at = mix(found->at, *position.at, moment.fraction);
        } else {
            to.push_back({position.key, *position.at});
        }
    }
}

void Easing::remember(const Moment& was) { collect(was, was_); }

Vec2 Easing::offset_of(std::uint16_t key) const {
    const auto found = std::ranges::find(offsets_, key, &Offset::key);
    return found == offsets_.end() ? Vec2{} : found->by;
}

Easing::Corrected Easing::correct(const Moment& is, Seat own) {
    collect(is, is_);
    Corrected corrected;
    for (std::size_t index = 0; index < is_.size(); ++index) {
        const Remembered& now = is_[index];
        const Remembered* const was = find_key(was_, now.key, index);
        if (was == nullptr) continue;
        const Vec2 by = was->at - now.at;
        const float distance = length(by);
        if (distance >= list_->eased_max) {
            // Who is somewhere else altogether, is there: to glide through walls would be a lie.
            std::erase_if(offsets_, [&](const Offset& old) { return old.key == now.key; });
            continue;
        }
        corrected.largest = std::max(corrected.largest, distance);
        if (now.key == own.value) corrected.own = distance;
        const Vec2 offset = offset_of(now.key) + by;
        std::erase_if(offsets_, [&](const Offset& old) { return old.key == now.key; });
        const float size = length(offset);
        if (size > visible && size < list_->eased_max && offsets_.size() < offsets_.capacity()) {
            offsets_.push_back({now.key, offset});
        }
    }
    return corrected;
}

void Easing::fade(netcode::Micros now) {
    const double elapsed = static_cast<double>(std::clamp<netcode::Micros>(now - faded_at_, 0, 1'000'000));
    faded_at_ = now;
    // e^−x as 1 / (1 + x + x²/2): close enough for a picture.
    const double x = elapsed / fade_us;
    const auto left = static_cast<float>(1 / (1 + x + x * x / 2));
    for (Offset& offset : offsets_)
        offset.by = offset.by * left;
    std::erase_if(offsets_, [](const Offset& offset) { return length(offset.by) < visible; });
}

void Easing::move(const game::StateBuffer& from, game::StateBuffer& to) {
    to.copy_from(from);
    module_.positions(to.data(), *list_);
    for (const auto& position : list_->positions())
        *position.at += offset_of(position.key);
}

Easing::Moment Easing::eased(const Moment& moment, netcode::Micros now) {
    fade(now);
    if (offsets_.empty() || module_.positions == nullptr) return moment;
    move(*moment.before, before_);
    move(*moment.after, after_);
    return {.before = &before_, .after = &after_, .fraction = moment.fraction};
}

}  // namespace gs::client
