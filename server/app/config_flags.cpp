// Flags and variables as sources of settings. The only place that includes CLI11; its exceptions end here.
#include "server/app/config_options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace gs::app {
namespace {

constexpr std::string_view variable_prefix = "GRANDSTAND_";

/// Kubernetes sets these for a service called "grandstand"; they are not meant for us.
bool is_from_kubernetes(std::string_view variable) {
    return variable == "GRANDSTAND_PORT" || variable.starts_with("GRANDSTAND_PORT_") ||
           variable.starts_with("GRANDSTAND_SERVICE_");
}

std::vector<std::string> comma_separated(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        while (part.starts_with(' '))
            part.remove_prefix(1);
        while (part.ends_with(' '))
            part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return parts;
}

void unknown_variable(const std::string& name, const std::string& value, SourceResult& result) {
    std::vector<std::string> names = {std::string(variable_prefix) + "CONFIG"};
    for (const Option& option : config_options()) {
        names.push_back(option.variable());
    }
    std::string message = "there is no setting for this variable (its value is " + for_message(value) + ")";
    if (const auto near = nearest(name, names)) message += "; did you mean " + *near + "?";
    result.problems.push_back({.place = name, .message = message});
}

/// What is left after CLI11 took the flags that exist.
void unknown_arguments(const std::vector<std::string>& left, SourceResult& result) {
    std::vector<std::string> flags = {"--config", "--print-config", "--help"};
    for (const Option& option : config_options()) {
        flags.push_back(option.flag());
    }
    bool after_flag = false;
    for (const std::string& argument : left) {
        if (!argument.starts_with('-')) {
            // The word after an unknown flag is its value; any other stands alone.
            if (!after_flag) {
                result.problems.push_back({.place = for_message(argument),
                                           .message = "serve takes flags only; see grandstand serve --help"});
            }
            after_flag = false;
            continue;
        }
        const std::string name = argument.substr(0, argument.find('='));
        after_flag = name.size() == argument.size();
        std::string message = "there is no such flag";
        if (const auto near = nearest(name, flags)) message += "; did you mean " + *near + "?";
        result.problems.push_back({.place = for_message(name), .message = message});
    }
}

}  // namespace

SourceResult read_variables(const Environment& environment) {
    SourceResult result;
    if (const auto port = environment.find("PORT"); port != environment.end()) {
        result.settings.push_back(
            {.option = find_option("http"), .values = {"*:" + port->second}, .place = "PORT"});
    }
    std::map<std::string, const Option*, std::less<>> known;
    for (const Option& option : config_options()) {
        known.emplace(option.variable(), &option);
    }
    for (auto it = environment.lower_bound(variable_prefix);
         it != environment.end() && it->first.starts_with(variable_prefix); ++it) {
        const auto& [name, value] = *it;
        if (name == "GRANDSTAND_CONFIG" || is_from_kubernetes(name)) continue;
        const auto found = known.find(name);
        if (found == known.end()) {
            unknown_variable(name, value, result);
            continue;
        }
        const bool list = found->second->kind == Option::Kind::list;
        result.settings.push_back({.option = found->second,
                                   .values = list ? comma_separated(value) : std::vector{value},
                                   .place = name});
    }
    return result;
}

SourceResult read_flags(const std::vector<std::string>& arguments) {
    SourceResult result;
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    const auto options = config_options();
    std::vector<std::vector<std::string>> values(options.size());
    std::vector<CLI::Option*> handles(options.size());
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i].kind == Option::Kind::toggle) {
            handles[i] = parser.add_flag(options[i].flag());
        } else {
            handles[i] = parser.add_option(options[i].flag(), values[i])->take_all()->allow_extra_args(false);
        }
    }
    std::vector<std::string> config_file;
    parser.add_option("--" + std::string(config_flag), config_file)->take_all()->allow_extra_args(false);
    parser.add_flag("--print-config");
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        parser.parse(reversed);
    } catch (const CLI::Error& error) {
        result.problems.push_back({.place = "flags", .message = error.what()});
        return result;
    }
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (handles[i]->count() == 0) continue;
        const bool toggle = options[i].kind == Option::Kind::toggle;
        if (options[i].kind != Option::Kind::list && !toggle && values[i].size() > 1) {
            result.problems.push_back({.place = options[i].flag(), .message = "is given more than once"});
            continue;
        }
        result.settings.push_back({.option = &options[i],
                                   .values = toggle ? handles[i]->results() : values[i],
                                   .place = options[i].flag()});
    }
    unknown_arguments(parser.remaining(), result);
    return result;
}

}  // namespace gs::app
