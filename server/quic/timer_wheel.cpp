#include "server/quic/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace gs::quic {
namespace {

constexpr net::Duration slot_length = std::chrono::milliseconds(1);

}  // namespace

void TimerNode::unlink() {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
    at_ = net::never;
}

TimerWheel::TimerWheel(net::Instant now) : slots_(slot_count), current_(slot_of(now)) {
    for (TimerNode& head : slots_)
        head.previous_ = head.next_ = &head;
}

TimerWheel::~TimerWheel() {
    for (TimerNode& head : slots_) {
        while (head.next_ != &head)
            head.next_->unlink();
        head.previous_ = head.next_ = nullptr;
    }
}

std::int64_t TimerWheel::slot_of(net::Instant at) {
    const std::int64_t length = slot_length.count();
    return at.time_since_epoch().count() / length;
}

void TimerWheel::schedule(TimerNode& node, net::Instant at) {
    node.unlink();
    // Rounded up, so that a timer never comes up before its time and asks to be scheduled again at once.
    const std::int64_t wanted =
        at == net::never ? current_ + slot_count : slot_of(at + slot_length - net::Duration(1));
    // Never into the slot being emptied: a timer that asks for "now" again and again must not hold the turn.
    const std::int64_t slot = std::clamp(wanted, current_ + 1, current_ + slot_count - 1);
    const auto index = static_cast<std::size_t>(slot % slot_count);
    TimerNode& head = slots_[index];
    node.previous_ = head.previous_;
    node.next_ = &head;
    head.previous_->next_ = &node;
    head.previous_ = &node;
    node.at_ = net::Instant(slot * slot_length);
    occupied_[index / 64] |= std::uint64_t{1} << (index % 64);
}

std::int64_t TimerWheel::first_occupied(std::int64_t from) const {
    for (std::int64_t slot = from; slot < from + slot_count;) {
        const auto index = static_cast<std::size_t>(slot % slot_count);
        const std::uint64_t word = occupied_[index / 64] >> (index % 64);
        if (word == 0) {
            slot += static_cast<std::int64_t>(64 - index % 64);
            continue;
        }
        slot += std::countr_zero(word);
        const auto found = static_cast<std::size_t>(slot % slot_count);
        if (slots_[found].next_ != &slots_[found]) return slot < from + slot_count ? slot : -1;
        occupied_[found / 64] &= ~(std::uint64_t{1} << (found % 64));
    }
    return -1;
}

TimerNode* TimerWheel::take_due(net::Instant now) {
    const std::int64_t last = slot_of(now);
    // After a long pause every slot is due once; going round more often finds nothing new.
    if (last - current_ >= slot_count) current_ = last - slot_count + 1;
    const std::int64_t slot = first_occupied(current_);
    if (slot < 0 || slot > last) {
        current_ = std::max(current_, last);
        return nullptr;
    }
    current_ = slot;
    TimerNode* node = slots_[static_cast<std::size_t>(slot % slot_count)].next_;
    node->unlink();
    return node;
}

net::Instant TimerWheel::next() const {
    const std::int64_t slot = first_occupied(current_);
    return slot < 0 ? net::never : net::Instant(slot * slot_length);
}

}  // namespace gs::quic
