#include "core/client/playback.h"

#include "core/netcode/chunk.h"
#include "core/netcode/keyframe.h"

#include <algorithm>

namespace gs::client {
namespace {

using netcode::chunks_per_keyframe;

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
double distance(double one, double other) { return one > other ? one - other : other - one; }

}  // namespace

Playback::Playback(const game::Module& module)
    : module_(module),
      tick_rate_hz_(module.info->tick_rate_hz),
      source_{.chain = 0, .first = {}, .chunk_ticks = module.info->tick_rate_hz * netcode::chunk_seconds},
      cursor_(module),
      warm_(module),
      scratch_(netcode::keyframe_bytes_max),
      clock_(module.info->tick_rate_hz) {
    for (std::size_t index = 0; index < recent_max + 2; ++index)
        recent_.emplace_back(module);
}

void Playback::open(const Source& source) {
    source_ = source;
    source_.chunk_ticks = std::max(source.chunk_ticks, 1U);
    end_ = source.first;
    over_ = Over::no;
    kept_.clear();
    kept_bytes_ = 0;
    cursor_.is_set = warm_.is_set = false;
    read_anew();
    has_cold_ = is_file_ = false;
    cold_count_ = 0;
    file_ = {};
    found_.clear();
    recent_ticks_ = {};
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

std::vector<Playback::Kept>::iterator Playback::place_of(std::uint32_t key) {
    return std::ranges::lower_bound(kept_, key, {}, &Kept::key);
}

const Playback::Kept* Playback::find(std::uint32_t key) const {
    const auto place = std::ranges::lower_bound(kept_, key, {}, &Kept::key);
    return place != kept_.end() && place->key == key ? &*place : nullptr;
}

void Playback::put(Kept kept) {
    const auto place = place_of(kept.key);
    read_anew();
    has_cold_ = true;
    kept_bytes_ += kept.bytes.size();
    if (place != kept_.end() && place->key == kept.key) {
        kept_bytes_ -= place->bytes.size();
        *place = std::move(kept);
    } else {
        kept_.insert(place, std::move(kept));
    }
    forget_what_is_far();
}

void Playback::forget(std::vector<Kept>::iterator place) {
    read_anew();
    kept_bytes_ -= place->bytes.size();
    kept_.erase(place);
}

void Playback::forget_what_is_far() {
    // What is in a file comes from nowhere else; there is a limit to its size.
    if (is_file_) return;
    const auto far = [&](const Kept& kept) { return distance(start_of(kept.key / 2).value, goal_); };
    while (kept_bytes_ > bytes_kept_max && kept_.size() > 2)
        forget(far(kept_.front()) > far(kept_.back()) ? kept_.begin() : kept_.end() - 1);
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
    const Kept* const before = number > 0 ? find_chunk(number - 1) : nullptr;
    const Kept* const after = find_chunk(number + 1);
    if (before != nullptr && !before->is_own && before->hash != read->previous) return PieceError::unchained;
    if (after != nullptr && !after->is_own && after->previous != read->hash) return PieceError::unchained;
    put({.key = 2 * number,
         .count = read->count,
         .previous = read->previous,
         .hash = read->hash,
         .bytes = {read->entries.begin(), read->entries.end()}});
    return PieceError::none;
}

PieceError Playback::take_keyframe(std::uint32_t number, ByteView bytes) {
    if (number >= number_max) return PieceError::misplaced;
    game::StateBuffer state(module_);
    game::InputVector inputs(module_);
    Tick tick;
    if (!netcode::read_keyframe(module_, bytes, tick, state, inputs)) return PieceError::malformed;
    if (tick != start_of(number)) return PieceError::misplaced;
    const Kept* const there = find(keyframe_key(number));
    const bool is_new = there == nullptr;
    if (!is_new && !there->is_own) return PieceError::none;
    const bool agrees = is_new || std::ranges::equal(there->bytes, bytes);
    if (!agrees) fail(PieceError::disagrees, tick);
    put({.key = keyframe_key(number), .is_checked = !is_new, .bytes = {bytes.begin(), bytes.end()}});
    return agrees ? PieceError::none : PieceError::disagrees;
}

void Playback::on_tick(Tick tick, ByteView body, const game::StateBuffer& state,
                       const game::InputVector& inputs) {
    if (tick < source_.first || number_of(tick) >= number_max) return;
    const std::uint32_t number = number_of(tick);
    const std::uint32_t index = tick.value - start_of(number).value;
    if (index == 0 && find_chunk(number) == nullptr) put({.key = 2 * number, .is_own = true});
    const auto place = place_of(2 * number);
    if (place != kept_.end() && place->key == 2 * number && place->count == index) {
        std::array<std::byte, 8> room;
        wire::BitWriter length(room);
        static_cast<void>(length.varint(static_cast<std::uint32_t>(body.size())));
        for (const ByteView part : {length.written(), body}) {
            place->bytes.insert(place->bytes.end(), part.begin(), part.end());
            kept_bytes_ += part.size();
        }
        ++place->count;
        place->is_checked = place->count == source_.chunk_ticks;
    }
    if (index + 1 == source_.chunk_ticks) keep_state(tick + 1, state, inputs);
}

bool Playback::has_entry(Tick tick) const {
    if (tick < source_.first) return false;
    const Kept* const chunk = find_chunk(number_of(tick));
    return chunk != nullptr && tick.value - start_of(number_of(tick)).value < chunk->count;
}

/// The earliest tick such that the entries from it to `last` are here; last + 1 when that is not.
Tick Playback::covered_from(Tick last) const {
    if (!has_entry(last)) return last + 1;
    std::uint32_t number = number_of(last);
    while (number > 0) {
        const Kept* const chunk = find_chunk(number - 1);
        if (chunk == nullptr || chunk->count < source_.chunk_ticks) break;
        --number;
    }
    return start_of(number);
}

/// The first tick after `from` whose entry is not here.
Tick Playback::known_end(Tick from) const {
    if (!has_entry(from)) return from;
    std::uint32_t number = number_of(from);
    const Kept* chunk = find_chunk(number);
    while (chunk->count == source_.chunk_ticks) {
        const Kept* const next = find_chunk(number + 1);
        if (next == nullptr || next->count == 0) break;
        chunk = next;
        ++number;
    }
    return start_of(number) + chunk->count;
}

// ---- Simulating

/// The newest of the states (with the cursor's) whose `next` is from `oldest` to `next`.
std::optional<Tick> Playback::newest_state_before(Tick next, Tick oldest) const {
    std::optional<Tick> best;
    const auto consider = [&](Tick at) {
        if (at <= next && at >= oldest && (!best || at > *best)) best = at;
    };
    if (cursor_.is_set) consider(cursor_.next);
    for (const Kept& kept : kept_) {
        if (kept.key % 2 == 1) consider(start_of(kept.key / 2));
    }
    return best;
}

/// The cursor is there. The keyframe has been read before.
bool Playback::use(Cursor& cursor, ByteView keyframe) {
    cursor.is_set = netcode::read_keyframe(module_, keyframe, cursor.next, cursor.state, cursor.inputs);
    if (&cursor != &cursor_) return cursor.is_set;
    noted_.clear();
    if (cursor.is_set && cursor.next != Tick{}) remember(cursor.next - 1);
    return cursor.is_set;
}

void Playback::remember(Tick tick) {
    recent_ticks_[tick.value % recent_max] = tick;
    recent_[tick.value % recent_max].copy_from(cursor_.state);
}

/// The cursor goes to the nearest state that leads to the state after `tick`.
bool Playback::restart(Tick tick) {
    const Tick oldest = covered_from(tick);
    // From a second before, so that the picture has what was going on.
    const std::uint32_t led_up = std::min(led_up_s * tick_rate_hz_, tick.value + 1 - source_.first.value);
    auto best = newest_state_before(tick + 1 - led_up, oldest);
    if (!best) best = newest_state_before(tick + 1, oldest);
    if (!best) return false;
    if (cursor_.is_set && cursor_.next == *best) return true;
    const Kept* const keyframe = find(keyframe_key(number_of(*best)));
    return keyframe != nullptr && use(cursor_, keyframe->bytes);
}

/// The body of the entry of the cursor's next tick, if it is here.
std::optional<ByteView> Playback::next_body(Cursor& cursor) {
    const std::uint32_t number = number_of(cursor.next);
    const Kept* const chunk = find_chunk(number);
    if (chunk == nullptr) return std::nullopt;
    if (!cursor.is_reading || cursor.reading_number != number || cursor.reading_tick > cursor.next) {
        cursor.is_reading = true;
        cursor.reading_number = number;
        cursor.reading_tick = start_of(number);
        cursor.reading_offset = 0;
    }
    ByteView rest = ByteView(chunk->bytes).subspan(cursor.reading_offset);
    while (true) {
        const auto body = netcode::take_entry(rest);
        if (!body) return std::nullopt;
        const bool is_it = cursor.reading_tick == cursor.next;
        ++cursor.reading_tick;
        cursor.reading_offset = chunk->bytes.size() - rest.size();
        if (is_it) return body;
    }
}

void Playback::fail(PieceError error, Tick tick) {
    if (error == PieceError::disagrees) ++stats_.desyncs;
    stats_.failure = static_cast<double>(error);
    stats_.failure_tick = tick.value;
}

void Playback::check_hash(Tick tick, const std::optional<std::uint64_t>& expected) {
    const bool is_due = tick.value % tick_rate_hz_ == 0;
    if (!is_due && !expected) return;
    const std::uint64_t hash = cursor_.state.hash(scratch_);
    if (is_due) hashes_[tick.value / tick_rate_hz_ % hashes_max] = {.tick = tick, .hash = hash};
    if (expected && *expected != hash) fail(PieceError::disagrees, tick);
}

void Playback::keep_state(Tick next, const game::StateBuffer& state, const game::InputVector& inputs) {
    const std::uint32_t key = keyframe_key(number_of(next));
    if (find(key) != nullptr) return;
    const ByteView bytes = netcode::write_keyframe(module_, next, state, inputs, scratch_);
    put({.key = key, .is_own = true, .is_checked = true, .bytes = {bytes.begin(), bytes.end()}});
}

/// A cursor that has come through a chunk is at the beginning of the next one. Where the log leads to
/// something else than the server's keyframe, that counts.
void Playback::meet_keyframe(Cursor& cursor) {
    const std::uint32_t number = number_of(cursor.next);
    if (const auto before = place_of(2 * (number - 1));
        before != kept_.end() && before->key == 2 * (number - 1))
        before->is_checked = true;
    const auto place = place_of(keyframe_key(number));
    if (place == kept_.end() || place->key != keyframe_key(number)) {
        keep_state(cursor.next, cursor.state, cursor.inputs);
        return;
    }
    if (place->is_checked) return;
    place->is_checked = true;
    const ByteView own = netcode::write_keyframe(module_, cursor.next, cursor.state, cursor.inputs, scratch_);
    if (std::ranges::equal(own, place->bytes)) return;
    fail(PieceError::disagrees, cursor.next);
    static_cast<void>(use(cursor, place->bytes));
}

void Playback::note_events(Tick tick) {
    const double oldest = goal_ - drawn_s * tick_rate_hz_;
    std::erase_if(noted_, [&](const EventNotice& noted) { return noted.tick < oldest; });
    if (tick.value < oldest) return;
    for (const game::Event& event : cursor_.emitted.events()) {
        if (event.kind >= module_.event_kinds.size()) continue;
        if (noted_.size() == noted_max) noted_.erase(noted_.begin());
        noted_.push_back(notice_of(tick, event, next_event_id_++));
    }
}

/// The cursor's next tick; false: its entry is none of this game, and the state is not to be used any more.
bool Playback::advance(Cursor& cursor) {
    const auto body = next_body(cursor);
    if (!body || !netcode::read_entry(module_, *body, cursor.inputs, cursor.commands)) {
        fail(PieceError::malformed, cursor.next);
        cursor.is_set = false;
        return false;
    }
    const netcode::TickCommands& commands = cursor.commands;
    if (commands.begins) module_.start(cursor.state.data());
    cursor.emitted.clear();
    static_cast<void>(
        module_.step(cursor.state.data(), {.tick = cursor.next,
                                           .inputs = cursor.inputs.data(),
                                           .events = {commands.events.begin(), commands.events.size()},
                                           .random = commands.random,
                                           .start_asked = commands.start_asked,
                                           .emitted = &cursor.emitted}));
    ++cursor.next;
    return true;
}

bool Playback::step() {
    const Tick tick = cursor_.next;
    if (!advance(cursor_)) {
        // The chunk leads nowhere.
        const auto place = place_of(2 * number_of(tick));
        if (place != kept_.end() && place->key == 2 * number_of(tick)) forget(place);
        return false;
    }
    ++stats_.ticks_simulated;
    note_events(tick);
    check_hash(tick, cursor_.commands.hash);
    if (cursor_.next == start_of(number_of(cursor_.next))) meet_keyframe(cursor_);
    if (tick.value + recent_max > goal_) remember(tick);
    return true;
}

/// The state after `tick`, and the one after that where it can be had.
bool Playback::make(Tick tick, std::uint32_t ticks_max) {
    const Tick last = has_entry(tick + 1) ? tick + 1 : tick;
    const auto is_made = [&] { return is_recent(tick) && is_recent(last); };
    if (is_made()) return true;
    const bool goes_on = cursor_.is_set && cursor_.next <= tick + 1 && cursor_.next >= covered_from(tick) &&
                         tick - cursor_.next < static_cast<std::int32_t>(source_.chunk_ticks);
    if (!goes_on && !restart(tick)) {
        stats_.is_waiting = 1;
        return false;
    }
    for (; ticks_max > 0 && cursor_.next <= last; --ticks_max) {
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

void Playback::step_ticks(std::int32_t ticks) { seek(static_cast<double>(tick_of(goal_).value) + ticks); }

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
        is_sought_ = distance(clock_.at(), goal_) > tick_rate_hz_ / 2.0;
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
    stats_.bytes_kept = static_cast<double>(kept_bytes_);
    return shown_ == goal_;
}

/// The states of the goal are made: it becomes the picture.
void Playback::show() {
    const Tick tick = tick_of(goal_);
    const Tick next = is_recent(tick + 1) ? tick + 1 : tick;
    before().copy_from(recent_[tick.value % recent_max]);
    after().copy_from(recent_[next.value % recent_max]);
    const bool is_heard = !is_sought_ && shown_tick_ && speed_ <= speed_heard_max;
    for (const EventNotice& noted : noted_) {
        const bool is_new = is_heard && noted.tick > shown_tick_->value && noted.tick <= tick.value;
        if (is_new && notices_.size() < noted_max) notices_.push_back(noted);
    }
    shown_tick_ = tick;
    shown_ = goal_;
    is_sought_ = false;
}

void Playback::draw(float aspect, game::DrawList& list) {
    list.clear();
    if (!shown_tick_) return;
    shown_events_.clear();
    for (const EventNotice& noted : noted_) {
        // A moment shows the state after its tick: what happened in that tick is there.
        const double age_s = (shown_ - noted.tick) / tick_rate_hz_;
        if (age_s >= 0 && age_s <= drawn_s)
            shown_events_.push_back({.event = noted.event, .age_s = static_cast<float>(age_s)});
    }
    const double seconds = shown_ / tick_rate_hz_;
    module_.draw({.before = before().data(),
                  .after = after().data(),
                  .fraction = static_cast<float>(shown_ - shown_tick_->value),
                  .own = followed_,
                  .aspect = aspect,
                  .seconds = static_cast<float>(seconds - 3600 * static_cast<int>(seconds / 3600)),
                  .recent = shown_events_},
                 list);
}

const game::StateBuffer* Playback::shown_state() const {
    return shown_tick_ ? &recent_[recent_max] : nullptr;
}

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
    const auto is_it = [&](const Piece& piece) {
        return piece.number == number && (piece.is_keyframe != 0) == is_keyframe;
    };
    if (std::ranges::any_of(std::span(wanted_).first(wanted_count_), is_it)) return;
    const Tick start = start_of(number);
    if (is_keyframe) {
        if (start > end_) return;
    } else {
        const Kept* const chunk = find_chunk(number);
        const bool is_whole = chunk != nullptr && (chunk->count == source_.chunk_ticks || !chunk->is_own);
        const bool can_be_had = start < end_ && (over_ == Over::yes || start + source_.chunk_ticks <= end_);
        if (is_whole || !can_be_had) return;
    }
    wanted_[wanted_count_++] = {.number = number, .is_keyframe = is_keyframe ? 1U : 0U};
}

/// What comes next first; what is far behind the picture begins with the first state.
void Playback::want_the_rest() {
    if (kept_bytes_ > bytes_fetched_ahead_max) return;
    const std::uint32_t here = number_of(tick_of(goal_));
    const std::uint32_t count = end_ > source_.first ? number_of(end_ - 1) + 1 : 0;
    if (count > 0 && find(keyframe_key(0)) == nullptr) want(0, true);
    for (std::uint32_t index = 0; index < count; ++index)
        want((here + index) % count, false);
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
    if (source_.is_whole_wanted) want_the_rest();
    return std::span(wanted_).first(wanted_count_);
}

}  // namespace gs::client
