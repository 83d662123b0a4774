#include "core/client/client.h"

#include "core/netcode/keyframe.h"

#include <algorithm>
#include <cstring>

namespace gs::client {
namespace {

using netcode::inputs_per_packet_max;
using netcode::waiting_ticks_max;

/// A hole gets this long to be filled by the overlap of later packets before it is asked for.
constexpr Micros hole_patience_us = 70'000;
/// A request that was not answered is made again.
constexpr Micros ask_again_us = 400'000;
/// The server sends a keyframe by itself to those who enter; it may have been dropped.
constexpr Micros keyframe_patience_us = 800'000;
/// Spectators have nothing to say and acknowledge so often: the server repeats less to those who are silent.
constexpr Micros acknowledge_every_us = 1'000'000;
/// A machine that slept catches up with this many inputs; the rest of the time is gone.
constexpr std::uint32_t inputs_per_turn_max = 45;
/// After a gap the server has this long to say that it has the inputs before it; they are sent this often.
constexpr Micros gap_patience_us = 1'500'000;
constexpr Micros gap_send_every_us = 33'000;
/// How early an input is that the server refuses.
constexpr int refused_quarter_ticks = 4 * (static_cast<int>(netcode::ticks_ahead_max) + 1);
/// Inputs that came too early are made later; once more when that many new ones were too early again: until
/// then the server may still speak of the old ones.
constexpr std::uint32_t too_early_again = 30;
/// So many datagrams, one after the other, that all end long before the state: no line holds back that much.
constexpr std::uint32_t outdated_datagrams_max = 60;
constexpr std::size_t latencies_max = 256;

}  // namespace

Client::Client(const game::Module& module, Work work)
    : module_(module),
      tick_rate_hz_(module.info->tick_rate_hz),
      state_(module),
      inputs_(module),
      waiting_(waiting_ticks_max),
      scratch_(game::state_bytes_max),
      picture_(work == Work::show ? std::make_unique<Picture>(module) : nullptr),
      seen_(module.info->tick_rate_hz),
      own_(module.info->tick_rate_hz),
      clock_(module.info->tick_rate_hz),
      lead_(module.info->ticks_per_send),
      sampled_(inputs_per_packet_max) {
    latencies_ms_.reserve(latencies_max);
}

void Client::enter(Seat seat, std::uint32_t epoch, Micros now) {
    seat_ = seat;
    epoch_ = epoch;
    running_ = lost_ = sampling_ = send_due_ = has_hole_ = has_gap_ = false;
    for (Waiting& entry : waiting_)
        entry.filled = false;
    for (Sampled& sampled : sampled_)
        sampled.tick.reset();
    newest_received_.reset();
    newest_known_.reset();
    consumed_.reset();
    clock_.reset();
    lead_.reset();
    pressed_ = 0;
    controls_ = {};
    request_ = {};
    asked_at_ = now - ask_again_us;
    ask_keyframe_at_ = now + keyframe_patience_us;
    sent_at_ = turned_at_ = now;
    told_too_early_ = {};
    outdated_datagrams_ = 0;
    if (picture_) {
        picture_->predictor.reset();
        picture_->events.reset();
        picture_->easing.reset();
    }
    desync_.reset();
    seen_.reset(now);
    own_.reset(now);
    stats_ = {};
    latencies_ms_.clear();
    hashes_ = {};
}

std::optional<Tick> Client::confirmed() const {
    if (!running_ || next_.value == 0) return std::nullopt;
    return next_ - 1;
}

// ---- What comes

void Client::receive_datagram(ByteView bytes, Micros now) {
    ++stats_.datagrams_received;
    const auto packet = netcode::read_tick_datagram(bytes);
    if (!packet) {
        ++stats_.datagrams_refused;
        return;
    }
    // From before the server went back in time, or from another room.
    if (packet->head.epoch != epoch_) return;
    const Tick newest = packet->head.first + (packet->head.count - 1);
    if (!newest_received_ || newest > *newest_received_) clock_.on_arrival(newest, now);
    take_entries(*packet, Source::datagram);
    on_report(packet->head, now);
    doubt_keyframe(newest);
}

/// A state that is ahead of everything that comes is of no tick that there is: no hash would ever tell.
void Client::doubt_keyframe(Tick newest) {
    if (!running_ || lost_) return;
    outdated_datagrams_ = newest + netcode::recent_ticks_max < next_ ? outdated_datagrams_ + 1 : 0;
    if (outdated_datagrams_ < outdated_datagrams_max) return;
    newest_received_ = newest_known_ = newest;
    lose();
}

void Client::receive_transfer(ByteView bytes, Micros now) {
    if (bytes.empty()) return;
    if (bytes[0] == static_cast<std::byte>(netcode::TransferType::keyframe)) {
        take_keyframe(bytes.subspan(1), now);
    } else if (const auto packet = netcode::read_repair_transfer(bytes)) {
        if (packet->head.epoch != epoch_) return;
        request_ = {};
        asked_at_ = now - ask_again_us;  // there may be another hole
        take_entries(*packet, Source::repair);
    } else {
        ++stats_.datagrams_refused;
    }
}

void Client::take_keyframe(ByteView bytes, Micros now) {
    wire::BitReader reader(bytes);
    std::uint32_t epoch = 0;
    Tick tick;
    if (!reader.varint(epoch) || epoch != epoch_) return;
    // Read beside what runs: a damaged keyframe leaves it as it is.
    game::StateBuffer state(module_);
    game::InputVector inputs(module_);
    if (!netcode::read_keyframe(module_, bytes.subspan(reader.position()), tick, state, inputs)) {
        ++stats_.datagrams_refused;
        return;
    }
    ++stats_.keyframes;
    if (running_ && !lost_ && tick <= next_) return;
    if (running_ && tick > next_) stats_.ticks_skipped += tick - next_;
    state_.copy_from(state);
    inputs_.copy_from(inputs);
    next_ = tick;
    running_ = true;
    lost_ = has_hole_ = false;
    outdated_datagrams_ = 0;
    request_ = {};
    ask_keyframe_at_ = now + keyframe_patience_us;
    history_first_ = tick;
    if (picture_) {
        picture_->predictor.reset();
        picture_->easing.reset();
    }
    remember_state();
    for (Waiting& entry : waiting_)
        entry.filled = entry.filled && entry.tick >= next_;
    if (!newest_received_ || *newest_received_ < next_) {
        if (next_.value > 0) newest_received_ = next_ - 1;
    }
    advance();
}

void Client::take_entries(const netcode::TickPacket& packet, Source source) {
    ByteView entries = packet.entries;
    for (std::uint32_t index = 0; index < packet.head.count; ++index) {
        const Tick tick = packet.head.first + index;
        const auto body = netcode::take_entry(entries);
        if (!body) {
            ++stats_.datagrams_refused;
            return;
        }
        if (running_ && tick < next_) {
            ++stats_.duplicates;
            continue;
        }
        // Before a keyframe nobody knows what is needed: the newest are kept.
        Waiting& place = waiting(tick);
        const bool keeps_newest = !running_ || lost_;
        if (!newest_known_ || tick > *newest_known_) newest_known_ = tick;
        // What is too far ahead to wait comes again as a repair when its time has come.
        if (!keeps_newest && tick.value - next_.value >= waiting_.size()) continue;
        if (keeps_newest && place.filled && place.tick > tick) continue;
        if (place.filled && place.tick == tick) {
            ++stats_.duplicates;
            continue;
        }
        place.filled = true;
        place.tick = tick;
        place.body.assign(body->begin(), body->end());
        if (source == Source::repair) ++stats_.ticks_repaired;
        if (source == Source::datagram && (!newest_received_ || tick > *newest_received_))
            newest_received_ = tick;
    }
    advance();
}

// ---- Simulating what is known

void Client::advance() {
    if (!running_) return;
    while (!lost_) {
        Waiting& entry = waiting(next_);
        if (!entry.filled || entry.tick != next_) break;
        entry.filled = false;
        step(entry.body);
    }
}

void Client::step(ByteView body) {
    if (!netcode::read_entry(module_, body, inputs_, commands_)) {
        ++stats_.datagrams_refused;
        lose();
        return;
    }
    const Tick tick = next_;
    if (predicts() && picture_->predictor.confirm(tick, inputs_, commands_, state_)) {
        ++stats_.guesses_right;
        picture_->events.confirm(tick, picture_->predictor.events_of(tick).events());
    } else {
        if (commands_.begins) module_.start(state_.data());
        emitted_.clear();
        // The server has stepped this, too, and closes the room when a check fails: nothing to add here.
        static_cast<void>(
            module_.step(state_.data(), {.tick = tick,
                                         .inputs = inputs_.data(),
                                         .events = {commands_.events.begin(), commands_.events.size()},
                                         .random = commands_.random,
                                         .start_asked = commands_.start_asked,
                                         .emitted = &emitted_}));
        if (picture_) picture_->events.confirm(tick, emitted_.events());
    }
    ++next_;
    ++stats_.ticks_received;
    stats_.confirmed_tick = tick.value;
    remember_state();
    if (witness_ != nullptr) witness_->on_tick(tick, body, state_, inputs_);
    check_hash(tick, commands_.hash);
}

void Client::check_hash(Tick tick, const std::optional<std::uint64_t>& expected) {
    const bool is_due = tick.value % static_cast<std::uint32_t>(tick_rate_hz_) == 0;
    if (!is_due && !expected) return;
    const std::uint64_t hash = state_.hash(scratch_);
    if (is_due) {
        hashes_[tick.value / static_cast<std::uint32_t>(tick_rate_hz_) % hashes_max] = {
            .tick = tick, .hash = hash, .filled = true};
    }
    if (!expected) return;
    ++stats_.hashes_checked;
    if (*expected == hash) return;
    ++stats_.desyncs;
    const ByteView state = state_.write(scratch_);
    desync_ = {.tick = tick, .hash = hash, .expected = *expected, .state = {state.begin(), state.end()}};
    lose();
}

std::optional<Client::Desync> Client::take_desync() {
    if (!desync_) return std::nullopt;
    taken_desync_ = std::move(*desync_);
    desync_.reset();
    return Desync{.tick = taken_desync_.tick,
                  .hash = taken_desync_.hash,
                  .expected = taken_desync_.expected,
                  .state = taken_desync_.state};
}

void Client::lose() {
    lost_ = true;
    ask_keyframe_at_ = turned_at_;
    ++stats_.resyncs;
}

void Client::remember_state() {
    if (!picture_ || next_.value == 0) return;
    picture_->history[(next_ - 1).value % history_max].copy_from(state_);
    if (next_ - history_first_ >= static_cast<std::int32_t>(history_max)) {
        history_first_ = next_ - (history_max - 1);
    }
}

std::optional<std::uint64_t> Client::hash_at(Tick tick) const {
    const Hashed& found = hashes_[tick.value / static_cast<std::uint32_t>(tick_rate_hz_) % hashes_max];
    if (!found.filled || found.tick != tick) return std::nullopt;
    return found.hash;
}

void Client::on_report(const netcode::TickHead& head, Micros now) {
    if (seat_ == no_seat) return;
    if (head.early_quarter_ticks >= refused_quarter_ticks &&
        next_input_ >= told_too_early_ + too_early_again) {
        // The server refuses them, so nothing of what follows would ever tell.
        told_too_early_ = next_input_;
        stats_.early_quarter_ticks = head.early_quarter_ticks;
        lead_.on_too_early(head.early_quarter_ticks, next_input_);
    }
    if (!head.consumed) return;
    if (consumed_ && *head.consumed <= *consumed_) return;
    if (*head.consumed >= next_input_) return;  // not an input of ours
    const Tick before = consumed_.value_or(first_input_ - std::min(first_input_.value, 1U));
    consumed_ = head.consumed;
    for (Tick tick = std::max(before + 1, first_input_); tick <= *consumed_; ++tick) {
        const Sampled& sampled = sampled_[tick.value % sampled_.size()];
        if (!sampled.changed) continue;
        stats_.input_latency_ms = static_cast<double>(now - sampled.at) / 1000;
        if (latencies_ms_.size() < latencies_max) {
            latencies_ms_.push_back(static_cast<float>(stats_.input_latency_ms));
        }
    }
    first_input_ = std::max(first_input_, *consumed_ + 1);
    stats_.consumed_tick = consumed_->value;
    if (head.early_quarter_ticks != netcode::early_unknown) {
        stats_.early_quarter_ticks = head.early_quarter_ticks;
        lead_.on_report(*consumed_, head.early_quarter_ticks, next_input_);
    }
}

std::vector<float> Client::take_input_latencies_ms() {
    std::vector<float> taken;
    taken.reserve(latencies_max);
    taken.swap(latencies_ms_);
    return taken;
}

// ---- What goes

void Client::expect_round_trip(Micros rtt) {
    lead_.expect(static_cast<double>(std::clamp<Micros>(rtt, 0, 1'000'000)) * tick_rate_hz_ / 1e6);
}

void Client::set_controls(const game::Controls& controls) {
    controls_ = controls;
    pressed_ |= controls.pressed;
}

void Client::turn(Micros now) {
    turned_at_ = now;
    stats_.arriving_tick = clock_.arriving(now);
    stats_.lead_ticks = lead_.ticks();
    stats_.jitter_ticks = clock_.jitter_ticks();
    stats_.pending_ticks = newest_received_ && running_ ? std::max(0, *newest_received_ + 1 - next_) : 0;
    if (running_ && clock_.is_set()) {
        if (seat_ != no_seat) sample_inputs(now);
        predict();
        move_clocks(now);
    }
    if (running_ && now - sent_at_ >= acknowledge_every_us) send_due_ = true;
    ask_for_what_is_missing(now);
}

double Client::input_target(Micros now) const {
    // Not far beyond the newest tick that came: when none come, the server or the line stands still, and what
    // is made further ahead would be refused.
    const double newest = newest_received_ ? newest_received_->value : 0.0;
    return std::min(clock_.arriving(now), newest + netcode::ticks_ahead_max) + lead_.ticks();
}

void Client::sample_inputs(Micros now) {
    const double target = input_target(now);
    if (target < 0) return;
    const Tick due{static_cast<std::uint32_t>(target)};
    if (!sampling_) {
        sampling_ = true;
        first_input_ = next_input_ = due;
    }
    // Time that is gone is not played again; and a clock that was set back waits.
    if (due - next_input_ > static_cast<std::int32_t>(inputs_per_turn_max)) {
        // But what was made before it has to arrive first: a packet has no gaps.
        if (!has_gap_) gap_since_ = now;
        has_gap_ = true;
        if (first_input_ < next_input_ && now - gap_since_ < gap_patience_us) {
            send_due_ = send_due_ || now - sent_at_ >= gap_send_every_us;
            return;
        }
        next_input_ = due - inputs_per_turn_max;
        first_input_ = next_input_;
    }
    has_gap_ = false;
    // What the server has not used yet all goes into one packet: when that is full, hands wait.
    while (next_input_ <= due &&
           next_input_ - first_input_ < static_cast<std::int32_t>(inputs_per_packet_max))
        sample_one(now);
}

void Client::sample_one(Micros now) {
    Sampled& sampled = sampled_[next_input_.value % sampled_.size()];
    game::InputBuffer16 guess;
    module_.neutral(guess.bytes);
    if (next_input_ > first_input_) {
        guess = sampled_[(next_input_ - 1).value % sampled_.size()].input;
        module_.repeat(guess.bytes, 1);
    }
    make_input(sampled.input.bytes);
    module_.sanitise(sampled.input.bytes);
    sampled.tick = next_input_;
    sampled.at = now;
    sampled.changed = !module_.same(sampled.input.bytes, guess.bytes);
    ++next_input_;
    if (next_input_.value % module_.info->ticks_per_send == 0) send_due_ = true;
}

void Client::make_input(void* input) {
    game::Controls controls = controls_;
    controls.pressed = pressed_;
    pressed_ = 0;
    // Others are drawn at `seen_`, and the step of this input has them where they are a tick before it.
    const double age = static_cast<double>(next_input_.value) - 1 - seen_.at();
    controls.view_age_ticks =
        seen_.is_set() ? static_cast<std::uint8_t>(std::clamp(age + 0.5, 0.0, 255.0)) : std::uint8_t{0};
    if (hands_ == Hands::controls || module_.computer == nullptr) {
        module_.from_controls(controls, newest_state().data(), seat_, input);
        return;
    }
    module_.computer(newest_state().data(), seat_, input);
    if (module_.view_age == nullptr) return;
    std::uint8_t& own_age = *module_.view_age(input);
    if (own_age != 0) own_age = controls.view_age_ticks;
}

ByteView Client::take_datagram() {
    if (!send_due_ || !running_) return {};
    send_due_ = false;
    sent_at_ = turned_at_;
    packet_.epoch = epoch_;
    packet_.newest_received = newest_received_;
    packet_.received_before = newest_received_ ? received_before(*newest_received_) : 0;
    packet_.count = 0;
    packet_.first_input = {};
    if (sampling_) {
        packet_.first_input = first_input_;
        for (Tick tick = first_input_; tick < next_input_; ++tick) {
            packet_.inputs[packet_.count++] = sampled_[tick.value % sampled_.size()].input;
        }
    }
    return netcode::write_input_packet(module_, packet_, packet_bytes_);
}

bool Client::has(Tick tick) const {
    if (tick < next_) return true;
    const Waiting& entry = waiting(tick);
    return entry.filled && entry.tick == tick;
}

std::uint32_t Client::received_before(Tick newest) const {
    std::uint32_t mask = 0;
    for (std::uint32_t back = 0; back < 32; ++back) {
        // What was before the match counts as received.
        if (newest.value < back + 1 || has(newest - (back + 1))) mask |= 1U << back;
    }
    return mask;
}

void Client::ask_for_what_is_missing(Micros now) {
    if (!running_ || lost_) {
        if (now >= ask_keyframe_at_) ask_for_keyframe(now);
        return;
    }
    const bool hole = newest_known_ && *newest_known_ >= next_;
    if (!hole) {
        has_hole_ = false;
        return;
    }
    if (!has_hole_) {
        has_hole_ = true;
        hole_since_ = now;
    }
    if (now - hole_since_ < hole_patience_us || now - asked_at_ < ask_again_us) return;
    if (newest_known_->value - next_.value >= netcode::repair_ticks_max) {
        lose();
        ask_for_keyframe(now);
        return;
    }
    std::uint32_t count = 1;
    while (count < waiting_.size() && next_ + count <= *newest_known_ && !has(next_ + count))
        ++count;
    asked_at_ = now;
    ++stats_.repairs_asked;
    request_ = {.kind = Request::Kind::repair, .first = next_, .count = count};
}

void Client::ask_for_keyframe(Micros now) {
    request_ = {.kind = Request::Kind::keyframe};
    ask_keyframe_at_ = now + keyframe_patience_us;
}

Request Client::take_request() {
    const Request taken = request_;
    request_ = {};
    return taken;
}

}  // namespace gs::client
