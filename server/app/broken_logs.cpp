#include "server/app/broken_logs.h"

#include "core/netcode/log_file.h"

#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

namespace gs::app {
namespace {

constexpr std::string_view folder_name = "broken";

std::size_t files_in(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::directory_iterator files(folder, error);
    return error ? 0 : static_cast<std::size_t>(std::distance(begin(files), end(files)));
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
    const std::filesystem::path folder = data_.path() / folder_name;
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (!error && files_in(folder) >= kept_max) {
        log_.warning("the match's log is not kept: there are enough; look at them and move them away",
                     {{"folder", folder.string()}, {"files", kept_max}});
        return;
    }
    const std::vector<std::byte> file = netcode::write_log_file(log);
    const std::string name = std::string(folder_name) + "/" + log.header().match + ".gslog";
    if (const auto written = data_.write(name, text_of(file)); !written) {
        log_.error("the match's log is not kept", {{"why", written.error().message}});
        return;
    }
    log_.info("the match's log is kept", {{"file", (data_.path() / name).string()}});
}

}  // namespace gs::app
