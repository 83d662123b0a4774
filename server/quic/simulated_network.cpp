#include "server/quic/simulated_network.h"

#include "core/base/assert.h"

#include <algorithm>

namespace gs::quic {

void SimulatedNetwork::Node::commit(const Path& path, std::size_t size) {
    const ByteView packet = ByteView(room_).first(size);
    if (recording != nullptr)
        recording->push_back({.to = path.remote, .bytes = {packet.begin(), packet.end()}});
    if (!on_leaving) return network_.send(outside_, path.remote, packet);
    const std::vector<std::byte> changed = on_leaving(packet);
    if (!changed.empty()) network_.send(outside_, path.remote, changed);
}

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, Conditions conditions)
    : rng_(seed), conditions_(conditions) {}

SimulatedNetwork::Node& SimulatedNetwork::add(const char* text) {
    const auto address = net::Address::parse(text);
    GS_ASSERT(address.has_value(), "a literal address");
    nodes_.push_back(std::unique_ptr<Node>(new Node(*this, *address)));
    return *nodes_.back();
}

void SimulatedNetwork::inject(const net::Address& from, const net::Address& to, ByteView packet) {
    in_flight_.emplace(now_, Flight{.from = from, .to = to, .bytes = {packet.begin(), packet.end()}});
}

void SimulatedNetwork::send(const net::Address& from, const net::Address& to, ByteView packet) {
    if (rng_.chance(conditions_.loss_permille)) return;
    const int copies = rng_.chance(conditions_.duplicate_permille) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        const auto jitter = static_cast<std::uint64_t>(conditions_.jitter.count());
        const auto late =
            jitter == 0 ? net::Duration(0) : net::Duration(static_cast<std::int64_t>(rng_.below(jitter)));
        in_flight_.emplace(now_ + conditions_.delay + late,
                           Flight{.from = from, .to = to, .bytes = {packet.begin(), packet.end()}});
    }
}

net::Instant SimulatedNetwork::next_event() const {
    net::Instant next = in_flight_.empty() ? net::never : in_flight_.begin()->first;
    for (const auto& node : nodes_) {
        if (node->endpoint_ != nullptr) next = std::min(next, node->endpoint_->next_expiry());
    }
    return std::max(next, now_);
}

void SimulatedNetwork::turn() {
    for (const auto& node : nodes_) {
        if (node->endpoint_ != nullptr) node->endpoint_->advance(now_);
    }
    while (!in_flight_.empty() && in_flight_.begin()->first <= now_) {
        const Flight flight = std::move(in_flight_.extract(in_flight_.begin()).mapped());
        for (const auto& node : nodes_) {
            if (node->outside_ == flight.to && node->endpoint_ != nullptr) {
                node->endpoint_->read({.local = node->inside_, .remote = flight.from}, flight.bytes);
            }
        }
    }
    for (const auto& node : nodes_) {
        if (node->endpoint_ == nullptr) continue;
        node->endpoint_->timers();
        node->endpoint_->flush();
    }
}

bool SimulatedNetwork::run_until(const std::function<bool()>& done, net::Duration limit) {
    const net::Instant end = now_ + limit;
    while (true) {
        turn();
        if (done()) return true;
        const net::Instant next = next_event();
        if (next > end) {
            now_ = end;
            return false;
        }
        // An endpoint may want the same instant again; a microsecond later it is a new turn.
        now_ = std::max(next, now_ + std::chrono::microseconds(1));
    }
}

void SimulatedNetwork::run_for(net::Duration duration) {
    const net::Instant end = now_ + duration;
    run_until([&] { return now_ >= end; }, duration);
    now_ = std::max(now_, end);
    turn();
}

}  // namespace gs::quic
