// Configuration from hostile text: everything up to the first NUL byte is a TOML file, the rest is variables,
// one NAME=VALUE a line. Whatever comes in, there is a Config or a list of short problems; and what a file
// configured, the printed configuration configures, too.
#include "core/base/assert.h"
#include "server/app/config.h"
#include "server/app/config_options.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace gs::app;

Environment variables_in(std::string_view text) {
    Environment environment;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const std::size_t equals = line.find('=');
        const std::string value(equals == std::string_view::npos ? "" : line.substr(equals + 1));
        // The file that this one names would come from the disk.
        if (const std::string name(line.substr(0, equals)); name != "GRANDSTAND_CONFIG")
            environment[name] = value;
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return environment;
}

void check_problems(const std::vector<ConfigProblem>& problems) {
    GS_ASSERT(!problems.empty(), "a refusal says why");
    for (const ConfigProblem& problem : problems) {
        GS_ASSERT(!problem.place.empty() && !problem.message.empty(), "a problem has a place and words");
        GS_ASSERT(problem.message.size() < 2000, "messages stay short");
    }
}

/// The values of a printed configuration, without the sources beside them.
std::vector<std::string> values_of(const Config& config) {
    std::vector<std::string> values;
    for (const Option& option : config_options()) {
        values.push_back(option.show(config));
    }
    return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t zero = input.find('\0');
    std::vector<SourceResult> file;
    file.push_back(read_toml(input.substr(0, zero), "fuzz.toml"));
    const auto loaded = combine(std::move(file));
    if (loaded) {
        std::vector<SourceResult> printed;
        printed.push_back(read_toml(print_config(*loaded), "printed.toml"));
        const auto again = combine(std::move(printed));
        GS_ASSERT(again.has_value(), "a printed configuration is a configuration");
        GS_ASSERT(values_of(again->config) == values_of(loaded->config), "and it is the same one");
    } else {
        check_problems(loaded.error());
    }
    if (zero == std::string_view::npos) return 0;
    const auto from_variables = load_config({}, variables_in(input.substr(zero + 1)));
    if (!from_variables) check_problems(from_variables.error());
    return 0;
}
