// FakeSession: a session without a network, for tests: counts what is sent, and answers as it is told.
#pragma once

#include "server/net/session.h"

#include <optional>
#include <string>
#include <vector>

namespace gs::rooms::testing {

class FakeSession final : public net::Session {
  public:
    explicit FakeSession(net::TransportKind transport = net::TransportKind::memory) : transport_(transport) {}

    bool keeps = true;  // or only counts
    net::DatagramResult datagram_result = net::DatagramResult::sent;
    bool is_full = false;
    std::vector<std::string> datagrams;
    std::vector<std::string> messages;
    std::vector<net::SharedBytes> transfers;
    std::uint64_t datagram_count = 0;
    std::uint64_t datagram_bytes = 0;
    std::uint64_t transfer_count = 0;
    std::optional<std::uint32_t> closed;
    /// Of several sessions: to whom datagrams went, in order.
    std::vector<const FakeSession*>* order = nullptr;

    [[nodiscard]] net::TransportKind transport() const override { return transport_; }
    [[nodiscard]] const net::Address& peer() const override { return peer_; }
    net::SessionStats reported;
    [[nodiscard]] net::SessionStats stats() const override { return reported; }
    void set_handler(net::SessionHandler&) override {}
    net::DatagramResult send_datagram(ByteView head, ByteView body) override {
        ++datagram_count;
        if (order != nullptr) order->push_back(this);
        datagram_bytes += head.size() + body.size();
        if (keeps) datagrams.push_back(std::string(text_of(head)) + std::string(text_of(body)));
        return datagram_result;
    }
    std::expected<void, net::SendRefusal> send_message(std::string_view text) override {
        if (is_full) return std::unexpected(net::SendRefusal::full);
        if (keeps) messages.emplace_back(text);
        return {};
    }
    std::expected<std::uint32_t, net::SendRefusal> send_transfer(net::SharedBytes bytes) override {
        if (is_full) return std::unexpected(net::SendRefusal::full);
        ++transfer_count;
        if (keeps) transfers.push_back(std::move(bytes));
        return static_cast<std::uint32_t>(transfer_count);
    }
    void set_receiving(Receiving) override {}
    void close(std::uint32_t code, std::string_view) override { closed = code; }

  private:
    net::TransportKind transport_;
    net::Address peer_;
};

}  // namespace gs::rooms::testing
