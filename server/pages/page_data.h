// From models to the values of templates: the parts that several pages share. Used inside pages/ only.
#pragma once

#include "server/pages/models.h"

#include <kainjow/mustache.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gs::pages {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

/// Asserts that the template is well-formed: it is part of the program.
[[nodiscard]] mustache compiled(std::string_view source);

[[nodiscard]] data text(std::string_view value);
[[nodiscard]] data number(std::uint64_t value);
[[nodiscard]] data flag(bool value);

[[nodiscard]] data game_data(const GameCardModel& game);
[[nodiscard]] data games_data(std::span<const GameCardModel> games);
[[nodiscard]] data room_data(const RoomCardModel& room);
[[nodiscard]] data rooms_data(std::span<const RoomCardModel> rooms);

[[nodiscard]] data chat_data(std::span<const ChatLineModel> lines);

[[nodiscard]] data leaders_data(std::span<const LeaderModel> leaders);

/// The rows of the stand, and who sits in it.
[[nodiscard]] data rows_data();
[[nodiscard]] data seats_data(std::uint64_t people);

}  // namespace gs::pages
