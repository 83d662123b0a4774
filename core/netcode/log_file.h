// The file of a match: a MatchLog as bytes, and back (docs/protocol.md, "Log file"). Every byte is covered by
// a checksum, and each part carries the hash of the part before it, so a cut or altered file is found out at
// the exact place. Pure bytes: reading and writing the disk is the caller's. Reads hostile files: every
// length is checked before anything is allocated.
#pragma once

#include "core/netcode/match_log.h"

#include <optional>
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
