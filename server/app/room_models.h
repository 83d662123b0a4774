// From rooms and games to what the pages show of them. The models view the values they were made from, so
// those live until the page is rendered. Used by room_pages; pure.
#pragma once

#include "server/app/public_talk.h"
#include "server/app/room_directory.h"
#include "server/pages/models.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gs::app {

[[nodiscard]] pages::RoomCardModel card_of(const rooms::RoomInfo& room, const RoomDirectory& directory);
[[nodiscard]] std::vector<pages::GameCardModel> game_cards(const RoomDirectory& directory);

/// What everybody may know of what is said in a room.
class ChatContent {
  public:
    /// `talk` may be null: then nothing is.
    ChatContent(const PublicTalk* talk, const rooms::RoomId& room, pages::Role role);

    ChatContent(const ChatContent&) = delete;
    ChatContent& operator=(const ChatContent&) = delete;

    /// Valid as long as this is.
    [[nodiscard]] const std::vector<pages::ChatLineModel>& lines() const { return lines_; }

  private:
    std::vector<chat::Said> said_;
    std::vector<pages::ChatLineModel> lines_;
};

/// A leaderboard and all that it shows.
class LeaderboardContent {
  public:
    LeaderboardContent(const OfferedGame& game, const RoomDirectory& directory);

    LeaderboardContent(const LeaderboardContent&) = delete;
    LeaderboardContent& operator=(const LeaderboardContent&) = delete;

    /// Valid as long as this and the game are.
    [[nodiscard]] pages::LeaderboardModel model() const;

  private:
    const OfferedGame& game_;
    std::vector<rooms::Standings> standings_;
    std::vector<std::string_view> statistics_;
    std::vector<pages::LeaderModel> leaders_;
};

/// A lobby and all that it shows.
class LobbyContent {
  public:
    LobbyContent(const RoomDirectory& directory, std::uint64_t people);

    LobbyContent(const LobbyContent&) = delete;
    LobbyContent& operator=(const LobbyContent&) = delete;

    /// Without the visitor; valid as long as this is.
    [[nodiscard]] pages::LobbyModel model() const;

  private:
    std::vector<rooms::RoomInfo> rooms_;
    std::optional<rooms::RoomInfo> featured_room_;
    std::vector<pages::GameCardModel> games_;
    std::vector<pages::RoomCardModel> cards_;
    std::optional<pages::RoomCardModel> featured_;
    std::uint64_t rooms_total_;
    std::uint64_t people_;
};

}  // namespace gs::app
