// Chunks of matches from strangers: as they come over HTTP or out of somebody's cache. The hash is mended
// before a second try, so that what it covers is reached. What is read as a chunk is simulated, and written
// again it has the same bytes.
#include "core/base/assert.h"
#include "core/base/hash.h"
#include "core/game/test_game.h"
#include "core/netcode/chunk.h"
#include "core/netcode/replayer.h"

#include <vector>

namespace {

using namespace gs;
using namespace gs::netcode;
using game::test_module;

constexpr std::uint32_t chunk_ticks = 120;

void simulate(const ReadChunk& chunk) {
    std::vector<std::byte> room(keyframe_bytes_max);
    const game::StateBuffer state(test_module);
    const game::InputVector inputs(test_module);
    Replayer replayer(test_module);
    const bool started = replayer.start(write_keyframe(test_module, chunk.first, state, inputs, room));
    GS_ASSERT(started, "a keyframe of ours can be read");
    ByteView entries = chunk.entries;
    for (std::uint32_t index = 0; index < chunk.count; ++index) {
        const auto body = take_entry(entries);
        GS_ASSERT(body.has_value(), "a chunk has as many entries as it says");
        if (replayer.step(*body) == Replayer::Made::unreadable) return;
    }
    GS_ASSERT(entries.empty() && replayer.next() == chunk.first + chunk.count, "and no more");
}

void check(ByteView bytes) {
    const auto read = read_chunk(bytes, chunk_ticks);
    if (!read) return;
    simulate(*read);
    const Chunk chunk{.first = read->first,
                      .count = read->count,
                      .previous = read->previous,
                      .bytes = {read->entries.begin(), read->entries.end()}};
    const auto again = read_chunk(write_chunk(chunk), chunk_ticks);
    GS_ASSERT(again && again->first == chunk.first && again->count == chunk.count &&
                  hash_of_chunk(chunk) == again->hash,
              "written again it is the same chunk");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView view = bytes_of(data, size);
    check(view);
    if (size < 8) return 0;
    std::vector<std::byte> bytes(view.begin(), view.end());
    const std::uint64_t hash = hash_of(ByteView(bytes).first(size - 8));
    store_u32_le(&bytes[size - 8], static_cast<std::uint32_t>(hash));
    store_u32_le(&bytes[size - 4], static_cast<std::uint32_t>(hash >> 32));
    check(bytes);
    return 0;
}
