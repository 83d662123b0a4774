#include "tests/sim/person_at_home.h"

#include "core/game/test_game.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/tick_packet.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace gs::sim {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

net::Duration random_ms(base::Rng& rng, std::uint64_t least, std::uint64_t most) {
    return milliseconds(least + rng.below(most - least + 1));
}

net::LinkConditions random_line(base::Rng& rng) {
    const bool is_bad = rng.chance(400);
    net::LinkConditions line;
    line.delay = random_ms(rng, 1, is_bad ? 150 : 40);
    line.jitter = random_ms(rng, 0, is_bad ? 80 : 10);
    line.loss_permille = static_cast<std::uint32_t>(rng.below(is_bad ? 200 : 20));
    line.duplicate_permille = static_cast<std::uint32_t>(rng.below(is_bad ? 100 : 10));
    if (rng.chance(100)) line.bytes_per_s = 20'000 + rng.below(100'000);
    return line;
}

std::string id_text(std::size_t index) {
    std::string text = "person000000";
    text[10] = static_cast<char>('0' + index / 10 % 10);
    text[11] = static_cast<char>('0' + index % 10);
    return text;
}

}  // namespace

PersonAtHome::PersonAtHome(const Outside& outside, std::size_t index, Wish wish, base::Rng rng,
                           net::Instant now)
    : outside_(outside),
      person_{.id = *net::AccountId::parse(id_text(index)), .name = "Person " + std::to_string(index)},
      wish_(wish),
      rng_(rng),
      now_(now),
      client_(outside.module, rng_.chance(300) ? client::Client::Work::show : client::Client::Work::confirm),
      clock_offset_us_(static_cast<std::int64_t>(rng_.below(1'000'000'000))),
      clock_drift_((static_cast<double>(rng_.below(2001)) - 1000) / 1e6) {
    dial_at_ = now + random_ms(rng_, 0, 5'000);
}

PersonAtHome::~PersonAtHome() {
    old_links_.clear();
    link_.reset();
}

client::Micros PersonAtHome::clock() const {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count();
    return clock_offset_us_ + us +
           static_cast<std::int64_t>(static_cast<double>(us % 1'000'000'000) * clock_drift_);
}

void PersonAtHome::fail(std::string_view what) {
    if (wrong.empty()) wrong = person_.name + ": " + std::string(what);
}

std::string PersonAtHome::whereabouts() const {
    std::string text = person_.name + (wish_ == Wish::play ? " (player" : " (spectator");
    if (link_ == nullptr) return text + ", away)";
    text += link_->client() == nullptr ? ", client's end gone" : ", online";
    text += link_->server() == nullptr ? ", server's end gone" : "";
    if (in_room_) text += ", in the room";
    if (client_.is_running())
        text += ", running at " + std::to_string(client_.confirmed().value_or(Tick{}).value);
    return text + ", " + std::to_string(dials_) + " dials)";
}

// ---- The line

void PersonAtHome::dial(net::Instant now) {
    net::MemoryLinkOptions options;
    options.seed = rng_.next() + ++dials_;
    options.to_client = random_line(rng_);
    options.to_server = random_line(rng_);
    options.timeout = seconds(3);
    link_ = std::make_unique<net::MemoryLink>(options, now);
    link_->client()->set_handler(*this);
    link_->server()->set_handler(*outside_.visits.open(*link_->server()));
    ended_ = in_room_ = is_leaving_ = false;
    transfers_.clear();
    const auto role = wish_ == Wish::play ? rooms::Role::player : rooms::Role::spectator;
    const auto ticket = outside_.tickets.issue({.person = person_, .role = role, .room = outside_.room}, now);
    if (!ticket) return fail("there is no ticket");
    json hello = {{"type", "hello"}, {"ticket", *ticket}};
    if (!resume_.empty()) hello["resume"] = resume_;
    if (!link_->client()->send_message(hello.dump())) fail("hello could not be sent");
}

void PersonAtHome::end_session() {
    if (in_room_ && is_player()) {
        held_seat_ = seat_;
        // Who has said to leave, but has not heard back, may have given the seat up.
        held_until_ = is_leaving_ ? now_ : now_ + outside_.seat_held;
        // What the server had not confirmed may have arrived or not.
        const double consumed = client_.stats().consumed_tick;
        for (const auto& [tick, presses_in_tick] : sampled_)
            (tick <= consumed ? before_.certain : before_.uncertain) += presses_in_tick;
        sampled_.clear();
    }
    in_room_ = false;
}

/// The seat is given up, or lost.
void PersonAtHome::end_stay() {
    held_seat_.reset();
    resume_.clear();
    sampled_.clear();
    before_ = {};
    seat_ = no_seat;
    in_room_ = false;
}

void PersonAtHome::hang_up(net::Instant back_at) {
    end_session();
    ended_ = true;
    dial_at_ = back_at;
}

void PersonAtHome::on_closed(net::Session& session, const net::CloseInfo&) {
    if (!is_current(session) || ended_) return;
    // As the page does: back off a little and come again.
    hang_up(now_ + random_ms(rng_, 50, 1'500));
}

// ---- What comes

bool PersonAtHome::is_current(const net::Session& session) const {
    return link_ != nullptr && link_->client() == &session;
}

void PersonAtHome::on_datagram(net::Session& session, ByteView payload) {
    if (!is_current(session)) return;
    if (payload.empty()) return fail("an empty datagram came");
    if (payload[0] == static_cast<std::byte>(netcode::DatagramType::pong)) return;
    if (in_room_) client_.receive_datagram(payload, clock());
}

void PersonAtHome::on_transfer(net::Session& session, std::uint32_t id, ByteView bytes, TransferPart part) {
    if (!is_current(session)) return;
    auto& whole = transfers_[id];
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    if (part == TransferPart::more) return;
    if (part == TransferPart::last && in_room_) client_.receive_transfer(whole, clock());
    transfers_.erase(id);
}

void PersonAtHome::on_message(net::Session& session, std::string_view text) {
    if (!is_current(session)) return;
    const json message = json::parse(text, nullptr, false);
    if (message.is_discarded()) return fail("a message is no JSON");
    const std::string type = message.value("type", "");
    if (type == "entered") {
        entered(message);
    } else if (type == "left") {
        // By our own wish, or because another tab of ours plays.
        if (in_room_) end_stay();
        dial_at_ = now_ + random_ms(rng_, 100, 2'000);
        ended_ = true;
    } else if (type == "refused") {
        const std::string reason = message.value("reason", "");
        if (reason != "full" || wish_ != Wish::play) fail("refused: " + reason);
        end_stay();
        dial_at_ = now_ + random_ms(rng_, 500, 3'000);
        ended_ = true;
    }
}

void PersonAtHome::entered(const json& message) {
    const Seat seat = message["seat"].is_null() ? no_seat : Seat{message["seat"].get<std::uint8_t>()};
    if ((seat != no_seat) != (wish_ == Wish::play)) fail("another role than wished");
    const std::uint64_t stay = seat == no_seat ? 0 : outside_.stay_in(seat);
    if (held_seat_) {
        const bool is_back = seat == *held_seat_ && stay == stay_;
        ++(is_back ? came_back : seats_lost);
        // Half a second for what is on its way.
        if (!is_back && now_ < held_until_ - milliseconds(500)) fail("a held seat did not come back");
        held_seat_.reset();
    }
    if (stay != stay_) {
        sampled_.clear();
        before_ = {};
    }
    stay_ = stay;
    seat_ = seat;
    resume_ = message["resume"].is_null() ? std::string() : message["resume"].get<std::string>();
    client_.enter(seat, message["match"]["epoch"].get<std::uint32_t>(), clock());
    desyncs_seen_ = 0;
    in_room_ = true;
}

// ---- What a person does

void PersonAtHome::use_hands() {
    game::Controls now_held = hands_;
    if (!calm_ && is_player()) {
        if (rng_.chance(30)) {
            hands_.move = {(static_cast<float>(rng_.below(3)) - 1), (static_cast<float>(rng_.below(3)) - 1)};
            hands_.held = static_cast<std::uint32_t>(rng_.below(4));
        }
        if (outside_.is_restless) {
            hands_.move = {static_cast<float>(rng_.below(1000)) / 1000,
                           static_cast<float>(rng_.below(1000)) / 1000};
            hands_.pointer_at.x = static_cast<float>(rng_.below(1'000'000));
        }
        now_held = hands_;
        if (rng_.chance(100)) now_held.pressed = game::Controls::action_1;
    } else {
        now_held = {};
    }
    client_.set_controls(now_held);
}

void PersonAtHome::note_samples(ByteView datagram) {
    netcode::InputPacket packet;
    if (!netcode::read_input_packet(outside_.module, datagram, packet))
        return fail("an input packet cannot be read");
    for (std::uint32_t index = 0; index < packet.count; ++index) {
        game::TestGame::Input input;
        std::memcpy(&input, packet.inputs[index].bytes, sizeof(input));
        const auto [place, is_new] = sampled_.emplace(packet.first_input.value + index, input.presses);
        if (!is_new && place->second != input.presses) fail("an input that was sent changed");
        if (is_new) presses += input.presses;
    }
}

void PersonAtHome::talk() {
    client_.turn(clock());
    net::Session* session = link_->client();
    if (session == nullptr) return;
    for (ByteView datagram = client_.take_datagram(); !datagram.empty(); datagram = client_.take_datagram()) {
        note_samples(datagram);
        session->send_datagram({}, datagram);
    }
    const client::Request request = client_.take_request();
    json asked;
    if (request.kind == client::Request::Kind::repair) {
        ++repairs;
        asked = {{"type", "repair"}, {"first", request.first.value}, {"count", request.count}};
    } else if (request.kind == client::Request::Kind::keyframe) {
        ++keyframes_asked;
        asked = {{"type", "keyframe"}};
    } else {
        return;
    }
    [[maybe_unused]] const auto sent = session->send_message(asked.dump());
}

void PersonAtHome::suffer(net::Instant now) {
    if (calm_ || link_ == nullptr || ended_) return;
    net::Session* session = link_->client();
    if (session == nullptr) return;
    switch (rng_.below(8)) {
        case 0:  // The page is loaded anew, soon or late.
            session->close(0, "bye");
            return hang_up(now + random_ms(rng_, 100, rng_.chance(300) ? 9'000 : 2'500));
        case 1:  // The line is cut; the server does not know yet.
            link_->pull_cable();
            return hang_up(now + random_ms(rng_, 10, rng_.chance(300) ? 12'000 : 2'500));
        case 2:  // The line is cut and the page has to find out.
            link_->pull_cable();
            return;
        case 3:  // Another tab: the one before stays open for a while.
            if (in_room_) {
                end_session();
                old_links_.push_back(std::move(link_));
                ended_ = false;
                dial_at_ = now;
            }
            return;
        case 4:  // Looks at another tab.
            asleep_until_ = now + random_ms(rng_, 100, 4'000);
            return;
        case 5:  // Reads slowly.
            session->set_receiving(net::Session::Receiving::paused);
            reads_again_at_ = now + random_ms(rng_, 100, 3'000);
            return;
        case 6:  // The clock of the machine jumps forward, as after sleep.
            clock_offset_us_ += static_cast<std::int64_t>(rng_.below(3'000'000));
            return;
        default: {  // Enough for now.
            if (!in_room_) return;
            is_leaving_ = true;
            [[maybe_unused]] const auto sent = session->send_message(R"({"type":"leave"})");
            return;
        }
    }
}

void PersonAtHome::turn(net::Instant now) {
    now_ = now;
    for (auto& old : old_links_)
        old->advance(now);
    std::erase_if(old_links_,
                  [](const auto& old) { return old->client() == nullptr && old->server() == nullptr; });
    if (link_ == nullptr) {
        if (now >= dial_at_ || (calm_ && dial_at_ > now + seconds(3))) dial(now);
        return;
    }
    link_->advance(now);
    if (ended_) {
        // The far end comes to its own end by itself.
        if (link_->client() != nullptr) link_->client()->close(0, "bye");
        old_links_.push_back(std::move(link_));
        return;
    }
    if (reads_again_at_ != net::Instant{} && (now >= reads_again_at_ || calm_)) {
        reads_again_at_ = {};
        if (link_->client() != nullptr) link_->client()->set_receiving(net::Session::Receiving::open);
    }
    if (now < asleep_until_ && !calm_) return;
    if (now >= hands_at_) {
        hands_at_ = now + milliseconds(20);
        if (in_room_) use_hands();
    }
    if (now < turn_at_) return;
    turn_at_ = now + milliseconds(4 + rng_.below(14));
    if (in_room_) talk();
    if (client_.stats().desyncs > desyncs_seen_) {
        desyncs += static_cast<std::uint64_t>(client_.stats().desyncs - desyncs_seen_);
        desyncs_seen_ = client_.stats().desyncs;
    }
}

Pressed PersonAtHome::pressed() const {
    Pressed all = before_;
    for (const auto& [tick, presses_in_tick] : sampled_)
        all.certain += presses_in_tick;
    return all;
}

}  // namespace gs::sim
