// Everything that anybody can get of rooms and their matches from outside, as one text: for tests that
// compare two courses of things. Not part of the server.
#pragma once

#include "core/netcode/chunk.h"
#include "server/rooms/public_matches.h"
#include "server/rooms/room_rig.h"

#include <string>
#include <utility>
#include <vector>

namespace gs::rooms::testing {

/// `eve` watches late.
inline std::string everything_public(RoomRig& rig, PublicMatches& matches, const MatchId& match,
                                     const TestVisitor& eve) {
    constexpr std::uint32_t chunks_max = 40;
    std::string all;
    for (const json& message : eve.messages)
        all += message.dump() + '\n';
    for (const RoomInfo& info : rig.rooms->list(rig.now))
        all += json_of(info).dump() + '\n';
    if (const auto found = matches.find(match, "", rig.now)) {
        all += std::to_string(found->end.value) + ' ' + std::to_string(found->events.size()) + ' ' +
               std::string(name_of(found->phase)) + (found->is_over ? " over" : "") +
               (found->result ? json_of(*found->result).dump() : "") + '\n';
    }
    for (std::uint32_t number = 0; number < chunks_max; ++number) {
        if (const auto chunk = matches.chunk(match, number, "", rig.now)) {
            const auto read = netcode::read_chunk(bytes_of(*chunk->bytes), 120);
            if (read) all += text_of(read->entries);
        }
        if (const auto keyframe = matches.keyframe(match, number, "", rig.now)) all += *keyframe->bytes;
    }
    if (matches.log(match, "", rig.now)) all += "the whole log";
    for (const Standings& leader : rig.rooms->results().leaders("race", rig.now))
        all += leader.name + std::to_string(leader.played);
    return all;
}

/// Ids that are given at random by the names that they have in both courses.
inline std::string with_ids(std::string text, const std::vector<std::pair<std::string, std::string>>& names) {
    for (const auto& [id, name] : names) {
        for (std::size_t at = 0; (at = text.find(id, at)) != std::string::npos;)
            text.replace(at, id.size(), name);
    }
    return text;
}

}  // namespace gs::rooms::testing
