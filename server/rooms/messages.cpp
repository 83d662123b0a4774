#include "server/rooms/messages.h"

#include "core/netcode/limits.h"
#include "server/crypto/crypto.h"
#include "server/names/nickname.h"
#include "server/net/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gs::rooms {
namespace {

using nlohmann::json;

/// Our messages are flat.
constexpr net::JsonLimits json_limits{.depth_max = 2};

/// The string at `name`; nothing when it is missing, no string, or too long.
std::optional<std::string> text_of_field(const json& object, const char* name, std::size_t bytes_max) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    const auto& text = found->get_ref<const std::string&>();
    if (text.size() > bytes_max) return std::nullopt;
    return text;
}

std::optional<std::uint32_t> number_of_field(const json& object, const char* name, std::uint32_t max) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    const auto number = found->get<std::uint64_t>();
    if (number > max) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

bool is_absent(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null();
}

using Read = std::expected<MessageUp, std::string_view>;

/// Hello and enter have the same fields.
template <class Message>
Read read_ticket(const json& object) {
    auto ticket = text_of_field(object, "ticket", token_bytes_max);
    if (!ticket) return std::unexpected("a ticket is missing");
    Message message{.ticket = std::move(*ticket), .resume = {}};
    if (!is_absent(object, "resume")) {
        auto resume = text_of_field(object, "resume", token_bytes_max);
        if (!resume) return std::unexpected("resume is a token, or null");
        message.resume = std::move(*resume);
    }
    return message;
}

Read read_repair(const json& object) {
    const auto first = number_of_field(object, "first", UINT32_MAX);
    const auto count = number_of_field(object, "count", UINT32_MAX);
    if (!first || !count || *count == 0) return std::unexpected("repair needs the first tick and a count");
    return up::Repair{.first = Tick{*first}, .count = std::min(*count, netcode::repair_ticks_max)};
}

constexpr std::array<std::pair<std::string_view, HostOrder>, 9> host_orders = {{
    {"start", HostOrder::start},
    {"kick", HostOrder::kick},
    {"lock", HostOrder::lock},
    {"unlock", HostOrder::unlock},
    {"hand_over", HostOrder::hand_over},
    {"computers", HostOrder::computers},
    {"caster_pass", HostOrder::caster_pass},
    {"mute", HostOrder::mute},
    {"unmute", HostOrder::unmute},
}};

Read read_host(const json& object) {
    const auto name = text_of_field(object, "do", 16);
    const auto found =
        std::ranges::find(host_orders, name.value_or(""), &decltype(host_orders)::value_type::first);
    if (found == host_orders.end()) return std::unexpected("host needs one of the orders there are");
    up::Host host{.order = found->second, .seat = std::nullopt};
    if (!is_absent(object, "seat")) {
        const auto seat = number_of_field(object, "seat", no_seat.value - 1);
        if (!seat) return std::unexpected("a seat is a small number");
        host.seat = Seat{static_cast<std::uint8_t>(*seat)};
    }
    if (!is_absent(object, "count")) {
        host.count = number_of_field(object, "count", game::seats_limit);
        if (!host.count) return std::unexpected("a count of computers is a small number");
    }
    const bool is_about_words = host.order == HostOrder::mute || host.order == HostOrder::unmute;
    if (is_about_words || (host.order == HostOrder::kick && !is_absent(object, "person"))) {
        host.person = net::AccountId::parse(text_of_field(object, "person", token_bytes_max).value_or(""));
        if (!host.person) return std::unexpected("whoever is muted or sent away has an id");
        if (host.seat) return std::unexpected("an order is about a seat or about a person");
    }
    return host;
}

/// 16 hexadecimal digits, as hash_at() in the page writes them.
std::optional<std::uint64_t> hash_of_field(const json& object, const char* name) {
    const auto text = text_of_field(object, name, 16);
    std::uint64_t hash = 0;
    if (!text || text->size() != 16) return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), hash, 16);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return hash;
}

Read read_desync(const json& object) {
    const auto tick = number_of_field(object, "tick", UINT32_MAX);
    const auto hash = hash_of_field(object, "hash");
    const auto expected = hash_of_field(object, "expected");
    if (!tick || !hash || !expected) return std::unexpected("desync needs a tick and two hashes");
    DesyncReport report{.tick = Tick{*tick}, .hash = *hash, .expected = *expected};
    if (!is_absent(object, "state")) {
        const auto text = text_of_field(object, "state", wire::message_bytes_max);
        auto state = text ? crypto::from_base64url(*text) : std::nullopt;
        if (!state || state->size() > game::state_bytes_max)
            return std::unexpected("a state is base64url, or null");
        report.state = std::move(*state);
    }
    return up::Desync{std::move(report)};
}

Read read_rename(const json& object) {
    auto name = text_of_field(object, "name", names::raw_name_bytes_max);
    if (!name) return std::unexpected("rename needs a name of bounded length");
    return up::Rename{std::move(*name)};
}

Read read_chat(const json& object) {
    using Channel = up::Chat::Channel;
    const auto channel = text_of_field(object, "channel", 16);
    auto text = text_of_field(object, "text", message_up_bytes_max);
    const bool is_of_players = channel == "players";
    if (!text || (!is_of_players && channel != "spectators"))
        return std::unexpected("chat needs one of the channels and a text");
    up::Chat chat{.channel = is_of_players ? Channel::players : Channel::spectators,
                  .text = std::move(*text)};
    if (const auto tick = number_of_field(object, "tick", UINT32_MAX)) chat.seen = Tick{*tick};
    return chat;
}

Read read_react(const json& object) {
    const auto kind = number_of_field(object, "kind", UINT8_MAX);
    if (!kind) return std::unexpected("a kind of reaction is a small number");
    return up::React{.kind = static_cast<std::uint8_t>(*kind)};
}

template <class Message>
Read read_bare(const json&) {
    return Message{};
}

struct Reader {
    std::string_view type;
    Read (*read)(const json&);
};
constexpr Reader readers[] = {
    {"hello", read_ticket<up::Hello>},
    {"enter", read_ticket<up::Enter>},
    {"lobby", read_bare<up::Lobby>},
    {"leave", read_bare<up::Leave>},
    {"repair", read_repair},
    {"keyframe", read_bare<up::WantKeyframe>},
    {"host", read_host},
    {"rematch", read_bare<up::Rematch>},
    {"desync", read_desync},
    {"rename", read_rename},
    {"chat", read_chat},
    {"react", read_react},
};

/// Names are clean and pages are ours; should that ever fail, one character is worth less than the server.
std::string written(const json& message) {
    return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view name_of(RefusedReason reason) {
    static constexpr std::string_view names[] = {"full",   "locked",    "gone",    "kicked",
                                                 "ticket", "elsewhere", "too_many"};
    return names[static_cast<std::size_t>(reason)];
}

std::string_view name_of(LeftReason reason) {
    static constexpr std::string_view names[] = {"kicked", "closed", "taken_elsewhere", "own"};
    return names[static_cast<std::size_t>(reason)];
}

json seat_json(const Seats& seats, Seat seat) {
    const Seats::Place& place = seats.at(seat);
    return {{"seat", seat.value},
            {"name", place.person.name},
            {"connected", place.state != SeatState::dropped && place.state != SeatState::free},
            {"host", seats.host() == seat},
            {"computer", place.state == SeatState::computer}};
}

json seat_json_of_change(const Seats& seats, Seat seat) {
    json change = seat_json(seats, seat);
    if (seats.at(seat).state == SeatState::free) change["left"] = true;
    return change;
}

json match_json(const GameEntry& game, const MatchId& match, std::uint32_t epoch) {
    const game::Module& module = *game.module;
    const game::Info& info = *module.info;
    const bool is_endless = info.lifecycle == game::Lifecycle::endless;
    const bool joins_late = info.late_join == game::Info::LateJoin::allowed;
    return {{"id", match.text()},
            {"epoch", epoch},
            {"tick_rate_hz", info.tick_rate_hz},
            {"ticks_per_send", info.ticks_per_send},
            {"seats_min", info.seats_min},
            {"seats_max", info.seats_max},
            {"game", info.id},
            {"module", {{"url", game.module_url}, {"play_url", game.play_module_url}}},
            {"rules_version", info.rules_version},
            {"lifecycle", is_endless ? "endless" : "match"},
            {"late_join", joins_late ? "allowed" : "next_match"},
            {"computers", module.computer != nullptr},
            {"event_kinds", json_of(module.event_kinds)},
            {"statistics", json_of(module.statistics)}};
}

}  // namespace

std::expected<MessageUp, std::string_view> read_message(std::string_view text) {
    const auto parsed = net::parse_json(text, json_limits);
    if (!parsed || !parsed->is_object()) return std::unexpected("a message is one flat JSON object");
    const auto type = text_of_field(*parsed, "type", 16);
    const auto found = std::ranges::find(readers, type.value_or(""), &Reader::type);
    if (found == std::end(readers)) return std::unexpected("there is no such type of message");
    if (text.size() > message_up_bytes_max && found->read != read_desync)
        return std::unexpected("a message of this type is shorter");
    return found->read(*parsed);
}

std::string welcome_message(const net::Person& person) {
    return written({{"type", "welcome"}, {"guest", {{"id", person.id.text()}, {"name", person.name}}}});
}

std::string refused_message(RefusedReason reason, std::string_view words) {
    return written({{"type", "refused"}, {"reason", name_of(reason)}, {"words", words}});
}

std::string left_message(LeftReason reason, std::string_view words) {
    return written({{"type", "left"}, {"reason", name_of(reason)}, {"words", words}});
}

std::string room_message(const RoomInfo& room) {
    return written({{"type", "room"}, {"room", json_of(room)}});
}

std::string html_message(std::string_view html) { return written({{"type", "html"}, {"html", html}}); }

std::string notice_message(std::string_view words) { return written({{"type", "notice"}, {"words", words}}); }

std::string match_message(const GameEntry& game, MatchId match, std::uint32_t epoch) {
    return written({{"type", "match"}, {"match", match_json(game, match, epoch)}});
}

std::string result_message(const MatchResult& result, std::int64_t next_in_s) {
    return written({{"type", "result"}, {"result", json_of(result)}, {"next_in_s", next_in_s}});
}

std::string rematch_message(std::size_t wanted, std::size_t of) {
    return written({{"type", "rematch"}, {"wanted", wanted}, {"of", of}});
}

std::string caster_pass_message(std::string_view pass) {
    return written({{"type", "caster_pass"}, {"pass", pass}});
}

std::string roster_message(const Seats& seats, const std::bitset<game::seats_limit>& changes) {
    if (changes.none()) return {};
    json list = json::array();
    for (std::size_t index = 0; index < seats.count(); ++index) {
        if (changes.test(index))
            list.push_back(seat_json_of_change(seats, Seat{static_cast<std::uint8_t>(index)}));
    }
    return written({{"type", "roster"}, {"changes", std::move(list)}});
}

std::string entered_message(const EnteredFacts& facts) {
    json roster = json::array();
    for (std::size_t index = 0; index < facts.seats.count(); ++index) {
        const Seat seat{static_cast<std::uint8_t>(index)};
        if (facts.seats.at(seat).state != SeatState::free) roster.push_back(seat_json(facts.seats, seat));
    }
    const bool is_player = facts.seat != no_seat;
    json message = {{"type", "entered"},
                    {"role", name_of(facts.role)},
                    {"class", name_of(facts.view)},
                    {"seat", nullptr},
                    {"host", is_player && facts.seats.host() == facts.seat},
                    {"resume", nullptr},
                    {"room", json_of(facts.room)},
                    {"match", match_json(facts.game, facts.match, facts.epoch)},
                    {"roster", std::move(roster)}};
    if (is_player) {
        message["seat"] = facts.seat.value;
        message["resume"] = facts.resume;
    }
    return written(message);
}

}  // namespace gs::rooms
