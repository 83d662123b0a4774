#include "core/netcode/predictor.h"

#include <algorithm>
#include <cstring>

namespace gs::netcode {

Predictor::Predictor(const game::Module& module, std::uint32_t ticks_max)
    : module_(module), ticks_max_(ticks_max) {
    // Twice as many as are predicted: wrong ones may be looked at until they are made again.
    slots_.reserve(std::size_t{2} * ticks_max);
    for (std::uint32_t index = 0; index < 2 * ticks_max; ++index)
        slots_.emplace_back(module);
}

void Predictor::reset() {
    next_ = end_ = made_end_ = {};
    remade_ = 0;
}

bool Predictor::same_inputs(const game::InputVector& one, const game::InputVector& other) const {
    // Equal inputs have equal bytes: the contract of a game.
    return std::memcmp(one.data(), other.data(), one.seats() * module_.input_bytes) == 0;
}

bool Predictor::confirm(Tick tick, const game::InputVector& inputs, const TickCommands& commands,
                        game::StateBuffer& state) {
    const bool was_made = tick < end_;
    const bool as_guessed = was_made && !commands.begins && !commands.start_asked &&
                            commands.events.empty() && commands.random == 0 &&
                            same_inputs(slot(tick).inputs, inputs);
    next_ = tick + 1;
    if (!as_guessed) {
        end_ = next_;
        return false;
    }
    state.copy_from(slot(tick).after);
    return true;
}

Tick Predictor::predict(const Now& now, OwnInput own_input, const void* context) {
    next_ = now.next;
    end_ = std::max(end_, next_);
    const Tick wanted = std::min(now.end, next_ + ticks_max_);
    const Tick first = end_;
    remade_ = 0;
    for (; end_ < wanted; ++end_) {
        const bool is_next = end_ == next_;
        const Slot& before = slot(end_ - std::min(end_.value, 1U));
        Slot& made = slot(end_);
        made.after.copy_from(is_next ? now.state : before.after);
        made.inputs.copy_from(is_next ? now.inputs : before.inputs);
        made.inputs.repeat();
        if (const void* const own = own_input(context, end_)) made.inputs.set(now.own, own);
        made.events.clear();
        // A check that fails in a guess says nothing: the truth may be another.
        static_cast<void>(module_.step(
            made.after.data(),
            {.tick = end_, .inputs = made.inputs.data(), .events = {}, .emitted = &made.events}));
        if (end_ < made_end_) ++remade_;
    }
    made_end_ = std::max(made_end_, end_);
    return first;
}

}  // namespace gs::netcode
