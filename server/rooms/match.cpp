#include "server/rooms/match.h"

#include "core/base/assert.h"
#include "server/rooms/counters.h"
#include "server/rooms/step_guard.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {

using Kind = game::SeatEvent::Kind;

namespace {

bool is_join(Kind kind) { return kind == Kind::joined || kind == Kind::computer_joined; }

/// As a check of the game that did not hold: what nobody can write, nobody can be sent.
constexpr game::CheckFailure unwritable = {.expression = "serialize()",
                                           .why = "a state is too large, or holds a number that is none",
                                           .file = __FILE__,
                                           .line = __LINE__};

constexpr game::CheckFailure input_unwritable = {
    .expression = "serialize_input()",
    .why = "an input is too large, or holds what the game does not write",
    .file = __FILE__,
    .line = __LINE__};

bool neutral_stays(const game::Module& module) {
    game::InputBuffer16 neutral;
    module.neutral(neutral.bytes);
    game::InputBuffer16 guess = neutral;
    module.repeat(guess.bytes, 1);
    return module.same(guess.bytes, neutral.bytes);
}

}  // namespace

Match::Match(const game::Module& module, netcode::LogHeader header, MutableBytes scratch)
    : module_(module),
      scratch_(scratch),
      state_(module),
      inputs_(module),
      guesses_(module),
      neutral_stays_(neutral_stays(module)),
      seats_(module.info->seats_max),
      writer_(module),
      log_(std::make_unique<netcode::MatchLog>(std::move(header))) {
    GS_ASSERT(scratch.size() >= netcode::keyframe_bytes_max, "room for a keyframe of any game");
    waiting_.reserve(seats_.size() * 3);
}

Match::Match(const game::Module& module, netcode::MatchLog log, const netcode::Replayer& at_end,
             std::span<const Presence> presence, MutableBytes scratch)
    : Match(module, log.header(), scratch) {
    GS_ASSERT(at_end.next() == log.next(), "a match goes on where its log ends");
    *log_ = std::move(log);
    state_.copy_from(at_end.state());
    inputs_.copy_from(at_end.inputs());
    for (std::size_t index = 0; index < std::min(presence.size(), seats_.size()); ++index) {
        seats_[index].presence = presence[index];
        if (seats_[index].is_active()) forget_inputs(Seat{static_cast<std::uint8_t>(index)});
    }
}

Presence presence_after(Kind kind) {
    switch (kind) {
        case Kind::joined:
        case Kind::returned:
            return Presence::there;
        case Kind::dropped:
            return Presence::dropped;
        case Kind::computer_joined:
            return Presence::computer;
        case Kind::left:
            break;
    }
    return Presence::free;
}

// ---- Events

void Match::add_event(game::SeatEvent event) {
    if (event.kind == Kind::joined || event.kind == Kind::returned) forget_inputs(event.seat);
    const auto of_seat = [&](const game::SeatEvent& waiting) { return waiting.seat == event.seat; };
    const auto last = std::find_if(waiting_.rbegin(), waiting_.rend(), of_seat);
    const auto last_is = [&](Kind kind) { return last != waiting_.rend() && last->kind == kind; };
    if ((event.kind == Kind::returned && last_is(Kind::dropped)) ||
        (event.kind == Kind::dropped && last_is(Kind::returned))) {
        waiting_.erase(std::next(last).base());
        return;
    }
    if (event.kind == Kind::left) {
        // Whether somebody drops before leaving makes no difference; and who has not come yet need not leave.
        const auto join = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const auto& waiting) {
            return of_seat(waiting) && is_join(waiting.kind);
        });
        const bool never_joined = join != waiting_.rend();
        const auto from = never_joined ? std::next(join).base() : waiting_.begin();
        waiting_.erase(std::remove_if(from, waiting_.end(),
                                      [&](const auto& waiting) {
                                          return of_seat(waiting) && waiting.kind != Kind::left;
                                      }),
                       waiting_.end());
        if (never_joined) return;
    }
    GS_ASSERT(waiting_.size() < seats_.size() * 3, "events of a seat cancel each other");
    waiting_.push_back(event);
}

void Match::take_events() {
    std::size_t joins = 0;
    std::size_t taken = 0;
    for (; taken < waiting_.size(); ++taken) {
        const game::SeatEvent event = waiting_[taken];
        if (is_join(event.kind) && ++joins > joins_per_tick_max) break;
        if (commands_.events.full()) break;
        commands_.events.push_back(event);
        apply(event);
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void Match::apply(game::SeatEvent event) {
    SeatInput& seat = seats_[event.seat.value];
    seat.presence = presence_after(event.kind);
    seat.quiet = false;
}

// ---- Inputs

void Match::receive(Seat seat, const netcode::InputPacket& packet, int quarters_left) {
    SeatInput& to = seats_[seat.value];
    if (!to.is_active()) return;
    to.queue->receive(packet, next(), quarters_left);
}

void Match::forget_inputs(Seat seat) {
    SeatInput& of = seats_[seat.value];
    if (of.queue == nullptr) of.queue = std::make_unique<netcode::InputQueue>(module_);
    of.queue->clear();
}

std::optional<Tick> Match::consumed(Seat seat) const {
    const SeatInput& of = seats_[seat.value];
    return of.queue == nullptr ? std::nullopt : of.queue->consumed();
}

std::int8_t Match::early_quarter_ticks(Seat seat) const {
    const SeatInput& of = seats_[seat.value];
    return of.queue == nullptr ? netcode::early_unknown : of.queue->early_quarter_ticks();
}

game::CheckFailure Match::write_inputs() {
    guesses_.copy_from(inputs_);
    guesses_.repeat();
    game::CheckFailure failure;
    for (std::size_t index = 0; index < seats_.size(); ++index) {
        if (!write_input(Seat{static_cast<std::uint8_t>(index)})) failure = input_unwritable;
    }
    return failure;
}

bool Match::write_input(Seat seat) {
    using Added = netcode::EntryWriter::Added;
    SeatInput& from = seats_[seat.value];
    // Most seats of a large game are free most of the time.
    if (from.quiet) return true;
    const void* guess = guesses_.at(seat);
    game::InputBuffer16 input;
    if (from.is_active()) {
        from.queue->take(next(), guess, input.bytes);
        limit_view_age(from, input.bytes);
    } else {
        module_.neutral(input.bytes);
    }
    const Added added = writer_.add_input(seat, input.bytes, guess);
    if (added == Added::yes) {
        inputs_.set(seat, input.bytes);
        from.quiet = !from.is_active() && neutral_stays_;
        return true;
    }
    // Everybody goes on with the guess. Without room in this tick, what was wanted counts one tick later.
    if (added == Added::no_room && from.is_active()) from.queue->put_back(next() + 1, input.bytes);
    inputs_.set(seat, guess);
    return added == Added::no_room;
}

void Match::limit_view_age(SeatInput& from, void* input) const {
    if (module_.view_age == nullptr) return;
    std::uint8_t& age = *module_.view_age(input);
    // 0 is what an input has that aims at nothing.
    if (age > from.view_ages.max) ++from.ages_beyond;
    if (age != 0) age = std::clamp(age, from.view_ages.min, from.view_ages.max);
}

std::uint64_t Match::inputs_out_of_range(Seat seat) const {
    const SeatInput& of = seats_[seat.value];
    return of.queue == nullptr ? 0 : of.queue->counters().out_of_range;
}

netcode::InputCounters Match::input_counters() const {
    netcode::InputCounters sum;
    for (const SeatInput& seat : seats_) {
        if (seat.queue == nullptr) continue;
        add_to(sum, seat.queue->counters());
    }
    return sum;
}

// ---- Ticks

game::CheckFailure Match::step(std::uint64_t random) {
    if (log_->wants_keyframe()) {
        const ByteView bytes = keyframe();
        if (bytes.empty()) return unwritable;
        log_->add_keyframe(bytes);
    }
    commands_ = {.begins = std::exchange(begins_, false), .start_asked = std::exchange(start_asked_, false)};
    take_events();
    if (next() == log_->header().first) commands_.random = random;
    writer_.begin(commands_);
    const game::CheckFailure inputs_failure = write_inputs();
    emitted_.clear();
    game::CheckFailure failure = guarded_step(module_, state_.data(),
                                              {.tick = next(),
                                               .inputs = inputs_.data(),
                                               .events = {commands_.events.begin(), commands_.events.size()},
                                               .random = commands_.random,
                                               .start_asked = commands_.start_asked,
                                               .emitted = &emitted_});
    if (inputs_failure && !failure) failure = inputs_failure;
    std::optional<std::uint64_t> hash;
    // A step that was left in its middle leaves no state to be read.
    if (next().value % module_.info->tick_rate_hz == 0 && !is_endless(failure)) {
        const ByteView bytes = state_.write(scratch_);
        if (bytes.empty() && !failure) failure = unwritable;
        hash = hash_of(bytes);
    }
    log_->append(writer_.finish(hash));
    return failure;
}

game::Standing Match::standing() const {
    game::Standing standing;
    if (module_.standing != nullptr) module_.standing(state_.data(), standing);
    return standing;
}

ByteView Match::keyframe() { return netcode::write_keyframe(module_, next(), state_, inputs_, scratch_); }

netcode::MatchLog Match::begin_anew(netcode::LogHeader header, From from) {
    header.first = next();
    netcode::MatchLog before =
        std::move(*std::exchange(log_, std::make_unique<netcode::MatchLog>(std::move(header))));
    if (from == From::this_state) return before;
    begins_ = true;
    start_asked_ = false;
    module_.start(state_.data());
    inputs_.clear();
    waiting_.clear();
    for (SeatInput& seat : seats_) {
        seat.presence = Presence::free;
        seat.quiet = false;
    }
    return before;
}

}  // namespace gs::rooms
