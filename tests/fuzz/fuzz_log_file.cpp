// Log files from strangers. The checksums are mended before a second try, so that what they cover is reached.
// What is read as a log is simulated, and written again it has the same bytes.
#include "core/base/assert.h"
#include "core/base/hash.h"
#include "core/game/test_game.h"
#include "core/netcode/entry.h"
#include "core/netcode/log_file.h"

#include <algorithm>
#include <vector>

namespace {

using namespace gs;
using namespace gs::netcode;
using game::test_module;

/// Every part gets the checksum that it should have.
void mend(std::vector<std::byte>& bytes) {
    std::uint64_t hash = hash_start;
    std::size_t at = 8;
    while (bytes.size() >= at + 13) {
        const std::uint32_t length = load_u32_le(&bytes[at + 1]);
        if (length > bytes.size() - at - 13) return;
        hash = hash_more(hash, ByteView(bytes).subspan(at, 5 + length));
        store_u32_le(&bytes[at + 5 + length], static_cast<std::uint32_t>(hash));
        store_u32_le(&bytes[at + 9 + length], static_cast<std::uint32_t>(hash >> 32));
        at += 13 + length;
    }
}

void simulate(const LogFile& file) {
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    TickCommands commands;
    Tick tick = file.header.first;
    for (const Chunk& chunk : file.chunks) {
        GS_ASSERT(chunk.first == tick, "chunks follow each other");
        ByteView entries = chunk.bytes;
        for (std::uint32_t index = 0; index < chunk.count; ++index, ++tick) {
            const auto body = take_entry(entries);
            GS_ASSERT(body.has_value(), "a chunk has as many entries as it says");
            if (!read_entry(test_module, *body, inputs, commands)) return;
            static_cast<void>(
                test_module.step(state.data(), {.tick = tick,
                                                .inputs = inputs.data(),
                                                .events = {commands.events.begin(), commands.events.size()},
                                                .random = commands.random}));
        }
    }
    for (const Keyframe& keyframe : file.keyframes) {
        Tick at;
        if (read_keyframe(test_module, keyframe.bytes, at, state, inputs))
            GS_ASSERT(at == keyframe.tick, "a keyframe is of its tick");
    }
}

void check(const std::vector<std::byte>& bytes) {
    const auto result = read_log_file(bytes);
    if (!result.file) {
        GS_ASSERT(result.at <= bytes.size(), "the place of an error is in the file");
        return;
    }
    simulate(*result.file);
    MatchLog log(result.file->header);
    auto keyframe = result.file->keyframes.begin();
    for (const Chunk& chunk : result.file->chunks) {
        for (; keyframe != result.file->keyframes.end() && keyframe->tick <= chunk.first; ++keyframe)
            log.add_keyframe(keyframe->bytes);
        ByteView entries = chunk.bytes;
        for (std::uint32_t index = 0; index < chunk.count; ++index) {
            const std::byte* const begin = entries.data();
            static_cast<void>(take_entry(entries));
            log.append({begin, entries.data()});
        }
    }
    // A keyframe of the end has no chunk to stand before.
    if (keyframe == result.file->keyframes.end())
        GS_ASSERT(write_log_file(log) == bytes, "written again it is the same file");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView view = bytes_of(data, size);
    std::vector<std::byte> bytes(view.begin(), view.end());
    check(bytes);
    mend(bytes);
    check(bytes);
    return 0;
}
