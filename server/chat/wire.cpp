#include "server/chat/wire.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace gs::chat {

using nlohmann::json;

json json_of(const Message& message) {
    json author = {{"id", message.author.id.text()}, {"name", message.author.name}, {"seat", nullptr}};
    if (message.author.seat) author["seat"] = message.author.seat->value;
    return {{"id", message.id.text()},
            {"channel", name_of(message.channel)},
            {"author", std::move(author)},
            {"text", message.text},
            {"match", message.moment.match.text()},
            {"tick", message.moment.tick.value},
            {"said_unix_s", message.said_unix_s}};
}

json json_of(std::span<const Said> messages) {
    json list = json::array();
    for (const Said& said : messages)
        list.push_back(json_of(*said));
    return list;
}

std::string chat_message(std::span<const Said> messages) {
    return json{{"type", "chat"}, {"messages", json_of(messages)}}.dump();
}

std::string muted_message(std::span<const Muted> people) {
    json list = json::array();
    for (const Muted& person : people)
        list.push_back({{"id", person.id.text()}, {"name", person.name}});
    return json{{"type", "muted"}, {"people", std::move(list)}}.dump();
}

std::string reactions_message(const ReactionCounts& counts) {
    if (std::ranges::all_of(counts, [](std::uint32_t count) { return count == 0; })) return {};
    return json{{"type", "reactions"}, {"counts", counts}}.dump();
}

}  // namespace gs::chat
