// PosixDisk: the Disk that is one. Has no state and no thread of its own; files are 0600, folders 0700.
#pragma once

#include "server/storage/disk.h"

namespace gs::storage {

class PosixDisk final : public Disk {
  public:
    [[nodiscard]] std::expected<void, Error> make_folder(const Path& folder) override;
    [[nodiscard]] std::expected<std::vector<std::string>, Error> list(const Path& folder) override;
    [[nodiscard]] std::expected<std::vector<std::byte>, Error> read(const Path& file,
                                                                    std::size_t bytes_max) override;
    [[nodiscard]] std::expected<std::unique_ptr<DiskFile>, Error> create(const Path& file) override;
    [[nodiscard]] std::expected<void, Error> replace(const Path& file, ByteView content, Sync sync) override;
    [[nodiscard]] std::expected<void, Error> remove(const Path& file) override;
};

/// What errno stands for.
[[nodiscard]] Error error_of(int system, const char* context);

/// A file descriptor, closed at its end.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

}  // namespace gs::storage
