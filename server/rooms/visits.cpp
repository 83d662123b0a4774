#include "server/rooms/visits.h"

#include "core/base/assert.h"
#include "server/net/close_codes.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

constexpr net::Duration look_period = std::chrono::milliseconds(500);
/// Rooms change all the time when many play; nobody reads a lobby faster.
constexpr net::Duration push_period = std::chrono::seconds(1);

constexpr std::string_view going_away_words = "The server is stopping; come back in a moment";

}  // namespace

Visits::Visits(Rooms& rooms, Tickets& tickets, Options options)
    : rooms_(rooms), tickets_(tickets), options_(std::move(options)) {}

Visits::~Visits() { GS_ASSERT(visits_.empty(), "sessions end before what handles them"); }

net::SessionHandler* Visits::open(net::Session& session) {
    auto visit = std::make_unique<Visit>(*this, session, now());
    if (draining_) visit->close(net::close_code::going_away, going_away_words);
    ++counters_.opened;
    return visits_.insert_or_assign(&session, std::move(visit)).first->second.get();
}

net::Instant Visits::next_due() const { return visits_.empty() ? net::never : looked_at_ + look_period; }

void Visits::turn(net::Instant now) {
    if (now >= looked_at_ && now - looked_at_ < look_period) return;
    looked_at_ = now;
    for (auto& [session, visit] : visits_)
        visit->look(now);
    const bool is_watched =
        std::ranges::any_of(visits_, [](const auto& each) { return each.second->sees_lobby(); });
    if (is_watched) push_lobby(now);
}

void Visits::drain() {
    draining_ = true;
    for (auto& [session, visit] : visits_)
        visit->close(net::close_code::going_away, going_away_words);
}

void Visits::push_lobby(net::Instant now) {
    if (!options_.lobby_html || pushed_version_ == rooms_.version()) return;
    if (!lobby_message_.empty() && now >= pushed_at_ && now - pushed_at_ < push_period) return;
    pushed_at_ = now;
    pushed_version_ = rooms_.version();
    std::string message = html_message(options_.lobby_html());
    if (message == lobby_message_) return;
    lobby_message_ = std::move(message);
    for (auto& [session, visit] : visits_) {
        // Who has no room for it gets the next one.
        if (visit->sees_lobby()) static_cast<void>(session->send_message(lobby_message_));
    }
}

}  // namespace gs::rooms
