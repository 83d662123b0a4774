// A UDP network in memory for tests: endpoints with addresses, packets that are lost, late, doubled and out
// of order as a seed says, NAT rebinding, and time that moves only here. Test support, not part of the
// server.
#pragma once

#include "core/base/rng.h"
#include "server/quic/endpoint.h"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace gs::quic {

struct NetworkConditions {
    net::Duration delay = std::chrono::milliseconds(5);
    net::Duration jitter = {};  // added, evenly from 0 to this: reorders
    std::uint32_t loss_permille = 0;
    std::uint32_t duplicate_permille = 0;
};

class SimulatedNetwork {
  public:
    using Conditions = NetworkConditions;

    /// One attachment to the network. Give it to an Endpoint as its writer, then name the Endpoint.
    class Node final : public PacketWriter {
      public:
        void attach(Endpoint& endpoint) { endpoint_ = &endpoint; }
        /// The Endpoint goes; packets to here vanish.
        void detach() { endpoint_ = nullptr; }
        /// What the endpoint thinks its address is.
        [[nodiscard]] const net::Address& address() const { return inside_; }
        /// As if a NAT had forgotten the binding: packets come from this address and must go to it from now
        /// on.
        void rebind(const net::Address& address) { outside_ = address; }
        /// Sees, changes or (with an empty result) drops each packet that leaves here.
        std::function<std::vector<std::byte>(ByteView)> on_leaving;
        struct Sent {
            net::Address to;
            std::vector<std::byte> bytes;
        };
        /// Everything that left, while this is set.
        std::vector<Sent>* recording = nullptr;

        MutableBytes begin() override { return room_; }
        void commit(const Path& path, std::size_t size) override;

      private:
        friend class SimulatedNetwork;
        Node(SimulatedNetwork& network, const net::Address& address)
            : network_(network), inside_(address), outside_(address) {}

        SimulatedNetwork& network_;
        net::Address inside_;
        net::Address outside_;
        Endpoint* endpoint_ = nullptr;
        std::vector<std::byte> room_ = std::vector<std::byte>(packet_bytes_max);
    };

    explicit SimulatedNetwork(std::uint64_t seed, Conditions conditions = {});

    Node& add(const char* address);
    void set_conditions(Conditions conditions) { conditions_ = conditions; }
    [[nodiscard]] net::Instant now() const { return now_; }

    /// A packet from nowhere, as an attacker would send it.
    void inject(const net::Address& from, const net::Address& to, ByteView packet);

    /// Moves time from event to event until `done()`; false when `limit` of simulated time has passed first.
    bool run_until(const std::function<bool()>& done, net::Duration limit = std::chrono::seconds(30));
    /// Lets `duration` pass.
    void run_for(net::Duration duration);

  private:
    struct Flight {
        net::Address from;
        net::Address to;
        std::vector<std::byte> bytes;
    };

    void send(const net::Address& from, const net::Address& to, ByteView packet);
    [[nodiscard]] net::Instant next_event() const;
    void turn();

    base::Rng rng_;
    Conditions conditions_;
    net::Instant now_ = net::Instant(std::chrono::hours(1));
    std::vector<std::unique_ptr<Node>> nodes_;
    std::multimap<net::Instant, Flight> in_flight_;
};

}  // namespace gs::quic
