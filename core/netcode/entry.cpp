#include "core/netcode/entry.h"

namespace gs::netcode {
namespace {

constexpr std::uint32_t head_of(Seat seat, CommandKind kind) {
    return std::uint32_t{seat.value} << 3 | static_cast<std::uint32_t>(kind);
}

/// The payload of random and hash.
bool read_u64(wire::BitReader& reader, std::uint64_t& value) { return reader.bits(value, 64); }

}  // namespace

void EntryWriter::begin() {
    body_bytes_ = 0;
    event_count_ = 0;
    order_ = Order::events;
    seats_written_ = 0;
}

bool EntryWriter::append(Seat seat, CommandKind kind, ByteView payload, std::size_t room) {
    std::array<std::byte, 4> head;
    wire::BitWriter writer(head);
    if (!writer.varint(head_of(seat, kind))) return false;
    const std::size_t bytes = writer.size() + payload.size();
    if (body_bytes_ + bytes > room) return false;
    std::byte* const to = bytes_.data() + length_bytes_max + body_bytes_;
    std::copy_n(head.begin(), writer.size(), to);
    std::copy(payload.begin(), payload.end(), to + writer.size());
    body_bytes_ += bytes;
    return true;
}

bool EntryWriter::add_event(game::SeatEvent event) {
    GS_ASSERT(order_ <= Order::events, "events come before everything else");
    if (event_count_ == events_per_tick_max) return false;
    if (!append(event.seat, static_cast<CommandKind>(event.kind), {}, body_bytes_max - hash_command_bytes)) {
        return false;
    }
    ++event_count_;
    return true;
}

bool EntryWriter::add_random(std::uint64_t random) {
    GS_ASSERT(order_ < Order::random, "random bits come once, before inputs");
    if (random == 0) return true;
    std::array<std::byte, 8> payload;
    wire::BitWriter writer(payload);
    if (!writer.bits(random, 64) ||
        !append(Seat{0}, CommandKind::random, payload, body_bytes_max - hash_command_bytes)) {
        return false;
    }
    order_ = Order::random;
    return true;
}

EntryWriter::Added EntryWriter::add_input(Seat seat, const void* input, const void* repeated) {
    GS_ASSERT(order_ <= Order::inputs && seat.value >= seats_written_, "inputs come in the order of seats");
    if (module_.same(input, repeated)) return Added::yes;
    std::array<std::byte, game::input_wire_bytes_max> payload;
    wire::BitWriter writer(payload);
    if (!module_.write_input(writer, input, repeated)) return Added::unwritable;
    if (!append(seat, CommandKind::input, writer.written(), body_bytes_max - hash_command_bytes))
        return Added::no_room;
    order_ = Order::inputs;
    seats_written_ = seat.value + 1U;
    return Added::yes;
}

void EntryWriter::add_hash(std::uint64_t hash) {
    GS_ASSERT(order_ < Order::hash, "the hash is the last command");
    order_ = Order::hash;
    std::array<std::byte, 8> payload;
    wire::BitWriter writer(payload);
    const bool added = writer.bits(hash, 64) && append(Seat{0}, CommandKind::hash, payload, body_bytes_max);
    GS_ASSERT(added, "room for the hash is kept");
}

ByteView EntryWriter::finish() {
    std::array<std::byte, length_bytes_max> length;
    wire::BitWriter writer(length);
    const bool written = writer.varint(static_cast<std::uint32_t>(body_bytes_));
    GS_ASSERT(written, "the length of an entry takes two bytes at most");
    // The length stands right before the body, so that the entry is one piece.
    std::byte* const from = bytes_.data() + length_bytes_max - writer.size();
    std::copy_n(length.begin(), writer.size(), from);
    return {from, writer.size() + body_bytes_};
}

std::optional<ByteView> take_entry(ByteView& bytes) {
    wire::BitReader reader(bytes.first(std::min<std::size_t>(bytes.size(), 2)));
    std::uint32_t length = 0;
    if (!reader.varint(length)) return std::nullopt;
    const ByteView rest = bytes.subspan(reader.position());
    if (length > rest.size() || reader.position() + length > entry_bytes_max) return std::nullopt;
    bytes = rest.subspan(length);
    return rest.first(length);
}

bool read_entry(const game::Module& module, ByteView body, game::InputVector& inputs,
                TickCommands& commands) {
    commands = {};
    inputs.repeat();
    wire::BitReader reader(body);
    std::uint32_t seats_read = 0;  // inputs come in the order of seats
    while (reader.remaining() > 0) {
        std::uint32_t head = 0;
        if (!reader.varint(head)) return false;
        const auto kind = static_cast<CommandKind>(head & 7);
        const std::uint32_t index = head >> 3;
        if (index >= inputs.seats() || commands.hash) return false;
        const Seat seat{static_cast<std::uint8_t>(index)};
        switch (kind) {
            case CommandKind::input: {
                if (index < seats_read) return false;
                seats_read = index + 1;
                game::InputBuffer16 repeated;
                std::memcpy(repeated.bytes, inputs.at(seat), module.input_bytes);
                if (!module.read_input(reader, inputs.at(seat), repeated.bytes) || !reader.align()) {
                    return false;
                }
                // Writers leave out what does not change anything, so that equal ticks have equal bytes.
                if (module.same(inputs.at(seat), repeated.bytes)) return false;
                break;
            }
            case CommandKind::joined:
            case CommandKind::left:
            case CommandKind::dropped:
            case CommandKind::returned:
                if (seats_read > 0 || commands.random != 0 || commands.events.full()) return false;
                commands.events.push_back({.seat = seat, .kind = static_cast<game::SeatEvent::Kind>(kind)});
                break;
            case CommandKind::random:
                // Once, not 0 (which is what none means), between events and inputs.
                if (index != 0 || seats_read > 0 || commands.random != 0) return false;
                if (!read_u64(reader, commands.random) || commands.random == 0) return false;
                break;
            case CommandKind::hash: {
                std::uint64_t hash = 0;
                if (index != 0 || !read_u64(reader, hash)) return false;
                commands.hash = hash;
                break;
            }
            default:
                return false;
        }
    }
    return true;
}

}  // namespace gs::netcode
