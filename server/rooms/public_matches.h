// PublicMatches: everything of matches that anybody may have: what there is to know, chunks, keyframes, whole
// logs; of matches under way and of those that are over. Asks Release before it gives a byte, so whoever
// serves from here (app/match_api.h, pages) cannot give too much. One per shard, on its thread; the rooms
// outlive it. Not its job: who asks, and HTTP.
#pragma once

#include "server/rooms/rooms.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

/// As far as it is public at the moment it was asked for.
struct PublicMatch {
    MatchId match = {};
    RoomId room = {};
    std::string room_name = {};
    Access access = Access::listed;
    netcode::LogHeader header = {};
    Phase phase = Phase::waiting;
    Tick end = {};         // the first tick that is not public
    bool is_over = false;  // there will be no more
    std::optional<Tick> play_began = std::nullopt;
    net::Duration delay = {};
    std::vector<MatchEvent> events = {};
    std::vector<FinishedMatch::Player> players = {};
    std::optional<MatchResult> result = std::nullopt;
};

enum class NoPiece : std::uint8_t {
    no_match,  // there is none of that id, or it needs its room's invite
    not_yet,   // ask again in a moment
    never,     // the match has no such piece
};

class PublicMatches {
  public:
    explicit PublicMatches(Rooms& rooms) : rooms_(rooms) {}

    /// `invite` (hostile, of any length) opens matches of rooms that are not listed.
    [[nodiscard]] std::optional<PublicMatch> find(const MatchId& match, std::string_view invite,
                                                  net::Instant now);

    struct Piece {
        std::shared_ptr<const std::string> bytes;
        std::uint64_t hash = 0;  // of the bytes
        Access access = Access::listed;
    };
    using Found = std::expected<Piece, NoPiece>;
    /// The `number`th chunk as core/netcode/chunk.h writes it; the last one, which may be shorter, when
    /// the whole match is public.
    [[nodiscard]] Found chunk(const MatchId& match, std::uint32_t number, std::string_view invite,
                              net::Instant now);
    /// The state before the `number`th chunk, beside every chunks_per_keyframe-th.
    [[nodiscard]] Found keyframe(const MatchId& match, std::uint32_t number, std::string_view invite,
                                 net::Instant now);
    /// The whole match as a file, when all of it is public.
    [[nodiscard]] Found log(const MatchId& match, std::string_view invite, net::Instant now);

  private:
    /// A match under way, or one that is over.
    struct Seen {
        const Room* room = nullptr;  // null: it is over
        FinishedMatches::Kept finished = nullptr;
        const netcode::MatchLog* log = nullptr;
        Tick end = {};
        bool is_over = false;
        Access access = Access::listed;
    };
    [[nodiscard]] std::optional<Seen> see(const MatchId& match, std::string_view invite, net::Instant now);
    [[nodiscard]] const Room* room_of(const MatchId& match);
    [[nodiscard]] Piece keep(std::string key, Access access, std::vector<std::byte> bytes);
    [[nodiscard]] std::optional<Piece> kept(const std::string& key) const;

    /// Thousands fetch the newest chunk of a match within two seconds; some hundred matches at a time.
    static constexpr std::size_t pieces_max = 1'024;
    /// Whole logs are pieces, too.
    static constexpr std::size_t piece_bytes_max = std::size_t{32} * 1024 * 1024;

    Rooms& rooms_;
    std::unordered_map<std::string, Piece> pieces_;
    std::deque<std::string> piece_order_;
    std::size_t piece_bytes_ = 0;
    std::unordered_map<MatchId, RoomId> room_of_;  // where it was found last
};

}  // namespace gs::rooms
