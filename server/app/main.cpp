// grandstand: the command line. Reads the configuration, starts the App, prints where it is.
// Exit status: 0 done, 1 the server could not start or bots failed, 2 the command or the configuration is
// wrong.
#include "server/app/bots_command.h"
#include "server/app/compose.h"
#include "server/app/config.h"
#include "server/app/config_options.h"
#include "server/app/healthcheck.h"
#include "server/app/log.h"
#include "server/app/replay_command.h"
#include "server/app/version.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <vector>

extern char** environ;

namespace {

using namespace gs::app;

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

constexpr const char* help =
    "grandstand: a server for real-time games on the web.\n\n"
    "  grandstand serve [FLAGS]        starts the server; grandstand serve --help lists the flags\n"
    "  grandstand healthcheck [FLAGS]  asks the running server on this machine whether it works\n"
    "  grandstand bots [FLAGS]         fills a server with clients that play; grandstand bots --help lists "
    "the flags\n"
    "  grandstand replay VERB FILE     checks and shows files of matches; grandstand replay --help tells "
    "more\n"
    "  grandstand version              prints the version\n"
    "  grandstand help                 prints this\n";

void print(std::FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

Environment environment() {
    Environment variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return variables;
}

/// Each connection is a file descriptor, and the usual soft limit of 1024 is less than the server can carry.
void raise_open_files_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

bool has(const std::vector<std::string>& arguments, std::string_view flag) {
    return std::ranges::find(arguments, flag) != arguments.end();
}

/// The configuration, or nothing after every problem has been printed.
std::optional<LoadedConfig> load(const std::vector<std::string>& arguments) {
    auto loaded = load_config(arguments, environment());
    if (loaded) return std::move(*loaded);
    for (const ConfigProblem& problem : loaded.error()) {
        print(stderr, "grandstand: " + problem.to_string() + "\n");
    }
    return std::nullopt;
}

int serve(const std::vector<std::string>& arguments) {
    if (has(arguments, "--help") || has(arguments, "-h")) {
        print(stdout, serve_help());
        return 0;
    }
    auto loaded = load(arguments);
    if (!loaded) return exit_usage;
    if (has(arguments, "--print-config")) {
        print(stdout, print_config(*loaded));
        return 0;
    }
    raise_open_files_limit();
    std::signal(SIGPIPE, SIG_IGN);
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    Log log(loaded->config.log_level, loaded->config.log_format);
    auto app =
        App::start({.config = std::move(loaded->config), .program_folder = program.parent_path()}, log);
    if (!app) {
        print(stderr, "grandstand: " + app.error().message + "\n");
        return exit_failure;
    }
    (*app)->handle_signals();
    print(stdout, "Grandstand is ready: " + (*app)->url() + "\n");
    std::fflush(stdout);
    (*app)->run();
    return 0;
}

int healthcheck(const std::vector<std::string>& arguments) {
    const auto loaded = load(arguments);
    if (!loaded) return exit_usage;
    // A server that has not answered by then is stuck; the signal ends this process with a status that is not
    // 0.
    ::alarm(3);
    const auto healthy = check_health(loaded->config);
    if (healthy) return 0;
    print(stderr, "grandstand: " + healthy.error().message + "\n");
    return exit_failure;
}

int bots(const std::vector<std::string>& arguments) {
    if (has(arguments, "--help") || has(arguments, "-h")) {
        print(stdout, bots_help());
        return 0;
    }
    auto options = read_bots_flags(arguments);
    if (!options) {
        for (const std::string& problem : options.error())
            print(stderr, "grandstand bots: " + problem + "\n");
        return exit_usage;
    }
    raise_open_files_limit();
    std::signal(SIGPIPE, SIG_IGN);
    return run_bots(*options);
}

int replay(const std::vector<std::string>& arguments) {
    const ReplayOutcome outcome = run_replay(arguments);
    print(stdout, outcome.out);
    print(stderr, outcome.err);
    return outcome.status;
}

int unknown(const std::string& command) {
    std::string message = "grandstand: there is no command " + for_message(command);
    if (const auto near = nearest(command, {"serve", "healthcheck", "bots", "replay", "version", "help"})) {
        message += "; did you mean " + *near + "?";
    }
    print(stderr, message + "\n\n" + help);
    return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (words.empty()) {
        print(stderr, help);
        return exit_usage;
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    const std::string& command = words.front();
    if (command == "serve") return serve(rest);
    if (command == "healthcheck") return healthcheck(rest);
    if (command == "bots") return bots(rest);
    if (command == "replay") return replay(rest);
    if (command == "version" || command == "--version") {
        print(stdout, "grandstand " + std::string(version) + "\n");
        return 0;
    }
    if (command == "help" || command == "--help" || command == "-h") {
        print(stdout, help);
        return 0;
    }
    return unknown(command);
}
