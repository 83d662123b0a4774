// The names of the built scripts, styles and fonts, read from the manifest of `vite build`
// (https://vite.dev/guide/backend-integration). Used by Pages only.
#pragma once

#include "core/base/error.h"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gs::pages {

/// Paths as a page names them: "/assets/main-4f2a.js".
struct AssetNames {
    std::string script;
    std::string style;
    std::string room_style;  // of it, what a room needs as the first page of a visit
    std::string echo_style;  // only the connection page needs it
    std::string icon;
    // Scripts that a browser would find out about only after a round trip for each step on the way: what the
    // entry imports, and those of one page.
    std::vector<std::string> module_preloads;
    std::vector<std::string> lobby_scripts;
    std::vector<std::string> room_scripts;
    std::vector<std::string> echo_scripts;
    std::vector<std::string> font_preloads;
};

/// `json` is the content of manifest.json. Paths that could leave the site's own folder are refused.
[[nodiscard]] std::expected<AssetNames, Error> parse_manifest(std::string_view json);

/// Reads `web_root`/manifest.json.
[[nodiscard]] std::expected<AssetNames, Error> read_manifest(const std::filesystem::path& web_root);

/// The sources as Vite's development server serves them.
[[nodiscard]] AssetNames dev_server_assets();

}  // namespace gs::pages
