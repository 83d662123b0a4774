#include "server/rooms/match_result.h"

#include <nlohmann/json.hpp>

namespace gs::rooms {

using nlohmann::json;

json json_of(const MatchResult& result) {
    json lines = json::array();
    for (const MatchResult::Line& line : result.lines) {
        json entry = {{"seat", nullptr},
                      {"name", line.name},
                      {"computer", line.is_computer},
                      {"score", line.score},
                      {"statistics", line.statistics}};
        if (line.seat) entry["seat"] = line.seat->value;
        lines.push_back(std::move(entry));
    }
    json answer = {{"match", result.match.text()},
                   {"game", result.game},
                   {"ended_unix_s", result.ended_unix_s},
                   {"winner", nullptr},
                   {"lines", std::move(lines)}};
    if (result.winner) answer["winner"] = result.winner->value;
    return answer;
}

json json_of(std::span<const game::StatisticInfo> statistics) {
    using Kind = game::StatisticInfo::Kind;
    json list = json::array();
    for (const game::StatisticInfo& info : statistics) {
        const std::string_view kind = info.kind == Kind::sum    ? "sum"
                                      : info.kind == Kind::best ? "best"
                                                                : "share";
        list.push_back({{"name", info.name}, {"kind", kind}});
    }
    return list;
}

json json_of(std::span<const game::EventInfo> event_kinds) {
    json list = json::array();
    for (const game::EventInfo& info : event_kinds) {
        list.push_back({{"name", info.name},
                        {"when", info.when == game::EventInfo::When::predicted ? "predicted" : "confirmed"},
                        {"sound", static_cast<unsigned>(info.sound)},
                        {"feed", info.feed},
                        {"announcement", info.announcement}});
    }
    return list;
}

}  // namespace gs::rooms
