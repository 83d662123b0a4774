// Input packet: what a client sends on `now`: what it has of the ticks, and all its inputs that the server
// has not used yet, so that no loss costs an input (docs/protocol.md, "Inputs up"). Written by clients, read
// by rooms from hostile bytes: nothing here is sanitised by the rules of a game yet. Spectators send it
// without inputs.
#pragma once

#include "core/game/module.h"
#include "core/netcode/limits.h"

#include <array>
#include <optional>

namespace gs::netcode {

struct InputPacket {
    std::uint32_t epoch = 0;
    std::optional<Tick> newest_received = std::nullopt;
    std::uint32_t received_before = 0;  // bit i: tick newest_received − 1 − i has been received
    Tick first_input = {};
    std::uint32_t count = 0;
    std::array<game::InputBuffer16, inputs_per_packet_max> inputs;

    /// The newest tick up to which nothing is missing, as far as this packet tells.
    [[nodiscard]] std::optional<Tick> complete_up_to() const;
};

inline constexpr std::size_t input_packet_bytes_max =
    1 + 5 + 5 + 4 + 5 + 1 + (inputs_per_packet_max * (game::input_wire_bytes_max * 8 + 1) + 7) / 8;

using InputPacketBytes = std::array<std::byte, input_packet_bytes_max>;

[[nodiscard]] ByteView write_input_packet(const game::Module& module, const InputPacket& packet,
                                          InputPacketBytes& room);

/// False: not an input packet of this game.
[[nodiscard]] bool read_input_packet(const game::Module& module, ByteView bytes, InputPacket& packet);

}  // namespace gs::netcode
