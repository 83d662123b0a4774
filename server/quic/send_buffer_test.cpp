#include "server/quic/send_buffer.h"

#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace gs::quic {
namespace {

/// All unsent bytes, looked at and sent `piece` at a time.
std::string drain(SendBuffer& buffer, std::size_t piece) {
    std::string out;
    std::array<ByteView, 3> views;
    while (buffer.unsent_bytes() > 0) {
        const std::size_t count = buffer.next(views);
        EXPECT_GT(count, 0u);
        std::size_t room = piece;
        for (std::size_t i = 0; i < count && room > 0; ++i) {
            const ByteView part = views[i].first(std::min(room, views[i].size()));
            out += text_of(part);
            buffer.sent(part.size());
            room -= part.size();
        }
    }
    return out;
}

TEST(SendBuffer, gives_back_copied_and_shared_bytes_in_order) {
    for (const std::size_t piece : {1u, 7u, 1200u, 100'000u}) {
        SendBuffer buffer;
        std::string expected;
        for (int i = 0; i < 40; ++i) {
            const std::string text(static_cast<std::size_t>(i * 37 % 900), static_cast<char>('a' + i % 26));
            expected += text;
            if (i % 3 == 0) {
                buffer.append(net::share(bytes_of(text)));
            } else {
                buffer.append(bytes_of(text));
            }
        }
        EXPECT_EQ(buffer.unsent_bytes(), expected.size());
        EXPECT_EQ(drain(buffer, piece), expected);
        EXPECT_EQ(buffer.unsent_bytes(), 0u);
    }
}

TEST(SendBuffer, bytes_on_their_way_keep_their_address_until_they_are_acknowledged) {
    SendBuffer buffer;
    buffer.append(bytes_of("first"));
    std::array<ByteView, 4> views;
    ASSERT_EQ(buffer.next(views), 1u);
    const ByteView kept = views[0];
    buffer.sent(kept.size());
    for (int i = 0; i < 1000; ++i) {
        buffer.append(bytes_of("more and more"));
        buffer.sent(13);
    }
    EXPECT_EQ(text_of(kept), "first");
    buffer.acknowledged(5);
    // Still inside a block that later bytes share.
    EXPECT_EQ(text_of(kept), "first");
}

TEST(SendBuffer, shared_bytes_are_let_go_when_acknowledged_or_dropped) {
    const net::SharedBytes shared = net::share(bytes_of(std::string(5000, 's')));
    SendBuffer buffer;
    buffer.append(shared);
    buffer.append(shared);
    EXPECT_EQ(shared.use_count(), 3);
    buffer.sent(10'000);
    buffer.acknowledged(4999);
    EXPECT_EQ(shared.use_count(), 3);
    buffer.acknowledged(5000);
    EXPECT_EQ(shared.use_count(), 2);
    buffer.clear();
    EXPECT_EQ(shared.use_count(), 1);
    EXPECT_EQ(buffer.unsent_bytes(), 0u);
}

TEST(SendBuffer, empty_appends_add_nothing) {
    SendBuffer buffer;
    buffer.append(ByteView{});
    buffer.append(net::share({}));
    std::array<ByteView, 2> views;
    EXPECT_EQ(buffer.next(views), 0u);
    EXPECT_EQ(buffer.unsent_bytes(), 0u);
}

class RandomSendBuffer : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomSendBuffer, any_mix_of_writing_sending_and_acknowledging_loses_nothing) {
    base::Rng rng(GetParam());
    SendBuffer buffer;
    std::string written;
    std::string sent;
    std::uint64_t acknowledged = 0;
    for (int step = 0; step < 2000; ++step) {
        switch (rng.below(4)) {
            case 0: {
                const std::string text(rng.below(rng.chance(100) ? 20'000 : 200),
                                       static_cast<char>('a' + step % 26));
                written += text;
                rng.chance(300) ? buffer.append(net::share(bytes_of(text))) : buffer.append(bytes_of(text));
                break;
            }
            case 1:
            case 2: {
                std::array<ByteView, 8> views;
                const std::size_t count = buffer.next(views);
                std::size_t room = rng.below(1400);
                for (std::size_t i = 0; i < count && room > 0; ++i) {
                    const ByteView part = views[i].first(std::min(room, views[i].size()));
                    sent += text_of(part);
                    buffer.sent(part.size());
                    room -= part.size();
                }
                break;
            }
            default:
                acknowledged += rng.below(sent.size() - acknowledged + 1);
                buffer.acknowledged(acknowledged);
                break;
        }
        ASSERT_EQ(buffer.unsent_bytes(), written.size() - sent.size());
    }
    sent += drain(buffer, 1200);
    EXPECT_EQ(sent, written);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSendBuffer, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace gs::quic
