#include "server/pages/manifest.h"

#include "server/pages/site_path.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>

namespace gs::pages {
namespace {

using Json = nlohmann::json;

constexpr std::string_view script_source = "src/main.ts";
constexpr std::string_view lobby_source = "src/lobby/lobby_page.ts";
constexpr std::string_view room_source = "src/room/room_page.ts";
constexpr std::string_view echo_source = "src/echo/echo_page.ts";
constexpr std::string_view style_source = "src/styles/main.css";
constexpr std::string_view room_style_source = "src/styles/room_page.css";
constexpr std::string_view echo_style_source = "src/styles/echo.css";
constexpr std::string_view icon_source = "src/images/icon.svg";

// The manifest of this project is 2 kB; a file above this size is something else.
constexpr std::uintmax_t manifest_bytes_max = 1024 * 1024;

constexpr const char* missing = "the web pages are not built: run ./gs build";
constexpr const char* broken = "the manifest of the web pages is damaged: run ./gs build";

std::unexpected<Error> invalid() {
    return std::unexpected(Error{.code = ErrorCode::invalid, .context = broken});
}

std::optional<std::string> built_file(const Json& manifest, std::string_view source) {
    const auto entry = manifest.find(source);
    if (entry == manifest.end() || !entry->is_object()) return std::nullopt;
    const auto file = entry->find("file");
    return file == entry->end() ? std::nullopt : site_path(*file);
}

/// What the script `source` imports at once, but for the entry itself, which a page has anyway.
std::vector<std::string> imported_files(const Json& manifest, std::string_view source) {
    std::vector<std::string> files;
    const auto entry = manifest.find(source);
    if (entry == manifest.end()) return files;
    const auto imports = entry->find("imports");
    if (imports == entry->end() || !imports->is_array()) return files;
    for (const Json& key : *imports) {
        if (!key.is_string() || key == script_source) continue;
        if (auto file = built_file(manifest, key.get_ref<const std::string&>())) {
            files.push_back(std::move(*file));
        }
    }
    return files;
}

/// The script of one page and what it imports. None is no mistake: the entry asks for what is not named here.
std::vector<std::string> page_files(const Json& manifest, std::string_view source) {
    std::vector<std::string> files = imported_files(manifest, source);
    if (auto file = built_file(manifest, source)) files.push_back(std::move(*file));
    return files;
}

std::vector<std::string> font_files(const Json& manifest) {
    std::vector<std::string> files;
    for (const auto& [source, entry] : manifest.items()) {
        if (!source.ends_with(".woff2")) continue;
        if (auto file = built_file(manifest, source)) files.push_back(std::move(*file));
    }
    return files;
}

}  // namespace

std::expected<AssetNames, Error> parse_manifest(std::string_view json) {
    constexpr bool with_exceptions = false;
    const Json manifest = Json::parse(json, nullptr, with_exceptions);
    if (!manifest.is_object()) return invalid();
    auto script = built_file(manifest, script_source);
    auto style = built_file(manifest, style_source);
    auto room_style = built_file(manifest, room_style_source);
    auto echo_style = built_file(manifest, echo_style_source);
    auto icon = built_file(manifest, icon_source);
    if (!script || !style || !room_style || !echo_style || !icon) return invalid();
    return AssetNames{.script = std::move(*script),
                      .style = std::move(*style),
                      .room_style = std::move(*room_style),
                      .echo_style = std::move(*echo_style),
                      .icon = std::move(*icon),
                      .module_preloads = imported_files(manifest, script_source),
                      .lobby_scripts = page_files(manifest, lobby_source),
                      .room_scripts = page_files(manifest, room_source),
                      .echo_scripts = page_files(manifest, echo_source),
                      .font_preloads = font_files(manifest)};
}

std::expected<AssetNames, Error> read_manifest(const std::filesystem::path& web_root) {
    const std::filesystem::path path = web_root / "manifest.json";
    std::error_code failure;
    const std::uintmax_t size = std::filesystem::file_size(path, failure);
    if (failure) {
        return std::unexpected(
            Error{.code = ErrorCode::not_found, .context = missing, .system = failure.value()});
    }
    if (size > manifest_bytes_max) return invalid();
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return std::unexpected(Error{.code = ErrorCode::io, .context = missing, .system = errno});
    return parse_manifest(text.view());
}

AssetNames dev_server_assets() {
    return {.script = "/" + std::string(script_source),
            .style = "/" + std::string(style_source),
            .room_style = "/" + std::string(room_style_source),
            .echo_style = "/" + std::string(echo_style_source),
            .icon = "/" + std::string(icon_source),
            .module_preloads = {},
            .lobby_scripts = {},
            .room_scripts = {},
            .echo_scripts = {},
            .font_preloads = {}};
}

}  // namespace gs::pages
