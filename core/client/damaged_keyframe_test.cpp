// Keyframes with wrong bits in them, as no line makes them: what the client does with the state that it got.
#include "core/client/client.h"
#include "core/client/scripted_server.h"

#include <gtest/gtest.h>

namespace gs::client::testing {
namespace {

constexpr Micros send_us = 33'333;

/// A client that begins with a damaged keyframe, and a server that answers what it asks for.
struct Mended {
    explicit Mended(std::size_t wrong_bit) {
        server.ticks(10);
        Bytes keyframe = server.keyframe();
        keyframe[wrong_bit / 8] ^= static_cast<std::byte>(1 << (wrong_bit % 8));
        client.enter(own_seat, server.epoch, now);
        client.receive_transfer(keyframe, now);
        was_refused = !client.is_running();
    }
    void send() {
        server.ticks(2);
        now += send_us;
        client.receive_datagram(server.datagram(server.next() - 2, 2), now);
        client.turn(now);
        while (!client.take_datagram().empty()) {
        }
        const Request request = client.take_request();
        if (request.kind == Request::Kind::none) return;
        const bool is_repaired = request.kind == Request::Kind::repair && request.first >= Tick{1'000};
        client.receive_transfer(is_repaired ? server.repair(request.first, request.count) : server.keyframe(),
                                now);
    }
    [[nodiscard]] bool is_in_sync() {
        return client.confirmed() == server.next() - 1 && client.state().hash(scratch) == server.hash();
    }

    ScriptedServer server;
    Client client{test_module, Client::Work::confirm};
    Micros now = 7'000'000;
    bool was_refused = false;
    Bytes scratch = Bytes(game::state_bytes_max);
};

TEST(DamagedKeyframe, is_refused_or_found_out_and_mended_whichever_bit_it_is) {
    ScriptedServer first;
    first.ticks(10);
    const std::size_t bits = first.keyframe().size() * 8;
    std::size_t refused = 0;
    std::size_t found_out = 0;
    std::size_t longest = 0;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        Mended mended(bit);
        // The first hash comes with the sixth send.
        std::size_t sends = 0;
        for (; sends < 6 || (!mended.is_in_sync() && sends < 120); ++sends)
            mended.send();
        ASSERT_TRUE(mended.is_in_sync()) << "bit " << bit << " of " << bits;
        longest = std::max(longest, sends);
        refused += mended.was_refused ? 1 : 0;
        found_out += mended.client.stats().resyncs > 0 ? 1 : 0;
    }
    EXPECT_GT(refused, 20u);
    EXPECT_GT(found_out, bits / 2);
    EXPECT_GE(longest, 60u) << "nothing was ahead of all ticks";
}

TEST(DamagedKeyframe, is_none_because_old_ticks_come_late) {
    Mended mended(1);
    ASSERT_TRUE(mended.was_refused) << "the type";
    for (int send = 0; send < 100; ++send)
        mended.send();
    ASSERT_TRUE(mended.is_in_sync());
    // As many old ones as a line may hold back, between those that are new.
    for (int late = 0; late < 300; ++late) {
        mended.client.receive_datagram(mended.server.datagram(Tick{1'020}, 2), mended.now);
        if (late % 50 == 0) mended.send();
    }
    EXPECT_EQ(mended.client.stats().resyncs, 0);
    EXPECT_TRUE(mended.is_in_sync());
}

}  // namespace
}  // namespace gs::client::testing
