#include "tools/bots/websocket_client.h"

#include "tools/bots/websocket_connection.h"

#include <utility>

namespace gs::bots {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;

}  // namespace

WebSocketDialer::WebSocketDialer(Loop& loop, DelayLine& delay_line)
    : loop_(loop), delay_line_(delay_line), received_(read_bytes) {
    loop_.add(*this);
}

WebSocketDialer::~WebSocketDialer() { loop_.remove(*this); }

std::unique_ptr<Client> WebSocketDialer::dial(const DialTarget& target, ClientEvents& events) {
    auto connection = std::make_unique<Connection>(*this, target, events);
    connection->connect();
    return connection;
}

std::unique_ptr<Client> WebSocketDialer::dial_over(int fd, const DialTarget& target, ClientEvents& events) {
    auto connection = std::make_unique<Connection>(*this, target, events);
    connection->take_over(fd);
    return connection;
}

void WebSocketDialer::on_turn_end() {
    // What a handler sends while it is told goes with the next round; a bounded number of them.
    for (int round = 0; round < 3 && !turn_ends_.empty(); ++round) {
        ending_ = std::exchange(turn_ends_, {});
        for (std::size_t at = 0; at < ending_.size(); ++at) {
            // on_closed() and on_failed() may destroy this one and others.
            if (ending_[at] != nullptr) ending_[at]->on_turn_end();
        }
        ending_.clear();
    }
}

}  // namespace gs::bots
