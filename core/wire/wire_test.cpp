#include "core/wire/lanes.h"
#include "core/wire/message_splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::wire {
namespace {

std::string framed(std::string_view text) {
    std::string out(4, '\0');
    store_u32_le(reinterpret_cast<std::byte*>(out.data()), static_cast<std::uint32_t>(text.size()));
    return out.append(text);
}

TEST(Lanes, bulk_head_comes_back_as_written) {
    std::vector<std::byte> frame(bulk_head_bytes);
    write_bulk_head(frame, {.transfer_id = 0xdeadbeef, .total_bytes = 1'000'000});
    const auto head = read_bulk_head(frame);
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->transfer_id, 0xdeadbeefu);
    EXPECT_EQ(head->total_bytes, 1'000'000u);
    EXPECT_EQ(frame[0], std::byte{2});
    EXPECT_FALSE(read_bulk_head(ByteView(frame).first(bulk_head_bytes - 1)).has_value());
}

TEST(MessageSplitter, finds_messages_however_the_bytes_are_cut) {
    const std::string stream = framed(R"({"a":1})") + framed("") + framed("second");
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        MessageSplitter splitter;
        std::vector<std::string> messages;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            ByteView part = bytes_of(std::string_view(stream).substr(at, step));
            while (splitter.take(part) == MessageSplitter::Status::message) {
                messages.emplace_back(splitter.text());
            }
        }
        EXPECT_EQ(messages, (std::vector<std::string>{R"({"a":1})", "", "second"})) << "step " << step;
        EXPECT_TRUE(splitter.at_boundary());
    }
}

TEST(MessageSplitter, refuses_a_length_over_the_limit_before_keeping_anything) {
    MessageSplitter splitter;
    std::byte head[4];
    store_u32_le(head, message_bytes_max + 1);
    ByteView input = head;
    EXPECT_EQ(splitter.take(input), MessageSplitter::Status::too_large);
    EXPECT_EQ(splitter.take(input), MessageSplitter::Status::too_large);
    EXPECT_TRUE(splitter.text().empty());
}

TEST(MessageSplitter, knows_that_a_message_was_cut) {
    MessageSplitter splitter;
    const std::string whole = framed("hello");
    ByteView part = bytes_of(std::string_view(whole).substr(0, 6));
    EXPECT_EQ(splitter.take(part), MessageSplitter::Status::more);
    EXPECT_FALSE(splitter.at_boundary());
}

}  // namespace
}  // namespace gs::wire
