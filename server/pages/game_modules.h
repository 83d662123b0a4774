// The WebAssembly modules of the games, as the build put them among the pages' files: read once from
// games.json beside the manifest. app/ tells rooms where browsers find the module of their game.
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gs::pages {

struct GameModule {
    std::string url;          // "/assets/plaza-4f2a.wasm"
    std::string play_url;     // of the smaller one for who only plays
    std::uint64_t bytes = 0;  // not compressed
    std::uint64_t hash = 0;   // the first 8 bytes of its SHA-256: names the module in logs
};

/// By the id of the game.
using GameModules = std::map<std::string, GameModule, std::less<>>;

/// `json` is the content of games.json. Paths that could leave the site's own folder are refused.
[[nodiscard]] std::expected<GameModules, Error> parse_game_modules(std::string_view json);

/// Reads `web_root`/games.json.
[[nodiscard]] std::expected<GameModules, Error> read_game_modules(const std::filesystem::path& web_root);

/// Where Vite's development server has the newest build of `game`.
[[nodiscard]] GameModule dev_server_module(std::string_view game);

}  // namespace gs::pages
