#include "tools/bots/live_viewer.h"

#include "core/netcode/tick_packet.h"
#include "core/wire/bit_stream.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace gs::bots {

void LiveViewer::enter(std::uint32_t epoch) {
    epoch_ = epoch;
    has_keyframe_ = false;
    next_.reset();
    missing_since_.reset();
    beyond_ = 0;
}

void LiveViewer::receive_datagram(ByteView bytes) {
    const auto packet = netcode::read_tick_datagram(bytes);
    if (!packet || packet->head.epoch != epoch_ || !has_keyframe_) return;
    take(packet->head.first, packet->head.count);
}

void LiveViewer::receive_transfer(ByteView bytes) {
    if (const auto repair = netcode::read_repair_transfer(bytes)) {
        if (repair->head.epoch != epoch_ || !next_) return;
        const double before = counters_.ticks;
        take(repair->head.first, repair->head.count);
        counters_.ticks_repaired += counters_.ticks - before;
        return;
    }
    wire::BitReader reader(bytes);
    std::uint8_t type = 0;
    std::uint32_t epoch = 0;
    std::uint32_t tick = 0;
    if (!reader.bits(type, 8) || type != static_cast<std::uint8_t>(netcode::TransferType::keyframe) ||
        !reader.varint(epoch) || epoch != epoch_ || !reader.varint(tick)) {
        return;
    }
    if (has_keyframe_) ++counters_.resyncs;
    has_keyframe_ = true;
    next_ = Tick{tick};
    beyond_ = 0;
    missing_since_.reset();
}

void LiveViewer::take(Tick first, std::uint32_t count) {
    for (std::uint32_t index = 0; index < count; ++index) {
        const Tick tick = first + index;
        if (tick < *next_) continue;
        const auto ahead = static_cast<std::uint32_t>(tick - *next_);
        if (ahead == 0) {
            ++counters_.ticks;
            const int known = std::countr_one(beyond_);
            next_ = *next_ + 1 + static_cast<std::uint32_t>(known);
            beyond_ = known >= 63 ? 0 : beyond_ >> (known + 1);
        } else if (ahead <= 64 && (beyond_ >> (ahead - 1) & 1) == 0) {
            // What is farther ahead comes with the repair.
            ++counters_.ticks;
            beyond_ |= std::uint64_t{1} << (ahead - 1);
        }
    }
}

ByteView LiveViewer::acknowledgement() {
    if (!next_ || next_->value == 0) return {};
    netcode::InputPacket packet;
    packet.epoch = epoch_;
    packet.newest_received = *next_ - 1;
    packet.received_before = UINT32_MAX;
    return netcode::write_input_packet(module_, packet, bytes_);
}

client::Request LiveViewer::take_request() {
    if (!next_ || beyond_ == 0) {
        missing_since_.reset();
        return {};
    }
    // Overlap and what is late may still fill it.
    if (std::exchange(missing_since_, next_) != next_) return {};
    const auto newest_beyond = static_cast<std::uint32_t>(std::bit_width(beyond_));
    return {.kind = client::Request::Kind::repair, .first = *next_, .count = newest_beyond};
}

}  // namespace gs::bots
