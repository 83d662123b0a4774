#include "core/netcode/entry.h"

#include <algorithm>

namespace gs::netcode {
namespace {

using Kind = game::SeatEvent::Kind;

constexpr unsigned event_count_bits = wire::bits_for(events_per_tick_max);
constexpr unsigned seat_bits = 8;
constexpr unsigned kind_bits = 3;

/// What commands take without their hash, and what they take with it.
constexpr std::size_t command_bits(const TickCommands& commands) {
    if (commands.is_quiet()) return 1;
    return 1 + 2 + event_count_bits + commands.events.size() * (seat_bits + kind_bits) + 1 +
           (commands.random != 0 ? 64U : 0U) + 1;
}
constexpr std::size_t hash_bits = 1 + 2 + event_count_bits + 1 + 1 + 64;

bool write_commands(wire::BitWriter& writer, const TickCommands& commands) {
    if (commands.is_quiet()) return writer.boolean(false);
    bool ok = writer.boolean(true) && writer.boolean(commands.begins) &&
              writer.boolean(commands.start_asked) &&
              writer.bits(static_cast<std::uint32_t>(commands.events.size()), event_count_bits);
    for (const game::SeatEvent event : commands.events) {
        ok = ok && writer.bits(event.seat.value, seat_bits) &&
             writer.bits(static_cast<std::uint8_t>(event.kind), kind_bits);
    }
    ok = ok && writer.boolean(commands.random != 0) &&
         (commands.random == 0 || writer.bits(commands.random, 64)) &&
         writer.boolean(commands.hash.has_value());
    return ok && (!commands.hash || writer.bits(*commands.hash, 64));
}

bool read_event(const game::Module& module, wire::BitReader& reader, game::SeatEvent& event) {
    std::uint8_t kind = 0;
    if (!reader.bits(event.seat.value, seat_bits) || !reader.bits(kind, kind_bits)) return false;
    const auto last =
        static_cast<std::uint8_t>(module.computer == nullptr ? Kind::returned : Kind::computer_joined);
    if (event.seat.value >= module.info->seats_max || kind == 0 || kind > last) return false;
    event.kind = static_cast<Kind>(kind);
    return true;
}

bool read_commands(const game::Module& module, wire::BitReader& reader, TickCommands& commands) {
    bool any = false;
    if (!reader.boolean(any)) return false;
    if (!any) return true;
    std::uint32_t events = 0;
    if (!reader.boolean(commands.begins) || !reader.boolean(commands.start_asked) ||
        !reader.bits(events, event_count_bits) || events > events_per_tick_max) {
        return false;
    }
    for (; events > 0; --events) {
        game::SeatEvent event = {};
        if (!read_event(module, reader, event)) return false;
        commands.events.push_back(event);
    }
    bool has_random = false;
    if (!reader.boolean(has_random)) return false;
    // 0 is what none means.
    if (has_random && (!reader.bits(commands.random, 64) || commands.random == 0)) return false;
    bool has_hash = false;
    if (!reader.boolean(has_hash)) return false;
    if (has_hash && !reader.bits(commands.hash.emplace(), 64)) return false;
    return !commands.is_quiet();
}

bool read_inputs(const game::Module& module, wire::BitReader& reader, game::InputVector& inputs) {
    std::uint64_t seat = 0;
    while (!reader.at_end()) {
        std::uint32_t passed_over = 0;
        if (!reader.gamma(passed_over)) return false;
        seat += passed_over;
        if (seat >= inputs.seats()) return false;
        void* const input = inputs.at(Seat{static_cast<std::uint8_t>(seat)});
        game::InputBuffer16 repeated;
        std::memcpy(repeated.bytes, input, module.input_bytes);
        if (!module.read_input(reader, input, repeated.bytes)) return false;
        // Writers leave out what does not change anything.
        if (module.same(input, repeated.bytes)) return false;
        ++seat;
    }
    return reader.ok();
}

}  // namespace

EntryWriter::EntryWriter(const game::Module& module) : module_(module), input_writer_(inputs_) {}

void EntryWriter::begin(const TickCommands& commands) {
    commands_ = commands;
    commands_.hash.reset();
    input_writer_ = wire::BitWriter(inputs_);
    seats_written_ = 0;
    // A quiet tick's hash needs the other commands' bits, too.
    input_bits_max_ = body_bytes_max * 8 - std::max(hash_bits, command_bits(commands_) + 64);
}

EntryWriter::Added EntryWriter::add_input(Seat seat, const void* input, const void* repeated) {
    GS_ASSERT(seat.value >= seats_written_, "inputs come in the order of seats");
    if (module_.same(input, repeated)) return Added::yes;
    const std::size_t before = input_writer_.bit_count();
    if (!input_writer_.gamma(seat.value - seats_written_)) {
        input_writer_.rewind(before);
        return Added::no_room;
    }
    const std::size_t at = input_writer_.bit_count();
    const bool written = module_.write_input(input_writer_, input, repeated);
    const std::size_t end = input_writer_.bit_count();
    if (!written || end - at > game::input_wire_bytes_max * 8 || end > input_bits_max_) {
        input_writer_.rewind(before);
        // Where there was room for the longest, it was not the room that lacked.
        const bool had_room = at + game::input_wire_bytes_max * 8 <= input_bits_max_;
        return had_room ? Added::impossible : Added::no_room;
    }
    seats_written_ = seat.value + 1U;
    return Added::yes;
}

ByteView EntryWriter::finish(std::optional<std::uint64_t> hash) {
    commands_.hash = hash;
    const MutableBytes body = MutableBytes(bytes_).subspan(length_bytes_max);
    wire::BitWriter writer(body);
    std::size_t left = input_writer_.bit_count();
    if (!commands_.is_quiet() || left > 0) {
        bool ok = write_commands(writer, commands_);
        for (const std::byte byte : input_writer_.written()) {
            const auto bits = static_cast<unsigned>(std::min<std::size_t>(left, 8));
            ok = ok && writer.put(std::to_integer<std::uint64_t>(byte), bits);
            left -= bits;
        }
        GS_ASSERT(ok, "room for the commands is kept");
    }
    std::array<std::byte, length_bytes_max> length;
    wire::BitWriter length_writer(length);
    const bool written = length_writer.varint(static_cast<std::uint32_t>(writer.size()));
    GS_ASSERT(written, "the length of an entry takes two bytes at most");
    // The length stands right before the body, so that the entry is one piece.
    std::byte* const from = bytes_.data() + length_bytes_max - length_writer.size();
    std::copy_n(length.begin(), length_writer.size(), from);
    return {from, length_writer.size() + writer.size()};
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
    if (body.empty()) {
        inputs.repeat();
        return true;
    }
    wire::BitReader reader(body);
    if (!read_commands(module, reader, commands)) return false;
    if (commands.begins) inputs.clear();
    inputs.repeat();
    // Nothing at all has the empty body.
    if (commands.is_quiet() && reader.at_end()) return false;
    return read_inputs(module, reader, inputs);
}

}  // namespace gs::netcode
