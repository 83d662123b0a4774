// What the functions of exports.h and playback_exports.h share inside one module: the Client, the buffers
// that pointers lead into, and what is on the picture. Included by exports.cpp and playback_exports.cpp only;
// one thread.
#pragma once

#include "core/client/client.h"
#include "core/client/match_picture.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gs::client {

/// One module is one client: made at the first call, never destroyed.
struct Instance {
    Client client{game::the_module(), Client::Work::show};
    MatchPicture* picture = nullptr;  // shown instead of the Client's; null: the Client's is
    std::vector<std::byte> scratch;
    game::DrawList list;
    ByteView output;
    Request request;
    std::span<const EventNotice> notices;
    std::array<std::int32_t, 4 + 2 * game::match_seats_max> standing = {};
    Client::Desync desync = {};
};

[[nodiscard]] Instance& instance();

[[nodiscard]] inline netcode::Micros micros(double now_us) { return static_cast<netcode::Micros>(now_us); }

/// The first `bytes` of the scratch buffer.
[[nodiscard]] inline ByteView received(std::uint32_t bytes) {
    const std::vector<std::byte>& scratch = instance().scratch;
    return ByteView(scratch).first(bytes < scratch.size() ? bytes : scratch.size());
}

[[nodiscard]] inline Seat seat_from(std::int32_t seat) {
    return seat >= 0 && seat < 255 ? Seat{static_cast<std::uint8_t>(seat)} : no_seat;
}

}  // namespace gs::client
