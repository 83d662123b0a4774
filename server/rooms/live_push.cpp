#include "server/rooms/live_push.h"

#include "core/base/assert.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

Tick back(Tick from, std::uint32_t ticks) { return Tick{from.value - std::min(from.value, ticks)}; }

}  // namespace

std::uint32_t live_ticks_per_send(const game::Info& game) {
    const std::uint32_t least = (game.tick_rate_hz + live_sends_per_s - 1) / live_sends_per_s;
    return std::max<std::uint32_t>(least, game.ticks_per_send);
}

void LivePush::add(Viewer& viewer) {
    const auto smallest =
        std::ranges::min_element(groups_, {}, [](const Group& group) { return group.viewers.size(); });
    viewer.live_place = {.group = static_cast<std::uint32_t>(smallest - groups_.begin()),
                         .index = static_cast<std::uint32_t>(smallest->viewers.size())};
    viewer.live_pace = {};
    smallest->viewers.push_back(&viewer);
    ++count_;
}

void LivePush::remove(Viewer& viewer) {
    std::vector<Viewer*>& viewers = groups_[viewer.live_place.group].viewers;
    const std::uint32_t index = viewer.live_place.index;
    GS_ASSERT(index < viewers.size() && viewers[index] == &viewer, "a live viewer is in its group");
    viewers[index] = viewers.back();
    viewers[index]->live_place.index = index;
    viewers.pop_back();
    --count_;
}

void LivePush::begin_at(Tick tick) {
    for (Group& group : groups_)
        group.sent = tick;
}

void LivePush::send(const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
                    RoomCounters& counters) {
    too_slow_.clear();
    const auto count = static_cast<std::uint32_t>(groups_.size());
    for (std::uint32_t index = 0; index < count; ++index) {
        // The newest tick whose end is this group's moment; a late turn may have made it some ticks ago.
        const std::uint32_t ago = (log.next().value + count - index) % count;
        if (back(log.next(), ago) > groups_[index].sent) send(groups_[index], log, epoch, now, counters);
    }
}

void LivePush::send_rest(const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
                         RoomCounters& counters) {
    too_slow_.clear();
    for (Group& group : groups_) {
        if (log.next() > group.sent) send(group, log, epoch, now, counters);
    }
}

void LivePush::send(Group& group, const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
                    RoomCounters& counters) {
    const Tick fresh = std::exchange(group.sent, log.next());
    if (group.viewers.empty()) return;
    const auto ticks_per_send = static_cast<std::uint32_t>(groups_.size());
    over_datagrams_.make(log, epoch, back(fresh, ticks_per_send), fresh);
    over_streams_.make(log, epoch, fresh, fresh);
    for (Viewer* viewer : group.viewers) {
        if (viewer->live_pace.takes_this()) send(*viewer, log, epoch, now, counters);
    }
}

void LivePush::send(Viewer& viewer, const netcode::MatchLog& log, std::uint32_t epoch, net::Instant now,
                    RoomCounters& counters) {
    const bool loses = viewer.session().transport() != net::TransportKind::websocket;
    auto sent = viewer.send_shared(loses ? over_datagrams_ : over_streams_, counters.sent);
    if (sent == Viewer::Sent::lacks_more) {
        const auto ticks_per_send = static_cast<std::uint32_t>(groups_.size());
        sent = viewer.send_ticks(log, {.epoch = epoch}, ticks_per_send, now, counters.sent);
    }
    const auto taken = sent == Viewer::Sent::held ? LivePace::Taken::no : LivePace::Taken::yes;
    const LivePace::Change change = viewer.live_pace.note(taken, now);
    if (change == LivePace::Change::thinned) ++counters.live_thinned;
    if (change == LivePace::Change::too_slow) too_slow_.push_back(&viewer);
}

}  // namespace gs::rooms
