// A server and a client endpoint on a SimulatedNetwork, for tests: what most of them need to begin.
#pragma once

#include "server/net/recording_handler.h"
#include "server/quic/lane_acceptor.h"
#include "server/quic/simulated_network.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gs::quic {

/// A WebTransportHandler that writes down what happens, and can give flow control back or keep it.
class RecordingStreams final : public WebTransportHandler {
  public:
    struct Log {
        std::vector<std::string> datagrams;
        std::map<std::int64_t, std::string> data;
        std::map<std::int64_t, bool> ended;
        std::vector<std::pair<std::int64_t, std::uint32_t>> resets;
        std::vector<std::int64_t> stops;
        std::vector<net::CloseInfo::By> closed_by;
        std::vector<std::uint32_t> close_codes;
        std::vector<std::string> close_reasons;
        bool consume = true;
        WebTransportSession* session = nullptr;
    };

    RecordingStreams(WebTransportSession& session, Log& log) : session_(session), log_(log) {
        log_.session = &session;
    }

    void on_datagram(ByteView payload) override { log_.datagrams.emplace_back(text_of(payload)); }
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin) override {
        log_.data[number(stream)].append(text_of(bytes));
        if (fin == Fin::yes) log_.ended[number(stream)] = true;
        if (log_.consume) session_.consumed(stream, bytes.size());
    }
    void on_stream_reset(StreamId stream, std::uint32_t code) override {
        log_.resets.emplace_back(number(stream), code);
    }
    void on_stop_sending(StreamId stream) override { log_.stops.push_back(number(stream)); }
    void on_stream_writable(StreamId) override {}
    void on_stream_closed(StreamId) override {}
    void on_closed(const net::CloseInfo& info) override {
        log_.closed_by.push_back(info.by);
        log_.close_codes.push_back(info.code);
        log_.close_reasons.emplace_back(info.reason);
        log_.session = nullptr;
    }

  private:
    WebTransportSession& session_;
    Log& log_;
};

class RecordingAcceptor final : public WebTransportAcceptor {
  public:
    bool serves(const net::SessionRequest& request) const override { return request.path == "/wt"; }
    std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest&,
                                                WebTransportSession& session) override {
        return std::make_unique<RecordingStreams>(session, log);
    }
    void refused(int status) override { refusals.push_back(status); }

    RecordingStreams::Log log;
    std::vector<int> refusals;
};

/// A fixed certificate would expire: every test program makes one, for a fixed day.
inline constexpr std::int64_t test_day_unix_s = 1'790'000'000;

inline std::shared_ptr<const ServerCredentials> test_credentials() {
    static const std::shared_ptr<const ServerCredentials> credentials = [] {
        const auto pem = make_development_certificate(test_day_unix_s);
        EXPECT_TRUE(pem.has_value());
        return *ServerCredentials::make(*pem, test_day_unix_s);
    }();
    return credentials;
}

struct TestPairOptions {
    std::uint64_t seed = 1;
    SimulatedNetwork::Conditions conditions = {};
    std::string path = "/wt";
    std::string origin = "https://play.example";
    Endpoint::Options server = {};
    Endpoint::Options client = {};
};

class TestPair {
  public:
    /// `server_acceptor` may be null: then raw streams are recorded in server_streams.
    explicit TestPair(TestPairOptions options = {}, WebTransportAcceptor* server_acceptor = nullptr,
                      WebTransportAcceptor* client_acceptor = nullptr)
        : network(options.seed, options.conditions),
          server_node(network.add("10.0.0.1:8443")),
          client_node(network.add("10.0.0.2:5000")) {
        options.server.http3.acceptor = server_acceptor != nullptr ? server_acceptor : &server_streams;
        options.server.http3.origins = &origins;
        options.client.http3 = {.role = Role::client,
                                .acceptor = client_acceptor != nullptr ? client_acceptor : &client_streams,
                                .authority = "play.example:8443",
                                .path = options.path,
                                .origin = options.origin};
        server = std::make_unique<Endpoint>(options.server, test_credentials(), server_node, network.now());
        client = std::make_unique<Endpoint>(options.client, nullptr, client_node, network.now());
        server_node.attach(*server);
        client_node.attach(*client);
    }

    Connection* dial() {
        trust = std::make_shared<const ClientCredentials>(ClientTrust{{test_credentials()->hash()}});
        return client->connect({.local = client_node.address(), .remote = server_node.address()}, trust,
                               "play.example");
    }
    bool run_until(const std::function<bool()>& done, net::Duration limit = std::chrono::seconds(30)) {
        return network.run_until(done, limit);
    }
    /// Dials and waits for the session on both sides.
    bool connect() {
        dial();
        return run_until([this] {
            return server_streams.log.session != nullptr && client_streams.log.session != nullptr;
        });
    }
    [[nodiscard]] WebTransportSession& server_session() const { return *server_streams.log.session; }
    [[nodiscard]] WebTransportSession& client_session() const { return *client_streams.log.session; }

    RecordingAcceptor server_streams;
    RecordingAcceptor client_streams;
    net::OriginPolicy origins{std::vector<std::string>{"https://play.example"}};
    SimulatedNetwork network;
    SimulatedNetwork::Node& server_node;
    SimulatedNetwork::Node& client_node;
    std::shared_ptr<const ClientCredentials> trust;
    std::unique_ptr<Endpoint> server;
    std::unique_ptr<Endpoint> client;
};

/// Another client of a TestPair's server, at its own address. Goes before the TestPair.
class Visitor {
  public:
    Visitor(TestPair& pair, const char* address, Endpoint::Options options = {})
        : node(pair.network.add(address)), trust_(ClientTrust{{test_credentials()->hash()}}), pair_(pair) {
        options.http3 = {.role = Role::client,
                         .acceptor = &streams,
                         .authority = "play.example:8443",
                         .path = "/wt",
                         .origin = "https://play.example"};
        endpoint = std::make_unique<Endpoint>(options, nullptr, node, pair.network.now());
        node.attach(*endpoint);
    }

    Visitor(const Visitor&) = delete;
    Visitor& operator=(const Visitor&) = delete;
    ~Visitor() { node.detach(); }

    Connection* dial() {
        const std::shared_ptr<const ClientCredentials> trust(&trust_, [](const ClientCredentials*) {});
        return endpoint->connect({.local = node.address(), .remote = pair_.server_node.address()}, trust,
                                 "play.example");
    }
    bool connect() {
        dial();
        return pair_.run_until([this] { return streams.log.session != nullptr; });
    }

    RecordingAcceptor streams;
    SimulatedNetwork::Node& node;
    std::unique_ptr<Endpoint> endpoint;

  private:
    ClientCredentials trust_;
    TestPair& pair_;
};

}  // namespace gs::quic
