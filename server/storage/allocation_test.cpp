// What recording a tick takes from the heap: nothing.
#include "core/base/allocation_count.h"
#include "server/storage/memory_disk.h"
#include "server/storage/recorder.h"
#include "server/storage/test_rig.h"

namespace gs::storage {
namespace {

TEST(Allocations, an_entry_and_a_keyframe_take_nothing_from_the_heap) {
    MemoryDisk disk;
    const TestFolder folder;
    auto opened = Recorder::open(disk, {.folder = "j",
                                        .ring_folder = folder.path() / "ring",
                                        .ring_bytes = 1024 * 1024,
                                        .fresh_id = 1,
                                        .clock = [] { return net::Instant(); }});
    ASSERT_TRUE(opened);
    Recorder& recorder = *opened->recorder;
    const auto match = id_of<rooms::MatchId>(1);
    const auto entry = entry_of({39});
    const auto keyframe = keyframe_of({0});
    const std::uint64_t before = base::heap_use().allocations;
    std::uint32_t recorded = 0;
    bool is_full = !recorder.keyframe(match, {0}, keyframe, keyframe);
    while (!is_full) {
        is_full = !recorder.entry(match, {recorded}, entry);
        recorded += is_full ? 0 : 1;
    }
    // Refused ones, too.
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(recorder.entry(match, {recorded}, entry));
    EXPECT_EQ(base::heap_use().allocations, before);
    EXPECT_GT(recorded, 10'000U);
}

}  // namespace
}  // namespace gs::storage
