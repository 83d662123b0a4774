#include "server/app/no_rooms.h"

#include "server/app/json.h"
#include "server/net/close_codes.h"

#include <nlohmann/json.hpp>

namespace gs::app {

void NoRooms::on_message(net::Session& session, std::string_view text) {
    const auto message = parse_json(text);
    if (!message) {
        session.close(net::close_code::bad_message, message.error().message);
    } else if (!message->is_object() || !message->contains("ticket") || !(*message)["ticket"].is_string()) {
        session.close(net::close_code::bad_message, "The first message must be an object with a ticket");
    } else {
        session.close(net::close_code::no_rooms, "This server has no rooms yet");
    }
}

void NoRooms::on_transfer(net::Session& session, std::uint32_t, ByteView, TransferPart) {
    session.close(net::close_code::bad_message, "A ticket comes before anything else");
}

}  // namespace gs::app
