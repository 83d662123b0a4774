// The table of settings: name, flag, variable, what is allowed, what it does. One row drives the TOML reader,
// the variables, the flags, --help, --print-config and every error message. Used by config*.cpp only.
#pragma once

#include "server/app/config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

struct Option {
    enum class Kind : std::uint8_t { text, number, list, toggle };

    std::string_view name;        // the TOML key: "tls_cert", "limits.connections"
    std::string_view value_name;  // "FILE" in --help; empty for a toggle
    Kind kind;
    std::string_view allowed;  // continues "allowed is …"
    std::string_view help;     // one or two sentences
    /// Takes one value (a list: one element after the other); false if it is not allowed.
    bool (*read)(std::string_view text, Config& config);
    /// The value as TOML.
    std::string (*show)(const Config& config);

    [[nodiscard]] std::string flag() const;      // "--tls-cert", "--limits-connections"
    [[nodiscard]] std::string variable() const;  // "GRANDSTAND_TLS_CERT"
};

[[nodiscard]] std::span<const Option> config_options();
[[nodiscard]] const Option* find_option(std::string_view name);

/// One value as a source gave it, before it is understood.
struct Setting {
    const Option* option;
    std::vector<std::string> values;
    std::string place;
};

/// What one source gave, and what was wrong with it already there.
struct SourceResult {
    std::vector<Setting> settings;
    std::vector<ConfigProblem> problems;
};

/// `name` is how messages call the file; `text` is its whole content.
[[nodiscard]] SourceResult read_toml(std::string_view text, const std::string& name);
[[nodiscard]] SourceResult read_variables(const Environment& environment);
[[nodiscard]] SourceResult read_flags(const std::vector<std::string>& arguments);

/// A configuration from sources, the weakest first.
[[nodiscard]] std::expected<LoadedConfig, std::vector<ConfigProblem>> combine(
    std::vector<SourceResult> sources);

/// The flag that names the file, which is no setting itself.
inline constexpr std::string_view config_flag = "config";

/// The candidate that `wrong` was most likely meant to be; nothing when none is near. '-', '_' and case are
/// the same here.
[[nodiscard]] std::optional<std::string> nearest(std::string_view wrong,
                                                 const std::vector<std::string>& candidates);

/// `value` in quotes for a message or a TOML file: control characters escaped.
[[nodiscard]] std::string in_quotes(std::string_view value);
/// The same for a message about a value of unknown size: cut when long, and without the password of a URL.
[[nodiscard]] std::string for_message(std::string_view value);
/// "postgres://user:secret@host/db" without the secret.
[[nodiscard]] std::string without_password(std::string_view url);

}  // namespace gs::app
