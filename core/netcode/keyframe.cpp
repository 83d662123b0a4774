#include "core/netcode/keyframe.h"

namespace gs::netcode {

ByteView write_keyframe(const game::Module& module, Tick tick, const game::StateBuffer& state,
                        const game::InputVector& inputs, MutableBytes room) {
    // Measured first: the length stands before the state, which is then written once.
    wire::BitMeasurer head;
    static_cast<void>(head.varint(tick.value));
    // The longest varint of a length below 2^21; the state is moved to its place after it.
    const std::size_t state_at = head.size() + 3;
    GS_ASSERT(room.size() > state_at, "no room for a keyframe");
    const std::size_t state_room = std::min(room.size() - state_at, game::state_bytes_max);
    const ByteView written = state.write(room.subspan(state_at, state_room));
    if (written.empty()) return {};

    wire::BitWriter writer(room);
    const auto state_bytes = static_cast<std::uint32_t>(written.size());
    bool ok = writer.varint(tick.value) && writer.varint(state_bytes);
    std::memmove(room.data() + writer.size(), written.data(), written.size());
    const std::size_t inputs_at = writer.size() + written.size();

    wire::BitWriter tail(room.subspan(inputs_at));
    game::InputBuffer16 neutral;
    module.neutral(neutral.bytes);
    for (std::size_t index = 0; index < inputs.seats(); ++index) {
        const void* input = inputs.at(Seat{static_cast<std::uint8_t>(index)});
        const bool differs = !module.same(input, neutral.bytes);
        ok = ok && tail.boolean(differs) && (!differs || module.write_input(tail, input, neutral.bytes));
    }
    // There is room for one of any game, so it is the game that does not write one of its inputs.
    if (!ok) return {};
    return room.first(inputs_at + tail.size());
}

bool read_keyframe(const game::Module& module, ByteView bytes, Tick& tick, game::StateBuffer& state,
                   game::InputVector& inputs) {
    wire::BitReader reader(bytes);
    std::uint32_t state_bytes = 0;
    if (!reader.varint(tick.value) || !reader.varint(state_bytes)) return false;
    if (state_bytes > game::state_bytes_max || state_bytes > reader.remaining()) return false;
    wire::BitReader state_reader(bytes.subspan(reader.position(), state_bytes));
    if (!module.read_state(state_reader, state.data()) || !state_reader.align() ||
        state_reader.remaining() != 0) {
        return false;
    }
    wire::BitReader tail(bytes.subspan(reader.position() + state_bytes));
    game::InputBuffer16 neutral;
    module.neutral(neutral.bytes);
    inputs.clear();
    for (std::size_t index = 0; index < inputs.seats(); ++index) {
        bool differs = false;
        if (!tail.boolean(differs)) return false;
        if (!differs) continue;
        if (!module.read_input(tail, inputs.at(Seat{static_cast<std::uint8_t>(index)}), neutral.bytes)) {
            return false;
        }
    }
    return tail.align() && tail.remaining() == 0;
}

}  // namespace gs::netcode
