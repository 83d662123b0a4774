#include "server/storage/ring.h"

#include "core/base/rng.h"
#include "server/storage/test_rig.h"

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace gs::storage {
namespace {

constexpr Ring::Options options{.bytes = 512 * 1024, .id = 77};
constexpr std::size_t page = 4096;

std::vector<std::byte> payload_of(std::uint64_t sequence) {
    return std::vector<std::byte>(sequence * 31 % 2'000, static_cast<std::byte>(sequence));
}

bool add(Ring& ring) { return ring.append(RecordKind::entry, {payload_of(ring.next_sequence())}); }

/// Sequences of the records that are there; a payload that is not its own ends the test.
std::vector<std::uint64_t> sequences(const Ring& ring) {
    std::vector<std::uint64_t> found;
    for (ByteView rest = ring.pending(); !rest.empty();) {
        const auto record = read_record(rest, ring.seed());
        if (!record) {
            ADD_FAILURE() << words_of(record.error());
            break;
        }
        EXPECT_TRUE(std::ranges::equal(record->payload, payload_of(record->sequence)));
        found.push_back(record->sequence);
        rest = rest.subspan(size_of(*record));
    }
    return found;
}

class RingFile : public testing::Test {
  protected:
    [[nodiscard]] Path folder() const { return folder_.path() / "ring"; }
    [[nodiscard]] Path file() const { return folder() / "shard-0.ring"; }
    [[nodiscard]] std::expected<Ring, Error> open(Ring::Options with = options) const {
        return Ring::open(folder(), with);
    }

    void change(std::size_t at, unsigned char bits) const {
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(static_cast<std::streamoff>(at));
        const int old = stream.get();
        stream.seekp(static_cast<std::streamoff>(at));
        stream.put(static_cast<char>(old ^ bits));
    }

    TestFolder folder_;
};

TEST_F(RingFile, what_was_published_is_there_for_the_next_process) {
    {
        auto ring = open();
        ASSERT_TRUE(ring);
        for (int i = 0; i < 5; ++i)
            ASSERT_TRUE(add(*ring));
    }
    auto ring = open();
    ASSERT_TRUE(ring);
    EXPECT_EQ(sequences(*ring), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(ring->next_sequence(), 6U);
    ring->release(ring->pending().size());
    EXPECT_TRUE(sequences(*ring).empty());
}

TEST_F(RingFile, records_go_round_and_stay_whole) {
    auto ring = open();
    ASSERT_TRUE(ring);
    base::Rng rng(5);
    std::uint64_t next_out = 1;
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_TRUE(add(*ring));
        if (ring->used() < options.bytes - 4'000 && !rng.chance(30)) continue;
        for (const std::uint64_t sequence : sequences(*ring))
            ASSERT_EQ(sequence, next_out++);
        ring->release(ring->pending().size());
    }
    EXPECT_GT(next_out, 4'000U);
}

TEST_F(RingFile, refuses_what_has_no_room_and_takes_it_later) {
    auto ring = open();
    ASSERT_TRUE(ring);
    while (add(*ring)) {
    }
    const auto before = sequences(*ring);
    EXPECT_FALSE(add(*ring));
    EXPECT_EQ(sequences(*ring), before);
    const auto first = read_record(ring->pending(), ring->seed());
    const auto second = read_record(ring->pending().subspan(size_of(*first)), ring->seed());
    ring->release(size_of(*first) + size_of(*second));
    // Room for small ones only; a refused one has taken no number.
    while (!add(*ring)) {
        const auto oldest = read_record(ring->pending(), ring->seed());
        ASSERT_TRUE(oldest);
        ring->release(size_of(*oldest));
    }
    EXPECT_EQ(sequences(*ring).back(), before.back() + 1);
}

TEST_F(RingFile, every_flipped_bit_cuts_there) {
    std::size_t used = 0;
    std::vector<std::size_t> begins;
    {
        auto ring = open();
        ASSERT_TRUE(ring);
        for (int i = 0; i < 4; ++i) {
            begins.push_back(ring->used());
            ASSERT_TRUE(ring->append(RecordKind::entry, {bytes_of("some bytes")}));
        }
        used = ring->used();
    }
    const std::string sound = [&] {
        std::ifstream stream(file(), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    }();
    for (std::size_t bit = 0; bit < used * 8; ++bit) {
        std::ofstream(file(), std::ios::binary) << sound;
        change(page + bit / 8, static_cast<unsigned char>(1U << bit % 8));
        auto ring = open();
        ASSERT_TRUE(ring);
        const auto hit = std::ranges::upper_bound(begins, bit / 8) - begins.begin() - 1;
        ASSERT_EQ(ring->used(), begins[static_cast<std::size_t>(hit)]) << "bit " << bit;
        ASSERT_EQ(ring->cut_bytes(), used - ring->used());
    }
}

TEST_F(RingFile, counters_that_cannot_be_begin_anew) {
    {
        auto ring = open();
        ASSERT_TRUE(ring && add(*ring));
    }
    change(64 + 5, 0xff);  // published: more than there is room for
    auto ring = open();
    ASSERT_TRUE(ring);
    EXPECT_EQ(ring->used(), 0U);
    EXPECT_TRUE(add(*ring));
}

TEST_F(RingFile, the_ring_of_another_data_folder_begins_anew) {
    {
        auto ring = open();
        ASSERT_TRUE(ring && add(*ring));
    }
    auto ring = open({.bytes = options.bytes, .id = 78});
    ASSERT_TRUE(ring);
    EXPECT_EQ(ring->used(), 0U);
}

TEST_F(RingFile, folder_that_others_may_enter_is_refused) {
    std::filesystem::create_directory(folder());
    ASSERT_EQ(::chmod(folder().c_str(), 0755), 0);
    const auto ring = open();
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, ErrorCode::refused);
}

TEST_F(RingFile, link_instead_of_a_folder_is_refused) {
    std::filesystem::create_directory(folder_.path() / "elsewhere");
    std::filesystem::permissions(folder_.path() / "elsewhere", std::filesystem::perms::owner_all);
    std::filesystem::create_directory_symlink(folder_.path() / "elsewhere", folder());
    EXPECT_FALSE(open());
}

TEST(Ring, two_threads_pass_every_record) {
    auto ring = Ring::make_private(options);
    ASSERT_TRUE(ring);
    constexpr std::uint64_t count = 20'000;
    std::thread producer([&] {
        for (std::uint64_t made = 0; made < count;)
            made += add(*ring) ? 1 : 0;
    });
    std::uint64_t next = 1;
    while (next <= count) {
        const ByteView pending = ring->pending();
        ByteView rest = pending;
        while (!rest.empty()) {
            const auto record = read_record(rest, ring->seed());
            if (!record || record->sequence != next) break;
            ++next;
            rest = rest.subspan(size_of(*record));
        }
        if (!rest.empty()) {
            ADD_FAILURE() << "record " << next << " is not there";
            break;
        }
        ring->release(pending.size());
    }
    // A producer that waits for room gets it.
    ring->release(ring->pending().size());
    producer.join();
    EXPECT_EQ(next, count + 1);
}

}  // namespace
}  // namespace gs::storage
