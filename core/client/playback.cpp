#include "core/client/playback.h"

#include "core/netcode/chunk.h"
#include "core/netcode/keyframe.h"

#include <algorithm>
#include <cmath>

namespace gs::client {
namespace {

using netcode::chunks_per_keyframe;

/// Half an hour of eight people takes 2 MB; a full plaza is forgotten where it is far from the picture.
constexpr std::size_t chunk_bytes_kept_max = std::size_t{8} * 1024 * 1024;
constexpr std::size_t keyframe_bytes_kept_max = std::size_t{4} * 1024 * 1024;
/// Of own states, one every two seconds.
constexpr std::size_t state_bytes_kept_max = std::size_t{4} * 1024 * 1024;
constexpr std::size_t states_kept_max = 96;
/// Three weeks of chunks: what is beyond is no number of a match.
constexpr std::uint32_t number_max = 1U << 20U;
/// Events are drawn so long, and longer by nobody.
constexpr std::uint32_t drawn_s = 2;
/// A picture that is sought shows what happened so long before it, too.
constexpr std::uint32_t led_up_s = 1;
/// Pieces ahead of the picture, at normal speed.
constexpr std::uint32_t chunks_ahead = 3;
/// Faster than that, sounds are noise.
constexpr float speed_heard_max = 2;
/// Whoever was away for longer did not watch meanwhile.
constexpr netcode::Micros turn_max_us = 250'000;

Tick tick_of(double moment) { return {static_cast<std::uint32_t>(moment)}; }

template <class List>
auto place_of(List& list, std::uint32_t number) {
    return std::ranges::lower_bound(list, number, {}, &std::remove_reference_t<decltype(list[0])>::number);
}

}  // namespace

Playback::Playback(const game::Module& module)
    : module_(module),
      tick_rate_hz_(module.info->tick_rate_hz),
      source_{.chain = 0, .first = {}, .chunk_ticks = module.info->tick_rate_hz * netcode::chunk_seconds},
      states_max_(std::clamp<std::size_t>(state_bytes_kept_max / module.state_bytes, 8, states_kept_max)),
      state_(module),
      inputs_(module),
      scratch_(netcode::keyframe_bytes_max),
      before_(module),
      after_(module),
      clock_(module.info->tick_rate_hz) {
    recent_.reserve(recent_max);
    for (std::size_t index = 0; index < recent_max; ++index)
        recent_.push_back({.tick = std::nullopt, .state = game::StateBuffer(module)});
    states_.reserve(states_max_);
    noted_.reserve(noted_max);
    shown_events_.reserve(noted_max);
    notices_.reserve(noted_max);
    taken_.reserve(noted_max);
}

void Playback::open(const Source& source) {
    source_ = source;
    source_.chunk_ticks = std::max(source.chunk_ticks, 1U);
    end_ = source.first;
    over_ = Over::no;
    chunks_.clear();
    keyframes_.clear();
    states_.clear();
    chunk_bytes_ = keyframe_bytes_ = 0;
    has_cursor_ = is_reading_ = false;
    for (Recent& recent : recent_)
        recent.tick.reset();
    hashes_ = {};
    noted_.clear();
    notices_.clear();
    shown_tick_.reset();
    shown_ = -1;
    goal_ = source.first.value;
    is_sought_ = true;
    clock_.reset(turned_at_);
    stats_ = {};
}

void Playback::set_end(Tick end, Over over) {
    end_ = end;
    over_ = over;
}

// ---- Pieces

const Playback::Chunk* Playback::find_chunk(std::uint32_t number) const {
    const auto place = place_of(chunks_, number);
    return place != chunks_.end() && place->number == number ? &*place : nullptr;
}

Playback::Chunk& Playback::put_chunk(Chunk chunk) {
    auto place = place_of(chunks_, chunk.number);
    chunk_bytes_ += chunk.bytes.size();
    is_reading_ = false;
    if (place != chunks_.end() && place->number == chunk.number) {
        chunk_bytes_ -= place->bytes.size();
        *place = std::move(chunk);
        return *place;
    }
    return *chunks_.insert(place, std::move(chunk));
}

void Playback::forget_far_chunks() {
    const double here = goal_;
    const auto far = [&](std::uint32_t number) { return std::abs(start_of(number).value - here); };
    while (chunk_bytes_ > chunk_bytes_kept_max && chunks_.size() > 1) {
        const bool first_is_farther = far(chunks_.front().number) > far(chunks_.back().number);
        const auto gone = first_is_farther ? chunks_.begin() : chunks_.end() - 1;
        chunk_bytes_ -= gone->bytes.size();
        chunks_.erase(gone);
        is_reading_ = false;
    }
    while (keyframe_bytes_ > keyframe_bytes_kept_max && keyframes_.size() > 1) {
        const bool first_is_farther = far(keyframes_.front().number) > far(keyframes_.back().number);
        const auto gone = first_is_farther ? keyframes_.begin() : keyframes_.end() - 1;
        keyframe_bytes_ -= gone->bytes.size();
        keyframes_.erase(gone);
    }
}

PieceError Playback::take_chunk(std::uint32_t number, ByteView bytes) {
    if (number >= number_max) return PieceError::misplaced;
    const auto read = netcode::read_chunk(bytes, source_.chunk_ticks);
    if (!read) {
        switch (read.error()) {
            case netcode::ChunkError::cut:
                return PieceError::cut;
            case netcode::ChunkError::altered:
                return PieceError::altered;
            case netcode::ChunkError::malformed:
                break;
        }
        return PieceError::malformed;
    }
    if (read->first != start_of(number)) return PieceError::misplaced;
    if (number == 0 && read->previous != source_.chain) return PieceError::unchained;
    const Chunk* const before = number > 0 ? find_chunk(number - 1) : nullptr;
    const Chunk* const after = find_chunk(number + 1);
    if (before != nullptr && before->is_chained && before->hash != read->previous)
        return PieceError::unchained;
    if (after != nullptr && after->is_chained && after->previous != read->hash) return PieceError::unchained;
    put_chunk({.number = number,
               .count = read->count,
               .previous = read->previous,
               .hash = read->hash,
               .is_chained = true,
               .bytes = {read->entries.begin(), read->entries.end()}});
    forget_far_chunks();
    return PieceError::none;
}

PieceError Playback::take_keyframe(std::uint32_t number, ByteView bytes) {
    if (number >= number_max) return PieceError::misplaced;
    game::StateBuffer state(module_);
    game::InputVector inputs(module_);
    Tick tick;
    if (!netcode::read_keyframe(module_, bytes, tick, state, inputs)) return PieceError::malformed;
    if (tick != start_of(number)) return PieceError::misplaced;
    const auto place = place_of(keyframes_, number);
    if (place != keyframes_.end() && place->number == number) return PieceError::none;
    keyframe_bytes_ += bytes.size();
    keyframes_.insert(place, {.number = number, .is_checked = false, .bytes = {bytes.begin(), bytes.end()}});
    forget_far_chunks();
    return PieceError::none;
}

void Playback::on_state(Tick next, const game::StateBuffer& state, const game::InputVector& inputs) {
    if (next >= source_.first) keep_state(next, state, inputs);
}

void Playback::on_tick(Tick tick, ByteView body, const game::StateBuffer& state,
                       const game::InputVector& inputs) {
    if (tick < source_.first) return;
    const std::uint32_t number = number_of(tick);
    if (number >= number_max) return;
    const std::uint32_t index = tick - start_of(number);
    auto place = place_of(chunks_, number);
    const bool is_there = place != chunks_.end() && place->number == number;
    if (!is_there && index == 0) {
        chunks_.insert(
            place,
            {.number = number, .count = 0, .previous = 0, .hash = 0, .is_chained = false, .bytes = {}});
        is_reading_ = false;
        place = place_of(chunks_, number);
    }
    if ((is_there || index == 0) && place->count == index) {
        std::array<std::byte, 8> room;
        wire::BitWriter length(room);
        static_cast<void>(length.varint(static_cast<std::uint32_t>(body.size())));
        place->bytes.insert(place->bytes.end(), length.written().begin(), length.written().end());
        place->bytes.insert(place->bytes.end(), body.begin(), body.end());
        chunk_bytes_ += length.size() + body.size();
        ++place->count;
    }
    if (index + 1 == source_.chunk_ticks) {
        keep_state(tick + 1, state, inputs);
        forget_far_chunks();
    }
}

bool Playback::has_entry(Tick tick) const {
    if (tick < source_.first) return false;
    const Chunk* const chunk = find_chunk(number_of(tick));
    return chunk != nullptr && tick < start_of(chunk->number) + chunk->count;
}

/// The earliest tick such that the entries from it to `last` are here; last + 1 when that is not.
Tick Playback::covered_from(Tick last) const {
    if (!has_entry(last)) return last + 1;
    std::uint32_t number = number_of(last);
    while (number > 0) {
        const Chunk* const chunk = find_chunk(number - 1);
        if (chunk == nullptr || chunk->count < source_.chunk_ticks) break;
        --number;
    }
    return start_of(number);
}

/// The first tick after `from` whose entry is not here.
Tick Playback::known_end(Tick from) const {
    if (!has_entry(from)) return from;
    std::uint32_t number = number_of(from);
    const Chunk* chunk = find_chunk(number);
    while (chunk->count == source_.chunk_ticks) {
        const Chunk* const next = find_chunk(number + 1);
        if (next == nullptr || next->count == 0) break;
        chunk = next;
        ++number;
    }
    return start_of(number) + chunk->count;
}

// ---- Simulating

/// The newest state of those kept (with the cursor's) whose `next` is from `oldest` to `next`.
std::optional<Tick> Playback::newest_state_before(Tick next, Tick oldest) const {
    std::optional<Tick> best;
    const auto consider = [&](Tick at) {
        if (at <= next && at >= oldest && (!best || at > *best)) best = at;
    };
    if (has_cursor_) consider(next_);
    for (const KeptState& kept : states_)
        consider(kept.next);
    for (const Keyframe& keyframe : keyframes_)
        consider(start_of(keyframe.number));
    return best;
}

void Playback::use(Tick next, const game::StateBuffer& state, const game::InputVector& inputs) {
    state_.copy_from(state);
    inputs_.copy_from(inputs);
    next_ = next;
    has_cursor_ = true;
    noted_.clear();
    if (next == Tick{}) return;
    Recent& recent = recent_[(next - 1).value % recent_max];
    recent.tick = next - 1;
    recent.state.copy_from(state);
}

bool Playback::use_keyframe(const Keyframe& keyframe) {
    game::StateBuffer state(module_);
    game::InputVector inputs(module_);
    Tick tick;
    if (!netcode::read_keyframe(module_, keyframe.bytes, tick, state, inputs)) return false;
    use(tick, state, inputs);
    return true;
}

/// The cursor goes to the nearest state that leads to the state after `tick`.
bool Playback::restart(Tick tick) {
    const Tick oldest = covered_from(tick);
    // From a second before, so that the picture has what was going on.
    const std::uint32_t led_up = std::min(led_up_s * tick_rate_hz_, tick.value + 1 - source_.first.value);
    auto best = newest_state_before(tick + 1 - led_up, oldest);
    if (!best) best = newest_state_before(tick + 1, oldest);
    if (!best) return false;
    if (has_cursor_ && next_ == *best) return true;
    const auto kept = std::ranges::find(states_, *best, &KeptState::next);
    if (kept != states_.end()) {
        use(kept->next, kept->state, kept->inputs);
        return true;
    }
    const auto keyframe = place_of(keyframes_, number_of(*best));
    return keyframe != keyframes_.end() && use_keyframe(*keyframe);
}

/// The body of the entry of next_; it is here.
std::optional<ByteView> Playback::next_body() {
    const std::uint32_t number = number_of(next_);
    const Chunk* const chunk = find_chunk(number);
    if (chunk == nullptr) return std::nullopt;
    if (!is_reading_ || reading_number_ != number || reading_tick_ > next_) {
        is_reading_ = true;
        reading_number_ = number;
        reading_tick_ = start_of(number);
        reading_offset_ = 0;
    }
    ByteView rest = ByteView(chunk->bytes).subspan(reading_offset_);
    while (true) {
        const auto body = netcode::take_entry(rest);
        if (!body) return std::nullopt;
        const bool is_it = reading_tick_ == next_;
        ++reading_tick_;
        reading_offset_ = chunk->bytes.size() - rest.size();
        if (is_it) return body;
    }
}

void Playback::fail(PieceError error, Tick tick) {
    stats_.failure = static_cast<double>(error);
    stats_.failure_tick = tick.value;
}

void Playback::check_hash(Tick tick, const std::optional<std::uint64_t>& expected) {
    const bool is_due = tick.value % tick_rate_hz_ == 0;
    if (!is_due && !expected) return;
    const std::uint64_t hash = state_.hash(scratch_);
    if (is_due) hashes_[tick.value / tick_rate_hz_ % hashes_max] = {.tick = tick, .hash = hash};
    if (!expected || *expected == hash) return;
    ++stats_.desyncs;
    fail(PieceError::disagrees, tick);
}

/// Of the chunk that begins with next_; what the server says goes on from there.
void Playback::check_keyframe(std::uint32_t number) {
    const auto keyframe = place_of(keyframes_, number);
    if (keyframe == keyframes_.end() || keyframe->number != number || keyframe->is_checked) return;
    keyframe->is_checked = true;
    const ByteView own = netcode::write_keyframe(module_, next_, state_, inputs_, scratch_);
    if (std::ranges::equal(own, keyframe->bytes)) return;
    ++stats_.desyncs;
    fail(PieceError::disagrees, next_);
    static_cast<void>(use_keyframe(*keyframe));
}

void Playback::keep_state(Tick next, const game::StateBuffer& state, const game::InputVector& inputs) {
    if (std::ranges::find(states_, next, &KeptState::next) != states_.end()) return;
    const auto far = [&](Tick tick) { return std::abs(tick.value - goal_); };
    KeptState* place = nullptr;
    if (states_.size() < states_max_) {
        states_.push_back(
            {.next = next, .state = game::StateBuffer(module_), .inputs = game::InputVector(module_)});
        place = &states_.back();
    } else {
        place =
            &*std::ranges::max_element(states_, {}, [&](const KeptState& kept) { return far(kept.next); });
        if (far(place->next) <= far(next)) return;
    }
    place->next = next;
    place->state.copy_from(state);
    place->inputs.copy_from(inputs);
}

void Playback::note_events(Tick tick) {
    const double oldest = goal_ - drawn_s * tick_rate_hz_;
    std::erase_if(noted_, [&](const Noted& noted) { return noted.tick.value < oldest; });
    if (tick.value < oldest) return;
    for (const game::Event& event : emitted_.events()) {
        if (event.kind >= module_.event_kinds.size()) continue;
        if (noted_.size() == noted_max) noted_.erase(noted_.begin());
        noted_.push_back({.tick = tick, .event = event});
    }
}

bool Playback::step() {
    const Tick tick = next_;
    const auto body = next_body();
    if (!body || !netcode::read_entry(module_, *body, inputs_, commands_)) {
        fail(PieceError::malformed, tick);
        // The inputs are not to be trusted now, and the chunk leads nowhere.
        has_cursor_ = false;
        std::erase_if(chunks_, [&](const Chunk& chunk) { return chunk.number == number_of(tick); });
        is_reading_ = false;
        return false;
    }
    if (commands_.begins) module_.start(state_.data());
    emitted_.clear();
    static_cast<void>(
        module_.step(state_.data(), {.tick = tick,
                                     .inputs = inputs_.data(),
                                     .events = {commands_.events.begin(), commands_.events.size()},
                                     .random = commands_.random,
                                     .start_asked = commands_.start_asked,
                                     .emitted = &emitted_}));
    ++next_;
    ++stats_.ticks_simulated;
    note_events(tick);
    check_hash(tick, commands_.hash);
    if ((next_ - source_.first) % static_cast<std::int32_t>(source_.chunk_ticks) == 0) {
        const std::uint32_t number = number_of(next_);
        check_keyframe(number);
        keep_state(next_, state_, inputs_);
    }
    if (tick.value + recent_max > goal_) {
        Recent& recent = recent_[tick.value % recent_max];
        recent.tick = tick;
        recent.state.copy_from(state_);
    }
    return true;
}

const Playback::Recent* Playback::recent(Tick tick) const {
    const Recent& recent = recent_[tick.value % recent_max];
    return recent.tick == tick ? &recent : nullptr;
}

/// The state after `tick`, and the one after that where it can be had.
bool Playback::make(Tick tick, std::uint32_t ticks_max) {
    const Tick last = has_entry(tick + 1) ? tick + 1 : tick;
    const auto is_made = [&] { return recent(tick) != nullptr && recent(last) != nullptr; };
    if (is_made()) return true;
    const bool goes_on = has_cursor_ && next_ <= tick + 1 && next_ >= covered_from(tick) &&
                         tick - next_ < static_cast<std::int32_t>(source_.chunk_ticks);
    if (!goes_on && !restart(tick)) {
        stats_.is_waiting = 1;
        return false;
    }
    for (; ticks_max > 0 && next_ <= last; --ticks_max) {
        if (!step()) return false;
    }
    return is_made();
}

// ---- What is shown

void Playback::seek(double moment) {
    goal_ = std::max(moment, static_cast<double>(source_.first.value));
    is_sought_ = true;
    clock_.reset(turned_at_);
}

void Playback::step_ticks(std::int32_t ticks) { seek(std::floor(goal_) + ticks); }

void Playback::set_speed(float speed) { speed_ = speed; }

void Playback::turn(netcode::Micros now, std::optional<double> live) {
    const netcode::Micros elapsed = std::clamp<netcode::Micros>(now - turned_at_, 0, turn_max_us);
    turned_at_ = now;
    const Tick tick = tick_of(goal_);
    const double newest = static_cast<double>(known_end(tick).value) - 1;
    const bool is_there = shown_ == goal_;
    if (live && is_there && newest >= tick.value) {
        const auto first = static_cast<double>(source_.first.value);
        if (!clock_.is_set()) clock_.move(goal_, first, newest, now);
        clock_.move(*live, first, newest, now);
        is_sought_ = std::abs(clock_.at() - goal_) > tick_rate_hz_ / 2.0;
        goal_ = clock_.at();
    } else if (live) {
        seek(*live);
    } else if (is_there) {
        clock_.reset(now);
        const double by = static_cast<double>(elapsed) * tick_rate_hz_ / 1e6 * speed_;
        goal_ = std::max(goal_, std::min(goal_ + by, newest));
    }
}

bool Playback::work(std::uint32_t ticks_max) {
    stats_.is_waiting = 0;
    stats_.goal = goal_;
    const Tick tick = tick_of(goal_);
    if (make(tick, ticks_max)) show();
    stats_.shown = shown_;
    stats_.known_end = known_end(tick).value;
    stats_.bytes_kept = static_cast<double>(chunk_bytes_ + keyframe_bytes_);
    return shown_ == goal_;
}

/// The states of the goal are made: it becomes the picture.
void Playback::show() {
    const Tick tick = tick_of(goal_);
    const Recent* const before = recent(tick);
    const Recent* const after = recent(tick + 1);
    before_.copy_from(before->state);
    after_.copy_from(after != nullptr ? after->state : before->state);
    const bool is_heard = !is_sought_ && shown_tick_ && speed_ <= speed_heard_max;
    for (const Noted& noted : noted_) {
        if (!is_heard || noted.tick <= *shown_tick_ || noted.tick > tick) continue;
        if (notices_.size() == noted_max) break;
        notices_.push_back({.id = next_event_id_++,
                            .tick = noted.tick.value,
                            .status = EventStatus::confirmed,
                            .is_first = 1,
                            .reserved = 0,
                            .event = noted.event});
    }
    shown_tick_ = tick;
    shown_ = goal_;
    is_sought_ = false;
}

void Playback::draw(float aspect, game::DrawList& list) {
    list.clear();
    if (!shown_tick_) return;
    shown_events_.clear();
    for (const Noted& noted : noted_) {
        // A moment shows the state after its tick: what happened in that tick is there.
        const double age_s = (shown_ - noted.tick.value) / tick_rate_hz_;
        if (age_s >= 0 && age_s <= drawn_s)
            shown_events_.push_back({.event = noted.event, .age_s = static_cast<float>(age_s)});
    }
    module_.draw({.before = before_.data(),
                  .after = after_.data(),
                  .fraction = static_cast<float>(shown_ - shown_tick_->value),
                  .own = followed_,
                  .aspect = aspect,
                  .seconds = static_cast<float>(std::fmod(shown_ / tick_rate_hz_, 3600.0)),
                  .recent = shown_events_},
                 list);
}

const game::StateBuffer* Playback::shown_state() const { return shown_tick_ ? &before_ : nullptr; }

std::span<const EventNotice> Playback::take_event_notices() {
    taken_.swap(notices_);
    notices_.clear();
    return taken_;
}

std::optional<std::uint64_t> Playback::hash_at(Tick tick) const {
    const Hashed& found = hashes_[tick.value / tick_rate_hz_ % hashes_max];
    return found.tick == tick ? std::optional(found.hash) : std::nullopt;
}

// ---- What is needed

void Playback::want(std::uint32_t number, bool is_keyframe) {
    if (wanted_count_ == wanted_max || number >= number_max) return;
    const Tick start = start_of(number);
    if (is_keyframe) {
        if (start > end_) return;
    } else {
        const Chunk* const chunk = find_chunk(number);
        const bool is_whole = chunk != nullptr && (chunk->count == source_.chunk_ticks || chunk->is_chained);
        const bool can_be_had = start < end_ && (over_ == Over::yes || start + source_.chunk_ticks <= end_);
        if (is_whole || !can_be_had) return;
    }
    wanted_[wanted_count_++] = {.number = number, .is_keyframe = is_keyframe ? 1U : 0U};
}

std::span<const Playback::Piece> Playback::wanted() {
    wanted_count_ = 0;
    const Tick tick = tick_of(goal_);
    const std::uint32_t number = number_of(tick);
    if (shown_ != goal_ && !newest_state_before(tick + 1, covered_from(tick))) {
        const std::uint32_t stands = number / chunks_per_keyframe * chunks_per_keyframe;
        const auto state = newest_state_before(tick + 1, start_of(stands));
        if (!state) want(stands, true);
        for (std::uint32_t needed = state ? number_of(*state) : stands; needed < number; ++needed)
            want(needed, false);
    }
    const auto ahead = static_cast<std::uint32_t>(chunks_ahead * std::max(speed_, 1.F));
    for (std::uint32_t needed = number; needed <= number + ahead; ++needed)
        want(needed, false);
    return std::span(wanted_).first(wanted_count_);
}

}  // namespace gs::client
