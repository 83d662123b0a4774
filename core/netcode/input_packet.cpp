#include "core/netcode/input_packet.h"

#include "core/netcode/tick_packet.h"

#include <bit>

namespace gs::netcode {

std::optional<Tick> InputPacket::complete_up_to() const {
    if (!newest_received) return std::nullopt;
    // Everything before the oldest hole in the mask; older than the mask is taken as known.
    std::uint32_t holes = ~received_before;
    // There is nothing before tick 0.
    if (newest_received->value < 32) holes &= (1U << newest_received->value) - 1;
    if (holes == 0) return newest_received;
    const auto oldest_hole =
        static_cast<std::uint32_t>(std::bit_width(holes));  // 1: the tick before the newest
    if (newest_received->value == oldest_hole) return std::nullopt;
    return *newest_received - (oldest_hole + 1);
}

ByteView write_input_packet(const game::Module& module, const InputPacket& packet, InputPacketBytes& room) {
    wire::BitWriter writer(room);
    bool ok = writer.bits(static_cast<std::uint8_t>(DatagramType::input), 8) && writer.varint(packet.epoch) &&
              writer.varint(packet.newest_received ? packet.newest_received->value + 1 : std::uint32_t{0}) &&
              writer.bits(packet.received_before, 32) && writer.varint(packet.first_input.value) &&
              writer.varint(packet.count);
    game::InputBuffer16 before;
    module.neutral(before.bytes);
    for (std::uint32_t index = 0; index < packet.count && ok; ++index) {
        const void* input = packet.inputs[index].bytes;
        const bool differs = index == 0 || !module.same(input, before.bytes);
        ok = (index == 0 || writer.boolean(differs)) &&
             (!differs || module.write_input(writer, input, before.bytes));
        std::memcpy(before.bytes, input, module.input_bytes);
        module.repeat(before.bytes, 1);
    }
    GS_ASSERT(ok, "an input packet has its longest size");
    return writer.written();
}

bool read_input_packet(const game::Module& module, ByteView bytes, InputPacket& packet) {
    wire::BitReader reader(bytes);
    std::uint8_t type = 0;
    std::uint32_t received = 0;
    if (!reader.bits(type, 8) || type != static_cast<std::uint8_t>(DatagramType::input)) return false;
    if (!reader.varint(packet.epoch) || !reader.varint(received) ||
        !reader.bits(packet.received_before, 32) || !reader.varint(packet.first_input.value) ||
        !reader.varint(packet.count)) {
        return false;
    }
    if (packet.count > inputs_per_packet_max) return false;
    if (packet.first_input.value > UINT32_MAX - inputs_per_packet_max) return false;
    packet.newest_received = received == 0 ? std::nullopt : std::optional(Tick{received - 1});
    game::InputBuffer16 before;
    module.neutral(before.bytes);
    for (std::uint32_t index = 0; index < packet.count; ++index) {
        void* input = packet.inputs[index].bytes;
        bool differs = index == 0;
        if (index > 0 && !reader.boolean(differs)) return false;
        std::memcpy(input, before.bytes, module.input_bytes);
        if (differs && !module.read_input(reader, input, before.bytes)) return false;
        std::memcpy(before.bytes, input, module.input_bytes);
        module.repeat(before.bytes, 1);
    }
    return reader.align() && reader.remaining() == 0;
}

}  // namespace gs::netcode
