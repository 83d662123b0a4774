// The file of a match: a MatchLog as bytes, and back (docs/protocol.md, "Log file"). Every byte is covered by
// a checksum, and each part carries the hash of the part before it, so a cut or altered file is found out at
// the exact place. Pure bytes: reading and writing the disk is the caller's. Reads hostile files: every
// length is checked before anything is allocated.
#pragma once

#include "core/netcode/match_log.h"

#include <optional>
#include <string_view>
#include <vector>

namespace gs::netcode {

/// The largest file that is read: a day of a busy plaza.
inline constexpr std::size_t log_file_bytes_max = std::size_t{512} * 1024 * 1024;

[[nodiscard]] std::vector<std::byte> write_log_file(const MatchLog& log);

enum class LogFileError : std::uint8_t {
    not_a_log,  // another kind of file, or a version this program does not know
    cut,        // ends in the middle of a part
    altered,    // a checksum does not match
    malformed,  // checksums match, but what they cover is not a log
};

/// Reads a file part by part, without copies: read_log_file() takes all of it, a page only what it keeps.
class LogFileReader {
  public:
    /// `bytes` outlive the reader.
    explicit LogFileReader(ByteView bytes) : bytes_(bytes) {}

    /// Of the header; the names are views into the file.
    struct Head {
        std::string_view game;
        std::string_view match;
        std::uint16_t rules_version = 0;
        std::uint8_t tick_rate_hz = 0;
        std::uint64_t started_unix_s = 0;
        std::uint64_t module_hash = 0;
        Tick first = {};
    };
    /// Before anything else. False: error() and at() say why.
    [[nodiscard]] bool read_head();
    [[nodiscard]] const Head& head() const { return head_; }

    enum class Part : std::uint8_t { chunk, keyframe, end, failed };
    [[nodiscard]] Part next();
    /// Of the part that next() has read: its entries, or the keyframe.
    [[nodiscard]] Tick tick() const { return tick_; }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] ByteView payload() const { return payload_; }

    [[nodiscard]] LogFileError error() const { return error_; }
    [[nodiscard]] std::size_t at() const { return at_; }

  private:
    bool take_part();
    bool fail(LogFileError error) {
        error_ = error;
        return false;
    }
    [[nodiscard]] bool read_chunk(std::uint32_t chunk_ticks);

    ByteView bytes_;
    Head head_;
    LogFileError error_ = LogFileError::not_a_log;
    std::size_t at_ = 0;   // where the part begins
    std::size_t end_ = 0;  // and where it ends
    std::uint64_t hash_ = 0;
    std::uint8_t kind_ = 0;
    ByteView payload_;
    Tick tick_;
    std::uint32_t count_ = 0;
    Tick next_;             // the tick that the next part begins with
    bool is_last_ = false;  // a chunk was shorter than the others
};

struct LogFile {
    LogHeader header;
    std::vector<Chunk> chunks;
    std::vector<Keyframe> keyframes;
};

struct LogFileResult {
    std::optional<LogFile> file;
    LogFileError error = LogFileError::not_a_log;  // when there is no file
    std::size_t at = 0;                            // and at which byte
};

[[nodiscard]] LogFileResult read_log_file(ByteView bytes);

}  // namespace gs::netcode
