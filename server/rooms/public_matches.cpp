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

std::shared_ptr<const std::string> shared(const std::vector<std::byte>& bytes) {
    return std::make_shared<const std::string>(text_of(ByteView(bytes)));
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

const netcode::LogHeader& PublicMatches::Seen::header() const {
    if (room != nullptr) return room->match().log().header();
    return finished ? finished->log.header() : kept->header;
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
                    .end = end,
                    .is_over = end >= finished->log.next(),
                    .access = finished->access};
    }
    if (const Room* room = room_of(match)) {
        if (!is_open(room->setup().access, room->setup().invite)) return std::nullopt;
        return Seen{.room = room, .end = room->public_end(now), .access = room->setup().access};
    }
    Archive::Kept kept = archive_ == nullptr ? nullptr : archive_->find(match, now);
    if (!kept || !is_open(kept->access, kept->invite)) return std::nullopt;
    return Seen{.kept = kept, .end = kept->end, .is_over = true, .access = kept->access};
}

std::optional<PublicMatches::Parts> PublicMatches::parts_of(const Seen& seen) {
    if (seen.kept) {
        const auto open = archive_->log(seen.kept->match);
        if (!open) return std::nullopt;
        return Parts{.owner = open, .chunks = &open->log.chunks, .keyframes = &open->log.keyframes};
    }
    const netcode::MatchLog& log = seen.room != nullptr ? seen.room->match().log() : seen.finished->log;
    return Parts{.owner = seen.finished, .chunks = &log.chunks(), .keyframes = &log.keyframes()};
}

std::vector<Archive::Kept> PublicMatches::list(const Archive::Filter& filter, std::size_t count_max,
                                               net::Instant now) const {
    if (archive_ == nullptr) return {};
    return archive_->list(filter, count_max, now);
}

// ---- What there is to know

std::optional<PublicMatch> PublicMatches::find(const MatchId& match, std::string_view invite,
                                               net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::nullopt;
    PublicMatch found{.match = match,
                      .access = seen->access,
                      .header = seen->header(),
                      .end = seen->end,
                      .is_over = seen->is_over};
    if (seen->room != nullptr) {
        const RoomInfo info = seen->room->public_info(now);
        // That another match has begun is not public yet.
        if (info.match != match) return std::nullopt;
        tell_of_room(*seen->room, info, found);
    } else if (seen->finished) {
        tell_of_finished(*seen->finished, now, found);
    } else {
        tell_of_kept(*seen->kept, found);
    }
    if (found.play_began && *found.play_began >= found.end) found.play_began.reset();
    std::erase_if(found.events, [&](const MatchEvent& event) { return event.tick >= found.end; });
    return found;
}

void PublicMatches::tell_of_room(const Room& room, const RoomInfo& info, PublicMatch& found) const {
    found.room = room.setup().id;
    found.room_name = room.setup().name;
    found.phase = info.phase;
    found.play_began = room.play_began();
    found.delay = std::chrono::seconds(room.setup().public_delay_s);
    found.players = room.players();
    if (found.phase == Phase::result) found.result = room.result();
    found.events.assign(room.events().all().begin(), room.events().all().end());
}

void PublicMatches::tell_of_finished(const FinishedMatch& finished, net::Instant now,
                                     PublicMatch& found) const {
    found.room = finished.room;
    found.room_name = finished.room_name;
    found.phase = finished.has_public_end(now) ? Phase::result : finished.face.facts(now).phase;
    found.play_began = finished.play_began;
    found.delay = finished.release.delay();
    found.players = finished.players;
    if (found.phase == Phase::result) {
        found.result = finished.result;
        found.ended_unix_s = finished.ended_unix_s;
    }
    const Archive::Kept kept = archive_ == nullptr ? nullptr : archive_->find(finished.match, now);
    if (kept) found.check = kept->check;
    found.events.assign(finished.events.all().begin(), finished.events.all().end());
}

void PublicMatches::tell_of_kept(const KeptMatch& kept, PublicMatch& found) {
    found.room = kept.room;
    found.room_name = kept.room_name;
    found.phase = Phase::result;
    found.play_began = kept.play_began;
    found.delay = kept.delay;
    found.players = kept.players;
    found.result = kept.result;
    found.ended_unix_s = kept.ended_unix_s;
    found.check = kept.check;
    found.events = archive_->events(kept.match);
}

// ---- Pieces

PublicMatches::Found PublicMatches::chunk(const MatchId& match, std::uint32_t number, std::string_view invite,
                                          net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    const std::string key = key_of(match, 'c', number);
    // What is public once is public for ever.
    if (auto piece = kept(key)) return *std::move(piece);
    const auto parts = parts_of(*seen);
    if (!parts) return std::unexpected(NoPiece::no_match);
    const std::vector<netcode::Chunk>& chunks = *parts->chunks;
    const std::uint32_t ticks = seen->header().tick_rate_hz * netcode::chunk_seconds;
    const bool is_last = seen->is_over && number + std::size_t{1} == chunks.size();
    // Whether there will be more is not said before it is public.
    const bool is_there =
        number < chunks.size() &&
        (is_last || (chunks[number].count == ticks && chunks[number].first + ticks <= seen->end));
    if (!is_there) return std::unexpected(seen->is_over ? NoPiece::never : NoPiece::not_yet);
    return keep(key, seen->access, shared(netcode::write_chunk(chunks[number])));
}

PublicMatches::Found PublicMatches::keyframe(const MatchId& match, std::uint32_t number,
                                             std::string_view invite, net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    if (number % netcode::chunks_per_keyframe != 0) return std::unexpected(NoPiece::never);
    const std::string key = key_of(match, 'k', number);
    if (auto piece = kept(key)) return *std::move(piece);
    const auto parts = parts_of(*seen);
    if (!parts) return std::unexpected(NoPiece::no_match);
    const std::vector<netcode::Keyframe>& keyframes = *parts->keyframes;
    const std::size_t index = number / netcode::chunks_per_keyframe;
    const bool is_there = index < keyframes.size() && keyframes[index].tick <= seen->end;
    if (!is_there) return std::unexpected(seen->is_over ? NoPiece::never : NoPiece::not_yet);
    return keep(key, seen->access, shared(keyframes[index].bytes));
}

PublicMatches::Found PublicMatches::log(const MatchId& match, std::string_view invite, net::Instant now) {
    const auto seen = see(match, invite, now);
    if (!seen) return std::unexpected(NoPiece::no_match);
    if (!seen->is_over) return std::unexpected(NoPiece::not_yet);
    const std::string key = key_of(match, 'l', 0);
    if (auto piece = kept(key)) return *std::move(piece);
    if (!seen->kept) return keep(key, seen->access, shared(netcode::write_log_file(seen->finished->log)));
    const auto open = archive_->log(match);
    if (!open) return std::unexpected(NoPiece::no_match);
    return keep(key, seen->access, open->file);
}

// ---- Pieces that are asked for again

PublicMatches::Piece PublicMatches::keep(std::string key, Access access,
                                         std::shared_ptr<const std::string> bytes) {
    Piece piece{.bytes = std::move(bytes), .hash = 0, .access = access};
    piece.hash = hash_of(bytes_of(*piece.bytes));
    pieces_bytes_ += piece.bytes->size();
    piece_order_.push_back(key);
    pieces_.emplace(std::move(key), piece);
    while (piece_order_.size() > pieces_max ||
           (pieces_bytes_ > pieces_bytes_max && piece_order_.size() > 1)) {
        const auto oldest = pieces_.find(piece_order_.front());
        pieces_bytes_ -= oldest->second.bytes->size();
        pieces_.erase(oldest);
        piece_order_.pop_front();
    }
    return piece;
}

std::optional<PublicMatches::Piece> PublicMatches::kept(const std::string& key) const {
    const auto found = pieces_.find(key);
    if (found == pieces_.end()) return std::nullopt;
    return found->second;
}

}  // namespace gs::rooms
