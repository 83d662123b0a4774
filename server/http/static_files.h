// StaticFiles: the built web pages, read into memory once and served from there. Because the tree is indexed
// at start and a request only looks up a map, no path can lead out of it; links are not followed. Owned by
// the server; one thread. Not here: making the .br and .gz files (the web build does).
#pragma once

#include "server/http/content_negotiation.h"
#include "server/http/failure.h"
#include "server/http/message.h"
#include "server/http/options.h"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gs::http {

class StaticFiles {
  public:
    StaticFiles() = default;

    /// Reads all regular files under `root`, except names that start with a dot. `x.js.br` and `x.js.gz`
    /// become encodings of `x.js`. Fails when the folder is missing or over Limits::static_bytes or
    /// static_files.
    [[nodiscard]] static std::expected<StaticFiles, Failure> load(const std::filesystem::path& root,
                                                                  const Limits& limits);

    [[nodiscard]] bool has(std::string_view path) const { return files_.contains(std::string(path)); }
    [[nodiscard]] std::size_t count() const { return files_.size(); }

    /// The answer to GET or HEAD of a path that has() knows: 200, 206, 304, 406 or 416, with strong ETags per
    /// encoding. Under /assets/ names carry a hash of their content, so these are cached for a year; all else
    /// is asked for again each time. A range is always one of the unencoded file.
    [[nodiscard]] Response respond(const Request& request) const;

  private:
    struct Variant {
        SharedText content;
        std::string etag;
    };
    struct File {
        std::string content_type;
        Variant identity;
        Variant gzip;
        Variant brotli;
    };

    std::unordered_map<std::string, File> files_;
};

/// The media type by the file's extension; application/octet-stream where it is not known.
[[nodiscard]] std::string_view content_type_of(std::string_view path);

}  // namespace gs::http
