#include "server/pages/seat_map.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace gs::pages {
namespace {

constexpr int rows = 6;
constexpr int back_pitch = 28;
constexpr int pitch_step = 5;
constexpr int top_margin = 26;

// A phone shows about this much of the picture to each side of its middle.
constexpr int half_width_near = 200;
constexpr int half_width_step = 9;
constexpr int half_width_far = 620;

std::vector<SeatRow> make_rows() {
    std::vector<SeatRow> made;
    int top = top_margin;
    for (int row = 0; row < rows; ++row) {
        const int pitch = back_pitch + pitch_step * row;
        // Every second row is shifted by half a seat, as in a real stand.
        const int shift = row % 2 == 0 ? 0 : pitch / 2;
        const int left = (stand_width / 2 + shift) % pitch;
        made.push_back({.left = left,
                        .top = top,
                        .pitch = pitch,
                        .seat_width = pitch * 4 / 5,
                        .seat_height = pitch * 7 / 10});
        top += pitch * 7 / 8;
    }
    return made;
}

std::vector<Seat> make_taken() {
    std::vector<Seat> seats;
    std::vector<std::pair<int, int>> places;
    // Steps by the golden ratio spread the seats evenly however many are taken.
    constexpr std::uint64_t golden = 618'034;
    constexpr std::uint64_t whole = 1'000'000;
    for (std::uint64_t step = 1; seats.size() < taken_seats_max; ++step) {
        const auto row = static_cast<int>((step * 4 + step / rows) % rows);
        const SeatRow& line = seat_rows()[static_cast<std::size_t>(row)];
        const int half =
            std::min(half_width_near + half_width_step * static_cast<int>(seats.size()), half_width_far);
        const auto along =
            static_cast<int>(step * golden % whole * static_cast<std::uint64_t>(2 * half) / whole);
        const int column = (stand_width / 2 - half + along - line.left) / line.pitch;
        const std::pair place(row, column);
        if (std::ranges::find(places, place) != places.end()) continue;
        places.push_back(place);
        seats.push_back({.x = line.left + column * line.pitch,
                         .y = line.top,
                         .width = line.seat_width,
                         .height = line.seat_height});
    }
    return seats;
}

}  // namespace

const std::vector<SeatRow>& seat_rows() {
    static const std::vector<SeatRow> made = make_rows();
    return made;
}

std::vector<Seat> taken_seats(std::uint64_t people) {
    static const std::vector<Seat> all = make_taken();
    const auto count = static_cast<std::ptrdiff_t>(std::min(people, taken_seats_max));
    return {all.begin(), all.begin() + count};
}

}  // namespace gs::pages
