#include "server/app/bots_command.h"

#include "server/app/clock.h"
#include "server/app/config_options.h"
#include "server/app/modules.h"
#include "tools/bots/fleet.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

namespace gs::app {
namespace {

/// What the flags gave, before it has been looked at together.
struct Draft {
    bots::Options options;
    bool rooms_given = false;
    bool url_given = false;
};

struct Flag {
    std::string_view name;
    std::string_view value_name;
    std::string help;
    std::string allowed;  // continues "allowed is …"
    bool (*read)(std::string_view text, Draft& draft);
};

template <class Number>
bool read_number(std::string_view text, Number min, Number max, Number& value) {
    Number read{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (error != std::errc() || end != text.data() + text.size() || !(read >= min && read <= max))
        return false;
    value = read;
    return true;
}

bool read_percent(std::string_view text, double& value) { return read_number(text, 0.0, 90.0, value); }

bool read_milliseconds(std::string_view text, net::Duration& value) {
    int ms = 0;
    if (!read_number(text, 0, 5000, ms)) return false;
    value = std::chrono::milliseconds(ms);
    return true;
}

std::string game_ids() {
    std::string ids;
    for (const game::Module* each : modules())
        ids += (ids.empty() ? "" : ", ") + std::string(each->info->id);
    return ids;
}

bool read_url(std::string_view text, Draft& draft) {
    auto url = bots::parse_url(text, {"http"});
    if (!url || url->path != "/") return false;
    draft.options.url = std::move(*url);
    draft.url_given = true;
    return true;
}

bool read_room(std::string_view text, Draft& draft) {
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (text.empty() || text.size() > 64 || !std::ranges::all_of(text, is_plain)) return false;
    draft.options.room = text;
    return true;
}

bool read_transport(std::string_view text, Draft& draft) {
    if (text != "webtransport" && text != "websocket") return false;
    draft.options.transport =
        text == "websocket" ? net::TransportKind::websocket : net::TransportKind::webtransport;
    return true;
}

bool read_duration(std::string_view text, Draft& draft) {
    int seconds = 0;
    if (!read_number(text, 1, 86'400, seconds)) return false;
    draft.options.duration = std::chrono::seconds(seconds);
    return true;
}

bool read_class(std::string_view text, Draft& draft) {
    draft.options.delayed = text == "delayed";
    return text == "live" || draft.options.delayed;
}

bool read_predict(std::string_view text, Draft& draft) {
    draft.options.predict = text == "yes";
    return text == "yes" || text == "no";
}

const std::vector<Flag>& flags() {
    static const std::string clients_max = std::to_string(bots::clients_max);
    static const std::vector<Flag> table = {
        {"--url", "http://HOST:PORT", "the server", "http://HOST:PORT, without a path", read_url},
        {"--game", "GAME",
         "what is played in new rooms: " + game_ids() + " (" + std::string(modules().front()->info->id) + ")",
         "one of: " + game_ids(),
         [](std::string_view text, Draft& draft) {
             draft.options.module = find_module(text);
             return draft.options.module != nullptr;
         }},
        {"--rooms", "N", "new rooms to make (1)", "a number from 1 to 1000",
         [](std::string_view text, Draft& draft) {
             draft.rooms_given = true;
             return read_number<std::size_t>(text, 1, 1000, draft.options.rooms);
         }},
        {"--players", "N", "players per room (4)", "a number from 0 to 200",
         [](std::string_view text, Draft& draft) {
             return read_number<std::size_t>(text, 0, game::seats_limit, draft.options.players);
         }},
        {"--spectators", "N", "spectators per room (0)", "a number from 0 to " + clients_max,
         [](std::string_view text, Draft& draft) {
             return read_number<std::size_t>(text, 0, bots::clients_max, draft.options.spectators);
         }},
        {"--room", "ID", "go to this room instead of new ones", "the id of a room, as in its address",
         read_room},
        {"--transport", "KIND", "webtransport or websocket (webtransport)", "webtransport or websocket",
         read_transport},
        {"--class", "CLASS",
         "live: spectators get the same ticks as players; delayed: they fetch chunks over HTTP (live)",
         "live or delayed", read_class},
        {"--simulate-every", "N", "one in N spectators simulates the game and compares hashes; 0: none (1)",
         "a number from 0 to " + clients_max,
         [](std::string_view text, Draft& draft) {
             return read_number<std::size_t>(text, 0, bots::clients_max, draft.options.simulated_every);
         }},
        {"--seconds", "N", "how long, from when all have joined (10)", "a number from 1 to 86400",
         read_duration},
        {"--loss", "PERCENT", "of the datagrams of each direction (0)", "a number from 0 to 90",
         [](std::string_view text, Draft& draft) {
             return read_percent(text, draft.options.conditions.loss_percent);
         }},
        {"--latency-ms", "N", "one way (0)", "a number from 0 to 5000",
         [](std::string_view text, Draft& draft) {
             return read_milliseconds(text, draft.options.conditions.latency);
         }},
        {"--jitter-ms", "N", "up to so much more, one way (0)", "a number from 0 to 5000",
         [](std::string_view text, Draft& draft) {
             return read_milliseconds(text, draft.options.conditions.jitter);
         }},
        {"--duplicate", "PERCENT", "of the datagrams of each direction come twice (0)",
         "a number from 0 to 90",
         [](std::string_view text, Draft& draft) {
             return read_percent(text, draft.options.conditions.duplicate_percent);
         }},
        {"--predict", "yes|no", "players go ahead of the server as pages do, and count wrong guesses (no)",
         "yes or no", read_predict},
        {"--seed", "N", "of what the bots and the network do (1)", "a number from 0 to 4294967295",
         [](std::string_view text, Draft& draft) {
             return read_number<std::uint64_t>(text, 0, UINT32_MAX, draft.options.seed);
         }},
    };
    return table;
}

void read_values(const Flag& flag, const std::vector<std::string>& values, Draft& draft,
                 std::vector<std::string>& problems) {
    const std::string name(flag.name);
    if (values.size() > 1) return problems.push_back(name + " is given more than once");
    if (values.empty() || flag.read(values.front(), draft)) return;
    problems.push_back(name + " = " + for_message(values.front()) + " is not allowed; allowed is " +
                       flag.allowed);
}

void look_at_all(const Draft& draft, std::vector<std::string>& problems) {
    const bots::Options& options = draft.options;
    if (!draft.url_given)
        problems.emplace_back("--url is missing: it names the server, as in --url http://localhost:8080");
    if (options.clients() == 0)
        problems.emplace_back("--players and --spectators are both 0: nobody would come");
    if (options.clients() > bots::clients_max) {
        problems.push_back("--rooms, --players and --spectators make " + std::to_string(options.clients()) +
                           " clients; one process takes " + std::to_string(bots::clients_max));
    }
    if (!options.room.empty() && draft.rooms_given && options.rooms != 1)
        problems.emplace_back("--rooms and --room go together only when --rooms is 1");
}

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

std::expected<bots::Options, std::vector<std::string>> read_bots_flags(
    const std::vector<std::string>& arguments) {
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    std::vector<std::vector<std::string>> values(flags().size());
    for (std::size_t i = 0; i < flags().size(); ++i)
        parser.add_option(std::string(flags()[i].name), values[i])->take_all()->allow_extra_args(false);
    try {
        parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Error& error) {
        return std::unexpected(std::vector<std::string>{error.what()});
    }
    std::vector<std::string> problems;
    std::vector<std::string> names;
    Draft draft;
    draft.options.module = modules().front();
    for (std::size_t i = 0; i < flags().size(); ++i) {
        names.emplace_back(flags()[i].name);
        read_values(flags()[i], values[i], draft, problems);
    }
    for (const std::string& extra : parser.remaining()) {
        std::string message = for_message(extra) + " is no flag of bots";
        if (const auto near = nearest(extra.substr(0, extra.find('=')), names))
            message += "; did you mean " + *near + "?";
        problems.push_back(message);
    }
    if (problems.empty()) look_at_all(draft, problems);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return std::move(draft.options);
}

std::string bots_help() {
    std::string text =
        "grandstand bots: native clients over real sockets that play, watch and check every hash.\n\n"
        "Usage: grandstand bots --url http://HOST:PORT [FLAGS]\n\n";
    for (const Flag& flag : flags()) {
        std::string left = "  " + std::string(flag.name) + " " + std::string(flag.value_name);
        left.resize(std::max<std::size_t>(left.size() + 2, 28), ' ');
        text += left + flag.help + "\n";
    }
    return text +
           "\nOnce a second a line on stderr says how it goes; the last line on stdout is one JSON object\n"
           "(docs/bots.md). The exit status is 0 only if nobody failed and nothing desynced, 2 for wrong "
           "flags.\n";
}

int run_bots(const bots::Options& options) {
    const auto on_signal = [](int) { interrupted = 1; };
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    ShardClock clock;
    bots::Fleet fleet(
        options, {.clock = [&clock] { return clock.now(); },
                  .progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); },
                  .stop = [] { return interrupted != 0; }});
    const auto summary = fleet.run();
    if (!summary) {
        std::fprintf(stderr, "grandstand bots: %s\n", summary.error().c_str());
        return 1;
    }
    std::printf("%s\n", summary->json().c_str());
    std::fflush(stdout);
    return summary->is_good() ? 0 : 1;
}

}  // namespace gs::app
