#include "core/client/exports.h"

#include "core/client/client.h"
#include "core/client/playback.h"
#include "core/netcode/chunk.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gs::client {
namespace {

/// One module is one client: made at the first call, never destroyed.
struct Instance {
    Client client{game::the_module(), Client::Work::show};
    std::vector<std::byte> scratch;
    game::DrawList list;
    ByteView output;
    Request request;
    std::span<const EventNotice> notices;
    std::array<std::int32_t, 4 + 2 * game::match_seats_max> standing = {};
    Client::Desync desync = {};
    Playback* playback = nullptr;  // made at the first call, never destroyed; players have none
    bool shows_playback = false;
    std::span<const Playback::Piece> pieces;
    std::vector<std::byte> file;
    std::vector<std::byte> words;
};

Instance& instance() {
    static Instance* const made = new Instance;
    return *made;
}

Micros micros(double now_us) { return static_cast<Micros>(now_us); }

ByteView received(std::uint32_t bytes) {
    const std::vector<std::byte>& scratch = instance().scratch;
    return ByteView(scratch).first(bytes < scratch.size() ? bytes : scratch.size());
}

Playback& playback() {
    Instance& made = instance();
    if (made.playback == nullptr) made.playback = new Playback(game::the_module());
    return *made.playback;
}

Seat seat_from(std::int32_t seat) {
    return seat >= 0 && seat < 255 ? Seat{static_cast<std::uint8_t>(seat)} : no_seat;
}

std::optional<std::uint64_t> hash_of_tick(std::uint32_t tick) {
    Instance& made = instance();
    return made.shows_playback ? playback().hash_at({tick}) : made.client.hash_at({tick});
}

/// Null: there is nothing to see yet.
const game::StateBuffer* shown_state() {
    Instance& made = instance();
    return made.shows_playback ? playback().shown_state() : &made.client.state();
}

}  // namespace
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
    if (made.shows_playback)
        gs::client::playback().draw(aspect, made.list);
    else
        made.client.draw(gs::client::micros(now_us), aspect, made.list);
    return static_cast<std::uint32_t>(instance().list.items().size());
}

const void* gs_draw_items() { return instance().list.items().data(); }
const void* gs_camera() { return &instance().list.camera; }

std::uint32_t gs_take_events() {
    gs::client::Instance& made = instance();
    made.notices = made.client.take_event_notices();
    if (made.shows_playback) made.notices = gs::client::playback().take_event_notices();
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

// ---- For who watches

using gs::client::playback;

void gs_follow(std::int32_t seat) {
    instance().client.follow(gs::client::seat_from(seat));
    if (instance().playback != nullptr) playback().follow(gs::client::seat_from(seat));
}

void gs_playback_open(std::uint32_t id_bytes, std::uint32_t first, std::uint32_t chunk_ticks,
                      std::uint32_t keeps) {
    const std::uint64_t chain = gs::netcode::chain_start(gs::text_of(gs::client::received(id_bytes)));
    playback().open(
        {.chain = chain, .first = {first}, .chunk_ticks = chunk_ticks, .is_whole_wanted = (keeps & 2) != 0});
    instance().client.set_witness((keeps & 1) != 0 ? &playback() : nullptr);
}

void gs_playback_show(std::uint32_t shown) { instance().shows_playback = shown != 0; }

std::uint32_t gs_playback_chunk(std::uint32_t number, std::uint32_t bytes) {
    return static_cast<std::uint32_t>(playback().take_chunk(number, gs::client::received(bytes)));
}

std::uint32_t gs_playback_keyframe(std::uint32_t number, std::uint32_t bytes) {
    return static_cast<std::uint32_t>(playback().take_keyframe(number, gs::client::received(bytes)));
}

void gs_playback_end(std::uint32_t end, std::uint32_t is_over) {
    using Over = gs::client::Playback::Over;
    playback().set_end({end}, is_over != 0 ? Over::yes : Over::no);
}

void gs_playback_seek(double moment) { playback().seek(moment); }
void gs_playback_step(std::int32_t ticks) { playback().step_ticks(ticks); }
void gs_playback_speed(float speed) { playback().set_speed(speed); }

void gs_playback_turn(double now_us, double live) {
    playback().turn(gs::client::micros(now_us), live < 0 ? std::nullopt : std::optional(live));
}

std::uint32_t gs_playback_work(std::uint32_t ticks_max) { return playback().work(ticks_max) ? 1 : 0; }

std::uint32_t gs_playback_warm(std::uint32_t ticks_max) { return playback().warm(ticks_max); }

std::uint32_t gs_playback_wanted() {
    instance().pieces = playback().wanted();
    return static_cast<std::uint32_t>(instance().pieces.size());
}

const void* gs_playback_pieces() { return instance().pieces.data(); }
const void* gs_playback_stats() { return &playback().stats(); }

// ---- Matches that are no room's

std::byte* gs_playback_file_room(std::uint32_t bytes) {
    if (bytes > gs::client::Playback::file_bytes_max) return nullptr;
    instance().file.resize(bytes);
    return instance().file.data();
}

void gs_playback_file() {
    playback().open_file(instance().file);
    instance().client.set_witness(nullptr);
    instance().file = {};
}

const void* gs_playback_file_facts() { return &playback().file_facts(); }

std::uint32_t gs_playback_found() {
    instance().notices = playback().found_events();
    return static_cast<std::uint32_t>(instance().notices.size());
}

std::uint32_t gs_event_words() {
    std::vector<std::byte>& words = instance().words;
    words.clear();
    const auto add = [&](std::string_view more) {
        const gs::ByteView bytes = gs::bytes_of(more);
        words.insert(words.end(), bytes.begin(), bytes.end());
    };
    for (const gs::game::EventInfo& info : gs::game::the_module().event_kinds) {
        const auto sound = static_cast<unsigned>(info.sound);
        const char digits[] = {static_cast<char>('0' + sound / 10), static_cast<char>('0' + sound % 10)};
        const bool is_predicted = info.when == gs::game::EventInfo::When::predicted;
        for (const std::string_view part :
             {info.name, std::string_view(is_predicted ? "\tp\t" : "\tc\t"), std::string_view(digits, 2),
              std::string_view("\t"), info.feed, std::string_view("\t"), info.announcement,
              std::string_view("\n")})
            add(part);
    }
    instance().output = words;
    return static_cast<std::uint32_t>(words.size());
}
