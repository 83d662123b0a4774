// What tests of server/storage share: a folder that goes with the test, and a room whose match is made of
// numbers: what every tick of it has to be, follows from the tick.
#pragma once

#include "core/netcode/log_file.h"
#include "core/wire/bit_stream.h"
#include "server/rooms/match_recording.h"
#include "server/storage/record.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace gs::storage {

class TestFolder {
  public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "grandstand-storage-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = name;
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    ~TestFolder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

template <class Id>
Id id_of(std::size_t number) {
    std::string text(Id::length, 'a');
    for (std::size_t at = Id::length; at-- > 0; number /= 26)
        text[at] = static_cast<char>('a' + number % 26);
    return *Id::parse(text);
}

/// `course`: the same ticks come out otherwise, as they do after a restart.
inline std::vector<std::byte> entry_of(Tick tick, std::uint8_t course = 0) {
    const std::size_t length = (tick.value * 7 + course) % 40;
    std::vector<std::byte> entry(1 + length, static_cast<std::byte>(tick.value + course));
    entry[0] = static_cast<std::byte>(length);
    return entry;
}

inline std::vector<std::byte> keyframe_of(Tick tick) {
    std::vector<std::byte> bytes(300, static_cast<std::byte>(tick.value));
    wire::BitWriter writer(bytes);
    EXPECT_TRUE(writer.varint(tick.value));
    return bytes;
}

inline std::vector<std::byte> statistics_of(Tick tick) {
    return std::vector<std::byte>(8, static_cast<std::byte>(tick.value + 1));
}

class NumberRoom {
  public:
    explicit NumberRoom(std::size_t number, Tick first = {}, std::uint8_t course = 0)
        : id(id_of<rooms::RoomId>(number)),
          match(id_of<rooms::MatchId>(1'000 + number)),
          log({.game = "test",
               .match = std::string(match.text()),
               .rules_version = 1,
               .tick_rate_hz = 60,
               .first = first}),
          course_(course) {}

    /// False: not everything of it is recorded.
    bool tick(rooms::Recorder& recorder) {
        if (log.wants_keyframe()) {
            log.add_keyframe(keyframe_of(log.next()));
            recording.take_statistics(statistics_of(log.next()));
        }
        log.append(entry_of(log.next(), course_));
        return recording.follow(recorder, id, match, log);
    }

    [[nodiscard]] rooms::RoomRecord record() const {
        return {
            .id = id,
            .name = "A room",
            .game = "test",
            .access = rooms::Access::by_invite,
            .public_delay_s = 10,
            .maker = id_of<net::AccountId>(7),
            .invite = "an-invite-of-this-room",
            .maker_network = 12,
            .epoch = 5,
            .match = match,
            .seats = {{.seat = {3},
                       .person = {.id = id_of<net::AccountId>(8), .name = "Zoë"},
                       .resume = crypto::Digest{},
                       .order = 9},
                      {.seat = {0}, .state = rooms::SeatState::computer, .person = {.id = {}, .name = "C"}}},
            .host = Seat{3},
            .locked = true,
            .computers_wanted = 1,
            .kicked = {id_of<net::AccountId>(9)},
            .result_unix_s = 99,
            .finishers = {id_of<net::AccountId>(8)}};
    }

    rooms::RoomId id;
    rooms::MatchId match;
    netcode::MatchLog log;
    rooms::MatchRecording recording;

  private:
    std::uint8_t course_;
};

/// Whether a restored log is the beginning of what the room has, and how many ticks of it.
inline std::optional<std::uint32_t> ticks_of(const rooms::RestoredMatch& match, std::uint8_t course = 0) {
    const netcode::MatchLog& log = match.log;
    netcode::MatchLog expected(log.header());
    while (expected.next() < log.next()) {
        if (expected.wants_keyframe()) expected.add_keyframe(keyframe_of(expected.next()));
        expected.append(entry_of(expected.next(), course));
    }
    if (netcode::write_log_file(expected) != netcode::write_log_file(log)) return std::nullopt;
    if (match.statistics != statistics_of(log.keyframes()[match.keyframe].tick)) return std::nullopt;
    return log.next().value - log.header().first.value;
}

}  // namespace gs::storage
