// Paths of built files, as the build names them, checked before they go into a page. Used by manifest and
// game_modules; pure.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace gs::pages {

/// "assets/<name>-<hash>.<ext>" → "/assets/…". Anything else does not belong into a page.
[[nodiscard]] inline std::optional<std::string> site_path(const nlohmann::json& value) {
    if (!value.is_string()) return std::nullopt;
    const auto& file = value.get_ref<const std::string&>();
    const bool plain = std::ranges::all_of(file, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == '/';
    });
    if (!plain || !file.starts_with("assets/") || file.find("..") != std::string::npos) return std::nullopt;
    return "/" + file;
}

}  // namespace gs::pages
