#include "server/http/static_files.h"

#include "core/base/assert.h"
#include "server/http/part_response.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

namespace gs::http {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 24> content_types{{
    {".avif", "image/avif"},
    {".css", "text/css; charset=utf-8"},
    {".gif", "image/gif"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".opus", "audio/ogg"},
    {".otf", "font/otf"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
    {".webp", "image/webp"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
}};

/// A quoted strong tag: half of a SHA-256, which is far more than two builds can collide in.
std::string make_etag(std::string_view content, std::string_view suffix) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const int done = EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
    GS_ASSERT(done == 1 && size == 32, "SHA-256 is always there");
    std::string tag = "\"";
    for (std::size_t i = 0; i < 16; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        tag += digits[digest[i] >> 4];
        tag += digits[digest[i] & 15];
    }
    tag += suffix;
    return tag + "\"";
}

struct Found {
    fs::path path;
    std::string url;
    std::size_t size;
};

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// Regular files below the root, links and dot files left out.
std::expected<std::vector<Found>, Failure> list_files(const fs::path& root, const Limits& limits) {
    std::vector<Found> found;
    std::size_t total_bytes = 0;
    std::error_code error;
    fs::recursive_directory_iterator walk(root, error);
    for (const fs::recursive_directory_iterator end; !error && walk != end; walk.increment(error)) {
        if (is_hidden(walk->path()) || walk->is_symlink(error)) {
            if (walk->is_directory(error)) walk.disable_recursion_pending();
            continue;
        }
        if (!walk->is_regular_file(error)) continue;
        const std::size_t size = walk->file_size(error);
        total_bytes += size;
        found.push_back({walk->path(), "/" + walk->path().lexically_relative(root).generic_string(), size});
        if (total_bytes > limits.static_bytes || found.size() > limits.static_files) {
            return std::unexpected(Failure{
                ErrorCode::full, "The folder " + root.string() +
                                     " holds more than the built web pages ever need (over " +
                                     std::to_string(limits.static_bytes / (1024 * 1024)) + " MiB or " +
                                     std::to_string(limits.static_files) + " files); is it the right one?"});
        }
    }
    if (error) {
        return std::unexpected(Failure{ErrorCode::not_found, "The web pages in " + root.string() +
                                                                 " cannot be read (" + error.message() +
                                                                 "); run ./gs build."});
    }
    return found;
}

std::expected<SharedText, Failure> read_file(const Found& file) {
    std::string content(file.size, '\0');
    std::ifstream in(file.path, std::ios::binary);
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in || static_cast<std::size_t>(in.gcount()) != content.size()) {
        return std::unexpected(Failure{ErrorCode::io, "The file " + file.path.string() + " cannot be read."});
    }
    return std::make_shared<const std::string>(std::move(content));
}

}  // namespace

std::string_view content_type_of(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    if (dot != std::string_view::npos) {
        for (const auto& [extension, type] : content_types) {
            if (path.substr(dot) == extension) return type;
        }
    }
    return "application/octet-stream";
}

std::expected<StaticFiles, Failure> StaticFiles::load(const fs::path& root, const Limits& limits) {
    auto found = list_files(root, limits);
    if (!found) return std::unexpected(std::move(found.error()));
    StaticFiles result;
    std::vector<std::pair<const Found*, SharedText>> encoded;
    for (const Found& file : *found) {
        auto content = read_file(file);
        if (!content) return std::unexpected(std::move(content.error()));
        if (file.url.ends_with(".br") || file.url.ends_with(".gz")) {
            encoded.emplace_back(&file, std::move(*content));
            continue;
        }
        File entry;
        entry.content_type = content_type_of(file.url);
        entry.identity = {.content = *content, .etag = make_etag(**content, "")};
        result.files_.emplace(file.url, std::move(entry));
    }
    for (auto& [file, content] : encoded) {
        const auto plain = result.files_.find(file->url.substr(0, file->url.size() - 3));
        // An encoding of nothing, or one that saves nothing, is of no use to anybody.
        if (plain == result.files_.end() || content->size() >= plain->second.identity.content->size())
            continue;
        const bool is_brotli = file->url.ends_with(".br");
        Variant& variant = is_brotli ? plain->second.brotli : plain->second.gzip;
        variant = {.content = content, .etag = make_etag(*content, is_brotli ? "-br" : "-gz")};
    }
    return result;
}

Response StaticFiles::respond(const Request& request) const {
    const auto found = files_.find(request.path);
    GS_ASSERT(found != files_.end(), "asked with has() before");
    const File& file = found->second;
    Response response;
    response.set("Content-Type", file.content_type);
    const bool hashed_name = request.path.starts_with("/assets/");
    response.set("Cache-Control", hashed_name ? "public, max-age=31536000, immutable" : "no-cache");
    response.set("Accept-Ranges", "bytes");
    const bool has_encodings = file.gzip.content || file.brotli.content;
    if (has_encodings) response.set("Vary", "Accept-Encoding");
    // A range is one of the file as it is.
    if (request.has_header("range"))
        return respond_with_part(request, file.identity.content, file.identity.etag, std::move(response));

    const auto encoding =
        choose_encoding(request.joined_header("accept-encoding"),
                        {.gzip = file.gzip.content != nullptr, .brotli = file.brotli.content != nullptr});
    if (!encoding) return Response::error(406, "The file is not there in an encoding that you accept.");
    const Variant& variant = *encoding == Encoding::brotli ? file.brotli
                             : *encoding == Encoding::gzip ? file.gzip
                                                           : file.identity;
    response.set("ETag", variant.etag);
    if (matches_etag(request.joined_header("if-none-match"), variant.etag)) {
        response.status = 304;
        return response;
    }
    if (*encoding != Encoding::identity) response.set("Content-Encoding", std::string(name_of(*encoding)));
    response.shared_body = variant.content;
    response.shared_size = variant.content->size();
    return response;
}

}  // namespace gs::http
