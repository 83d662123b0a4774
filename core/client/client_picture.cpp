// What a client draws: the half of Client that looks ahead of the server and between two ticks.
#include "core/client/client.h"

#include <algorithm>

namespace gs::client {
namespace {

/// A correction of less than that nobody sees.
constexpr float visible_correction = 0.02F;

}  // namespace

Client::Picture::Picture(const game::Module& module)
    : predictor(module, netcode::prediction_ticks_max), events(module), easing(module) {
    history.reserve(history_max);
    for (std::uint32_t index = 0; index < history_max; ++index)
        history.emplace_back(module);
}

bool Client::predicts() const { return picture_ != nullptr && seat_ != no_seat; }

std::span<const EventNotice> Client::take_event_notices() {
    return picture_ ? picture_->events.take_notices() : std::span<const EventNotice>();
}

double Client::newest_predicted() const {
    return std::max(newest_confirmed(), static_cast<double>(picture_->predictor.end().value) - 1);
}

const game::StateBuffer& Client::newest_state() const {
    if (!predicts() || picture_->predictor.end() <= next_) return state_;
    return picture_->predictor.after(picture_->predictor.end() - 1);
}

const game::StateBuffer& Client::state_after(std::uint32_t tick) const {
    return tick < next_.value ? picture_->history[tick % history_max] : picture_->predictor.after(Tick{tick});
}

Easing::Moment Client::moment(double shown, double newest) const {
    const auto before = static_cast<std::uint32_t>(shown);
    const auto after = std::min(before + 1, static_cast<std::uint32_t>(newest));
    return {.before = &state_after(before),
            .after = &state_after(after),
            .fraction = static_cast<float>(shown - before)};
}

const void* Client::own_input(Tick tick) const {
    // Also what the server has used already: its tick may be in a hole.
    const Sampled& sampled = sampled_[tick.value % sampled_.size()];
    return sampled.tick == tick ? sampled.input.bytes : nullptr;
}

void Client::predict() {
    if (!predicts() || lost_) return;
    netcode::Predictor& predictor = picture_->predictor;
    const bool is_wrong = predictor.end() < predictor.made_end() && next_ < predictor.made_end();
    const bool eases = is_wrong && own_.is_set();
    if (eases)
        picture_->easing.remember(moment(own_.at(), static_cast<double>(predictor.made_end().value) - 1));
    const Tick first = predictor.predict(
        {.state = state_,
         .inputs = inputs_,
         .next = next_,
         .end = sampling_ ? next_input_ : next_,
         .own = seat_},
        [](const void* context, Tick tick) { return static_cast<const Client*>(context)->own_input(tick); },
        this);
    picture_->events.begin_guesses(first);
    for (Tick tick = first; tick < predictor.end(); ++tick)
        picture_->events.guess(tick, predictor.events_of(tick).events());
    picture_->events.end_guesses(next_);
    if (predictor.remade() == 0) return;
    ++stats_.rollbacks;
    stats_.rollback_ticks = predictor.remade();
    stats_.ticks_remade += predictor.remade();
    if (!eases) return;
    const Easing::Corrected by = picture_->easing.correct(moment(own_.at(), newest_predicted()), seat_);
    if (by.largest > visible_correction) ++stats_.corrections;
    stats_.own_corrected += by.own;
    stats_.own_correction_max = std::max<double>(stats_.own_correction_max, by.own);
}

void Client::move_clocks(Micros now) {
    stats_.delay_ticks = module_.info->ticks_per_send + 0.5 + clock_.jitter_ticks();
    const double oldest = std::max(0.0, static_cast<double>(history_first_.value) - 1);
    seen_.move(clock_.arriving(now) - stats_.delay_ticks, oldest, newest_confirmed(), now);
    stats_.shown_tick = seen_.at();
    if (predicts() && sampling_) {
        // An input is made at the beginning of its tick, and what it does is drawn in the time of that tick.
        own_.move(input_target(now) - 1, newest_confirmed(), newest_predicted(), now);
        stats_.predicted_tick = own_.at();
    }
    if (picture_) picture_->events.show(own_.is_set() ? own_.at() : seen_.at(), seen_.at(), now);
}

void Client::draw(Micros now, float aspect, game::DrawList& list) {
    list.clear();
    if (!running_ || !picture_ || next_.value == 0) return;
    if (clock_.is_set()) {
        // What came since the last turn may have proved guesses wrong: without new ones there would be
        // nothing ahead of what is confirmed, and oneself would be drawn a round trip in the past.
        predict();
        move_clocks(now);
    }
    // Until ticks arrive, what the keyframe showed.
    const double seen_at = seen_.is_set() ? seen_.at() : newest_confirmed();
    const Easing::Moment seen = moment(seen_at, newest_confirmed());
    const Easing::Moment own =
        own_.is_set() ? picture_->easing.eased(moment(own_.at(), newest_predicted()), now) : seen;
    module_.draw({.before = own.before->data(),
                  .after = own.after->data(),
                  .fraction = own.fraction,
                  .seen_before = seen.before->data(),
                  .seen_after = seen.after->data(),
                  .seen_fraction = seen.fraction,
                  .own = seat_ == no_seat ? followed_ : seat_,
                  .aspect = aspect,
                  .seconds = static_cast<float>(static_cast<double>(now % 3'600'000'000) / 1e6),
                  .recent = picture_->events.recent(now)},
                 list);
}

}  // namespace gs::client
