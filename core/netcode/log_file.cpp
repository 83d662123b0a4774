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

bool serialize_name(wire::BitReader& s, std::string& name) {
    std::uint32_t length = 0;
    if (!s.varint(length) || length > name_bytes_max || length > s.remaining()) return s.fail();
    name.resize(length);
    return s.bytes(std::as_writable_bytes(std::span(name))) && is_name(name);
}

bool serialize_name(wire::BitWriter& s, const std::string& name) {
    GS_ASSERT(is_name(name), "ids are short and have letters and digits only");
    return s.varint(static_cast<std::uint32_t>(name.size())) && s.bytes(bytes_of(name));
}

template <class Stream, class Header>
bool serialize_header(Stream& s, Header& header) {
    return serialize_name(s, header.game) && serialize_name(s, header.match) &&
           s.bits(header.rules_version, 16) && s.bits(header.tick_rate_hz, 8) &&
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

struct Part {
    PartKind kind = PartKind::end;
    ByteView payload;
};

class Reader {
  public:
    explicit Reader(ByteView bytes) : bytes_(bytes), at_(magic.size()) {}

    /// Nothing after setting `error`.
    [[nodiscard]] std::optional<Part> next(LogFileError& error) {
        const ByteView rest = bytes_.subspan(at_);
        if (rest.size() < part_head_bytes + checksum_bytes) {
            error = LogFileError::cut;
            return std::nullopt;
        }
        const std::uint32_t length = load_u32_le(&rest[1]);
        if (length > part_bytes_max) {
            error = LogFileError::altered;
            return std::nullopt;
        }
        if (rest.size() - part_head_bytes - checksum_bytes < length) {
            error = LogFileError::cut;
            return std::nullopt;
        }
        const std::uint64_t hash = hash_more(hash_, rest.first(part_head_bytes + length));
        const std::byte* const sum = &rest[part_head_bytes + length];
        if ((std::uint64_t{load_u32_le(sum + 4)} << 32 | load_u32_le(sum)) != hash) {
            error = LogFileError::altered;
            return std::nullopt;
        }
        hash_ = hash;
        begin_ = at_;
        at_ += part_head_bytes + length + checksum_bytes;
        return Part{.kind = static_cast<PartKind>(rest[0]), .payload = rest.subspan(part_head_bytes, length)};
    }

    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] std::size_t begin_of_part() const { return begin_; }
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

  private:
    ByteView bytes_;
    std::size_t at_;
    std::size_t begin_ = 0;
    std::uint64_t hash_ = hash_start;
};

bool read_header(ByteView payload, LogHeader& header) {
    wire::BitReader reader(payload);
    return serialize_header(reader, header) && reader.align() && reader.remaining() == 0 &&
           header.tick_rate_hz > 0 && header.tick_rate_hz <= 120;
}

/// `next` is the tick that the chunk has to begin with, and moves past it.
bool read_chunk_part(ByteView payload, std::uint32_t chunk_ticks, Tick& next, Chunk& chunk) {
    wire::BitReader reader(payload);
    if (!serialize_chunk_head(reader, chunk) || chunk.first != next) return false;
    if (chunk.count == 0 || chunk.count > chunk_ticks) return false;
    ByteView entries = payload.subspan(reader.position());
    if (chunk.count > entries.size() || next.value > UINT32_MAX - chunk.count) return false;
    chunk.bytes.assign(entries.begin(), entries.end());
    for (std::uint32_t index = 0; index < chunk.count; ++index) {
        if (!take_entry(entries)) return false;
    }
    next = next + chunk.count;
    return entries.empty();
}

bool read_keyframe_part(ByteView payload, Keyframe& keyframe) {
    wire::BitReader reader(payload);
    if (!reader.varint(keyframe.tick.value)) return false;
    keyframe.bytes.assign(payload.begin(), payload.end());
    return true;
}

/// One part after the header; false when it is not one that belongs there.
bool take_part(const Part& part, LogFile& file, Tick& next) {
    // Only the last chunk may be shorter than the others: where a tick stands follows from its number.
    const std::uint32_t chunk_ticks = file.header.tick_rate_hz * chunk_seconds;
    if (!file.chunks.empty() && file.chunks.back().count < chunk_ticks) return false;
    if (part.kind == PartKind::keyframe) {
        Keyframe keyframe;
        if (!read_keyframe_part(part.payload, keyframe) || keyframe.tick != next) return false;
        file.keyframes.push_back(std::move(keyframe));
        return true;
    }
    Chunk chunk;
    if (part.kind != PartKind::chunk || !read_chunk_part(part.payload, chunk_ticks, next, chunk))
        return false;
    chunk.previous = file.chunks.empty() ? chain_start(file.header.match) : hash_of_chunk(file.chunks.back());
    file.chunks.push_back(std::move(chunk));
    return true;
}

}  // namespace

std::vector<std::byte> write_log_file(const MatchLog& log) {
    Writer writer;
    std::array<std::byte, 256> room;
    wire::BitWriter header(room);
    const bool written = serialize_header(header, log.header());
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

LogFileResult read_log_file(ByteView bytes) {
    if (bytes.size() > log_file_bytes_max || bytes.size() < magic.size() ||
        text_of(bytes.first(magic.size())) != magic) {
        return {.file = std::nullopt, .error = LogFileError::not_a_log, .at = 0};
    }
    Reader reader(bytes);
    LogFileError error = LogFileError::malformed;
    LogFile file;
    auto part = reader.next(error);
    if (!part) return {.file = std::nullopt, .error = error, .at = reader.at()};
    if (part->kind != PartKind::header || !read_header(part->payload, file.header)) {
        return {.file = std::nullopt, .error = LogFileError::malformed, .at = reader.begin_of_part()};
    }
    Tick next = file.header.first;
    while (true) {
        part = reader.next(error);
        if (!part) return {.file = std::nullopt, .error = error, .at = reader.at()};
        const bool ends = part->kind == PartKind::end && part->payload.empty() && reader.at_end();
        if (ends) return {.file = std::move(file)};
        if (!take_part(*part, file, next)) {
            return {.file = std::nullopt, .error = LogFileError::malformed, .at = reader.begin_of_part()};
        }
    }
}

}  // namespace gs::netcode
