// DataFolder: the server's own folder on disk: secret keys, the development certificate, the database. Opened
// once at start, before anything listens; holds a lock for as long as it lives, so that two servers never
// share one. Blocking file calls: only for start, reload and other rare moments.
// Files are replaced whole: after a crash there is the old or the new content, never half of it.
#pragma once

#include "server/app/failure.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gs::app {

/// Keys for stateless resets and address tokens (RFC 9000 sections 8.1 and 10.3.2).
using SecretKey = std::array<std::uint8_t, 32>;

class DataFolder {
  public:
    /// Makes the folder if it is missing (0700). Fails with words for the operator when it cannot be written
    /// or when another server has it (`in_use`, names its process id).
    [[nodiscard]] static std::expected<DataFolder, Failure> open(const std::filesystem::path& path);

    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&& other) noexcept;
    ~DataFolder();

    /// The key in the file `name`, made from the system's random numbers if there is none. The same key comes
    /// back after a restart; a file of another size is a Failure, never replaced.
    [[nodiscard]] std::expected<SecretKey, Failure> read_or_create_key(std::string_view name) const;

    /// The content of the file `name`; nothing when there is no such file.
    [[nodiscard]] std::expected<std::optional<std::string>, Failure> read(std::string_view name,
                                                                          std::size_t bytes_max) const;

    /// Writes or replaces the file `name` (0600): new file, fsync, rename, fsync of the folder.
    [[nodiscard]] std::expected<void, Failure> write(std::string_view name, std::string_view content) const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_ = -1;
};

/// What read() does, for files that the operator named; a missing one is a Failure.
[[nodiscard]] std::expected<std::string, Failure> read_whole_file(const std::filesystem::path& path,
                                                                  std::size_t bytes_max);

}  // namespace gs::app
