#include "server/storage/posix_disk.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace gs::storage {
namespace {

std::unexpected<Error> failed(const char* context) { return std::unexpected(error_of(errno, context)); }

std::expected<void, Error> write_all(int file, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("writing");
        // No progress and no error: a device that takes nothing.
        if (written == 0) return std::unexpected(Error{.code = ErrorCode::io, .context = "writing"});
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

std::expected<void, Error> sync_folder(const Path& folder) {
    const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.number()) != 0) return failed("syncing a folder");
    return {};
}

class PosixFile final : public DiskFile {
  public:
    explicit PosixFile(Descriptor file) : file_(std::move(file)) {}

    std::expected<void, Error> append(ByteView bytes) override { return write_all(file_.number(), bytes); }

    std::expected<void, Error> sync() override {
        if (::fdatasync(file_.number()) != 0) return failed("syncing");
        return {};
    }

    std::expected<void, Error> cut_to(std::size_t bytes) override {
        if (::ftruncate(file_.number(), static_cast<off_t>(bytes)) != 0) return failed("cutting");
        return {};
    }

  private:
    Descriptor file_;
};

}  // namespace

Error error_of(int system, const char* context) {
    const auto code = [system] {
        switch (system) {
            case ENOENT:
                return ErrorCode::not_found;
            case EACCES:
            case EPERM:
            case EROFS:
                return ErrorCode::refused;
            case EEXIST:
                return ErrorCode::in_use;
            case ENOSPC:
            case EDQUOT:
            case EFBIG:
                return ErrorCode::full;
            default:
                return ErrorCode::io;
        }
    };
    return {.code = code(), .context = context, .system = system};
}

// ---- Descriptor

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (is_open()) ::close(number_);
}

// ---- PosixDisk

std::expected<void, Error> PosixDisk::make_folder(const Path& folder) {
    if (folder.has_parent_path() && folder != folder.root_path()) {
        struct stat status = {};
        if (::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
        if (auto made = make_folder(folder.parent_path()); !made) return made;
    }
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("making a folder");
    return {};
}

std::expected<std::vector<std::string>, Error> PosixDisk::list(const Path& folder) {
    std::error_code error;
    std::vector<std::string> names;
    std::filesystem::directory_iterator files(folder, error);
    if (error == std::errc::no_such_file_or_directory) return names;
    for (; !error && files != std::filesystem::directory_iterator(); files.increment(error))
        names.push_back(files->path().filename().string());
    if (error) return std::unexpected(error_of(error.value(), "listing a folder"));
    std::ranges::sort(names);
    return names;
}

std::expected<std::vector<std::byte>, Error> PosixDisk::read(const Path& path, std::size_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status = {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) return failed("opening");
    std::vector<std::byte> bytes(std::min(static_cast<std::size_t>(status.st_size), bytes_max));
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t count = ::read(file.number(), &bytes[at], bytes.size() - at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed("reading");
        if (count == 0) break;
        at += static_cast<std::size_t>(count);
    }
    bytes.resize(at);
    return bytes;
}

std::expected<std::unique_ptr<DiskFile>, Error> PosixDisk::create(const Path& path) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return failed("making a file");
    if (auto synced = sync_folder(path.parent_path()); !synced) return std::unexpected(synced.error());
    return std::make_unique<PosixFile>(std::move(file));
}

std::expected<void, Error> PosixDisk::replace(const Path& path, ByteView content, Sync sync) {
    const Path temporary = path.string() + ".new";
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.is_open()) return failed("making a file");
    if (auto written = write_all(file.number(), content); !written) return written;
    if (sync == Sync::yes && ::fsync(file.number()) != 0) return failed("syncing");
    if (::rename(temporary.c_str(), path.c_str()) != 0) return failed("replacing a file");
    return sync == Sync::yes ? sync_folder(path.parent_path()) : std::expected<void, Error>();
}

std::expected<void, Error> PosixDisk::remove(const Path& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("removing a file");
    return {};
}

}  // namespace gs::storage
