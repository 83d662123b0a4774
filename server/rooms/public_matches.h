// PublicMatches: everything of matches that anybody may have: what there is to know, chunks, keyframes, whole
// logs; of matches under way, of those that are over, and of those that only the archive has. Asks Release
// before it gives a byte, so whoever serves from here (app/match_api.h, pages) cannot give too much. One per
// shard, on its thread; rooms and archive outlive it. Not its job: who asks, and HTTP.
#pragma once

#include "server/rooms/archive.h"
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
    std::uint64_t ended_unix_s = 0;  // 0: it is not over, or that is not public
    KeptMatch::Check check = KeptMatch::Check::unknown;
};

enum class NoPiece : std::uint8_t {
    no_match,  // there is none of that id, or it needs its room's invite
    not_yet,   // ask again in a moment
    never,     // the match has no such piece
};

class PublicMatches {
  public:
    /// `archive` may be null: then matches are there as long as they are in memory.
    explicit PublicMatches(Rooms& rooms, Archive* archive = nullptr) : rooms_(rooms), archive_(archive) {}

    /// Of listed rooms and wholly public, the newest first; empty without an archive.
    [[nodiscard]] std::vector<Archive::Kept> list(const Archive::Filter& filter, std::size_t count_max,
                                                  net::Instant now) const;

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
    /// A match under way, one that is over, or one that the archive has: the first of these that is not null.
    struct Seen {
        const Room* room = nullptr;
        FinishedMatches::Kept finished = nullptr;
        Archive::Kept kept = nullptr;
        Tick end = {};
        bool is_over = false;
        Access access = Access::listed;

        [[nodiscard]] const netcode::LogHeader& header() const;
    };
    [[nodiscard]] std::optional<Seen> see(const MatchId& match, std::string_view invite, net::Instant now);
    /// Its log, wherever it is.
    struct Parts {
        std::shared_ptr<const void> owner;
        const std::vector<netcode::Chunk>* chunks = nullptr;
        const std::vector<netcode::Keyframe>* keyframes = nullptr;
    };
    [[nodiscard]] std::optional<Parts> parts_of(const Seen& seen);
    void tell_of_room(const Room& room, const RoomInfo& info, PublicMatch& found) const;
    void tell_of_finished(const FinishedMatch& finished, net::Instant now, PublicMatch& found) const;
    void tell_of_kept(const KeptMatch& kept, PublicMatch& found);
    [[nodiscard]] const Room* room_of(const MatchId& match);
    [[nodiscard]] Piece keep(std::string key, Access access, std::shared_ptr<const std::string> bytes);
    [[nodiscard]] std::optional<Piece> kept(const std::string& key) const;

    /// Thousands fetch the newest chunk of a match within two seconds; some hundred matches at a time.
    static constexpr std::size_t pieces_max = 1'024;
    /// Whole logs are among them.
    static constexpr std::size_t pieces_bytes_max = std::size_t{128} * 1024 * 1024;

    Rooms& rooms_;
    Archive* archive_;
    std::unordered_map<std::string, Piece> pieces_;
    std::size_t pieces_bytes_ = 0;
    std::deque<std::string> piece_order_;
    std::unordered_map<MatchId, RoomId> room_of_;  // where it was found last
};

}  // namespace gs::rooms
