#include "core/netcode/tick_packet.h"

#include "core/wire/bit_stream.h"

namespace gs::netcode {
namespace {

template <class Stream, class Head>
bool serialize_place(Stream& s, Head& head) {
    return s.varint(head.epoch) && s.varint(head.first.value) && s.varint(head.count);
}

std::optional<TickPacket> finish(wire::BitReader& reader, TickPacket packet, ByteView bytes,
                                 std::uint32_t count_max) {
    if (!serialize_place(reader, packet.head)) return std::nullopt;
    if (packet.head.count == 0 || packet.head.count > count_max) return std::nullopt;
    // A tick has at least one byte; and ticks do not wrap.
    if (packet.head.count > reader.remaining()) return std::nullopt;
    if (packet.head.first.value > UINT32_MAX - packet.head.count) return std::nullopt;
    packet.entries = bytes.subspan(reader.position());
    return packet;
}

}  // namespace

ByteView write_tick_head(const TickHead& head, TickHeadBytes& room) {
    wire::BitWriter writer(room);
    const bool written = writer.bits(static_cast<std::uint8_t>(DatagramType::ticks), 8) &&
                         writer.varint(head.consumed ? head.consumed->value + 1 : std::uint32_t{0}) &&
                         writer.bits(static_cast<std::uint8_t>(head.early_quarter_ticks), 8) &&
                         serialize_place(writer, head);
    GS_ASSERT(written, "the head of a tick packet has its longest size");
    return writer.written();
}

ByteView write_repair_head(const TickHead& head, TickHeadBytes& room) {
    wire::BitWriter writer(room);
    const bool written =
        writer.bits(static_cast<std::uint8_t>(TransferType::ticks), 8) && serialize_place(writer, head);
    GS_ASSERT(written, "the head of a repair has its longest size");
    return writer.written();
}

std::optional<TickPacket> read_tick_datagram(ByteView bytes) {
    wire::BitReader reader(bytes);
    TickPacket packet;
    std::uint8_t type = 0;
    std::uint32_t consumed = 0;
    std::uint8_t early = 0;
    if (!reader.bits(type, 8) || type != static_cast<std::uint8_t>(DatagramType::ticks)) return std::nullopt;
    if (!reader.varint(consumed) || !reader.bits(early, 8)) return std::nullopt;
    if (consumed > 0) packet.head.consumed = Tick{consumed - 1};
    packet.head.early_quarter_ticks = static_cast<std::int8_t>(early);
    return finish(reader, packet, bytes, 255);
}

std::optional<TickPacket> read_repair_transfer(ByteView bytes) {
    wire::BitReader reader(bytes);
    std::uint8_t type = 0;
    if (!reader.bits(type, 8) || type != static_cast<std::uint8_t>(TransferType::ticks)) return std::nullopt;
    return finish(reader, {}, bytes, repair_ticks_max);
}

}  // namespace gs::netcode
