#include "server/app/config.h"

#include "server/app/config_options.h"
#include "server/app/failure.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace gs::app {
namespace {

/// The file that --config or GRANDSTAND_CONFIG names. Found before the other flags are read, because the file
/// comes before them in precedence.
std::optional<std::string> named_file(const std::vector<std::string>& arguments,
                                      const Environment& environment) {
    const std::string flag = "--" + std::string(config_flag);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == flag && i + 1 < arguments.size()) return arguments[i + 1];
        if (arguments[i].starts_with(flag + "=")) return arguments[i].substr(flag.size() + 1);
    }
    const auto variable = environment.find("GRANDSTAND_CONFIG");
    if (variable == environment.end()) return std::nullopt;
    return variable->second;
}

SourceResult read_file(const std::string& name) {
    const auto fails = [&name](const std::string& why) {
        return SourceResult{.settings = {}, .problems = {{.place = name, .message = why}}};
    };
    errno = 0;
    std::ifstream file(name, std::ios::binary);
    if (!file) return fails("cannot read this configuration file: " + system_words(errno));
    std::string text(config_file_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return fails("cannot read this configuration file: " + system_words(errno));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return read_toml(text, name);
}

class Loader {
  public:
    Loader() {
        for (const Option& option : config_options()) {
            loaded.sources.emplace(option.name, "default");
        }
    }

    void apply(SourceResult source) {
        for (ConfigProblem& problem : source.problems) {
            problems.push_back(std::move(problem));
        }
        for (const Setting& setting : source.settings) {
            take(setting);
        }
    }

    void check_together();

    LoadedConfig loaded;
    std::vector<ConfigProblem> problems;

  private:
    [[nodiscard]] const std::string& source(std::string_view name) const {
        return loaded.sources.find(name)->second;
    }
    [[nodiscard]] bool is_set(std::string_view name) const { return source(name) != "default"; }
    void take(const Setting& setting);

    static void clear_list(std::string_view name, Config& config) {
        if (name == "origin") config.origins.clear();
        if (name == "trusted_proxy") config.trusted_proxies.clear();
    }
};

void Loader::take(const Setting& setting) {
    const Option& option = *setting.option;
    loaded.sources.find(option.name)->second = setting.place;
    // A later source replaces a list, it does not add to it.
    clear_list(option.name, loaded.config);
    for (const std::string& value : setting.values) {
        if (option.read(value, loaded.config)) continue;
        problems.push_back({.place = setting.place,
                            .message = std::string(option.name) + " = " + for_message(value) +
                                       " is not allowed; allowed is " + std::string(option.allowed)});
    }
}

void Loader::check_together() {
    Config& config = loaded.config;
    config.port_from_platform = source("http") == "PORT";
    if (config.listen_publicly && !is_set("http")) {
        config.http = ListenAddress::everywhere(config.http.port());
        loaded.sources.find("http")->second = source("public");
    }
    if (config.listen_publicly && !is_set("quic")) {
        config.quic = ListenAddress::everywhere(config.quic.port());
        loaded.sources.find("quic")->second = source("public");
    }
    // Such a platform carries no UDP: browsers would only wait for WebTransport in vain.
    if (config.port_from_platform && !is_set("quic")) {
        config.quic_off = true;
        loaded.sources.find("quic")->second = "PORT";
    }
    if (config.tls_cert.empty() != config.tls_key.empty()) {
        const std::string_view there = config.tls_cert.empty() ? "tls_key" : "tls_cert";
        const std::string_view missing = config.tls_cert.empty() ? "tls_cert" : "tls_key";
        problems.push_back({.place = source(there),
                            .message = std::string(there) + " is set and " + std::string(missing) +
                                       " is not; a certificate needs both files"});
    }
}

}  // namespace

HttpTls Config::http_tls() const {
    if (plain_http || port_from_platform) return HttpTls::plain;
    if (!tls_cert.empty()) return HttpTls::files;
    return http.is_loopback() ? HttpTls::plain : HttpTls::development;
}

std::expected<LoadedConfig, std::vector<ConfigProblem>> load_config(const std::vector<std::string>& arguments,
                                                                    const Environment& environment) {
    std::vector<SourceResult> sources;
    if (const auto file = named_file(arguments, environment)) sources.push_back(read_file(*file));
    sources.push_back(read_variables(environment));
    sources.push_back(read_flags(arguments));
    return combine(std::move(sources));
}

std::expected<LoadedConfig, std::vector<ConfigProblem>> combine(std::vector<SourceResult> sources) {
    Loader loader;
    for (SourceResult& source : sources) {
        loader.apply(std::move(source));
    }
    loader.check_together();
    if (!loader.problems.empty()) return std::unexpected(std::move(loader.problems));
    return std::move(loader.loaded);
}

std::string print_config(const LoadedConfig& loaded) {
    std::ostringstream out;
    for (const Option& option : config_options()) {
        const std::string value = option.show(loaded.config);
        const std::string& from = loaded.sources.find(option.name)->second;
        // An empty default is not a value one could write into a file.
        const bool unset = from == "default" && value == "\"\"";
        out << (unset ? "# " : "") << option.name << " = " << value << "  # " << from << '\n';
    }
    return out.str();
}

std::string serve_help() {
    std::ostringstream out;
    out << "grandstand serve: starts the server.\n\n"
           "Each setting is a flag, a GRANDSTAND_ variable and a key of the TOML file that --config names.\n"
           "Flags win over variables, variables over the file, the file over the defaults.\n"
           "  --tls-cert FILE    GRANDSTAND_TLS_CERT=FILE    tls_cert = \"FILE\"\n\n"
           "  --config FILE\n        Reads settings from this TOML file.\n"
           "  --print-config\n        Prints every setting with its value and source, and ends.\n"
           "  --help\n        Prints this.\n";
    const Config defaults;
    for (const Option& option : config_options()) {
        out << "  " << option.flag() << (option.value_name.empty() ? "" : " ") << option.value_name
            << "\n        " << option.help << "\n        Allowed: " << option.allowed << ".";
        const std::string value = option.show(defaults);
        if (value != "\"\"" && value != "[]") out << " Default: " << value << ".";
        out << '\n';
    }
    out << "\nThe variable PORT (platforms that carry only HTTP) makes HTTP listen on *:PORT without TLS.\n";
    return out.str();
}

}  // namespace gs::app
