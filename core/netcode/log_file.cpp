#include "core/netcode/log_file.h"

#include "core/base/assert.h"
#include "core/base/hash.h"
#include "core/netcode/chunk.h"
#include "core/netcode/entry.h"
#include "core/wire/bit_stream.h"

#include <algorithm>

namespace gs::netcode {
namespace {

// File = magic, parts. Part = u8 kind, u32 length, payload, u64 checksum; all little-endian. The checksum is
// the hash of kind, length and payload, begun with the checksum of the part before it.
constexpr std::string_view magic = "GSMATCH2";
enum class PartKind : std::uint8_t { header = 1, keyframe = 2, chunk = 3, end = 4 };
constexpr std::size_t part_head_bytes = 1 + 4;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t part_bytes_max = keyframe_bytes_max + 256 * entry_bytes_max;
constexpr std::size_t name_bytes_max = 64;

/// Ids end up in paths, pages and log lines: nothing in them may mean something there.
bool is_name(std::string_view name) {
    return name.size() <= name_bytes_max && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

bool serialize_name(wire::BitWriter& s, const std::string& name) {
    GS_ASSERT(is_name(name), "ids are short and have letters and digits only");
    return s.varint(static_cast<std::uint32_t>(name.size())) && s.bytes(bytes_of(name));
}

/// From the beginning of `rest`, which is what follows afterwards.
bool read_name(ByteView& rest, std::string_view& name) {
    wire::BitReader reader(rest);
    std::uint32_t length = 0;
    if (!reader.varint(length) || length > name_bytes_max || length > reader.remaining()) return false;
    name = text_of(rest.subspan(reader.position(), length));
    rest = rest.subspan(reader.position() + length);
    return is_name(name);
}

/// What follows the names.
template <class Stream, class Header>
bool serialize_numbers(Stream& s, Header& header) {
    return s.bits(header.rules_version, 16) && s.bits(header.tick_rate_hz, 8) &&
           s.bits(header.started_unix_s, 64) && s.bits(header.module_hash, 64) &&
           s.varint(header.first.value);
}

template <class Stream, class Part>
bool serialize_chunk_head(Stream& s, Part& chunk) {
    return s.varint(chunk.first.value) && s.varint(chunk.count);
}

class Writer {
  public:
    Writer() { add(bytes_of(magic)); }

    void part(PartKind kind, ByteView head, ByteView payload) {
        const std::size_t begin = bytes_.size();
        bytes_.push_back(static_cast<std::byte>(kind));
        bytes_.resize(bytes_.size() + 4);
        store_u32_le(&bytes_[begin + 1], static_cast<std::uint32_t>(head.size() + payload.size()));
        add(head);
        add(payload);
        hash_ = hash_more(hash_, ByteView(bytes_).subspan(begin));
        bytes_.resize(bytes_.size() + 8);
        store_u32_le(&bytes_[bytes_.size() - 8], static_cast<std::uint32_t>(hash_));
        store_u32_le(&bytes_[bytes_.size() - 4], static_cast<std::uint32_t>(hash_ >> 32));
    }

    [[nodiscard]] std::vector<std::byte> finish() {
        part(PartKind::end, {}, {});
        return std::move(bytes_);
    }

  private:
    void add(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    std::vector<std::byte> bytes_;
    std::uint64_t hash_ = hash_start;
};

}  // namespace

std::vector<std::byte> write_log_file(const MatchLog& log) {
    Writer writer;
    std::array<std::byte, 256> room;
    wire::BitWriter header(room);
    const bool written = serialize_name(header, log.header().game) &&
                         serialize_name(header, log.header().match) &&
                         serialize_numbers(header, log.header());
    GS_ASSERT(written, "the header of a log is short");
    writer.part(PartKind::header, header.written(), {});
    auto keyframe = log.keyframes().begin();
    for (const Chunk& chunk : log.chunks()) {
        for (; keyframe != log.keyframes().end() && keyframe->tick <= chunk.first; ++keyframe) {
            writer.part(PartKind::keyframe, keyframe->bytes, {});
        }
        std::array<std::byte, 16> head_room;
        wire::BitWriter head(head_room);
        const bool fits = serialize_chunk_head(head, chunk);
        GS_ASSERT(fits, "two numbers fit into 16 bytes");
        writer.part(PartKind::chunk, head.written(), chunk.bytes);
    }
    return writer.finish();
}

/// The next part with its checksum; false after setting the error.
bool LogFileReader::take_part() {
    at_ = end_;
    const ByteView rest = bytes_.subspan(at_);
    if (rest.size() < part_head_bytes + checksum_bytes) return fail(LogFileError::cut);
    const std::uint32_t length = load_u32_le(&rest[1]);
    if (length > part_bytes_max) return fail(LogFileError::altered);
    if (rest.size() - part_head_bytes - checksum_bytes < length) return fail(LogFileError::cut);
    const std::uint64_t hash = hash_more(hash_, rest.first(part_head_bytes + length));
    const std::byte* const sum = &rest[part_head_bytes + length];
    if ((std::uint64_t{load_u32_le(sum + 4)} << 32 | load_u32_le(sum)) != hash)
        return fail(LogFileError::altered);
    hash_ = hash;
    end_ = at_ + part_head_bytes + length + checksum_bytes;
    kind_ = std::to_integer<std::uint8_t>(rest[0]);
    payload_ = rest.subspan(part_head_bytes, length);
    // Until it has turned out to be one that belongs there.
    error_ = LogFileError::malformed;
    return true;
}

bool LogFileReader::read_head() {
    if (bytes_.size() > log_file_bytes_max || bytes_.size() < magic.size() ||
        text_of(bytes_.first(magic.size())) != magic) {
        return fail(LogFileError::not_a_log);
    }
    end_ = magic.size();
    hash_ = hash_start;
    if (!take_part() || kind_ != static_cast<std::uint8_t>(PartKind::header)) return false;
    ByteView rest = payload_;
    if (!read_name(rest, head_.game) || !read_name(rest, head_.match)) return false;
    wire::BitReader numbers(rest);
    if (!serialize_numbers(numbers, head_) || !numbers.align() || numbers.remaining() != 0) return false;
    next_ = head_.first;
    return head_.tick_rate_hz > 0 && head_.tick_rate_hz <= 120;
}

/// The tick has to be the one that comes next, which moves past the chunk.
bool LogFileReader::read_chunk(std::uint32_t chunk_ticks) {
    struct {
        Tick first;
        std::uint32_t count = 0;
    } chunk;
    wire::BitReader reader(payload_);
    if (!serialize_chunk_head(reader, chunk) || chunk.first != next_) return false;
    if (chunk.count == 0 || chunk.count > chunk_ticks) return false;
    payload_ = payload_.subspan(reader.position());
    if (chunk.count > payload_.size() || next_.value > UINT32_MAX - chunk.count) return false;
    ByteView entries = payload_;
    for (std::uint32_t index = 0; index < chunk.count; ++index) {
        if (!take_entry(entries)) return false;
    }
    tick_ = chunk.first;
    count_ = chunk.count;
    next_ = next_ + chunk.count;
    is_last_ = chunk.count < chunk_ticks;
    return entries.empty();
}

LogFileReader::Part LogFileReader::next() {
    if (!take_part()) return Part::failed;
    if (kind_ == static_cast<std::uint8_t>(PartKind::end)) {
        const bool ends = payload_.empty() && end_ == bytes_.size();
        return ends ? Part::end : Part::failed;
    }
    // Only the last chunk may be shorter than the others: where a tick stands follows from its number.
    if (is_last_) return Part::failed;
    if (kind_ == static_cast<std::uint8_t>(PartKind::keyframe)) {
        wire::BitReader reader(payload_);
        return reader.varint(tick_.value) && tick_ == next_ ? Part::keyframe : Part::failed;
    }
    if (kind_ != static_cast<std::uint8_t>(PartKind::chunk)) return Part::failed;
    return read_chunk(head_.tick_rate_hz * chunk_seconds) ? Part::chunk : Part::failed;
}

LogFileResult read_log_file(ByteView bytes) {
    LogFileReader reader(bytes);
    const auto failed = [&] {
        return LogFileResult{.file = std::nullopt, .error = reader.error(), .at = reader.at()};
    };
    if (!reader.read_head()) return failed();
    const LogFileReader::Head& head = reader.head();
    LogFile file = {.header = {.game = std::string(head.game),
                               .match = std::string(head.match),
                               .rules_version = head.rules_version,
                               .tick_rate_hz = head.tick_rate_hz,
                               .started_unix_s = head.started_unix_s,
                               .module_hash = head.module_hash,
                               .first = head.first},
                    .chunks = {},
                    .keyframes = {}};
    while (true) {
        const LogFileReader::Part part = reader.next();
        const ByteView payload = reader.payload();
        std::vector<std::byte> content(payload.begin(), payload.end());
        switch (part) {
            case LogFileReader::Part::end:
                return {.file = std::move(file)};
            case LogFileReader::Part::failed:
                return failed();
            case LogFileReader::Part::keyframe:
                file.keyframes.push_back({.tick = reader.tick(), .bytes = std::move(content)});
                break;
            case LogFileReader::Part::chunk: {
                const std::uint64_t previous =
                    file.chunks.empty() ? chain_start(head.match) : hash_of_chunk(file.chunks.back());
                file.chunks.push_back({.first = reader.tick(),
                                       .count = reader.count(),
                                       .previous = previous,
                                       .bytes = std::move(content)});
                break;
            }
        }
    }
}

}  // namespace gs::netcode
