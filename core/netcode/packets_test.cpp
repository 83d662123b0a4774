// Tick packets and input packets: what goes between one client and its room.
#include "core/base/rng.h"
#include "core/game/test_game.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/tick_packet.h"
#include "core/wire/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::netcode {
namespace {

using game::test_module;
using Input = game::TestGame::Input;

static_assert(tick_head_bytes_max + entry_bytes_max <= wire::datagram_bytes_max);
static_assert(input_packet_bytes_max <= wire::datagram_bytes_max);

std::string with_entries(ByteView head, std::size_t count) {
    return std::string(text_of(head)) + std::string(count, '\0');
}

TEST(TickPacket, comes_back_as_written) {
    const TickHead extremes[] = {
        {.consumed = std::nullopt,
         .early_quarter_ticks = early_unknown,
         .epoch = 0,
         .first = Tick{0},
         .count = 1},
        {.consumed = Tick{0}, .early_quarter_ticks = 0, .epoch = 1, .first = Tick{127}, .count = 2},
        {.consumed = Tick{UINT32_MAX - 1},
         .early_quarter_ticks = 127,
         .epoch = UINT32_MAX,
         .first = Tick{UINT32_MAX - 255},
         .count = 255},
        {.consumed = Tick{5},
         .early_quarter_ticks = -127,
         .epoch = 3,
         .first = Tick{1U << 28},
         .count = 128}};
    for (const TickHead& head : extremes) {
        TickHeadBytes room;
        const std::string bytes = with_entries(write_tick_head(head, room), head.count);
        const auto packet = read_tick_datagram(bytes_of(bytes));
        ASSERT_TRUE(packet.has_value());
        EXPECT_EQ(packet->head.consumed, head.consumed);
        EXPECT_EQ(packet->head.early_quarter_ticks, head.early_quarter_ticks);
        EXPECT_EQ(packet->head.epoch, head.epoch);
        EXPECT_EQ(packet->head.first, head.first);
        EXPECT_EQ(packet->head.count, head.count);
        EXPECT_EQ(packet->entries.size(), head.count);
        EXPECT_FALSE(read_repair_transfer(bytes_of(bytes)).has_value());

        const std::string repair = with_entries(write_repair_head(head, room), head.count);
        const auto repaired = read_repair_transfer(bytes_of(repair));
        ASSERT_TRUE(repaired.has_value());
        EXPECT_EQ(repaired->head.epoch, head.epoch);
        EXPECT_EQ(repaired->head.first, head.first);
        EXPECT_EQ(repaired->head.count, head.count);
        EXPECT_FALSE(repaired->head.consumed.has_value());
        EXPECT_FALSE(read_tick_datagram(bytes_of(repair)).has_value());
    }
}

TEST(TickPacket, refuses_counts_that_cannot_be) {
    TickHeadBytes room;
    const auto read = [&](std::uint32_t count, std::size_t entries) {
        return read_tick_datagram(
                   bytes_of(with_entries(write_tick_head({.first = Tick{9}, .count = count}, room), entries)))
            .has_value();
    };
    EXPECT_FALSE(read(0, 3));
    EXPECT_TRUE(read(255, 255));
    EXPECT_FALSE(read(256, 256));
    EXPECT_FALSE(read(4, 3)) << "each tick has a byte at least";
    const auto repair = [&](std::uint32_t count) {
        return read_repair_transfer(
                   bytes_of(with_entries(write_repair_head({.first = Tick{9}, .count = count}, room), count)))
            .has_value();
    };
    EXPECT_FALSE(repair(0));
    EXPECT_TRUE(repair(repair_ticks_max));
    EXPECT_FALSE(repair(repair_ticks_max + 1));
}

TEST(TickPacket, ticks_do_not_wrap) {
    TickHeadBytes room;
    const auto read = [&](std::uint32_t first) {
        return read_tick_datagram(
                   bytes_of(with_entries(write_tick_head({.first = Tick{first}, .count = 3}, room), 3)))
            .has_value();
    };
    EXPECT_TRUE(read(UINT32_MAX - 3));
    EXPECT_FALSE(read(UINT32_MAX - 2));
    EXPECT_FALSE(read(UINT32_MAX));
}

TEST(TickPacket, refuses_every_cut_of_its_head) {
    TickHeadBytes room;
    const ByteView head =
        write_tick_head({.consumed = Tick{300}, .epoch = 300, .first = Tick{300}, .count = 1}, room);
    for (std::size_t cut = 0; cut <= head.size(); ++cut)
        EXPECT_FALSE(read_tick_datagram(head.first(cut)).has_value()) << "cut at " << cut;
}

void set(InputPacket& packet, std::uint32_t index, const Input& input) {
    std::memcpy(packet.inputs[index].bytes, &input, sizeof(input));
}

Input input_of(const InputPacket& packet, std::uint32_t index) {
    Input input;
    std::memcpy(&input, packet.inputs[index].bytes, sizeof(input));
    return input;
}

TEST(InputPacket, comes_back_as_written) {
    base::Rng rng(11);
    for (std::uint32_t count = 0; count <= inputs_per_packet_max; ++count) {
        InputPacket packet = {.epoch = count * 7,
                              .newest_received = count % 2 == 0 ? std::optional(Tick{count}) : std::nullopt,
                              .received_before = static_cast<std::uint32_t>(rng.next()),
                              .first_input = Tick{1000},
                              .count = count,
                              .inputs = {}};
        for (std::uint32_t index = 0; index < count; ++index) {
            set(packet, index,
                {.aim = static_cast<std::int64_t>(rng.below(2)),
                 .presses = static_cast<std::uint8_t>(rng.below(2))});
        }
        InputPacketBytes room;
        const ByteView bytes = write_input_packet(test_module, packet, room);
        InputPacket read;
        ASSERT_TRUE(read_input_packet(test_module, bytes, read)) << count;
        EXPECT_EQ(read.epoch, packet.epoch);
        EXPECT_EQ(read.newest_received, packet.newest_received);
        EXPECT_EQ(read.received_before, packet.received_before);
        EXPECT_EQ(read.first_input, packet.first_input);
        ASSERT_EQ(read.count, count);
        for (std::uint32_t index = 0; index < count; ++index)
            EXPECT_EQ(input_of(read, index), input_of(packet, index)) << index;
        // Every cut is refused, and so is every further byte.
        std::vector<std::byte> longer(bytes.begin(), bytes.end());
        longer.push_back({});
        EXPECT_FALSE(read_input_packet(test_module, longer, read));
        for (std::size_t cut = 0; cut < bytes.size(); ++cut)
            EXPECT_FALSE(read_input_packet(test_module, bytes.first(cut), read))
                << count << " cut at " << cut;
    }
}

TEST(InputPacket, the_longest_has_its_bound) {
    InputPacket packet = {.epoch = UINT32_MAX,
                          .newest_received = Tick{UINT32_MAX - 1},
                          .received_before = UINT32_MAX,
                          .first_input = Tick{UINT32_MAX - inputs_per_packet_max},
                          .count = inputs_per_packet_max,
                          .inputs = {}};
    for (std::uint32_t index = 0; index < packet.count; ++index)
        set(packet, index, {.aim = index, .move_x = 30'000, .held = 1, .presses = 255, .mark = 0x7fff});
    InputPacketBytes room;
    const ByteView bytes = write_input_packet(test_module, packet, room);
    EXPECT_GT(bytes.size(), inputs_per_packet_max * game::input_wire_bytes_max);
    InputPacket read;
    ASSERT_TRUE(read_input_packet(test_module, bytes, read));
    EXPECT_EQ(input_of(read, 59), input_of(packet, 59));
}

TEST(InputPacket, what_is_held_costs_one_bit) {
    InputPacket packet = {.newest_received = Tick{1}, .first_input = Tick{1}, .count = 32, .inputs = {}};
    for (std::uint32_t index = 0; index < packet.count; ++index)
        set(packet, index, {.move_x = 30'000, .held = 1});
    InputPacketBytes room;
    EXPECT_LE(write_input_packet(test_module, packet, room).size(), 1 + 1 + 1 + 4 + 1 + 1 + 16 + 4u);
}

std::string packet_bytes(std::uint32_t first, unsigned count, std::string_view inputs) {
    std::array<std::byte, 32> room;
    wire::BitWriter writer(room);
    EXPECT_TRUE(writer.bits(std::uint8_t{2}, 8) && writer.varint(0U) && writer.varint(0U) &&
                writer.bits(0U, 32) && writer.varint(first) && writer.varint(count));
    return std::string(text_of(writer.written())) + std::string(inputs);
}

TEST(InputPacket, refuses_what_no_client_sends) {
    InputPacket read;
    const auto reads = [&](const std::string& bytes) {
        return read_input_packet(test_module, bytes_of(bytes), read);
    };
    EXPECT_TRUE(reads(packet_bytes(5, 0, "")));
    EXPECT_FALSE(reads(packet_bytes(5, 0, "x"))) << "something follows";
    EXPECT_FALSE(reads(packet_bytes(5, 61, std::string(1000, '\0')))) << "too many";
    const std::string_view neutral("\0\0\0", 3);
    EXPECT_TRUE(reads(packet_bytes(5, 1, neutral)));
    EXPECT_FALSE(reads(packet_bytes(5, 1, std::string_view("\0\0\x80", 3)))) << "padding";
    EXPECT_TRUE(reads(packet_bytes(UINT32_MAX - 60, 1, neutral)));
    EXPECT_FALSE(reads(packet_bytes(UINT32_MAX - 59, 1, neutral))) << "ticks do not wrap";
    std::string other = packet_bytes(5, 0, "");
    other[0] = 1;
    EXPECT_FALSE(reads(other)) << "another type";
    EXPECT_FALSE(reads(""));
}

/// By the definition: the newest tick of which all before are received, where older ones than the mask are.
std::optional<Tick> complete_by_hand(std::uint32_t newest, std::uint32_t mask) {
    std::optional<Tick> complete = Tick{newest};
    for (std::uint32_t back = 0; back < 32 && back < newest; ++back) {
        if ((mask >> back & 1) != 0) continue;
        const std::uint32_t hole = newest - 1 - back;
        complete = hole == 0 ? std::nullopt : std::optional(Tick{hole - 1});
    }
    return complete;
}

TEST(InputPacket, is_complete_up_to_the_oldest_hole) {
    InputPacket packet;
    EXPECT_FALSE(packet.complete_up_to().has_value());
    base::Rng rng(4);
    std::vector<std::uint32_t> masks = {0, 1, UINT32_MAX, UINT32_MAX - 1, 0x80000000, 0x7fffffff};
    for (unsigned bit = 0; bit < 32; ++bit) {
        masks.push_back(1U << bit);
        masks.push_back(~(1U << bit));
        masks.push_back(static_cast<std::uint32_t>(rng.next()));
        masks.push_back(static_cast<std::uint32_t>(rng.next() | rng.next() | rng.next() | rng.next()));
    }
    for (const std::uint32_t newest : {0U, 1U, 2U, 5U, 30U, 31U, 32U, 33U, 34U, 1000U, UINT32_MAX - 1}) {
        for (const std::uint32_t mask : masks) {
            packet.newest_received = Tick{newest};
            packet.received_before = mask;
            EXPECT_EQ(packet.complete_up_to(), complete_by_hand(newest, mask)) << newest << " mask " << mask;
        }
    }
}

}  // namespace
}  // namespace gs::netcode
