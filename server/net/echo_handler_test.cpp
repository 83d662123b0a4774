#include "server/net/echo_handler.h"

#include "server/net/close_codes.h"
#include "server/net/memory_session.h"
#include "server/net/recording_handler.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gs::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Visitor {
    Visitor(EchoHandler& echo, const MemoryLinkOptions& options) : link(options, Instant{}) {
        link.client()->set_handler(client);
        link.server()->set_handler(echo);
    }
    void run(Duration duration) {
        now += duration;
        link.advance(now);
    }
    RecordingHandler client;
    Instant now{};
    MemoryLink link;
};

std::string text_of_size(std::size_t bytes, char letter) { return std::string(bytes, letter); }

TEST(EchoHandler, sends_back_each_lane_as_it_came) {
    EchoHandler echo;
    Visitor visitor(echo, {});
    visitor.link.client()->send_datagram({}, bytes_of("ping"));
    visitor.link.client()->send_datagram({}, {});
    EXPECT_TRUE(visitor.link.client()->send_message("").has_value());
    EXPECT_TRUE(visitor.link.client()->send_message("hello").has_value());
    const std::string megabyte = text_of_size(1'000'000, 'm');
    EXPECT_TRUE(visitor.link.client()->send_transfer(share(bytes_of(megabyte))).has_value());
    visitor.run(seconds(1));
    EXPECT_EQ(visitor.client.datagrams, (std::vector<std::string>{"ping", ""}));
    EXPECT_EQ(visitor.client.messages, (std::vector<std::string>{"", "hello"}));
    EXPECT_EQ(visitor.client.transfers, std::vector<std::string>{megabyte});
    EXPECT_EQ(echo.busy_sessions(), 0u);
}

TEST(EchoHandler, ends_when_the_client_closes_and_keeps_nothing) {
    EchoHandler echo;
    Visitor visitor(echo, {.to_server = {.bytes_per_s = 50'000}});
    EXPECT_TRUE(
        visitor.link.client()->send_transfer(share(bytes_of(text_of_size(100'000, 't')))).has_value());
    visitor.run(seconds(1));
    EXPECT_EQ(echo.busy_sessions(), 1u);
    visitor.link.client()->close(0, "");
    visitor.run(seconds(1));
    EXPECT_EQ(echo.busy_sessions(), 0u);
    EXPECT_EQ(visitor.link.server(), nullptr);
}

TEST(EchoHandler, loses_nothing_when_the_way_back_is_slower) {
    EchoHandler echo;
    // The client floods messages and transfers; what comes back trickles.
    Visitor visitor(echo, {.to_client = {.delay = milliseconds(5), .bytes_per_s = 2'000'000}});
    std::vector<std::string> messages;
    std::vector<std::string> transfers;
    for (int round = 0; round < 400; ++round) {
        Session& client = *visitor.link.client();
        const std::string message = std::to_string(round) + text_of_size(30'000, 'm');
        if (client.send_message(message).has_value()) messages.push_back(message);
        const std::string transfer = std::to_string(round) + text_of_size(60'000, 't');
        if (client.send_transfer(share(bytes_of(transfer))).has_value()) transfers.push_back(transfer);
        visitor.run(milliseconds(10));
        ASSERT_NE(visitor.link.server(), nullptr);
        ASSERT_LE(visitor.link.server()->stats().send_queue_bytes,
                  wire::send_queue_bytes_max + wire::transfer_bytes_max);
    }
    visitor.run(seconds(60));
    EXPECT_GT(messages.size() + transfers.size(), 100u);
    EXPECT_EQ(visitor.client.messages, messages);
    EXPECT_EQ(std::multiset<std::string>(visitor.client.transfers.begin(), visitor.client.transfers.end()),
              std::multiset<std::string>(transfers.begin(), transfers.end()));
    EXPECT_EQ(echo.busy_sessions(), 0u);
}

TEST(EchoHandler, closes_a_client_that_begins_more_than_it_may) {
    EchoHandler echo;
    Visitor visitor(echo, {});
    SessionHandler& handler = echo;
    // Straight into the handler: ten transfers of 1 MB begun and none ended.
    const std::string megabyte = text_of_size(1'000'000, 'm');
    for (std::uint32_t id = 1; id <= 10; ++id) {
        handler.on_transfer(*visitor.link.server(), id, bytes_of(megabyte),
                            SessionHandler::TransferPart::more);
    }
    visitor.run(seconds(5));
    ASSERT_EQ(visitor.client.closes.size(), 1u);
    EXPECT_EQ(visitor.client.closes[0].code, close_code::too_much);
    EXPECT_EQ(echo.busy_sessions(), 0u);
}

TEST(EchoHandler, counts_empty_transfers_too) {
    EchoHandler echo;
    Visitor visitor(echo, {});
    SessionHandler& handler = echo;
    const std::uint32_t enough = EchoHandler::session_bytes_max / EchoHandler::overhead_bytes + 1;
    for (std::uint32_t id = 1; id <= enough; ++id) {
        handler.on_transfer(*visitor.link.server(), id, {}, SessionHandler::TransferPart::more);
    }
    visitor.run(seconds(5));
    EXPECT_EQ(visitor.client.closes.size(), 1u);
}

TEST(EchoHandler, forgets_an_aborted_transfer) {
    EchoHandler echo;
    Visitor visitor(echo, {});
    SessionHandler& handler = echo;
    handler.on_transfer(*visitor.link.server(), 1, bytes_of("half"), SessionHandler::TransferPart::more);
    EXPECT_EQ(echo.busy_sessions(), 1u);
    handler.on_transfer(*visitor.link.server(), 1, {}, SessionHandler::TransferPart::aborted);
    EXPECT_EQ(echo.busy_sessions(), 0u);
    visitor.run(seconds(1));
    EXPECT_TRUE(visitor.client.transfers.empty());
}

TEST(EchoHandler, serves_many_visitors_apart) {
    EchoHandler echo;
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (int i = 0; i < 20; ++i) {
        visitors.push_back(std::make_unique<Visitor>(echo, MemoryLinkOptions{}));
        const std::string transfer = std::to_string(i) + text_of_size(10'000, 't');
        EXPECT_TRUE(visitors.back()->link.client()->send_transfer(share(bytes_of(transfer))).has_value());
        EXPECT_TRUE(visitors.back()->link.client()->send_message(std::to_string(i)).has_value());
    }
    for (int round = 0; round < 100; ++round) {
        for (auto& visitor : visitors) {
            visitor->run(milliseconds(1));
        }
    }
    for (std::size_t i = 0; i < visitors.size(); ++i) {
        EXPECT_EQ(visitors[i]->client.messages, std::vector<std::string>{std::to_string(i)});
        ASSERT_EQ(visitors[i]->client.transfers.size(), 1u);
        EXPECT_TRUE(visitors[i]->client.transfers[0].starts_with(std::to_string(i)));
    }
}

}  // namespace
}  // namespace gs::net
