#include "server/storage/ring.h"

#include "core/base/assert.h"
#include "core/base/hash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gs::storage {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::uint64_t magic = 0x3130474e49525347;  // "GSRING01"

std::unexpected<Error> failed(const char* context) { return std::unexpected(error_of(errno, context)); }

/// Nobody else may read what is in the folder or put something there: it is in a place where all may write.
std::expected<void, Error> make_own_folder(const Path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("making the ring's folder");
    struct stat status = {};
    if (::lstat(folder.c_str(), &status) != 0) return failed("looking at the ring's folder");
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 0077) != 0) {
        return std::unexpected(Error{
            .code = ErrorCode::refused, .context = "the ring's folder is not ours alone", .system = EPERM});
    }
    return {};
}

}  // namespace

/// Counts of bytes since the ring was made: they only grow. Each on a line of its own, since different
/// processors write them.
struct Ring::Head {
    std::uint64_t magic;
    std::uint64_t bytes;
    std::uint64_t id;
    alignas(64) std::atomic<std::uint64_t> published;
    alignas(64) std::atomic<std::uint64_t> released;

    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

Path default_ring_folder(const Path& data) {
    std::error_code error;
    const Path absolute = std::filesystem::weakly_canonical(data, error);
    std::array<char, 64> name;
    std::snprintf(name.data(), name.size(), "grandstand-%u-%016llx", ::geteuid(),
                  static_cast<unsigned long long>(hash_of(bytes_of((error ? data : absolute).native()))));
    return Path("/dev/shm") / name.data();
}

// ---- Making one

std::expected<Ring, Error> Ring::open(const Path& folder, Options options) {
    if (auto made = make_own_folder(folder); !made) return std::unexpected(made.error());
    const Path path = folder / "shard-0.ring";
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    struct stat status = {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) return failed("opening the ring");
    if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) {
        return std::unexpected(
            Error{.code = ErrorCode::refused, .context = "the ring is not our file", .system = EPERM});
    }
    auto ring = map(file, options);
    if (!ring) return ring;
    const Head& head = ring->head();
    const std::uint64_t used = head.published.load() - head.released.load();
    if (head.magic == magic && head.bytes == options.bytes && head.id == options.id &&
        used <= options.bytes) {
        ring->cut_torn_end();
    } else {
        ring->begin_anew(options.id);
    }
    return ring;
}

std::expected<Ring, Error> Ring::make_private(Options options) {
    const Descriptor file(::memfd_create("grandstand-ring", MFD_CLOEXEC));
    if (!file.is_open()) return failed("making a ring in memory");
    auto ring = map(file, options);
    if (ring) ring->begin_anew(options.id);
    return ring;
}

std::expected<Ring, Error> Ring::map(const Descriptor& file, Options options) {
    GS_ASSERT(options.bytes % page_bytes == 0 && options.bytes >= 2 * record_bytes_max,
              "a ring has whole pages and room for its longest record");
    const auto file_bytes = static_cast<off_t>(page_bytes + options.bytes);
    // All of it now: a page that is missing when it is written ends the process (SIGBUS).
    const int reserved = ::posix_fallocate(file.number(), 0, file_bytes);
    if (reserved != 0) return std::unexpected(error_of(reserved, "reserving the ring's memory"));
    if (::ftruncate(file.number(), file_bytes) != 0) return failed("sizing the ring");
    void* const place =
        ::mmap(nullptr, page_bytes + 2 * options.bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return failed("finding a place for the ring");
    Ring ring;
    ring.memory_ = static_cast<std::byte*>(place);
    ring.bytes_ = options.bytes;
    ring.id_ = options.id;
    const auto at = [&](std::size_t offset, std::size_t size, off_t from) {
        return ::mmap(ring.memory_ + offset, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                      file.number(), from) != MAP_FAILED;
    };
    if (!at(0, page_bytes + options.bytes, 0) ||
        !at(page_bytes + options.bytes, options.bytes, static_cast<off_t>(page_bytes))) {
        return failed("mapping the ring");
    }
    return ring;
}

Ring::Ring(Ring&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      bytes_(other.bytes_),
      id_(other.id_),
      cut_bytes_(other.cut_bytes_),
      next_sequence_(other.next_sequence_),
      published_(other.published_),
      released_seen_(other.released_seen_) {}

Ring::~Ring() {
    if (memory_ != nullptr) ::munmap(memory_, page_bytes + 2 * bytes_);
}

Ring::Head& Ring::head() const { return *reinterpret_cast<Head*>(memory_); }

void Ring::begin_anew(std::uint64_t id) {
    Head& head = this->head();
    // In this order: a process that ends in between leaves a ring that the next one begins anew.
    head.magic = 0;
    head.published.store(0);
    head.released.store(0);
    head.bytes = bytes_;
    head.id = id;
    head.magic = magic;
    published_ = released_seen_ = 0;
}

void Ring::cut_torn_end() {
    Head& head = this->head();
    published_ = head.published.load();
    released_seen_ = head.released.load();
    ByteView rest = pending();
    std::uint64_t expected = 0;
    while (!rest.empty()) {
        const auto record = read_record(rest, seed());
        if (!record || record->sequence < expected) break;
        expected = record->sequence + 1;
        rest = rest.subspan(size_of(*record));
    }
    cut_bytes_ = rest.size();
    published_ -= rest.size();
    head.published.store(published_);
    if (expected != 0) next_sequence_ = expected;
}

// ---- Producer

bool Ring::append(RecordKind kind, std::initializer_list<ByteView> payload) noexcept {
    std::size_t length = 0;
    for (const ByteView part : payload)
        length += part.size();
    GS_ASSERT(length <= payload_bytes_max, "a record has its bounds");
    const std::size_t size = record_head_bytes + length + record_tail_bytes;
    if (published_ + size - released_seen_ > bytes_) {
        released_seen_ = head().released.load(std::memory_order_acquire);
        if (published_ + size - released_seen_ > bytes_) return false;
    }
    std::byte* const begin = memory_ + page_bytes + published_ % bytes_;
    store_u32_le(begin, static_cast<std::uint32_t>(length));
    begin[4] = static_cast<std::byte>(kind);
    store_u64(begin + 5, next_sequence_++);
    std::byte* at = begin + record_head_bytes;
    for (const ByteView part : payload)
        at = std::ranges::copy(part, at).out;
    store_u64(at, checksum_of(seed(), {begin, at}));
    published_ += size;
    head().published.store(published_, std::memory_order_release);
    return true;
}

// ---- Consumer

ByteView Ring::pending() const {
    const Head& head = this->head();
    const std::uint64_t released = head.released.load(std::memory_order_relaxed);
    const std::uint64_t published = head.published.load(std::memory_order_acquire);
    return {memory_ + page_bytes + released % bytes_, static_cast<std::size_t>(published - released)};
}

void Ring::release(std::size_t bytes) {
    Head& head = this->head();
    const std::uint64_t released = head.released.load(std::memory_order_relaxed) + bytes;
    head.released.store(released, std::memory_order_release);
}

std::size_t Ring::used() const {
    const Head& head = this->head();
    // Released first: it only grows, and never beyond what is published.
    const std::uint64_t released = head.released.load(std::memory_order_acquire);
    return static_cast<std::size_t>(head.published.load(std::memory_order_acquire) - released);
}

}  // namespace gs::storage
