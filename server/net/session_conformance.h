// The claims of session.h as tests that every transport runs (memory here, WebTransport in quic/, WebSocket
// in http/). A transport writes one SessionRig: a connected session of the server and, at its other end, a
// client that the test steers. Then:
//   INSTANTIATE_TEST_SUITE_P(Memory, SessionConformance, testing::Values(RigMaker{"plain", make_rig}));
// Include it in one .cpp per test program. Time is the rig's: run_until() turns its loop or moves its clock.
#pragma once

#include "core/wire/limits.h"
#include "server/net/recording_handler.h"
#include "server/net/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace gs::net {

/// One connected session and its client. A datagram may get lost on the way only if the rig says so; the
/// suite sends them again until they arrive.
class SessionRig {
  public:
    virtual ~SessionRig() = default;

    /// The server's session; null once its on_closed() has returned. Its first handler is `handler()`.
    virtual Session* session() = 0;
    RecordingHandler& handler() { return handler_; }

    /// What the client received; the rig appends to it.
    RecordingHandler& client() { return client_; }

    virtual void client_sends_datagram(std::string_view payload) = 0;
    virtual void client_sends_message(std::string_view text) = 0;
    virtual void client_sends_transfer(std::string_view bytes) = 0;
    /// While paused the client reads nothing, so that the server's queues fill.
    virtual void client_reads(Session::Receiving receiving) = 0;
    virtual void client_closes(std::uint32_t code, std::string_view reason) = 0;
    /// The client is gone without a word.
    virtual void client_vanishes() = 0;

    /// Lets things happen until `done()` says so; false if the rig gives up before.
    virtual bool run_until(const std::function<bool()>& done) = 0;

  protected:
    RecordingHandler handler_;
    RecordingHandler client_;
};

struct RigMaker {
    const char* name;
    std::function<std::unique_ptr<SessionRig>()> make;

    friend void PrintTo(const RigMaker& maker, std::ostream* out) { *out << maker.name; }
};

class SessionConformance : public testing::TestWithParam<RigMaker> {
  protected:
    void SetUp() override { rig_ = GetParam().make(); }
    void TearDown() override {
        EXPECT_EQ(rig_->handler().events_after_close, 0);
        EXPECT_LE(rig_->handler().closes.size(), 1u);
        EXPECT_FALSE(rig_->handler().closed_inside_call);
    }

    Session& session() {
        EXPECT_NE(rig_->session(), nullptr);
        return *rig_->session();
    }
    bool run_until(const std::function<bool()>& done) { return rig_->run_until(done); }
    bool run_until_closed() {
        return run_until([this] { return rig_->session() == nullptr; });
    }
    /// A payload of `bytes` bytes that differs with `number` and is valid UTF-8.
    static std::string payload(std::size_t bytes, int number) {
        std::string text = "#" + std::to_string(number) + " ";
        while (text.size() < bytes) {
            text.push_back(
                static_cast<char>('a' + (text.size() * 7 + static_cast<std::size_t>(number)) % 26));
        }
        text.resize(bytes);
        return text;
    }

    std::unique_ptr<SessionRig> rig_;
};

TEST_P(SessionConformance, messages_arrive_whole_and_in_order_both_ways) {
    std::vector<std::string> sent;
    for (int i = 0; i < 40; ++i) {
        sent.push_back(payload(i % 3 == 0 ? 5000 : 20, i));
        ASSERT_TRUE(session().send_message(sent.back()).has_value());
        rig_->client_sends_message(sent.back());
    }
    EXPECT_TRUE(run_until([&] {
        return rig_->client().messages.size() >= sent.size() &&
               rig_->handler().messages.size() >= sent.size();
    }));
    EXPECT_EQ(rig_->client().messages, sent);
    EXPECT_EQ(rig_->handler().messages, sent);
}

TEST_P(SessionConformance, empty_and_largest_datagrams_pass_both_ways) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, wire::datagram_bytes_max}) {
        const std::string text = payload(bytes, 3);
        const auto has = [&](const RecordingHandler& end) {
            return std::find(end.datagrams.begin(), end.datagrams.end(), text) != end.datagrams.end();
        };
        bool arrived = false;
        for (int tries = 0; tries < 50 && !arrived; ++tries) {
            const std::size_t half = bytes / 2;
            session().send_datagram(bytes_of(std::string_view(text).substr(0, half)),
                                    bytes_of(std::string_view(text).substr(half)));
            rig_->client_sends_datagram(text);
            arrived = run_until([&] { return has(rig_->client()) && has(rig_->handler()); });
        }
        EXPECT_TRUE(arrived) << bytes << " bytes";
    }
}

TEST_P(SessionConformance, refuses_what_is_over_the_limits) {
    const std::string datagram = payload(wire::datagram_bytes_max, 1);
    EXPECT_EQ(session().send_datagram(bytes_of("x"), bytes_of(datagram)), DatagramResult::too_large);
    const auto message = session().send_message(payload(wire::message_bytes_max + 1, 1));
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error(), SendRefusal::too_large);
    const auto transfer = session().send_transfer(share(bytes_of(payload(wire::transfer_bytes_max + 1, 1))));
    ASSERT_FALSE(transfer.has_value());
    EXPECT_EQ(transfer.error(), SendRefusal::too_large);

    const std::string largest = payload(wire::message_bytes_max, 2);
    EXPECT_TRUE(session().send_message(largest).has_value());
    EXPECT_TRUE(run_until([&] { return !rig_->client().messages.empty(); }));
    EXPECT_EQ(rig_->client().messages, std::vector<std::string>{largest});
    EXPECT_TRUE(rig_->client().datagrams.empty());
}

TEST_P(SessionConformance, transfers_arrive_whole_and_apart_both_ways) {
    std::multiset<std::string> sent;
    std::set<std::uint32_t> ids;
    for (int i = 0; i < 4; ++i) {
        const std::string bytes = payload(i == 0 ? 1 : 90'000, i);
        sent.insert(bytes);
        const auto id = session().send_transfer(share(bytes_of(bytes)));
        ASSERT_TRUE(id.has_value());
        ids.insert(*id);
        rig_->client_sends_transfer(bytes);
    }
    EXPECT_EQ(ids.size(), 4u);
    EXPECT_TRUE(run_until(
        [&] { return rig_->client().transfers.size() >= 4 && rig_->handler().transfers.size() >= 4; }));
    const auto all = [](const RecordingHandler& end) {
        return std::multiset<std::string>(end.transfers.begin(), end.transfers.end());
    };
    EXPECT_EQ(all(rig_->client()), sent);
    EXPECT_EQ(all(rig_->handler()), sent);
    EXPECT_TRUE(rig_->handler().open_transfers.empty());
}

TEST_P(SessionConformance, a_full_queue_refuses_and_says_when_it_is_writable_and_loses_nothing) {
    rig_->client_reads(Session::Receiving::paused);
    const std::string message = payload(32'000, 5);
    std::size_t accepted = 0;
    bool refused = false;
    while (!refused && accepted < 4096) {
        const auto result = session().send_message(message);
        if (result.has_value()) {
            ++accepted;
            // What the transport can pass on to the system's buffers, it should have the chance to.
            if (accepted % 8 == 0) run_until([] { return true; });
        } else {
            EXPECT_EQ(result.error(), SendRefusal::full);
            refused = true;
        }
    }
    ASSERT_TRUE(refused);
    EXPECT_LE(session().stats().send_queue_bytes, wire::send_queue_bytes_max + wire::transfer_bytes_max);
    EXPECT_EQ(rig_->handler().writable, 0);

    rig_->client_reads(Session::Receiving::open);
    EXPECT_TRUE(run_until([&] { return rig_->handler().writable > 0; }));
    EXPECT_LT(session().stats().send_queue_bytes, wire::send_queue_bytes_max / 2);
    EXPECT_TRUE(session().send_message("after").has_value());
    EXPECT_TRUE(run_until([&] { return rig_->client().messages.size() == accepted + 1; }));
    EXPECT_EQ(rig_->client().messages.back(), "after");
    EXPECT_EQ(rig_->handler().writable, 1);
}

TEST_P(SessionConformance, a_paused_session_keeps_messages_with_the_client) {
    session().set_receiving(Session::Receiving::paused);
    rig_->client_sends_message("later");
    rig_->client_sends_transfer(payload(3000, 1));
    // The other direction still works, and by the time it has, the message would have arrived.
    ASSERT_TRUE(session().send_message("now").has_value());
    EXPECT_TRUE(run_until([&] { return !rig_->client().messages.empty(); }));
    ASSERT_TRUE(session().send_message("and again").has_value());
    EXPECT_TRUE(run_until([&] { return rig_->client().messages.size() == 2; }));
    EXPECT_TRUE(rig_->handler().messages.empty());
    EXPECT_TRUE(rig_->handler().transfers.empty());

    session().set_receiving(Session::Receiving::open);
    EXPECT_TRUE(run_until([&] { return rig_->handler().transfers.size() == 1; }));
    EXPECT_TRUE(run_until([&] { return rig_->handler().messages.size() == 1; }));
    EXPECT_EQ(rig_->handler().messages, std::vector<std::string>{"later"});
}

TEST_P(SessionConformance, own_close_tells_the_client_after_queued_messages) {
    ASSERT_TRUE(session().send_message("last words").has_value());
    ++rig_->handler().inside_call;
    session().close(42, "the match is over");
    session().close(43, "twice changes nothing");
    EXPECT_EQ(session().send_datagram({}, bytes_of("x")), DatagramResult::closed);
    const auto message = session().send_message("x");
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error(), SendRefusal::closed);
    const auto transfer = session().send_transfer(share(bytes_of("x")));
    ASSERT_FALSE(transfer.has_value());
    EXPECT_EQ(transfer.error(), SendRefusal::closed);
    --rig_->handler().inside_call;

    EXPECT_TRUE(run_until_closed());
    ASSERT_EQ(rig_->handler().closes.size(), 1u);
    EXPECT_EQ(rig_->handler().closes[0].by, CloseInfo::By::us);
    EXPECT_TRUE(run_until([&] { return !rig_->client().closes.empty(); }));
    EXPECT_EQ(rig_->client().messages, std::vector<std::string>{"last words"});
    EXPECT_EQ(rig_->client().closes[0].code, 42u);
    EXPECT_EQ(rig_->client().closes[0].reason, "the match is over");
}

TEST_P(SessionConformance, a_long_reason_is_cut_between_characters) {
    std::string reason(wire::close_reason_bytes_max - 1, 'r');
    reason += "é and more";
    session().close(7, reason);
    EXPECT_TRUE(run_until([&] { return !rig_->client().closes.empty(); }));
    EXPECT_EQ(rig_->client().closes[0].reason, std::string(wire::close_reason_bytes_max - 1, 'r'));
    EXPECT_TRUE(run_until_closed());
}

TEST_P(SessionConformance, the_clients_close_carries_code_and_reason) {
    rig_->client_sends_message("bye");
    EXPECT_TRUE(run_until([&] { return rig_->handler().messages.size() == 1; }));
    rig_->client_closes(17, "going home");
    EXPECT_TRUE(run_until_closed());
    ASSERT_EQ(rig_->handler().closes.size(), 1u);
    EXPECT_EQ(rig_->handler().closes[0].by, CloseInfo::By::peer);
    EXPECT_EQ(rig_->handler().closes[0].code, 17u);
    EXPECT_EQ(rig_->handler().closes[0].reason, "going home");
}

TEST_P(SessionConformance, a_client_that_vanishes_is_noticed) {
    rig_->client_vanishes();
    EXPECT_TRUE(run_until_closed());
    ASSERT_EQ(rig_->handler().closes.size(), 1u);
    EXPECT_NE(rig_->handler().closes[0].by, CloseInfo::By::us);
    EXPECT_NE(rig_->handler().closes[0].by, CloseInfo::By::peer);
}

TEST_P(SessionConformance, a_new_handler_gets_everything_from_the_next_event_on) {
    RecordingHandler second;
    rig_->handler().on_event = [&](Session& it) { it.set_handler(second); };
    rig_->client_sends_message("one");
    rig_->client_sends_message("two");
    EXPECT_TRUE(run_until([&] { return second.messages.size() == 1; }));
    EXPECT_EQ(rig_->handler().messages, std::vector<std::string>{"one"});
    EXPECT_EQ(second.messages, std::vector<std::string>{"two"});
    rig_->client_closes(0, "");
    EXPECT_TRUE(run_until_closed());
    EXPECT_EQ(second.closes.size(), 1u);
    EXPECT_TRUE(rig_->handler().closes.empty());
}

TEST_P(SessionConformance, closing_inside_an_event_ends_the_events) {
    rig_->handler().on_event = [&](Session& it) {
        ++rig_->handler().inside_call;
        it.close(9, "enough");
        --rig_->handler().inside_call;
    };
    for (int i = 0; i < 5; ++i) {
        rig_->client_sends_message(payload(10, i));
    }
    EXPECT_TRUE(run_until_closed());
    EXPECT_EQ(rig_->handler().messages.size(), 1u);
    EXPECT_EQ(rig_->handler().closes.size(), 1u);
}

}  // namespace gs::net
