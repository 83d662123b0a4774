#include "core/client/exports.h"

#include "core/client/exports_instance.h"

#include <optional>

namespace gs::client {
namespace {

std::optional<std::uint64_t> hash_of_tick(std::uint32_t tick) {
    const Instance& made = instance();
    return made.picture != nullptr ? made.picture->hash_at({tick}) : made.client.hash_at({tick});
}

/// Null: there is nothing to see yet.
const game::StateBuffer* shown_state() {
    const Instance& made = instance();
    return made.picture != nullptr ? made.picture->shown_state() : &made.client.state();
}

}  // namespace

Instance& instance() {
    static Instance* const made = new Instance;
    return *made;
}

}  // namespace gs::client

using gs::client::instance;

std::uint32_t gs_abi_version() { return gs::client::abi_version; }

std::uint32_t gs_rules_version() { return gs::game::the_module().info->rules_version; }

std::uint32_t gs_game_info() {
    const gs::game::Info& info = *gs::game::the_module().info;
    return std::uint32_t{info.tick_rate_hz} | std::uint32_t{info.ticks_per_send} << 8 |
           std::uint32_t{info.seats_max} << 16;
}

std::byte* gs_scratch(std::uint32_t bytes) {
    if (bytes > gs::client::scratch_bytes_max) return nullptr;
    std::vector<std::byte>& scratch = instance().scratch;
    if (scratch.size() < bytes) scratch.resize(bytes);
    return scratch.data();
}

void gs_enter(std::int32_t seat, std::uint32_t epoch, double now_us) {
    instance().client.enter(gs::client::seat_from(seat), epoch, gs::client::micros(now_us));
}

void gs_datagram(std::uint32_t bytes, double now_us) {
    instance().client.receive_datagram(gs::client::received(bytes), gs::client::micros(now_us));
}

void gs_transfer(std::uint32_t bytes, double now_us) {
    instance().client.receive_transfer(gs::client::received(bytes), gs::client::micros(now_us));
}

void gs_controls(std::uint32_t held, std::uint32_t pressed, float move_x, float move_y, float pointer_x,
                 float pointer_y, float aim_x, float aim_y) {
    instance().client.set_controls({.held = held,
                                    .pressed = pressed,
                                    .move = {move_x, move_y},
                                    .pointer_at = {pointer_x, pointer_y},
                                    .aim = {aim_x, aim_y}});
}

void gs_round_trip(double rtt_us) { instance().client.expect_round_trip(gs::client::micros(rtt_us)); }

void gs_turn(double now_us) { instance().client.turn(gs::client::micros(now_us)); }

std::uint32_t gs_take_datagram() {
    instance().output = instance().client.take_datagram();
    return static_cast<std::uint32_t>(instance().output.size());
}

const std::byte* gs_output() { return instance().output.data(); }

std::uint32_t gs_take_request() {
    instance().request = instance().client.take_request();
    return static_cast<std::uint32_t>(instance().request.kind);
}

std::uint32_t gs_request_first() { return instance().request.first.value; }
std::uint32_t gs_request_count() { return instance().request.count; }

std::uint32_t gs_draw(double now_us, float aspect) {
    gs::client::Instance& made = instance();
    if (made.picture != nullptr)
        made.picture->draw(aspect, made.list);
    else
        made.client.draw(gs::client::micros(now_us), aspect, made.list);
    return static_cast<std::uint32_t>(instance().list.items().size());
}

const void* gs_draw_items() { return instance().list.items().data(); }
const void* gs_camera() { return &instance().list.camera; }

std::uint32_t gs_take_events() {
    gs::client::Instance& made = instance();
    made.notices = made.client.take_event_notices();
    if (made.picture != nullptr) made.notices = made.picture->take_event_notices();
    return static_cast<std::uint32_t>(instance().notices.size());
}

const void* gs_event_items() { return instance().notices.data(); }

const void* gs_standing() {
    const gs::game::Module& module = gs::game::the_module();
    const gs::game::StateBuffer* const shown = gs::client::shown_state();
    if (module.standing == nullptr || shown == nullptr) return nullptr;
    gs::game::Standing standing;
    module.standing(shown->data(), standing);
    auto& numbers = instance().standing;
    numbers[0] = static_cast<std::int32_t>(standing.phase);
    numbers[1] = static_cast<std::int32_t>(standing.ticks_left);
    numbers[2] = standing.winner == gs::no_seat ? -1 : standing.winner.value;
    numbers[3] = module.info->seats_max;
    for (std::size_t seat = 0; seat < standing.seats.size(); ++seat) {
        const gs::game::Standing::Line& line = standing.seats[seat];
        numbers[4 + 2 * seat] = line.is_computer ? 2 : line.taken ? 1 : 0;
        numbers[5 + 2 * seat] = line.score;
    }
    return numbers.data();
}

std::uint32_t gs_take_desync() {
    const auto desync = instance().client.take_desync();
    if (!desync) return 0;
    instance().desync = *desync;
    instance().output = desync->state;
    return static_cast<std::uint32_t>(desync->state.size());
}

std::uint32_t gs_desync_tick() { return instance().desync.tick.value; }
std::uint64_t gs_desync_hash() { return instance().desync.hash; }
std::uint64_t gs_desync_expected() { return instance().desync.expected; }

const double* gs_stats() { return &instance().client.stats().confirmed_tick; }

std::uint32_t gs_has_hash(std::uint32_t tick) { return gs::client::hash_of_tick(tick) ? 1 : 0; }

std::uint64_t gs_hash_at(std::uint32_t tick) { return gs::client::hash_of_tick(tick).value_or(0); }
