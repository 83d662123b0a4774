#include "server/rooms/results.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

bool is_ahead(const Standings& a, const Standings& b) {
    if (a.wins != b.wins) return a.wins > b.wins;
    if (a.best_score != b.best_score) return a.best_score > b.best_score;
    if (a.played != b.played) return a.played < b.played;
    return a.person < b.person;
}

}  // namespace

void Results::add(MatchResult result, net::Instant public_at) {
    if (pending_.size() == pending_max) pending_.pop_front();
    pending_.push_back({.result = std::move(result), .public_at = public_at});
}

void Results::count(const MatchResult& result) {
    People& people = games_[result.game];
    for (const MatchResult::Line& line : result.lines) {
        if (line.is_computer) continue;
        if (!people.contains(line.person)) make_room(people);
        Standings& of = people[line.person];
        const bool is_first = of.played == 0;
        of.person = line.person;
        of.name = line.name;
        ++of.played;
        if (line.seat && line.seat == result.winner) ++of.wins;
        of.best_score = is_first ? line.score : std::max(of.best_score, line.score);
        of.best.resize(line.statistics.size());
        for (std::size_t index = 0; index < of.best.size(); ++index)
            of.best[index] = std::max(of.best[index], line.statistics[index]);
    }
}

void Results::make_room(People& people) {
    if (people.size() < people_max) return;
    people.erase(std::ranges::max_element(people, is_ahead,
                                          [](const auto& each) -> const Standings& { return each.second; }));
}

std::vector<Standings> Results::leaders(std::string_view game, net::Instant now) {
    // Rooms have delays of their own: what came later may be public earlier.
    std::erase_if(pending_, [&](const Pending& each) {
        if (each.public_at > now) return false;
        count(each.result);
        return true;
    });
    std::vector<Standings> list;
    const auto found = games_.find(game);
    if (found == games_.end()) return list;
    for (const auto& [person, of] : found->second)
        list.push_back(of);
    std::ranges::sort(list, is_ahead);
    list.resize(std::min(list.size(), leaders_max));
    return list;
}

}  // namespace gs::rooms
