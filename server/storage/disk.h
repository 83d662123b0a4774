// Disk: the few things that the journal does with files, so that tests can let each of them fail, and lose
// what was not synced. PosixDisk is the real one. Blocking calls: only for the storage thread and for the
// start. Errors carry errno; what it means for people says words_of(Alarm) (alarm.h).
#pragma once

#include "core/base/bytes.h"
#include "core/base/error.h"

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace gs::storage {

using Path = std::filesystem::path;

/// A file that was made by this process, open at its end.
class DiskFile {
  public:
    virtual ~DiskFile() = default;

    /// All of it, or an error; how much of it then is in the file is unknown.
    [[nodiscard]] virtual std::expected<void, Error> append(ByteView bytes) = 0;
    /// What has been appended survives a power loss. After an error nobody knows what of it does, and a
    /// second call would not find out.
    [[nodiscard]] virtual std::expected<void, Error> sync() = 0;
    [[nodiscard]] virtual std::expected<void, Error> cut_to(std::size_t bytes) = 0;
};

class Disk {
  public:
    virtual ~Disk() = default;

    /// With the folders above it (0700).
    [[nodiscard]] virtual std::expected<void, Error> make_folder(const Path& folder) = 0;
    /// Names of the files in it; a folder that is not there has none.
    [[nodiscard]] virtual std::expected<std::vector<std::string>, Error> list(const Path& folder) = 0;
    /// At most the first `bytes_max` bytes. `not_found` when there is no such file.
    [[nodiscard]] virtual std::expected<std::vector<std::byte>, Error> read(const Path& file,
                                                                            std::size_t bytes_max) = 0;
    /// A new file; fails when there is one. Its name survives a power loss.
    [[nodiscard]] virtual std::expected<std::unique_ptr<DiskFile>, Error> create(const Path& file) = 0;
    /// Whole: after a crash of the process there is the old or the new content. `Sync::no`: after a power
    /// loss there may be neither.
    enum class Sync : bool { no, yes };
    [[nodiscard]] virtual std::expected<void, Error> replace(const Path& file, ByteView content,
                                                             Sync sync) = 0;
    [[nodiscard]] virtual std::expected<void, Error> remove(const Path& file) = 0;
};

}  // namespace gs::storage
