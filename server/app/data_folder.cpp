#include "server/app/data_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gs::app {
namespace {

constexpr const char* lock_name = "lock";

/// A file descriptor that is closed at the end of its scope.
class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool ok() const { return fd_ >= 0; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

Failure failed(ErrorCode code, const std::string& what, const std::filesystem::path& path, int number) {
    return {.code = code, .message = what + " " + path.string() + ": " + system_words(number)};
}

/// The whole content up to `bytes_max`; errno of what failed, EFBIG when there is more.
std::expected<std::string, int> read_all(int fd, std::size_t bytes_max) {
    std::string content;
    char part[4096];
    for (;;) {
        const ssize_t got = ::read(fd, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(errno);
        if (got == 0) return content;
        if (content.size() + static_cast<std::size_t>(got) > bytes_max) return std::unexpected(EFBIG);
        content.append(part, static_cast<std::size_t>(got));
    }
}

int write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t put = ::write(fd, content.data(), content.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        content.remove_prefix(static_cast<std::size_t>(put));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

std::string holder_of(int lock) {
    const auto pid = read_all(lock, 32);
    if (!pid || pid->empty() || pid->find_first_not_of("0123456789\n") != std::string::npos) return "";
    return " (process " + pid->substr(0, pid->find('\n')) + ")";
}

std::expected<SecretKey, Failure> random_key() {
    SecretKey key;
    std::size_t filled = 0;
    while (filled < key.size()) {
        const ssize_t got = ::getrandom(key.data() + filled, key.size() - filled, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return std::unexpected(
                Failure{.code = ErrorCode::io,
                        .message = "the system gives no random numbers: " + system_words(errno)});
        }
        filled += static_cast<std::size_t>(got);
    }
    return key;
}

}  // namespace

std::expected<DataFolder, Failure> DataFolder::open(const std::filesystem::path& path) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (!error && ::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        error.assign(errno, std::system_category());
    }
    if (error)
        return std::unexpected(failed(ErrorCode::io, "cannot make the data folder", path, error.value()));

    File lock(::open((path / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock.ok()) {
        Failure failure = failed(ErrorCode::io, "cannot write into the data folder", path, errno);
        failure.message += "; choose another with --data, or change its owner";
        return std::unexpected(std::move(failure));
    }
    if (::flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return std::unexpected(failed(ErrorCode::io, "cannot lock the data folder", path, errno));
        }
        return std::unexpected(Failure{.code = ErrorCode::in_use,
                                       .message = "the data folder " + path.string() +
                                                  " is in use by another Grandstand" + holder_of(lock.fd()) +
                                                  "; stop that one, or choose another folder with --data"});
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    int written = ::ftruncate(lock.fd(), 0) == 0 ? 0 : errno;
    if (written == 0) written = write_all(lock.fd(), pid);
    if (written != 0) {
        return std::unexpected(failed(ErrorCode::io, "cannot write into the data folder", path, written));
    }
    return DataFolder(path, lock.release());
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

DataFolder::~DataFolder() {
    // The lock goes with its descriptor. The file stays: removing it would let two servers lock two files.
    if (lock_ >= 0) ::close(lock_);
}

std::expected<SecretKey, Failure> DataFolder::read_or_create_key(std::string_view name) const {
    auto content = read(name, 4096);
    if (!content) return std::unexpected(std::move(content.error()));
    if (!content->has_value()) {
        const auto key = random_key();
        if (!key) return std::unexpected(key.error());
        auto written = write(name, std::string_view(reinterpret_cast<const char*>(key->data()), key->size()));
        if (!written) return std::unexpected(std::move(written.error()));
        return *key;
    }
    SecretKey key;
    const std::string& bytes = **content;
    if (bytes.size() != key.size()) {
        return std::unexpected(Failure{
            .code = ErrorCode::invalid,
            .message =
                "the key file " + (path_ / name).string() + " has " + std::to_string(bytes.size()) +
                " bytes instead of 32; it is damaged. Move it away, and the next start makes a new one"});
    }
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(bytes[i]);
    }
    return key;
}

std::expected<std::optional<std::string>, Failure> DataFolder::read(std::string_view name,
                                                                    std::size_t bytes_max) const {
    auto content = read_whole_file(path_ / name, bytes_max);
    if (content) return std::optional(std::move(*content));
    if (content.error().code == ErrorCode::not_found) return std::optional<std::string>();
    return std::unexpected(std::move(content.error()));
}

std::expected<void, Failure> DataFolder::write(std::string_view name, std::string_view content) const {
    const std::filesystem::path target = path_ / name;
    const std::filesystem::path fresh = path_ / (std::string(name) + ".new");
    // A leftover of a crash; the lock says that nobody else is writing it.
    ::unlink(fresh.c_str());
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.ok()) return std::unexpected(failed(ErrorCode::io, "cannot write", target, errno));
    if (const int error = write_all(file.fd(), content); error != 0) {
        ::unlink(fresh.c_str());
        return std::unexpected(failed(ErrorCode::io, "cannot write", target, error));
    }
    const File folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::rename(fresh.c_str(), target.c_str()) != 0 || !folder.ok() || ::fsync(folder.fd()) != 0) {
        return std::unexpected(failed(ErrorCode::io, "cannot write", target, errno));
    }
    return {};
}

std::expected<std::string, Failure> read_whole_file(const std::filesystem::path& path,
                                                    std::size_t bytes_max) {
    // Without O_NONBLOCK a named pipe would hang the start.
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.ok()) {
        const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
        return std::unexpected(failed(code, "cannot read", path, errno));
    }
    auto content = read_all(file.fd(), bytes_max);
    if (content) return std::move(*content);
    return std::unexpected(failed(ErrorCode::io, "cannot read", path, content.error()));
}

}  // namespace gs::app
