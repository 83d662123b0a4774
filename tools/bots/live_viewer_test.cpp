#include "tools/bots/live_viewer.h"

#include "core/game/test_game.h"
#include "core/netcode/tick_packet.h"
#include "core/wire/bit_stream.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::bots {
namespace {

constexpr std::uint32_t epoch = 7;
constexpr game::Module module = game::module_of<game::BasicTestGame<4>>();

std::string ticks(std::uint32_t first, std::uint32_t count, std::uint32_t of_epoch = epoch) {
    netcode::TickHeadBytes room;
    const auto head =
        netcode::write_tick_head({.epoch = of_epoch, .first = Tick{first}, .count = count}, room);
    return std::string(text_of(head)) + std::string(count, '\0');
}

std::string repair(std::uint32_t first, std::uint32_t count) {
    netcode::TickHeadBytes room;
    const auto head =
        netcode::write_repair_head({.epoch = epoch, .first = Tick{first}, .count = count}, room);
    return std::string(text_of(head)) + std::string(count, '\0');
}

std::string keyframe(std::uint32_t tick) {
    std::array<std::byte, 16> room;
    wire::BitWriter writer(room);
    EXPECT_TRUE(writer.bits(std::uint8_t{1}, 8) && writer.varint(epoch) && writer.varint(tick));
    return std::string(text_of(writer.written()));
}

class LiveViewerTest : public testing::Test {
  protected:
    void SetUp() override {
        viewer.enter(epoch);
        viewer.receive_transfer(bytes_of(keyframe(100)));
    }
    void datagram(const std::string& bytes) { viewer.receive_datagram(bytes_of(bytes)); }
    std::uint32_t next() { return viewer.next().value_or(Tick{0}).value; }

    LiveViewer viewer{module};
};

TEST_F(LiveViewerTest, counts_each_tick_once) {
    ASSERT_TRUE(viewer.is_watching());
    datagram(ticks(96, 8));
    datagram(ticks(100, 8));
    datagram(ticks(100, 8, epoch + 1));
    EXPECT_EQ(next(), 108u);
    EXPECT_EQ(viewer.counters().ticks, 8);
}

TEST_F(LiveViewerTest, asks_for_a_hole_that_stays_and_goes_on_behind_it) {
    datagram(ticks(104, 4));
    EXPECT_EQ(viewer.take_request().kind, client::Request::Kind::none) << "it may come late";
    const client::Request request = viewer.take_request();
    EXPECT_EQ(request.kind, client::Request::Kind::repair);
    EXPECT_EQ(request.first, Tick{100});
    EXPECT_GE(request.count, 4u);
    viewer.receive_transfer(bytes_of(repair(100, 4)));
    EXPECT_EQ(next(), 108u);
    EXPECT_EQ(viewer.counters().ticks_repaired, 4);
    EXPECT_EQ(viewer.take_request().kind, client::Request::Kind::none);
}

TEST_F(LiveViewerTest, comes_through_a_window_that_is_full) {
    datagram(ticks(101, 64));
    datagram(ticks(165, 40));
    datagram(ticks(100, 1));
    EXPECT_EQ(next(), 165u);
    datagram(ticks(165, 40));
    EXPECT_EQ(next(), 205u);
    EXPECT_EQ(viewer.counters().ticks, 105);
}

TEST_F(LiveViewerTest, acknowledges_what_is_complete) {
    datagram(ticks(100, 4));
    datagram(ticks(110, 4));
    netcode::InputPacket packet;
    ASSERT_TRUE(netcode::read_input_packet(module, viewer.acknowledgement(), packet));
    EXPECT_EQ(packet.newest_received, Tick{103});
    EXPECT_EQ(packet.epoch, epoch);
    EXPECT_EQ(packet.count, 0u);
}

}  // namespace
}  // namespace gs::bots
