#include "core/client/playback_exports.h"

#include "core/client/exports_instance.h"
#include "core/client/playback.h"
#include "core/netcode/chunk.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gs::client {
namespace {

/// Made at the first call, never destroyed.
struct Watching {
    Playback playback{game::the_module()};
    std::span<const Playback::Piece> pieces;
    std::vector<std::byte> file;
    std::vector<std::byte> words;
};

Watching& watching() {
    static Watching* const made = new Watching;
    return *made;
}

Playback& playback() { return watching().playback; }

}  // namespace
}  // namespace gs::client

using gs::client::instance;
using gs::client::playback;
using gs::client::watching;

void gs_follow(std::int32_t seat) {
    instance().client.follow(gs::client::seat_from(seat));
    playback().follow(gs::client::seat_from(seat));
}

void gs_playback_open(std::uint32_t id_bytes, std::uint32_t first, std::uint32_t chunk_ticks,
                      std::uint32_t keeps) {
    const std::uint64_t chain = gs::netcode::chain_start(gs::text_of(gs::client::received(id_bytes)));
    playback().open(
        {.chain = chain, .first = {first}, .chunk_ticks = chunk_ticks, .is_whole_wanted = (keeps & 2) != 0});
    instance().client.set_witness((keeps & 1) != 0 ? &playback() : nullptr);
}

void gs_playback_show(std::uint32_t shown) { instance().picture = shown != 0 ? &playback() : nullptr; }

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
    watching().pieces = playback().wanted();
    return static_cast<std::uint32_t>(watching().pieces.size());
}

const void* gs_playback_pieces() { return watching().pieces.data(); }
const void* gs_playback_stats() { return &playback().stats(); }

// ---- Matches that are no room's

std::byte* gs_playback_file_room(std::uint32_t bytes) {
    if (bytes > gs::client::Playback::file_bytes_max) return nullptr;
    watching().file.resize(bytes);
    return watching().file.data();
}

void gs_playback_file() {
    playback().open_file(watching().file);
    instance().client.set_witness(nullptr);
    watching().file = {};
}

const void* gs_playback_file_facts() { return &playback().file_facts(); }

std::uint32_t gs_playback_found() {
    instance().notices = playback().found_events();
    return static_cast<std::uint32_t>(instance().notices.size());
}

std::uint32_t gs_event_words() {
    std::vector<std::byte>& words = watching().words;
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
