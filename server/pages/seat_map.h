// The stand in the home page's picture: rows of seats in perspective, and who sits where. One seat is taken
// per open connection, so the picture tells the truth. Pure geometry in the units of the picture's viewBox.
#pragma once

#include <cstdint>
#include <vector>

namespace gs::pages {

inline constexpr int stand_width = 1600;
inline constexpr int stand_height = 250;

/// Rows are told apart by index, 0 at the back. Seats repeat every `pitch` from `left`.
struct SeatRow {
    int left;
    int top;
    int pitch;
    int seat_width;
    int seat_height;
};

struct Seat {
    int x;
    int y;
    int width;
    int height;
};

[[nodiscard]] const std::vector<SeatRow>& seat_rows();

/// The picture does not grow past this many taken seats; the number beside it is exact.
inline constexpr std::uint64_t taken_seats_max = 64;

/// The first `people` taken seats, at most taken_seats_max. The first ones never move when more people come,
/// sit near the middle (a narrow screen shows only that), and no two share a seat.
[[nodiscard]] std::vector<Seat> taken_seats(std::uint64_t people);

}  // namespace gs::pages
