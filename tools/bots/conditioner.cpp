#include "tools/bots/conditioner.h"

#include <algorithm>

namespace gs::bots {
namespace {

// A packet of a byte stream as TCP cuts it on an Ethernet.
constexpr std::size_t segment_bytes = 1448;
// Linux waits at least this long before it repeats a packet that nothing behind it has shown to be lost.
constexpr net::Duration retransmission_least = std::chrono::milliseconds(200);
// Duplicate acknowledgements that do show it (RFC 5681 section 3.2).
constexpr std::size_t packets_that_show_a_loss = 3;
constexpr net::Duration acknowledging = std::chrono::milliseconds(5);

}  // namespace

bool Conditioner::happens(double percent) {
    // Whether or not it can happen, so that a loss of 0 and one of 5 see the same jitter.
    const std::uint64_t drawn = rng_.below(1'000'000);
    return static_cast<double>(drawn) < percent * 10'000;
}

net::Duration Conditioner::on_the_way() {
    const auto jitter =
        static_cast<std::uint64_t>(std::max<net::Duration::rep>(conditions_.jitter.count(), 0));
    return conditions_.latency + net::Duration(static_cast<net::Duration::rep>(rng_.below(jitter + 1)));
}

Conditioner::Fate Conditioner::datagram(net::Instant now) {
    ++counts_.packets;
    const bool lost = happens(conditions_.loss_percent);
    const bool doubled = happens(conditions_.duplicate_percent);
    Fate fate{.copies = 1, .at = {now + on_the_way(), now + on_the_way()}};
    if (lost) {
        ++counts_.lost;
        fate.copies = 0;
    } else if (doubled) {
        ++counts_.doubled;
        fate.copies = 2;
    }
    return fate;
}

net::Instant Conditioner::stream(net::Instant now, std::size_t bytes) {
    net::Instant arrival = now + on_the_way();
    std::size_t packets = std::max<std::size_t>((bytes + segment_bytes - 1) / segment_bytes, 1);
    // Packets behind a lost one show its loss after a round trip; without them only time does.
    const net::Duration round_trip = 2 * conditions_.latency + acknowledging;
    const net::Duration again =
        packets > packets_that_show_a_loss ? round_trip : std::max(retransmission_least, 2 * round_trip);
    while (packets > 0 && conditions_.loss_percent > 0) {
        counts_.packets += packets;
        std::size_t lost = 0;
        for (std::size_t i = 0; i < packets; ++i)
            lost += happens(conditions_.loss_percent) ? 1 : 0;
        counts_.lost += lost;
        if (lost > 0) arrival += again;
        // What is repeated together may be lost again.
        packets = lost;
    }
    stream_clear_at_ = std::max(stream_clear_at_, arrival);
    return stream_clear_at_;
}

}  // namespace gs::bots
