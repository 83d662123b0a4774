#include "server/app/replay_command.h"

#include "core/netcode/replayer.h"
#include "core/netcode/verify.h"
#include "games/games.h"
#include "server/app/data_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>

namespace gs::app {
namespace {

namespace fs = std::filesystem;
using netcode::LogFile;
using nlohmann::ordered_json;

constexpr std::string_view extension = ".gslog";

constexpr const char* help =
    "grandstand replay: looks at files of matches.\n\n"
    "  grandstand replay verify FILE|DIR [--json]\n"
    "      simulates the match again and compares every hash and keyframe in it; of a folder all *.gslog\n"
    "  grandstand replay info FILE [--json]\n"
    "      what was played, when, for how long, by which rules\n"
    "  grandstand replay dump FILE [--from TICK] [--to TICK]\n"
    "      what happened in each tick, one JSON object a line; quiet ticks are left out\n\n"
    "Exit status: 0 all well, 1 a file differs or is damaged, 2 wrong usage.\n";

ReplayOutcome wrong_usage(std::string words) {
    return {.status = 2, .err = "grandstand replay: " + std::move(words) + "\n"};
}

std::string hex(std::uint64_t number) {
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
    return text.data();
}

const game::Module* module_of(std::string_view game) {
    const auto& all = games::all();
    const auto found = std::ranges::find(all, game, [](const game::Module* each) { return each->info->id; });
    return found == all.end() ? nullptr : *found;
}

std::string_view words_of(netcode::LogFileError error) {
    switch (error) {
        case netcode::LogFileError::not_a_log:
            return "this is no match log of this version";
        case netcode::LogFileError::cut:
            return "the file is cut off";
        case netcode::LogFileError::altered:
            return "the file is damaged: a checksum does not match";
        case netcode::LogFileError::malformed:
            break;
    }
    return "the file holds what is no match, although its checksums match";
}

struct Trouble {
    std::string words;
    std::optional<std::size_t> byte = std::nullopt;
};

std::expected<LogFile, Trouble> read_log(const fs::path& path) {
    const auto bytes = read_whole_file(path, netcode::log_file_bytes_max);
    if (!bytes) return std::unexpected(Trouble{.words = bytes.error().message});
    auto read = netcode::read_log_file(bytes_of(*bytes));
    if (read.file) return *std::move(read.file);
    return std::unexpected(Trouble{.words = std::string(words_of(read.error)), .byte = read.at});
}

Tick end_of(const LogFile& log) {
    return log.chunks.empty() ? log.header.first : log.chunks.back().first + log.chunks.back().count;
}

// ---- verify

struct Checked {
    fs::path path;
    bool is_equal = false;
    std::string line = {};  // for people, when it is not
    ordered_json json = {};
};

Checked check(const fs::path& path) {
    Checked checked{.path = path, .json = {{"file", path.string()}, {"equal", false}}};
    const auto log = read_log(path);
    if (!log) {
        checked.line = path.string() + ": " + log.error().words;
        checked.json["error"] = log.error().words;
        if (log.error().byte) {
            checked.line += ", at byte " + std::to_string(*log.error().byte);
            checked.json["byte"] = *log.error().byte;
        }
        return checked;
    }
    checked.json["match"] = log->header.match;
    checked.json["game"] = log->header.game;
    const game::Module* const module = module_of(log->header.game);
    if (module == nullptr) {
        checked.line = path.string() + ": this program has no game \"" + log->header.game + "\"";
        checked.json["error"] = "unknown game";
        return checked;
    }
    const auto began = std::chrono::steady_clock::now();
    const netcode::Verification found = netcode::verify(*module, *log);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const double played_s = static_cast<double>(found.ticks) / log->header.tick_rate_hz;
    checked.is_equal = found.is_equal();
    checked.json["equal"] = checked.is_equal;
    checked.json["ticks"] = found.ticks;
    checked.json["hashes"] = found.hashes;
    checked.json["keyframes"] = found.keyframes;
    checked.json["times_real_time"] = seconds > 0 ? played_s / seconds : 0;
    if (checked.is_equal) return checked;
    const std::string words(netcode::words_of(found.found));
    checked.json["error"] = words;
    checked.json["tick"] = found.at.value;
    checked.line = path.string() + ": tick " + std::to_string(found.at.value) + ": " + words;
    if (found.found == netcode::Verification::Found::hash_differs) {
        checked.line += " (in the log " + hex(found.expected) + ", simulated " + hex(found.simulated) + ")";
        checked.json["expected"] = hex(found.expected);
        checked.json["simulated"] = hex(found.simulated);
    }
    if (found.found == netcode::Verification::Found::other_rules) {
        checked.line += ": version " + std::to_string(log->header.rules_version) + ", this program has " +
                        std::to_string(module->info->rules_version);
    }
    return checked;
}

std::expected<std::vector<fs::path>, std::string> files_at(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return std::vector<fs::path>{path};
    std::vector<fs::path> files;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == extension) files.push_back(at->path());
    }
    if (error) return std::unexpected(path.string() + " cannot be read: " + error.message());
    std::ranges::sort(files);
    if (files.empty()) return std::unexpected("there is no *.gslog in " + path.string());
    return files;
}

ReplayOutcome verify(const fs::path& path, bool as_json) {
    const auto files = files_at(path);
    if (!files) return {.status = 1, .err = "grandstand replay: " + files.error() + "\n"};
    ReplayOutcome outcome;
    ordered_json list = ordered_json::array();
    std::size_t equal = 0;
    std::uint64_t ticks = 0;
    for (const fs::path& file : *files) {
        const Checked checked = check(file);
        equal += checked.is_equal ? 1 : 0;
        ticks += checked.json.value("ticks", std::uint64_t{0});
        if (!checked.is_equal) outcome.err += checked.line + "\n";
        list.push_back(checked.json);
    }
    outcome.status = equal == files->size() ? 0 : 1;
    if (as_json) {
        outcome.out = ordered_json{{"equal", equal == files->size()}, {"files", list}}.dump() + "\n";
    } else {
        outcome.out = std::to_string(equal) + " of " + std::to_string(files->size()) + " equal, " +
                      std::to_string(ticks) + " ticks simulated\n";
    }
    return outcome;
}

// ---- info

ReplayOutcome info(const fs::path& path, bool as_json) {
    const auto log = read_log(path);
    if (!log) return {.status = 1, .err = path.string() + ": " + log.error().words + "\n"};
    const netcode::LogHeader& header = log->header;
    const std::uint32_t ticks = end_of(*log).value - header.first.value;
    std::size_t entry_bytes = 0;
    std::size_t keyframe_bytes = 0;
    for (const netcode::Chunk& chunk : log->chunks)
        entry_bytes += chunk.bytes.size();
    for (const netcode::Keyframe& keyframe : log->keyframes)
        keyframe_bytes += keyframe.bytes.size();
    const game::Module* const module = module_of(header.game);
    const bool is_current = module != nullptr && module->info->rules_version == header.rules_version;
    const ordered_json json = {{"file", path.string()},
                               {"game", header.game},
                               {"match", header.match},
                               {"rules_version", header.rules_version},
                               {"rules_are_here", is_current},
                               {"module_hash", hex(header.module_hash)},
                               {"started_unix_s", header.started_unix_s},
                               {"tick_rate_hz", header.tick_rate_hz},
                               {"first_tick", header.first.value},
                               {"ticks", ticks},
                               {"seconds", static_cast<double>(ticks) / header.tick_rate_hz},
                               {"chunks", log->chunks.size()},
                               {"keyframes", log->keyframes.size()},
                               {"entry_bytes", entry_bytes},
                               {"keyframe_bytes", keyframe_bytes}};
    if (as_json) return {.out = json.dump() + "\n"};
    ReplayOutcome outcome;
    for (const auto& [name, value] : json.items())
        outcome.out += name + std::string(18 - std::min<std::size_t>(17, name.size()), ' ') +
                       (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    return outcome;
}

// ---- dump

std::string_view name_of(game::SeatEvent::Kind kind) {
    using Kind = game::SeatEvent::Kind;
    switch (kind) {
        case Kind::joined:
            return "joined";
        case Kind::left:
            return "left";
        case Kind::dropped:
            return "dropped";
        case Kind::returned:
            return "returned";
        case Kind::computer_joined:
            return "computer_joined";
    }
    return "unknown";
}

ordered_json line_of(const game::Module& module, Tick tick, const netcode::TickCommands& commands,
                     std::span<const game::Event> emitted) {
    ordered_json line = {{"tick", tick.value}};
    if (commands.begins) line["begins"] = true;
    if (commands.start_asked) line["start_asked"] = true;
    for (const game::SeatEvent& event : commands.events)
        line["seats"].push_back({{"seat", event.seat.value}, {"event", name_of(event.kind)}});
    if (commands.random != 0) line["random"] = hex(commands.random);
    if (commands.hash) line["hash"] = hex(*commands.hash);
    for (const game::Event& event : emitted) {
        const bool is_known = event.kind < module.event_kinds.size();
        ordered_json told = {{"kind", is_known ? ordered_json(module.event_kinds[event.kind].name)
                                               : ordered_json(event.kind)}};
        if (event.seat != no_seat) told["seat"] = event.seat.value;
        if (event.other != no_seat) told["other"] = event.other.value;
        if (event.value != 0) told["value"] = event.value;
        line["happened"].push_back(std::move(told));
    }
    return line;
}

ReplayOutcome dump(const fs::path& path, Tick from, Tick to) {
    const auto log = read_log(path);
    if (!log) return {.status = 1, .err = path.string() + ": " + log.error().words + "\n"};
    const game::Module* const module = module_of(log->header.game);
    const bool has_rules = module != nullptr && module->info->rules_version == log->header.rules_version;
    if (!has_rules) {
        return {.status = 1,
                .err = path.string() + ": " +
                       std::string(netcode::words_of(netcode::Verification::Found::other_rules)) + "\n"};
    }
    netcode::Replayer replayer(*module);
    if (log->keyframes.empty() || !replayer.start(log->keyframes.front().bytes))
        return {.status = 1, .err = path.string() + ": it has no keyframe to begin with\n"};
    ReplayOutcome outcome;
    game::EventList emitted;
    for (const netcode::Chunk& chunk : log->chunks) {
        ByteView entries = chunk.bytes;
        for (std::uint32_t index = 0; index < chunk.count; ++index) {
            const Tick tick = replayer.next();
            if (tick > to) return outcome;
            const auto body = netcode::take_entry(entries);
            emitted.clear();
            if (!body || replayer.step(*body, &emitted) == netcode::Replayer::Made::unreadable) {
                outcome.status = 1;
                outcome.err = path.string() + ": tick " + std::to_string(tick.value) +
                              ": the entry is none of this game\n";
                return outcome;
            }
            if (tick < from) continue;
            const ordered_json line = line_of(*module, tick, replayer.commands(), emitted.events());
            if (line.size() > 1) outcome.out += line.dump() + "\n";
        }
    }
    return outcome;
}

// ---- The command line

struct Flags {
    std::optional<std::string> path;
    bool as_json = false;
    Tick from = {};
    Tick to = {UINT32_MAX};
};

std::expected<Flags, std::string> read_flags(const std::vector<std::string>& arguments, bool is_dump) {
    Flags flags;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        const std::string& argument = arguments[at];
        if (argument == "--json" && !is_dump) {
            flags.as_json = true;
        } else if (is_dump && (argument == "--from" || argument == "--to")) {
            const std::string value = at + 1 < arguments.size() ? arguments[++at] : std::string();
            Tick& tick = argument == "--from" ? flags.from : flags.to;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), tick.value);
            if (value.empty() || error != std::errc{} || end != value.data() + value.size())
                return std::unexpected(argument + " needs the number of a tick");
        } else if (argument.starts_with("--")) {
            return std::unexpected("there is no flag " + argument);
        } else if (flags.path) {
            return std::unexpected("there is one file or folder, not \"" + argument + "\" as well");
        } else {
            flags.path = argument;
        }
    }
    if (!flags.path) return std::unexpected("a file is missing; see grandstand replay --help");
    return flags;
}

}  // namespace

std::string replay_help() { return help; }

ReplayOutcome run_replay(const std::vector<std::string>& arguments) {
    const std::string verb = arguments.empty() ? "" : arguments[0];
    if (verb == "--help" || verb == "-h") return {.out = help};
    if (verb != "verify" && verb != "info" && verb != "dump")
        return wrong_usage("it can verify, info and dump; see grandstand replay --help");
    const auto flags = read_flags(arguments, verb == "dump");
    if (!flags) return wrong_usage(flags.error());
    if (verb == "verify") return verify(*flags->path, flags->as_json);
    if (verb == "info") return info(*flags->path, flags->as_json);
    return dump(*flags->path, flags->from, flags->to);
}

}  // namespace gs::app
