#include "server/app/broken_logs.h"

#include "core/netcode/log_file.h"
#include "server/crypto/crypto.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

namespace gs::app {
namespace {

constexpr std::string_view broken_folder = "broken";
constexpr std::string_view desync_folder = "desync";

std::size_t files_in(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::directory_iterator files(folder, error);
    return error ? 0 : static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

/// 16 digits, as in the page and in messages.
std::string hex(std::uint64_t hash) {
    std::array<char, 17> text;
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

std::string_view text_or_none(const char* text) { return text == nullptr ? std::string_view() : text; }

}  // namespace

void BrokenLogs::keep_broken(const rooms::RoomInfo& room, const game::CheckFailure& failure,
                             const netcode::MatchLog& log) {
    log_.error("a game broke its own invariant; its room was closed",
               {{"game", room.game},
                {"room", room.id.text()},
                {"match", log.header().match},
                {"expression", text_or_none(failure.expression)},
                {"why", text_or_none(failure.why)},
                {"file", text_or_none(failure.file)},
                {"line", failure.line},
                {"tick", room.tick.value}});
    if (!has_room(broken_folder, kept_max)) return;
    keep(std::string(broken_folder) + "/" + log.header().match + ".gslog",
         text_of(netcode::write_log_file(log)));
}

void BrokenLogs::keep_unrestored(const rooms::RoomId& room, std::string_view why, Tick at,
                                 const netcode::MatchLog& log) {
    log_.error("a match cannot be brought back; its room begins another", {{"game", log.header().game},
                                                                           {"room", room.text()},
                                                                           {"match", log.header().match},
                                                                           {"why", why},
                                                                           {"tick", at.value}});
    if (!has_room(broken_folder, kept_max)) return;
    keep(std::string(broken_folder) + "/" + log.header().match + ".gslog",
         text_of(netcode::write_log_file(log)));
}

void BrokenLogs::keep_desync(const rooms::RoomInfo& room, const rooms::DesyncReport& report,
                             const netcode::MatchLog& log) {
    log_.warning("a client's state is not the one of its match", {{"game", room.game},
                                                                  {"room", room.id.text()},
                                                                  {"match", log.header().match},
                                                                  {"tick", report.tick.value}});
    if (!has_room(desync_folder, 2 * kept_max)) return;
    const std::string name =
        std::string(desync_folder) + "/" + log.header().match + "-" + std::to_string(report.tick.value);
    const nlohmann::json json = {{"game", room.game},
                                 {"match", log.header().match},
                                 {"rules_version", log.header().rules_version},
                                 {"tick", report.tick.value},
                                 {"hash", hex(report.hash)},
                                 {"expected", hex(report.expected)},
                                 {"state", crypto::base64url(std::as_bytes(std::span(report.state)))}};
    if (keep(name + ".json", json.dump())) keep(name + ".gslog", text_of(netcode::write_log_file(log)));
}

void BrokenLogs::note_suspicious(const rooms::RoomInfo& room, Seat seat, const rooms::Doubts& doubts) {
    if (++suspicious_lines_ > suspicious_lines_max) return;
    log_.warning("a seat sends what no honest client does",
                 {{"game", room.game},
                  {"room", room.id.text()},
                  {"seat", seat.value},
                  {"inputs_out_of_range", doubts.out_of_range},
                  {"datagrams_over_rate", doubts.too_many},
                  {"view_ages_beyond", doubts.ages_beyond},
                  {"acknowledgements_beyond", doubts.acks_beyond}});
}

bool BrokenLogs::has_room(std::string_view folder_name, std::size_t files_max) {
    const std::filesystem::path folder = data_.path() / folder_name;
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (error || files_in(folder) < files_max) return true;
    log_.warning("the match's log is not kept: there are enough; look at them and move them away",
                 {{"folder", folder.string()}, {"files", files_max}});
    return false;
}

bool BrokenLogs::keep(const std::string& name, std::string_view content) {
    if (const auto written = data_.write(name, content); !written) {
        log_.error("the match's log is not kept", {{"why", written.error().message}});
        return false;
    }
    log_.info("kept", {{"file", (data_.path() / name).string()}});
    return true;
}

}  // namespace gs::app
