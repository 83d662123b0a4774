#include "server/app/module_store.h"

#include "server/http/part_response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <vector>

namespace gs::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view folder_name = "modules";
constexpr std::string_view extension = ".wasm";
/// Modules in memory: of old replays that are watched right now.
constexpr std::size_t open_max = 16;

std::string name_of(std::uint64_t hash) {
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return std::string(text.data()) + std::string(extension);
}

/// The hash in "<16 small hexadecimal digits>.wasm".
std::optional<std::uint64_t> hash_in(std::string_view name) {
    std::uint64_t hash = 0;
    std::from_chars(name.data(), name.data() + name.size(), hash, 16);
    if (name != name_of(hash)) return std::nullopt;
    return hash;
}

}  // namespace

ModuleStore::ModuleStore(const DataFolder& data, const fs::path& assets,
                         std::span<const rooms::GameEntry> games, Log& log)
    : data_(data) {
    const fs::path folder = data_.path() / folder_name;
    std::error_code error;
    fs::create_directory(folder, error);
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (const auto hash = hash_in(at->path().filename().string())) kept_.insert(*hash);
    }
    for (const rooms::GameEntry& game : games) {
        if (game.module_hash == 0) continue;
        current_.emplace(game.module_hash, game.module_url);
        if (!kept_.contains(game.module_hash)) keep(assets, game, log);
    }
    if (kept_.size() > modules_max) forget_oldest(games);
}

void ModuleStore::keep(const fs::path& assets, const rooms::GameEntry& game, Log& log) {
    const fs::path file = assets / fs::path(game.module_url).relative_path();
    const auto content = read_whole_file(file, module_bytes_max);
    auto written = content ? data_.write(std::string(folder_name) + "/" + name_of(game.module_hash), *content)
                           : std::unexpected(content.error());
    if (written) {
        kept_.insert(game.module_hash);
        return;
    }
    log.warning("matches of today cannot be shown after their game has changed",
                {{"game", game.module->info->id}, {"why", written.error().message}});
}

void ModuleStore::forget_oldest(std::span<const rooms::GameEntry> games) {
    std::vector<std::pair<fs::file_time_type, std::uint64_t>> by_age;
    std::error_code error;
    for (const std::uint64_t hash : kept_) {
        const bool is_current = std::ranges::find(games, hash, &rooms::GameEntry::module_hash) != games.end();
        if (!is_current)
            by_age.emplace_back(fs::last_write_time(data_.path() / folder_name / name_of(hash), error), hash);
    }
    std::ranges::sort(by_age);
    for (const auto& [written, hash] : by_age) {
        if (kept_.size() <= modules_max) return;
        fs::remove(data_.path() / folder_name / name_of(hash), error);
        kept_.erase(hash);
    }
}

void ModuleStore::add_routes(http::Router& router) {
    router.get("/modules/{name}", [this](const http::Request& request) { return serve(request); });
}

std::string ModuleStore::url_of(std::uint64_t hash) const {
    // Who plays the game has that one already.
    if (const auto current = current_.find(hash); current != current_.end()) return current->second;
    return kept_.contains(hash) ? "/" + std::string(folder_name) + "/" + name_of(hash) : std::string();
}

http::Response ModuleStore::serve(const http::Request& request) {
    const auto hash = hash_in(request.path_parameter("name"));
    if (!hash || !kept_.contains(*hash)) {
        http::Response missing = http::Response::error(404, "This version of the game is not kept here.");
        missing.set("Cache-Control", "no-store");
        return missing;
    }
    auto open = open_.find(*hash);
    if (open == open_.end()) {
        auto content = data_.read(std::string(folder_name) + "/" + name_of(*hash), module_bytes_max);
        if (!content || !*content)
            return http::Response::error(500, "This version of the game cannot be read right now.");
        if (open_.size() >= open_max) open_.erase(open_.begin());
        open = open_.emplace(*hash, std::make_shared<const std::string>(**std::move(content))).first;
    }
    http::Response response;
    response.set("Content-Type", "application/wasm");
    response.set("Cache-Control", "public, max-age=31536000, immutable");
    return http::respond_with_part(request, open->second, "\"" + name_of(*hash) + "\"", std::move(response));
}

}  // namespace gs::app
