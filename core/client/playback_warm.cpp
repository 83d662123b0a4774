// Playback's work ahead of anybody's wish: what is here is simulated once in time that is left, so that a
// state stands before every chunk, and a file is known to be right before it is shown.
#include "core/client/playback.h"

#include <algorithm>

namespace gs::client {

/// The nearest chunk to the picture that was never simulated, and can be: its first state is here.
std::optional<std::uint32_t> Playback::coldest() {
    const std::uint32_t here = number_of({static_cast<std::uint32_t>(goal_)});
    std::optional<std::uint32_t> best;
    const auto way = [&](std::uint32_t number) { return number > here ? number - here : here - number; };
    cold_count_ = 0;
    for (const Kept& kept : kept_) {
        const std::uint32_t number = kept.key / 2;
        if (kept.key % 2 == 1 || kept.is_checked || kept.count == 0 || kept.is_own) continue;
        ++cold_count_;
        const bool is_nearer = !best || way(number) < way(*best);
        if (is_nearer && find(keyframe_key(number)) != nullptr) best = number;
    }
    return best;
}

bool Playback::begin_to_warm(std::uint32_t number) {
    if (warm_.is_set && warm_.next == start_of(number)) return true;
    const Kept* const keyframe = find(keyframe_key(number));
    return keyframe != nullptr && use(warm_, keyframe->bytes);
}

/// False: what is wrong with it has been told, and nobody tries again.
bool Playback::warm_tick() {
    const Tick tick = warm_.next;
    const std::uint32_t number = number_of(tick);
    const auto close = [&] {
        const auto chunk = place_of(2 * number);
        if (chunk != kept_.end() && chunk->key == 2 * number) chunk->is_checked = true;
    };
    if (!advance(warm_)) {
        close();
        return false;
    }
    const std::optional<std::uint64_t>& expected = warm_.commands.hash;
    const bool is_missing = is_file_ && (tick.value % tick_rate_hz_ == 0) != expected.has_value();
    if (is_missing || (expected && *expected != warm_.state.hash(scratch_)))
        fail(PieceError::disagrees, tick);
    if (is_file_) note_found(tick);
    if (warm_.next == start_of(number + 1)) {
        meet_keyframe(warm_);
    } else if (!has_entry(warm_.next)) {
        close();
        warm_.is_set = false;
    }
    return true;
}

std::uint32_t Playback::warm(std::uint32_t ticks_max) {
    const bool has_room = is_file_ || kept_bytes_ < bytes_warm_max;
    while (has_cold_ && has_room && ticks_max > 0) {
        // Whatever was begun is brought to its end.
        const bool is_inside =
            warm_.is_set && warm_.next != start_of(number_of(warm_.next)) && has_entry(warm_.next);
        if (!is_inside) {
            const auto number = coldest();
            has_cold_ = number.has_value();
            if (!number || !begin_to_warm(*number)) break;
        }
        const std::uint32_t number = number_of(warm_.next);
        for (; ticks_max > 0 && has_entry(warm_.next) && number_of(warm_.next) == number; --ticks_max) {
            if (!warm_tick() || !warm_.is_set) break;
        }
    }
    return has_cold_ && has_room ? cold_count_ : 0;
}

}  // namespace gs::client
