#include "server/rooms/public_matches.h"

#include "core/base/hash.h"
#include "core/netcode/chunk.h"
#include "core/netcode/log_file.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

/// Matches whose room is known by heart; more are looked for.
constexpr std::size_t rooms_known_max = 4'096;

std::string key_of(const MatchId& match, char kind, std::uint32_t number) {
    std::string key(match.text());
    key += kind;
    key += std::to_string(number);
    return key;
}

}  // namespace

const Room* PublicMatches::room_of(const MatchId& match) {
    const auto known = room_of_.find(match);
    if (known != room_of_.end()) {
        const Room* room = rooms_.find(known->second);
        if (room != nullptr && room->match_id() == match) return room;
        room_of_.erase(known);
    }
    const Room* room = rooms_.with_match(match);
    if (room == nullptr) return nullptr;
    if (room_of_.size() >= rooms_known_max) room_of_.clear();
    room_of_.emplace(match, room->setup().id);
    return room;
}

std::optional<PublicMatches::Seen> PublicMatches::see(const MatchId& match, std::string_view invite,
                                                      net::Instant now) {
    const auto is_open = [&](Access access, const std::string& right) {
        return access == Access::listed || (!invite.empty() && invite == right);
    };
    // A match that has been handed over is the finished one, although its room goes on showing the end.
    if (FinishedMatches::Kept finished = rooms_.finished().find(match)) {
        if (!is_open(finished->access, finished->invite)) return std::nullopt;
        const Tick end = finished->release.end(now);
        return Seen{.finished = finished,
                    .log = &finished->log,
                    .end = end,
                    .is_over = end >= finished->log.next(),
                    .access = finished->access};
    }
    const Room* room = room_of(match);
    if (room == nullptr || !is_open(room->setup().access, room->setup().invite)) return std::nullopt;
    return Seen{.room = room,
                .log = &room->match().log(),
                .end = room->public_end(now),
                .access = room->setup().access};
}

std::optional<PublicMatch> PublicMatches::find(const MatchId& match, std::string_view invite,
                                               net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::nullopt;
    PublicMatch found{.match = match,
                      .access = seen->access,
                      .header = seen->log->header(),
                      .end = seen->end,
                      .is_over = seen->is_over};
    const MatchEvents* events = nullptr;
    if (seen->room != nullptr) {
        const Room& room = *seen->room;
        const RoomInfo info = room.public_info(now);
        // That another match has begun is not public yet.
        if (info.match != match) return std::nullopt;
        found.room = room.setup().id;
        found.room_name = room.setup().name;
        found.phase = info.phase;
        found.play_began = room.play_began();
        found.delay = std::chrono::seconds(room.setup().public_delay_s);
        found.players = room.players();
        if (found.phase == Phase::result) found.result = room.result();
        events = &room.events();
    } else {
        const FinishedMatch& finished = *seen->finished;
        found.room = finished.room;
        found.room_name = finished.room_name;
        found.phase = finished.has_public_end(now) ? Phase::result : finished.face.facts(now).phase;
        found.play_began = finished.play_began;
        found.delay = finished.release.delay();
        found.players = finished.players;
        if (found.phase == Phase::result) found.result = finished.result;
        events = &finished.events;
    }
    if (found.play_began && *found.play_began >= found.end) found.play_began.reset();
    for (const MatchEvent& event : events->all()) {
        if (event.tick < found.end) found.events.push_back(event);
    }
    return found;
}

PublicMatches::Found PublicMatches::chunk(const MatchId& match, std::uint32_t number, std::string_view invite,
                                          net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    const std::vector<netcode::Chunk>& chunks = seen->log->chunks();
    const std::uint32_t ticks = seen->log->chunk_ticks();
    const bool is_last = seen->is_over && number + std::size_t{1} == chunks.size();
    // Whether there will be more is not said before it is public.
    const bool is_there =
        number < chunks.size() &&
        (is_last || (seen->log->is_complete(number) && chunks[number].first + ticks <= seen->end));
    if (!is_there) return std::unexpected(seen->is_over ? NoPiece::never : NoPiece::not_yet);
    const std::string key = key_of(match, 'c', number);
    if (auto piece = kept(key)) return *std::move(piece);
    return keep(key, seen->access, netcode::write_chunk(chunks[number]));
}

PublicMatches::Found PublicMatches::keyframe(const MatchId& match, std::uint32_t number,
                                             std::string_view invite, net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    if (number % netcode::chunks_per_keyframe != 0) return std::unexpected(NoPiece::never);
    const std::vector<netcode::Keyframe>& keyframes = seen->log->keyframes();
    const std::size_t index = number / netcode::chunks_per_keyframe;
    const bool is_there = index < keyframes.size() && keyframes[index].tick <= seen->end;
    if (!is_there) return std::unexpected(seen->is_over ? NoPiece::never : NoPiece::not_yet);
    const std::string key = key_of(match, 'k', number);
    if (auto piece = kept(key)) return *std::move(piece);
    return keep(key, seen->access, keyframes[index].bytes);
}

PublicMatches::Found PublicMatches::log(const MatchId& match, std::string_view invite, net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    if (!seen->is_over) return std::unexpected(NoPiece::not_yet);
    const std::string key = key_of(match, 'l', 0);
    if (auto piece = kept(key)) return *std::move(piece);
    return keep(key, seen->access, netcode::write_log_file(*seen->log));
}

// ---- Pieces that are asked for again

PublicMatches::Piece PublicMatches::keep(std::string key, Access access, std::vector<std::byte> bytes) {
    Piece piece{.bytes = std::make_shared<const std::string>(text_of(ByteView(bytes))),
                .hash = hash_of(bytes),
                .access = access};
    if (piece.bytes->size() > piece_bytes_max) return piece;
    piece_bytes_ += piece.bytes->size();
    while (piece_order_.size() == pieces_max || piece_bytes_ > piece_bytes_max) {
        const auto oldest = pieces_.find(piece_order_.front());
        piece_bytes_ -= oldest->second.bytes->size();
        pieces_.erase(oldest);
        piece_order_.pop_front();
    }
    piece_order_.push_back(key);
    pieces_.emplace(std::move(key), piece);
    return piece;
}

std::optional<PublicMatches::Piece> PublicMatches::kept(const std::string& key) const {
    const auto found = pieces_.find(key);
    if (found == pieces_.end()) return std::nullopt;
    return found->second;
}

}  // namespace gs::rooms
