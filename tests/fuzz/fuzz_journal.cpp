// Journals from strangers: segments that were cut, altered or made up, and what is restored from them. The
// checksums are mended before a second try, so that what they cover is reached.
#include "core/base/assert.h"
#include "core/netcode/log_file.h"
#include "server/storage/restore.h"

#include <utility>
#include <vector>

namespace {

using namespace gs;
using namespace gs::storage;

constexpr std::uint64_t id = 5;
constexpr std::uint64_t number = 1;
constexpr std::size_t head_bytes = 32;

/// Head and every record get the checksums that they should have.
void mend(std::vector<std::byte>& bytes) {
    if (bytes.size() < head_bytes) return;
    const std::string_view magic = "GSJRNL01";
    std::ranges::copy(bytes_of(magic), bytes.begin());
    store_u64(&bytes[8], id);
    store_u64(&bytes[16], number);
    std::uint64_t chain = checksum_of(0, ByteView(bytes).first(24));
    store_u64(&bytes[24], chain);
    std::size_t at = head_bytes;
    while (bytes.size() - at >= record_head_bytes + record_tail_bytes) {
        const std::size_t covered = record_head_bytes + load_u32_le(&bytes[at]);
        if (covered > bytes.size() - at - record_tail_bytes) return;
        chain = checksum_of(chain, ByteView(bytes).subspan(at, covered));
        store_u64(&bytes[at + covered], chain);
        at += covered + record_tail_bytes;
    }
}

void check(const std::vector<std::byte>& bytes) {
    JournalContents contents{.id = id};
    Segment segment{.number = number, .bytes = bytes};
    SegmentReading reading = read_segment(segment.bytes, id, number);
    GS_ASSERT(reading.at <= bytes.size(), "the place of a cut is in the segment");
    GS_ASSERT(!reading.why.empty() || reading.at == bytes.size(), "a cut has a reason");
    // What is read is what was written.
    std::vector<std::byte> again(bytes.begin(), bytes.begin() + head_bytes * (reading.at > 0 ? 1 : 0));
    std::uint64_t chain = again.empty() ? 0 : load_u64(&again[24]);
    for (const Record& record : reading.records)
        chain = append_record(again, record, chain);
    GS_ASSERT(std::ranges::equal(again, ByteView(bytes).first(reading.at)), "records have one form");
    segment.records = std::move(reading.records);
    contents.segments.push_back(std::move(segment));
    Restoration restoration = restore(contents, {}, 0);
    const auto check_match = [](const rooms::RestoredMatch& match) {
        GS_ASSERT(match.keyframe < match.log.keyframes().size(), "a match can be simulated");
        if (match.log.header().first.value > UINT32_MAX / 2) return;  // ticks of a file do not go round
        GS_ASSERT(netcode::read_log_file(netcode::write_log_file(match.log)).file, "a restored log is one");
    };
    for (const rooms::RestoredRoom& room : restoration.rooms) {
        GS_ASSERT(read_room(write_room(room.record)) == room.record, "a room can be recorded again");
        if (room.match) check_match(*room.match);
    }
    for (const rooms::RestoredMatch& match : restoration.over)
        check_match(match);
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
