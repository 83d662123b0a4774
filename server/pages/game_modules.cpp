#include "server/pages/game_modules.h"

#include "server/pages/site_path.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

namespace gs::pages {
namespace {

using Json = nlohmann::json;

// A hundred games have 20 kB; a file above this size is something else.
constexpr std::uintmax_t games_bytes_max = 1024 * 1024;

constexpr const char* missing = "the games are not built for the browser: run ./gs build release";
constexpr const char* broken = "the list of the games' modules is damaged: run ./gs build release";

std::unexpected<Error> invalid() {
    return std::unexpected(Error{.code = ErrorCode::invalid, .context = broken});
}

std::optional<std::uint64_t> hash_in(const Json& entry) {
    constexpr std::size_t digits = 16;
    const auto found = entry.find("sha256");
    if (found == entry.end() || !found->is_string()) return std::nullopt;
    const auto& text = found->get_ref<const std::string&>();
    std::uint64_t hash = 0;
    if (text.size() < digits) return std::nullopt;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + digits, hash, 16);
    if (failure != std::errc{} || end != text.data() + digits) return std::nullopt;
    return hash;
}

std::optional<std::string> url_in(const Json& entry) {
    const auto file = entry.find("file");
    if (file == entry.end()) return std::nullopt;
    return site_path(*file);
}

std::optional<GameModule> module_in(const Json& entry) {
    if (!entry.is_object()) return std::nullopt;
    const auto bytes = entry.find("bytes");
    const auto play = entry.find("play");
    if (bytes == entry.end() || !bytes->is_number_unsigned()) return std::nullopt;
    if (play == entry.end() || !play->is_object()) return std::nullopt;
    auto url = url_in(entry);
    auto play_url = url_in(*play);
    const auto hash = hash_in(entry);
    if (!url || !play_url || !hash) return std::nullopt;
    return GameModule{.url = std::move(*url),
                      .play_url = std::move(*play_url),
                      .bytes = bytes->get<std::uint64_t>(),
                      .hash = *hash};
}

}  // namespace

std::expected<GameModules, Error> parse_game_modules(std::string_view json) {
    constexpr bool with_exceptions = false;
    const Json list = Json::parse(json, nullptr, with_exceptions);
    if (!list.is_object()) return invalid();
    GameModules modules;
    for (const auto& [game, entry] : list.items()) {
        auto module = module_in(entry);
        if (!module) return invalid();
        modules.emplace(game, std::move(*module));
    }
    return modules;
}

std::expected<GameModules, Error> read_game_modules(const std::filesystem::path& web_root) {
    const std::filesystem::path path = web_root / "games.json";
    std::error_code failure;
    const std::uintmax_t size = std::filesystem::file_size(path, failure);
    if (failure) {
        return std::unexpected(
            Error{.code = ErrorCode::not_found, .context = missing, .system = failure.value()});
    }
    if (size > games_bytes_max) return invalid();
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return std::unexpected(Error{.code = ErrorCode::io, .context = missing, .system = errno});
    return parse_game_modules(text.view());
}

GameModule dev_server_module(std::string_view game) {
    const std::string path = "/@games/" + std::string(game);
    return {.url = path + ".wasm", .play_url = path + ".play.wasm", .bytes = 0, .hash = 0};
}

}  // namespace gs::pages
