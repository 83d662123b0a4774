// A RoomDirectory without rooms behind it, for tests of the pages and the API. Keeps the limits that visitors
// meet.
#pragma once

#include "server/app/room_directory.h"
#include "server/crypto/crypto.h"

#include <algorithm>
#include <array>

namespace gs::app {

class FakeDirectory final : public RoomDirectory {
  public:
    struct Entry {
        rooms::RoomInfo info;
        std::string invite;
        net::AccountId maker = {};
        std::optional<std::uint64_t> network = std::nullopt;
    };

    [[nodiscard]] std::span<const OfferedGame> games() const override { return games_; }
    [[nodiscard]] GameCounts counts(std::string_view game) const override {
        GameCounts counts;
        for (const Entry& entry : entries) {
            if (entry.info.game != game) continue;
            ++counts.rooms;
            counts.players += entry.info.players;
        }
        return counts;
    }

    [[nodiscard]] std::expected<rooms::RoomInfo, NoRoom> find(const rooms::RoomId& id,
                                                              std::string_view invite) const override {
        for (const Entry& entry : entries) {
            if (entry.info.id != id) continue;
            const bool open = entry.info.access == rooms::Access::listed || entry.invite == invite;
            if (!open) return std::unexpected(NoRoom::needs_invite);
            return entry.info;
        }
        return std::unexpected(NoRoom::gone);
    }
    [[nodiscard]] std::optional<rooms::RoomId> find_by_invite(std::string_view invite) const override {
        for (const Entry& entry : entries) {
            if (!invite.empty() && entry.invite == invite) return entry.info.id;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::vector<rooms::RoomInfo> listed(std::size_t count_max) const override {
        std::vector<rooms::RoomInfo> found;
        for (const Entry& entry : entries) {
            if (entry.info.access == rooms::Access::listed && found.size() < count_max)
                found.push_back(entry.info);
        }
        return found;
    }
    [[nodiscard]] std::size_t listed_count() const override { return listed(entries.size()).size(); }
    [[nodiscard]] std::optional<rooms::RoomInfo> featured() const override {
        auto first = listed(1);
        if (first.empty()) return std::nullopt;
        return std::move(first.front());
    }

    [[nodiscard]] std::vector<rooms::Standings> leaders(std::string_view game) const override {
        return game == "pong" ? pong_leaders : std::vector<rooms::Standings>();
    }
    [[nodiscard]] std::expected<CreatedRoom, RoomRefusal> create(const NewRoom& wish, net::Instant) override {
        last_wish = wish;
        const auto own = std::ranges::count(entries, wish.maker.id, &Entry::maker);
        if (own >= 5) return std::unexpected(RoomRefusal::too_many_of_person);
        if (entries.size() >= rooms_max) return std::unexpected(RoomRefusal::too_many);
        Entry entry{.info = {.id = crypto::random_id<rooms::RoomId>(),
                             .name = wish.name,
                             .game = wish.game,
                             .seats = wish.seats,
                             .access = wish.access,
                             .public_delay_s = wish.public_delay_s},
                    .invite = wish.access == rooms::Access::by_invite ? crypto::make_token().text : "",
                    .maker = wish.maker.id,
                    .network = wish.maker_network};
        entries.push_back(entry);
        return CreatedRoom{.room = entry.info, .invite = entry.invite};
    }
    [[nodiscard]] std::expected<rooms::RoomId, RoomRefusal> quick_play(std::string_view game,
                                                                       net::Instant) override {
        for (const Entry& entry : entries) {
            if (entry.info.game == game && entry.info.access == rooms::Access::listed) return entry.info.id;
        }
        return std::unexpected(RoomRefusal::too_many);
    }

    /// A listed room that nobody made.
    const rooms::RoomInfo& add(std::string name, std::string game = "plaza") {
        entries.push_back({.info = {.id = crypto::random_id<rooms::RoomId>(),
                                    .name = std::move(name),
                                    .game = std::move(game),
                                    .seats = 200},
                           .invite = {}});
        return entries.back().info;
    }

    std::vector<Entry> entries;
    std::vector<rooms::Standings> pong_leaders;
    std::optional<NewRoom> last_wish;
    std::size_t rooms_max = 1'000;

  private:
    static constexpr game::Info plaza = {.id = "plaza",
                                         .title = "Plaza",
                                         .tagline = "A square.",
                                         .rules_version = 1,
                                         .tick_rate_hz = 60,
                                         .ticks_per_send = 2,
                                         .seats_min = 1,
                                         .seats_max = 200,
                                         .lifecycle = {}};
    static constexpr game::Info pong = {.id = "pong",
                                        .title = "Pong",
                                        .tagline = "A ball.",
                                        .rules_version = 1,
                                        .tick_rate_hz = 60,
                                        .ticks_per_send = 1,
                                        .seats_min = 2,
                                        .seats_max = 2,
                                        .lifecycle = game::Lifecycle::match};
    static constexpr std::array<game::StatisticInfo, 2> pong_statistics = {
        {{.name = "Goals"}, {.name = "Longest rally", .kind = game::StatisticInfo::Kind::best}}};
    std::array<OfferedGame, 2> games_ = {
        OfferedGame{.info = &plaza,
                    .module_url = "/assets/plaza-a1.wasm",
                    .play_module_url = "/assets/plaza.play-b2.wasm"},
        OfferedGame{.info = &pong, .statistics = pong_statistics, .has_computers = true}};
};

}  // namespace gs::app
