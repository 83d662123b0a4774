// The version of this program, as `grandstand --version`, the pages and the metrics tell it (CHANGELOG.md).
#pragma once

#include <string_view>

namespace gs::app {

inline constexpr std::string_view version = "0.1.0";

}  // namespace gs::app
