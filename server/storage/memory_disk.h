// MemoryDisk: a Disk for tests that fails when it is told to, and forgets at a power loss what was not
// synced.
#pragma once

#include "server/storage/disk.h"

#include <atomic>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace gs::storage {

class MemoryDisk final : public Disk {
  public:
    struct Content {
        std::vector<std::byte> bytes;
        std::size_t synced = 0;
    };
    std::map<std::string, std::shared_ptr<Content>> files;
    std::atomic<int> fails_with = 0;  // errno of everything that writes; any thread
    int sync_fails_with = 0;          // errno of sync() alone; what was appended stays
    std::size_t room = SIZE_MAX;      // bytes that may still be appended; what is beyond is not, with ENOSPC
    std::function<void()> on_sync = [] {};
    std::size_t syncs = 0;

    /// Of what was not synced the first `kept` bytes of each file happen to be on the disk.
    void lose_power(std::size_t kept = 0) {
        for (auto& [name, content] : files)
            content->bytes.resize(std::min(content->bytes.size(), content->synced + kept));
        fails_with = sync_fails_with = 0;
    }

    std::expected<void, Error> make_folder(const Path&) override { return {}; }

    std::expected<std::vector<std::string>, Error> list(const Path& folder) override {
        std::vector<std::string> names;
        for (const auto& [name, content] : files) {
            if (Path(name).parent_path() == folder) names.push_back(Path(name).filename().string());
        }
        return names;
    }

    std::expected<std::vector<std::byte>, Error> read(const Path& file, std::size_t bytes_max) override {
        const auto found = files.find(file.string());
        if (found == files.end()) return failure(ENOENT);
        std::vector<std::byte> bytes = found->second->bytes;
        bytes.resize(std::min(bytes.size(), bytes_max));
        return bytes;
    }

    std::expected<std::unique_ptr<DiskFile>, Error> create(const Path& file) override {
        if (fails_with != 0) return failure(fails_with);
        if (files.contains(file.string())) return failure(EEXIST);
        auto content = std::make_shared<Content>();
        files.emplace(file.string(), content);
        return std::make_unique<File>(*this, std::move(content));
    }

    std::expected<void, Error> replace(const Path& file, ByteView content, Sync) override {
        if (fails_with != 0) return failure(fails_with);
        files[file.string()] = std::make_shared<Content>(
            Content{.bytes = {content.begin(), content.end()}, .synced = content.size()});
        return {};
    }

    std::expected<void, Error> remove(const Path& file) override {
        if (fails_with != 0) return failure(fails_with);
        files.erase(file.string());
        return {};
    }

  private:
    static std::unexpected<Error> failure(int system) {
        return std::unexpected(Error{.code = system == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                                     .context = "a test",
                                     .system = system});
    }

    class File final : public DiskFile {
      public:
        File(MemoryDisk& disk, std::shared_ptr<Content> content)
            : disk_(disk), content_(std::move(content)) {}

        std::expected<void, Error> append(ByteView bytes) override {
            if (disk_.fails_with != 0) return failure(disk_.fails_with);
            const std::size_t taken = std::min(bytes.size(), disk_.room);
            disk_.room -= disk_.room == SIZE_MAX ? 0 : taken;
            content_->bytes.insert(content_->bytes.end(), bytes.begin(),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(taken));
            if (taken < bytes.size()) return failure(ENOSPC);
            return {};
        }
        std::expected<void, Error> sync() override {
            disk_.on_sync();
            if (disk_.fails_with != 0) return failure(disk_.fails_with);
            if (disk_.sync_fails_with != 0) return failure(disk_.sync_fails_with);
            ++disk_.syncs;
            content_->synced = content_->bytes.size();
            return {};
        }
        std::expected<void, Error> cut_to(std::size_t bytes) override {
            if (disk_.fails_with != 0) return failure(disk_.fails_with);
            content_->bytes.resize(bytes);
            return {};
        }

      private:
        MemoryDisk& disk_;
        std::shared_ptr<Content> content_;
    };
};

}  // namespace gs::storage
