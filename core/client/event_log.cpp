#include "core/client/event_log.h"

#include <algorithm>
#include <cstdlib>

namespace gs::client {
namespace {

/// A wrong guess of somebody's input moves what follows from it by a few ticks: it is still the same event.
constexpr std::int32_t same_event_ticks = 12;
/// How long events are drawn and remembered.
constexpr netcode::Micros recent_us = 2'000'000;
constexpr std::uint32_t remembered_ticks = 180;

}  // namespace

EventLog::EventLog(const game::Module& module) : module_(module) {
    records_.reserve(records_max);
    notices_.reserve(notices_max);
    taken_.reserve(notices_max);
    recent_.reserve(records_max);
}

void EventLog::reset() {
    records_.clear();
    notices_.clear();
}

bool EventLog::is_shown_when_guessed(const game::Event& event) const {
    return event.kind < module_.event_kinds.size() &&
           module_.event_kinds[event.kind].when == game::EventInfo::When::predicted;
}

EventLog::Record* EventLog::find(Tick tick, const game::Event& event, EventStatus status) {
    Record* best = nullptr;
    for (Record& record : records_) {
        if (record.status != status || record.is_seen_again || !record.event.is_like(event)) continue;
        const std::int32_t apart = std::abs(record.tick - tick);
        if (apart > same_event_ticks) continue;
        if (best == nullptr || apart < std::abs(best->tick - tick)) best = &record;
    }
    return best;
}

void EventLog::add(Tick tick, const game::Event& event, EventStatus status) {
    if (records_.size() == records_max) records_.erase(records_.begin());
    records_.push_back({.event = event,
                        .tick = tick,
                        .id = next_id_++,
                        .status = status,
                        .was_guessed = status == EventStatus::predicted,
                        .is_shown = false,
                        .is_seen_again = status == EventStatus::predicted,
                        .shown_at = 0});
}

void EventLog::notice(const Record& record, std::uint8_t is_first) {
    if (notices_.size() == notices_max) return;  // a page that does not look for seconds
    notices_.push_back({.id = record.id,
                        .tick = record.tick.value,
                        .status = record.status,
                        .is_first = is_first,
                        .reserved = 0,
                        .event = record.event});
}

void EventLog::confirm(Tick tick, std::span<const game::Event> events) {
    for (Record& record : records_)
        record.is_seen_again = false;
    for (const game::Event& event : events) {
        if (event.kind >= module_.event_kinds.size()) continue;
        Record* found = find(tick, event, EventStatus::predicted);
        if (found == nullptr) found = find(tick, event, EventStatus::withdrawn);
        if (found == nullptr) {
            add(tick, event, EventStatus::confirmed);
            continue;
        }
        found->status = EventStatus::confirmed;
        found->event = event;
        found->tick = tick;
        if (found->is_shown) notice(*found, 0);
    }
    std::erase_if(records_,
                  [&](const Record& record) { return record.tick.value + remembered_ticks < tick.value; });
}

void EventLog::begin_guesses(Tick first) {
    // What was guessed for ticks before stays; the rest has to be seen again.
    for (Record& record : records_)
        record.is_seen_again = record.status == EventStatus::predicted && record.tick < first;
}

void EventLog::guess(Tick tick, std::span<const game::Event> events) {
    for (const game::Event& event : events) {
        if (!is_shown_when_guessed(event)) continue;
        Record* found = find(tick, event, EventStatus::predicted);
        if (found == nullptr) {
            found = find(tick, event, EventStatus::withdrawn);
            if (found != nullptr) {
                found->status = EventStatus::predicted;
                if (found->is_shown) notice(*found, 0);
            }
        }
        if (found == nullptr) {
            add(tick, event, EventStatus::predicted);
            continue;
        }
        found->event = event;
        found->tick = tick;
        found->is_seen_again = true;
    }
}

void EventLog::end_guesses(Tick next) {
    for (Record& record : records_) {
        const bool is_guess = record.status == EventStatus::predicted;
        if (is_guess && (!record.is_seen_again || record.tick < next)) {
            record.status = EventStatus::withdrawn;
            if (record.is_shown) notice(record, 0);
        }
        record.is_seen_again = false;
    }
}

void EventLog::show(double predicted, double seen, netcode::Micros now) {
    for (Record& record : records_) {
        if (record.is_shown || record.status == EventStatus::withdrawn) continue;
        if (record.tick.value > (record.was_guessed ? predicted : seen)) continue;
        record.is_shown = true;
        record.shown_at = now;
        notice(record, 1);
    }
}

std::span<const game::ShownEvent> EventLog::recent(netcode::Micros now) {
    recent_.clear();
    for (const Record& record : records_) {
        const netcode::Micros age = now - record.shown_at;
        if (!record.is_shown || record.status == EventStatus::withdrawn || age > recent_us) continue;
        recent_.push_back(
            {.event = record.event, .age_s = static_cast<float>(static_cast<double>(age) / 1e6)});
    }
    return recent_;
}

std::span<const EventNotice> EventLog::take_notices() {
    taken_.swap(notices_);
    notices_.clear();
    return taken_;
}

}  // namespace gs::client
