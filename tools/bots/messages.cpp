#include "tools/bots/messages.h"

#include "core/game/game.h"

#include <nlohmann/json.hpp>

namespace gs::bots {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint32_t> number_at(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    const auto value = found->get<std::uint64_t>();
    if (value > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(value);
}

DownMessage read_entered(const json& object) {
    const auto match = object.find("match");
    if (match == object.end() || !match->is_object()) return BadMessage{};
    const auto epoch = number_at(*match, "epoch");
    EnteredMessage entered{.game = text_at(*match, "game"),
                           .rules_version = number_at(*match, "rules_version").value_or(0),
                           .match = text_at(*match, "id"),
                           .is_delayed = text_at(object, "class") == "delayed"};
    const auto seat = number_at(object, "seat");
    const bool is_player = text_at(object, "role") == "player";
    if (!epoch || is_player != seat.has_value() || (seat && *seat >= game::seats_limit)) return BadMessage{};
    entered.epoch = *epoch;
    if (seat) entered.seat = Seat{static_cast<std::uint8_t>(*seat)};
    return entered;
}

}  // namespace

DownMessage read_message(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return BadMessage{};
    const std::string type = text_at(object, "type");
    if (type.empty()) return BadMessage{};
    if (type == "entered") return read_entered(object);
    if (type == "match") {
        const auto match = object.find("match");
        if (match == object.end() || !match->is_object()) return BadMessage{};
        return MatchMessage{.match = text_at(*match, "id")};
    }
    if (type != "refused" && type != "left") return OtherMessage{};
    const std::string words = text_at(object, "words");
    const std::string reason = text_at(object, "reason");
    return TurnedAwayMessage{.words = type + ": " + reason + (words.empty() ? "" : " (" + words + ")")};
}

std::string hello_message(std::string_view ticket) {
    return json{{"type", "hello"}, {"ticket", ticket}}.dump();
}

std::string request_message(const client::Request& request) {
    if (request.kind == client::Request::Kind::keyframe) return json{{"type", "keyframe"}}.dump();
    return json{{"type", "repair"}, {"first", request.first.value}, {"count", request.count}}.dump();
}

}  // namespace gs::bots
