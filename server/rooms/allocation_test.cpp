// What a tick of a room costs in allocations. This program replaces operator new, which counts.
#include "server/rooms/fake_session.h"
#include "server/rooms/room.h"
#include "server/rooms/test_game.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {

std::size_t news = 0;

void* counted_new(std::size_t size) {
    ++news;
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) std::abort();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted_new(size); }
void* operator new[](std::size_t size) { return counted_new(size); }
// What std::stable_sort in Debian 13's GoogleTest calls; a sanitizer wants new and delete from one place.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted_new(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted_new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace gs::rooms::testing {
namespace {

struct NoMember final : Member {
    void on_left(LeftReason, std::string_view) override {}
};

/// A room with 8 moving players and some spectators; sessions only count.
class BusyRoom {
  public:
    BusyRoom() {
        shared_.unix_s = [] { return std::uint64_t{0}; };
        shared_.random = [] { return std::uint64_t{1}; };
        room_ = std::make_unique<Room>(RoomSetup{.name = "Busy", .game = &entry_}, shared_, now_);
        for (std::size_t index = 0; index < 12; ++index) {
            auto& session = *sessions_.emplace_back(std::make_unique<FakeSession>());
            session.keeps = false;
            const net::Person person{.id = crypto::random_id<net::AccountId>(), .name = "P"};
            const Role role = index < 8 ? Role::player : Role::spectator;
            viewers_.push_back(*room_->enter(member_, session, person, role, {}, now_));
        }
    }
    ~BusyRoom() { room_->close("", now_); }

    /// One tick; what a shard does for it is counted.
    std::size_t tick() {
        ++count_;
        now_ = room_->next_due();
        const std::size_t before = news;
        for (std::size_t index = 0; index < viewers_.size(); ++index) {
            netcode::InputPacket packet;
            packet.epoch = room_->epoch();
            const Tick next = room_->match().next();
            if (next.value > 0) packet.newest_received = next - 1;
            packet.received_before = 0xffffffff;
            if (viewers_[index]->is_player()) {
                packet.first_input = next + 1;
                packet.count = 2;
                for (std::uint32_t input = 0; input < packet.count; ++input)
                    fill(packet.inputs[input], index);
            }
            netcode::InputPacketBytes bytes;
            EXPECT_TRUE(room_->on_input(*viewers_[index],
                                        netcode::write_input_packet(*entry_.module, packet, bytes), now_));
        }
        room_->turn(now_);
        return news - before;
    }
    [[nodiscard]] std::uint64_t datagrams() const { return sessions_[0]->datagram_count; }
    [[nodiscard]] netcode::InputCounters inputs() const { return room_->match().input_counters(); }
    [[nodiscard]] std::size_t chunks() const { return room_->match().log().chunks().size(); }

  private:
    /// Something that changes all the time.
    void fill(game::InputBuffer16& input, std::size_t index) {
        const CountInput wanted{.step = static_cast<std::int8_t>((count_ / 7 + index) % 5),
                                .pressed = count_ % 11 == 0 ? press_once : std::uint8_t{0}};
        std::memcpy(input.bytes, &wanted, sizeof wanted);
    }

    GameEntry entry_{.module = &count_8};
    RoomShared shared_;
    net::Instant now_ = net::Instant(std::chrono::hours(1));
    NoMember member_;
    std::vector<std::unique_ptr<FakeSession>> sessions_;
    std::unique_ptr<Room> room_;
    std::vector<Viewer*> viewers_;
    std::size_t count_ = 0;
};

TEST(Allocation, a_tick_of_a_room_with_eight_moving_players_costs_none) {
    BusyRoom room;
    for (int tick = 0; tick < 600; ++tick)
        room.tick();
    std::size_t in_ticks = 0;
    std::size_t in_ticks_that_begin_a_chunk = 0;
    constexpr int ticks = 1800;
    const std::uint64_t datagrams = room.datagrams();
    for (int tick = 0; tick < ticks; ++tick) {
        const std::size_t chunks = room.chunks();
        const std::size_t made = room.tick();
        (room.chunks() > chunks ? in_ticks_that_begin_a_chunk : in_ticks) += made;
    }
    EXPECT_EQ(room.datagrams() - datagrams, std::uint64_t{ticks / 2});
    EXPECT_GE(room.inputs().used, 8u * ticks);
    std::printf("in %d ticks: %zu allocations, and %zu where a chunk of 2 s began\n", ticks, in_ticks,
                in_ticks_that_begin_a_chunk);
    EXPECT_EQ(in_ticks, 0u);
    // The chunk's bytes, and with every eighth a keyframe's.
    EXPECT_LE(in_ticks_that_begin_a_chunk, 2u * ticks / 120 + 4);
}

}  // namespace
}  // namespace gs::rooms::testing
