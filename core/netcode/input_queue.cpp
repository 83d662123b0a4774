#include "core/netcode/input_queue.h"

#include <algorithm>

namespace gs::netcode {

void InputQueue::clear() {
    for (Slot& slot : slots_)
        slot.filled = false;
    newest_received_.reset();
    consumed_.reset();
    repeated_ticks_ = ticks_repeated_max;  // nothing to repeat yet
    early_quarter_ticks_ = early_unknown;
}

void InputQueue::receive(const InputPacket& packet, Tick next, int quarters_left) {
    for (std::uint32_t index = 0; index < packet.count; ++index) {
        const Tick tick = packet.first_input + index;
        if (newest_received_ && tick <= *newest_received_) continue;
        // 64 bits: any two ticks of a hostile packet are compared as they are.
        const std::int64_t ahead = std::int64_t{tick.value} - next.value;
        early_quarter_ticks_ =
            static_cast<std::int8_t>(std::clamp<std::int64_t>(ahead * 4 + quarters_left, -127, 127));
        if (ahead > ticks_ahead_max) {
            ++counters_.too_early;
            return;  // those after it are even further ahead; the client is told how far
        }
        newest_received_ = tick;
        game::InputBuffer16 input = packet.inputs[index];
        module_->sanitise(input.bytes);
        if (!module_->same(input.bytes, packet.inputs[index].bytes)) ++counters_.out_of_range;
        if (tick < next) {
            ++counters_.late;
            store(next, input.bytes);
        } else {
            ++counters_.used;
            store(tick, input.bytes);
        }
    }
}

void InputQueue::store(Tick tick, const void* input) {
    Slot& to = slot(tick);
    game::InputBuffer16 merged;
    std::memcpy(merged.bytes, input, module_->input_bytes);
    if (to.filled) module_->merge(to.input.bytes, merged.bytes);
    to.input = merged;
    to.filled = true;
}

void InputQueue::put_back(Tick next, const void* input) {
    Slot& to = slot(next);
    game::InputBuffer16 merged;
    std::memcpy(merged.bytes, input, module_->input_bytes);
    // It is older than what waits there already.
    if (to.filled) {
        merged = to.input;
        module_->merge(input, merged.bytes);
    }
    to.input = merged;
    to.filled = true;
}

void InputQueue::take(Tick tick, const void* repeated, void* input) {
    Slot& from = slot(tick);
    if (from.filled) {
        std::memcpy(input, from.input.bytes, module_->input_bytes);
        from.filled = false;
        repeated_ticks_ = 0;
        // A client's ticks that came late were folded into this one.
        if (newest_received_) consumed_ = std::min(*newest_received_, tick);
        return;
    }
    if (repeated_ticks_ < ticks_repeated_max) {
        ++repeated_ticks_;
        if (newest_received_) ++counters_.missing;
        std::memcpy(input, repeated, module_->input_bytes);
    } else {
        module_->neutral(input);
    }
}

}  // namespace gs::netcode
