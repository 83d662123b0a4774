#include "server/http/websocket_lanes.h"

#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/http/websocket_frames.h"
#include "server/http/websocket_send_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::http {
namespace {

using Fault = WebSocketLanes::Fault;
using Part = net::SessionHandler::TransferPart;

struct NotingSink : WebSocketLanes::Sink {
    void on_datagram(ByteView payload) override { datagrams.emplace_back(text_of(payload)); }
    void on_message(std::string_view text) override { messages.emplace_back(text); }
    void on_transfer(std::uint32_t id, ByteView bytes, Part part) override {
        transfers += std::to_string(id) + ":" + std::string(text_of(bytes)) +
                     (part == Part::last      ? "."
                      : part == Part::aborted ? "!"
                                              : ",") +
                     " ";
    }

    std::vector<std::string> datagrams;
    std::vector<std::string> messages;
    std::string transfers;
};

std::string part_frame(std::uint32_t id, std::uint32_t total, std::string_view part) {
    std::string frame(wire::bulk_head_bytes, '\0');
    wire::write_bulk_head(std::as_writable_bytes(std::span(frame)),
                          {.transfer_id = id, .total_bytes = total});
    return frame.append(part);
}

class Lanes : public ::testing::Test {
  protected:
    Fault receive(std::string_view frame) { return lanes_.receive_binary(bytes_of(frame), sink_); }

    Limits limits_{.websocket_transfers_open = 2};
    WebSocketLanes lanes_{limits_};
    NotingSink sink_;
};

TEST_F(Lanes, carry_datagrams_from_empty_to_the_largest) {
    EXPECT_EQ(receive("\x01"), Fault::none);
    EXPECT_EQ(receive("\x01" + std::string(wire::datagram_bytes_max, 'd')), Fault::none);
    EXPECT_EQ(receive("\x01" + std::string(wire::datagram_bytes_max + 1, 'd')), Fault::datagram_too_large);
    ASSERT_EQ(sink_.datagrams.size(), 2u);
    EXPECT_EQ(sink_.datagrams[0], "");
    EXPECT_EQ(sink_.datagrams[1].size(), wire::datagram_bytes_max);
}

TEST_F(Lanes, refuse_binary_messages_of_no_lane) {
    EXPECT_EQ(receive(""), Fault::empty_frame);
    EXPECT_EQ(receive(std::string_view("\0x", 2)), Fault::unknown_lane);
    EXPECT_EQ(receive("\x03"), Fault::unknown_lane);
    EXPECT_EQ(receive("\xff"), Fault::unknown_lane);
}

TEST_F(Lanes, bound_messages) {
    EXPECT_EQ(lanes_.receive_text("", sink_), Fault::none);
    EXPECT_EQ(lanes_.receive_text(std::string(wire::message_bytes_max, 'm'), sink_), Fault::none);
    EXPECT_EQ(lanes_.receive_text(std::string(wire::message_bytes_max + 1, 'm'), sink_),
              Fault::message_too_large);
    EXPECT_EQ(sink_.messages.size(), 2u);
}

TEST_F(Lanes, interleave_transfers) {
    EXPECT_EQ(receive(part_frame(7, 4, "ab")), Fault::none);
    EXPECT_EQ(receive(part_frame(8, 1, "x")), Fault::none);
    EXPECT_EQ(receive(part_frame(7, 4, "cd")), Fault::none);
    EXPECT_EQ(sink_.transfers, "7:ab, 8:x. 7:cd. ");
    EXPECT_EQ(lanes_.open_transfers(), 0u);
}

TEST_F(Lanes, refuse_parts_past_the_announced_end) {
    EXPECT_EQ(receive(part_frame(1, 4, "abc")), Fault::none);
    EXPECT_EQ(receive(part_frame(1, 4, "de")), Fault::transfer_overrun);
    EXPECT_EQ(receive(part_frame(2, 1, "xy")), Fault::transfer_overrun);
    EXPECT_EQ(sink_.transfers, "1:abc, ");
}

TEST_F(Lanes, refuse_heads_that_are_short_empty_huge_or_change) {
    EXPECT_EQ(receive(std::string("\x02\x01\x00\x00\x00\x05\x00\x00", 8)), Fault::bad_transfer_head);
    EXPECT_EQ(receive(part_frame(1, 5, "")), Fault::bad_transfer_head);
    EXPECT_EQ(receive(part_frame(1, 0, "x")), Fault::transfer_overrun);
    EXPECT_EQ(receive(part_frame(9, wire::transfer_bytes_max + 1, "x")), Fault::transfer_too_large);
    EXPECT_EQ(receive(part_frame(9, 0xffffffff, "x")), Fault::transfer_too_large);
    EXPECT_EQ(receive(part_frame(3, 5, "x")), Fault::none);
    EXPECT_EQ(receive(part_frame(3, 6, "x")), Fault::bad_transfer_head);
}

TEST_F(Lanes, allow_a_few_transfers_at_once_and_report_those_cut_short) {
    EXPECT_EQ(receive(part_frame(1, 9, "a")), Fault::none);
    EXPECT_EQ(receive(part_frame(2, 9, "b")), Fault::none);
    EXPECT_EQ(receive(part_frame(3, 9, "c")), Fault::too_many_transfers);
    lanes_.abort_open_transfers(sink_);
    EXPECT_EQ(sink_.transfers, "1:a, 2:b, 1:! 2:! ");
    EXPECT_EQ(lanes_.open_transfers(), 0u);
}

TEST(CloseCodes, travel_both_ways) {
    EXPECT_EQ(close_code_from(0), 1000);
    EXPECT_EQ(close_code_from(7), 4007);
    EXPECT_EQ(close_code_from(999), 4999);
    EXPECT_EQ(close_code_from(70'000), 4999);
    EXPECT_EQ(application_code_from(4007), 7u);
    EXPECT_EQ(application_code_from(1000), 0u);
    EXPECT_EQ(application_code_from(1001), 0u);
    EXPECT_EQ(application_code_from(1005), 0u);
    EXPECT_EQ(application_code_from(1002), std::nullopt);
    for (int fault = 1; fault <= static_cast<int>(Fault::too_many_transfers); ++fault) {
        const std::string_view sentence = sentence_of(static_cast<Fault>(fault));
        EXPECT_FALSE(sentence.empty()) << fault;
        EXPECT_LE(sentence.size(), wire::close_reason_bytes_max) << fault;
    }
}

TEST(CloseReasons, are_cut_between_characters) {
    EXPECT_EQ(cut_text("short", 123), "short");
    EXPECT_EQ(cut_text("aü", 2), "a");
    EXPECT_EQ(cut_text("a\xf0\x9f\x8e\xae", 4), "a");
    EXPECT_EQ(cut_text("aaa", 3), "aaa");
    EXPECT_EQ(cut_text("\xff", 123), "");
}

class SendQueue : public ::testing::Test {
  protected:
    /// The first bytes of what leaves: the order of the lanes_.
    std::string filled(std::size_t budget) {
        std::string out;
        queue_.fill(out, budget);
        return out;
    }

    WebSocketSendQueue queue_{1000};
};

TEST_F(SendQueue, sends_the_newest_datagram_before_messages_before_transfers) {
    ASSERT_TRUE(queue_.push_transfer(net::share(bytes_of("bulk"))).has_value());
    ASSERT_TRUE(queue_.push_message("sure").has_value());
    EXPECT_EQ(queue_.hold_datagram(bytes_of("ol"), bytes_of("d")), WebSocketSendQueue::Held::in_free_place);
    EXPECT_EQ(queue_.hold_datagram(bytes_of("ne"), bytes_of("w")),
              WebSocketSendQueue::Held::in_place_of_older);
    EXPECT_EQ(filled(1000),
              std::string("\x82\x04\x01new\x81\x04sure\x82\x0d\x02\x01\0\0\0\x04\0\0\0bulk", 27));
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(queue_.bytes(), 0u);
}

TEST_F(SendQueue, refuses_when_full_and_says_once_when_half_is_free) {
    EXPECT_TRUE(queue_.push_message(std::string(600, 'a')).has_value());
    EXPECT_TRUE(queue_.push_message(std::string(600, 'a')).has_value()) << "one may go over the limit";
    EXPECT_EQ(queue_.push_message("x").error(), net::SendRefusal::full);
    EXPECT_EQ(queue_.push_transfer(net::share(bytes_of("x"))).error(), net::SendRefusal::full);
    EXPECT_FALSE(queue_.take_writable_again());
    EXPECT_EQ(filled(1).size(), 604u);
    EXPECT_FALSE(queue_.take_writable_again()) << "600 of 1,000 still wait";
    EXPECT_EQ(filled(1).size(), 604u);
    EXPECT_TRUE(queue_.take_writable_again());
    EXPECT_FALSE(queue_.take_writable_again());
}

TEST_F(SendQueue, bounds_the_number_of_messages_and_transfers) {
    std::size_t messages = 0;
    while (messages < 10'000 && queue_.push_message("").has_value())
        ++messages;
    EXPECT_LT(messages, 100u);
    std::size_t transfers = 0;
    while (transfers < 10'000 && queue_.push_transfer(net::share(bytes_of("x"))).has_value())
        ++transfers;
    EXPECT_EQ(transfers, wire::transfers_max);
    EXPECT_EQ(queue_.push_message(std::string(wire::message_bytes_max + 1, 'x')).error(),
              net::SendRefusal::too_large);
}

TEST_F(SendQueue, splits_transfers_so_that_others_come_between) {
    const std::vector<std::byte> large(40'000, std::byte{'t'});
    ASSERT_TRUE(queue_.push_transfer(net::share(large)).has_value());
    EXPECT_EQ(filled(1).size(), 4 + wire::bulk_head_bytes + 16 * 1024);
    queue_.hold_datagram({}, bytes_of("d"));
    EXPECT_TRUE(
        filled(10).starts_with("\x82\x02\x01"
                               "d"));
    EXPECT_EQ(queue_.bytes(), 40'000u - 2 * 16 * 1024);
    queue_.drop_transfers();
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(queue_.bytes(), 0u);
}

TEST(FrameHeads, have_the_shortest_length) {
    const auto head = [](std::size_t size) {
        std::string out;
        append_frame_head(out, Opcode::binary, size);
        return out;
    };
    EXPECT_EQ(head(0), std::string("\x82\0", 2));
    EXPECT_EQ(head(125), "\x82\x7d");
    EXPECT_EQ(head(126), std::string("\x82\x7e\0\x7e", 4));
    EXPECT_EQ(head(65535), "\x82\x7e\xff\xff");
    EXPECT_EQ(head(65536), std::string("\x82\x7f\0\0\0\0\0\x01\0\0", 10));
}

}  // namespace
}  // namespace gs::http
