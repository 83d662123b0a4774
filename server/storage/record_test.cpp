#include "server/storage/record.h"

#include "server/storage/test_rig.h"

namespace gs::storage {
namespace {

TEST(Records, a_room_comes_back_as_it_was) {
    const rooms::RoomRecord room = NumberRoom(1).record();
    EXPECT_EQ(read_room(write_room(room)), room);
    const rooms::RoomRecord plain{.id = room.id};
    EXPECT_EQ(read_room(write_room(plain)), plain);
}

TEST(Records, the_largest_room_fits) {
    rooms::RoomRecord room = NumberRoom(1).record();
    const std::string longest(rooms::RoomRecord::text_bytes_max, 'x');
    room.name = room.game = room.invite = longest;
    room.seats.assign(game::seats_limit, room.seats.front());
    for (std::size_t seat = 0; seat < room.seats.size(); ++seat) {
        room.seats[seat].seat = Seat{static_cast<std::uint8_t>(seat)};
        room.seats[seat].person.name = longest;
    }
    room.kicked.assign(rooms::RoomRecord::people_max, room.seats[0].person.id);
    room.finishers = room.kicked;
    EXPECT_EQ(read_room(write_room(room)), room);
}

TEST(Records, what_is_cut_or_longer_is_no_room) {
    std::vector<std::byte> payload = write_room(NumberRoom(1).record());
    for (std::size_t size = 0; size < payload.size(); ++size)
        ASSERT_FALSE(read_room(ByteView(payload).first(size))) << size;
    payload.push_back(std::byte{0});
    EXPECT_FALSE(read_room(payload));
    payload.pop_back();
    payload[0] = std::byte{99};  // of another version
    EXPECT_FALSE(read_room(payload));
}

TEST(Records, a_match_comes_back_with_its_header) {
    const NumberRoom room(4, Tick{500});
    const auto began = read_match(write_match(room.id, room.log.header()));
    ASSERT_TRUE(began);
    EXPECT_EQ(began->room, room.id);
    EXPECT_EQ(began->match, room.match);
    EXPECT_EQ(began->header.first, Tick{500});
}

TEST(Records, an_entry_that_is_none_is_refused) {
    std::vector<std::byte> payload(tick_head_bytes);
    write_tick_head({.match = id_of<rooms::MatchId>(1), .tick = {9}}, payload.data());
    EXPECT_FALSE(read_entry(payload));
    payload.push_back(std::byte{1});
    EXPECT_FALSE(read_entry(payload));
    payload.push_back(std::byte{1});
    EXPECT_TRUE(read_entry(payload));
    payload.push_back(std::byte{1});
    EXPECT_FALSE(read_entry(payload));
}

TEST(Records, a_keyframe_of_another_tick_is_refused) {
    const auto payload_of = [](Tick tick, Tick keyframe) {
        std::vector<std::byte> payload(tick_head_bytes + 4);
        write_tick_head({.match = id_of<rooms::MatchId>(1), .tick = tick}, payload.data());
        const auto bytes = keyframe_of(keyframe);
        store_u32_le(&payload[tick_head_bytes], static_cast<std::uint32_t>(bytes.size()));
        payload.insert(payload.end(), bytes.begin(), bytes.end());
        return payload;
    };
    EXPECT_TRUE(read_keyframe(payload_of({960}, {960})));
    EXPECT_FALSE(read_keyframe(payload_of({960}, {961})));
}

}  // namespace
}  // namespace gs::storage
