#include "tools/bots/delay_line.h"

#include <utility>

namespace gs::bots {

DelayLine::DelayLine(Loop& loop) : loop_(loop), timer_(loop, [] {}) { loop_.add(*this); }

DelayLine::~DelayLine() { loop_.remove(*this); }

void DelayLine::add(net::Instant at, DelayedReceiver& to, int channel, ByteView bytes) {
    flights_.emplace(at, Flight{.to = &to, .channel = channel, .bytes = {bytes.begin(), bytes.end()}});
    if (timer_.due() > at) timer_.set(at);
}

void DelayLine::forget(const DelayedReceiver& to) {
    std::erase_if(flights_, [&to](const auto& entry) { return entry.second.to == &to; });
}

void DelayLine::deliver(net::Instant now) {
    while (!flights_.empty() && flights_.begin()->first <= now) {
        const Flight flight = std::move(flights_.extract(flights_.begin()).mapped());
        flight.to->on_arrived(flight.channel, flight.bytes);
    }
    if (timer_.due() > next()) timer_.set(next());
}

}  // namespace gs::bots
