#include "server/app/counter_tables.h"

#include <string>
#include <string_view>

namespace gs::app {
namespace {

template <typename Counters>
struct Row {
    std::uint64_t Counters::* member;
    std::string_view name;
    std::string_view help;
    std::string_view label = {};  // "result=2xx"; empty for none
};

/// Input that was dropped or refused: one metric with a label each, and a warning.
template <typename Counters>
struct HostileRow {
    std::uint64_t Counters::* member;
    std::string_view kind;
    std::string_view message;
};

using Http = http::Counters;

constexpr Row<Http> http_rows[] = {
    {&Http::connections_accepted, "grandstand_http_connections_total", "TCP connections accepted."},
    {&Http::requests, "grandstand_http_requests_total", "HTTP requests that were understood."},
    {&Http::responses_1xx, "grandstand_http_responses_total", "Answers by class of status.", "class=1xx"},
    {&Http::responses_2xx, "grandstand_http_responses_total", "", "class=2xx"},
    {&Http::responses_3xx, "grandstand_http_responses_total", "", "class=3xx"},
    {&Http::responses_4xx, "grandstand_http_responses_total", "", "class=4xx"},
    {&Http::responses_5xx, "grandstand_http_responses_total", "", "class=5xx"},
    {&Http::handler_failures, "grandstand_http_handler_failures_total", "Requests answered with 500."},
    {&Http::response_headers_dropped, "grandstand_http_response_headers_dropped_total",
     "Header values that could not be sent safely."},
    {&Http::accept_failures, "grandstand_http_accept_failures_total", "Out of file descriptors or memory."},
    {&Http::timeouts_keep_alive, "grandstand_http_timeouts_total", "Connections ended for waiting too long.",
     "waiting_for=next_request"},
    {&Http::timeouts_request, "grandstand_http_timeouts_total", "", "waiting_for=request"},
    {&Http::timeouts_write, "grandstand_http_timeouts_total", "", "waiting_for=reader"},
    {&Http::timeouts_websocket, "grandstand_http_timeouts_total", "", "waiting_for=websocket"},
    {&Http::websockets_accepted, "grandstand_sessions_total", "Sessions accepted.", "transport=websocket"},
    {&Http::datagrams_received, "grandstand_datagrams_received_total", "Payloads of the now lane received.",
     "transport=websocket"},
    {&Http::datagrams_sent, "grandstand_datagrams_sent_total", "Payloads of the now lane sent.",
     "transport=websocket"},
    {&Http::datagrams_replaced, "grandstand_datagrams_replaced_total",
     "Payloads of the now lane that a newer one replaced before they could go.", "transport=websocket"},
    {&Http::sends_refused_full, "grandstand_sends_refused_total",
     "Messages and transfers refused by a full queue.", "transport=websocket"},
};

constexpr HostileRow<Http> http_hostile_rows[] = {
    {&Http::connections_refused_full, "http_connections_full", "TCP connections refused: the server is full"},
    {&Http::connections_refused_address, "http_connections_per_address",
     "TCP connections refused: too many from one address (limits.connections_per_address)"},
    {&Http::tls_handshakes_failed, "http_tls_handshakes", "TLS handshakes failed"},
    {&Http::requests_malformed, "http_requests_malformed", "HTTP requests refused: malformed"},
    {&Http::requests_too_large, "http_requests_too_large", "HTTP requests refused: too large"},
    {&Http::requests_refused_origin, "http_origin", "HTTP requests refused: Origin not on the list"},
    {&Http::websockets_refused_path, "websocket_path", "WebSockets refused: no session at that path"},
    {&Http::websockets_refused_request, "websocket_request", "WebSockets refused: wrong upgrade request"},
    {&Http::websockets_refused_full, "websocket_full", "WebSockets refused: full or draining"},
    {&Http::websocket_protocol_errors, "websocket_protocol", "WebSockets ended: protocol broken"},
    {&Http::websocket_lane_errors, "websocket_lanes", "WebSockets ended: lanes broken"},
};

using Quic = quic::EndpointCounters;

constexpr Row<Quic> quic_rows[] = {
    {&Quic::packets_received, "grandstand_quic_packets_received_total", "QUIC packets received."},
    {&Quic::packets_sent, "grandstand_quic_packets_sent_total", "QUIC packets sent."},
    {&Quic::bytes_received, "grandstand_quic_bytes_received_total", "UDP payload bytes received."},
    {&Quic::bytes_sent, "grandstand_quic_bytes_sent_total", "UDP payload bytes sent."},
    {&Quic::connections_accepted, "grandstand_quic_connections_total", "QUIC connections accepted."},
    {&Quic::connections_closed, "grandstand_quic_connections_closed_total", "QUIC connections ended."},
    {&Quic::handshakes_completed, "grandstand_quic_handshakes_total", "QUIC handshakes.", "result=completed"},
    {&Quic::handshakes_failed, "grandstand_quic_handshakes_total", "", "result=failed"},
    {&Quic::retries_sent, "grandstand_quic_stateless_answers_total", "Packets answered without state.",
     "kind=retry"},
    {&Quic::version_negotiations_sent, "grandstand_quic_stateless_answers_total", "",
     "kind=version_negotiation"},
    {&Quic::stateless_resets_sent, "grandstand_quic_stateless_answers_total", "", "kind=reset"},
    {&Quic::paths_migrated, "grandstand_quic_migrations_total", "Connections that changed their address."},
    {&Quic::key_updates, "grandstand_quic_key_updates_total", "Key updates."},
    {&Quic::sessions_accepted, "grandstand_sessions_total", "", "transport=webtransport"},
    {&Quic::sessions_timed_out, "grandstand_sessions_timed_out_total", "Sessions ended for their silence.",
     "transport=webtransport"},
    {&Quic::datagrams_received, "grandstand_datagrams_received_total", "", "transport=webtransport"},
    {&Quic::datagrams_sent, "grandstand_datagrams_sent_total", "", "transport=webtransport"},
    {&Quic::datagrams_replaced, "grandstand_datagrams_replaced_total", "", "transport=webtransport"},
};

constexpr HostileRow<Quic> quic_hostile_rows[] = {
    {&Quic::packets_garbled, "quic_packets_garbled", "UDP packets dropped: no QUIC, or no known connection"},
    {&Quic::initials_refused_full, "quic_connections_full",
     "QUIC connections refused: full, or too many from one address"},
    {&Quic::tokens_invalid, "quic_tokens", "QUIC address tokens refused"},
    {&Quic::protocol_errors, "quic_protocol", "QUIC connections ended: protocol broken"},
    {&Quic::requests_refused_origin, "quic_origin", "WebTransport refused: Origin not on the list (origin)"},
    {&Quic::requests_refused_path, "quic_path", "WebTransport refused: no session at that path"},
    {&Quic::requests_refused_other, "quic_request", "HTTP/3 requests refused: no WebTransport"},
    {&Quic::streams_refused, "quic_streams", "QUIC streams refused"},
    {&Quic::datagrams_unknown_session, "quic_datagrams", "QUIC datagrams dropped: no such session"},
};

using Port = quic::UdpPort::Counters;

constexpr Row<Port> port_rows[] = {
    {&Port::receive_calls, "grandstand_udp_receive_calls_total", "System calls that read UDP packets."},
    {&Port::send_calls, "grandstand_udp_send_calls_total", "System calls that sent UDP packets."},
    {&Port::packets_unsent, "grandstand_udp_packets_unsent_total",
     "UDP packets that the system did not take."},
};

using Room = rooms::RoomCounters;

constexpr Row<Room> room_rows[] = {
    {&Room::rooms_made, "grandstand_rooms_made_total", "Rooms made."},
    {&Room::rooms_reaped, "grandstand_rooms_reaped_total", "Empty and closed rooms that went."},
    {&Room::rooms_broken, "grandstand_rooms_broken_total",
     "Rooms closed because their game broke an invariant of its own."},
    {&Room::matches, "grandstand_matches_total", "Matches begun."},
    {&Room::matches_finished, "grandstand_matches_finished_total", "Matches that had a result."},
    {&Room::desyncs_reported, "grandstand_desyncs_reported_total",
     "Clients that said that their state was another."},
    {&Room::ticks, "grandstand_ticks_total", "Ticks of all rooms."},
    {&Room::overruns, "grandstand_tick_overruns_total", "Ticks given up because the server was late."},
    {&Room::entry_bytes, "grandstand_log_bytes_total", "Bytes of the logs' entries, each encoded once."},
    {&Room::joins, "grandstand_seat_events_total", "What happened to seats.", "event=joined"},
    {&Room::leaves, "grandstand_seat_events_total", "", "event=left"},
    {&Room::drops, "grandstand_seat_events_total", "", "event=dropped"},
    {&Room::returns, "grandstand_seat_events_total", "", "event=returned"},
    {&Room::seats_expired, "grandstand_seat_events_total", "", "event=expired"},
    {&Room::taken_elsewhere, "grandstand_seat_events_total", "", "event=taken_elsewhere"},
    {&Room::kicks, "grandstand_seat_events_total", "", "event=kicked"},
    {&Room::spectators_joined, "grandstand_spectators_joined_total", "Spectators who came."},
    {&Room::keyframes_sent, "grandstand_keyframes_sent_total", "Keyframes sent to viewers."},
    {&Room::keyframes_encoded, "grandstand_keyframes_encoded_total", "Keyframes encoded for viewers."},
    {&Room::repairs_sent, "grandstand_repairs_total", "Holes of viewers that were repaired.", "with=ticks"},
    {&Room::repairs_waiting, "grandstand_repairs_total", "", "with=nothing_yet"},
    {&Room::repairs_too_old, "grandstand_repairs_total", "", "with=keyframe"},
    {&Room::refused_live, "grandstand_live_refused_total",
     "Spectators who asked to watch live and may only watch late."},
    {&Room::live_thinned, "grandstand_live_slow_total",
     "Live spectators who took too little: how often they got fewer sends, and how many watch late since.",
     "became=thinned"},
    {&Room::live_moved, "grandstand_live_slow_total", "", "became=delayed"},
    {&Room::refused_full, "grandstand_entries_refused_total", "Who was not let into a room.", "reason=full"},
    {&Room::refused_locked, "grandstand_entries_refused_total", "", "reason=locked"},
    {&Room::refused_gone, "grandstand_entries_refused_total", "", "reason=gone"},
    {&Room::refused_kicked, "grandstand_entries_refused_total", "", "reason=kicked"},
};

constexpr HostileRow<Room> room_hostile_rows[] = {
    {&Room::rooms_refused_per_person, "rooms_per_person", "rooms refused: too many of one person"},
    {&Room::rooms_refused_per_network, "rooms_per_network", "rooms refused: too many from one address"},
    {&Room::rooms_refused_full, "rooms_full", "rooms refused: there are as many as there may be"},
    {&Room::packets_bad, "input_packets", "input packets dropped: not of the game"},
    {&Room::packets_stale, "input_epochs", "input packets dropped: of another epoch"},
    {&Room::acknowledgements_bad, "acknowledgements", "acknowledgements of ticks that were never made"},
    {&Room::view_ages_beyond, "view_ages", "ages of views that were claimed older than the line allows"},
    {&Room::seats_suspicious, "suspicious_seats", "seats whose clients are not honest"},
    {&Room::resume_tokens_refused, "resume_tokens", "resume tokens refused"},
    {&Room::passes_refused, "caster_passes", "passes of casters refused: void, or guessed"},
    {&Room::delayed_wishes, "late_viewers", "ticks refused that are not public: to who watches late"},
    {&Room::viewers_too_slow, "slow_viewers", "viewers closed: their queue stayed full"},
};

using Visit = rooms::VisitCounters;

constexpr Row<Visit> visit_rows[] = {
    {&Visit::opened, "grandstand_visits_total", "Sessions at /wt and /ws.", "state=opened"},
    {&Visit::welcomed, "grandstand_visits_total", "", "state=welcomed"},
    {&Visit::without_hello, "grandstand_visits_ended_total", "Visits that the server ended.",
     "why=no_ticket"},
    {&Visit::timed_out, "grandstand_visits_ended_total", "", "why=silent"},
    {&Visit::closed_too_much, "grandstand_visits_ended_total", "", "why=too_much"},
    {&Visit::closed_bad_message, "grandstand_visits_ended_total", "", "why=bad_message"},
};

constexpr HostileRow<Visit> visit_hostile_rows[] = {
    {&Visit::tickets_refused, "tickets", "tickets refused"},
    {&Visit::datagrams_over_rate, "datagram_rate", "datagrams dropped: more than anybody needs"},
    {&Visit::datagrams_bad, "datagrams", "datagrams dropped: not part of the protocol"},
    {&Visit::desyncs_over_rate, "desync_rate", "reports of other states: more than are looked at"},
    {&Visit::repairs_over_rate, "repair_rate", "repairs refused: asked for too often"},
};

std::vector<Metrics::Label> labels_of(std::string_view label) {
    if (label.empty()) return {};
    const std::size_t equals = label.find('=');
    return {{.name = std::string(label.substr(0, equals)), .value = std::string(label.substr(equals + 1))}};
}

template <typename Counters, std::size_t count>
void add_rows(const Row<Counters> (&rows)[count], const Counters& counters, Metrics& metrics) {
    for (const Row<Counters>& row : rows) {
        metrics.add_counter(row.name, row.help, counters.*row.member, labels_of(row.label));
    }
}

template <typename Counters, std::size_t count>
void add_hostile(const HostileRow<Counters> (&rows)[count], const Counters& counters, Metrics& metrics,
                 HostileWatch& watch) {
    for (const HostileRow<Counters>& row : rows) {
        metrics.add_counter("grandstand_refused_total", "Input that was dropped or refused, by its kind.",
                            counters.*row.member, {{.name = "kind", .value = std::string(row.kind)}});
        watch.add(row.kind, row.message, counters.*row.member);
    }
}

Metrics::Histogram seconds_of(const rooms::DurationHistogram& histogram) {
    Metrics::Histogram seconds;
    for (std::size_t index = 0; index < histogram.counts().size(); ++index) {
        const bool is_bounded = index < rooms::DurationHistogram::bounds_ns.size();
        if (is_bounded) seconds.bounds.push_back(static_cast<double>(histogram.bounds_ns[index]) / 1e9);
        seconds.counts.push_back(histogram.counts()[index]);
    }
    seconds.sum = std::chrono::duration<double>(histogram.sum()).count();
    return seconds;
}

}  // namespace

void add_http_counters(const http::Counters& counters, Metrics& metrics, HostileWatch& watch) {
    add_rows(http_rows, counters, metrics);
    add_hostile(http_hostile_rows, counters, metrics, watch);
    metrics.add_gauge("grandstand_http_connections_open", "TCP connections open now.",
                      [&counters] { return static_cast<double>(counters.connections_open); });
    metrics.add_gauge("grandstand_sessions_open", "Sessions open now.",
                      [&counters] { return static_cast<double>(counters.websockets_open); },
                      {{.name = "transport", .value = "websocket"}});
}

void add_quic_counters(const quic::EndpointCounters& counters, const quic::UdpPort::Counters& port,
                       Metrics& metrics, HostileWatch& watch) {
    add_rows(quic_rows, counters, metrics);
    add_rows(port_rows, port, metrics);
    add_hostile(quic_hostile_rows, counters, metrics, watch);
    metrics.add_gauge("grandstand_quic_connections_open", "QUIC connections open now.", [&counters] {
        return static_cast<double>(counters.connections_accepted - counters.connections_closed);
    });
    metrics.add_gauge(
        "grandstand_sessions_open", "Sessions open now.",
        [&counters] { return static_cast<double>(counters.sessions_accepted - counters.sessions_closed); },
        {{.name = "transport", .value = "webtransport"}});
}

void add_room_counters(const rooms::Rooms& rooms, const rooms::Tickets& tickets, const rooms::Visits& visits,
                       Metrics& metrics, HostileWatch& watch) {
    add_rows(room_rows, rooms.counters(), metrics);
    add_hostile(room_hostile_rows, rooms.counters(), metrics, watch);
    add_rows(visit_rows, visits.counters(), metrics);
    add_hostile(visit_hostile_rows, visits.counters(), metrics, watch);
    metrics.add_counter("grandstand_tickets_issued_total", "Tickets issued.", tickets.counters().issued);

    using Counts = rooms::Rooms::Counts;
    const auto add_count = [&](std::string_view name, std::string_view help, std::size_t Counts::* member) {
        metrics.add_gauge(name, help,
                          [&rooms, member] { return static_cast<double>(rooms.counts().*member); });
    };
    add_count("grandstand_rooms", "Rooms.", &Counts::rooms);
    add_count("grandstand_rooms_awake", "Rooms that make ticks: somebody is there.", &Counts::awake);
    add_count("grandstand_seats_taken", "Seats taken, dropped ones included.", &Counts::seats_taken);
    add_count("grandstand_computers", "Seats that games play themselves.", &Counts::computers);
    add_count("grandstand_spectators", "Viewers without a seat.", &Counts::spectators);
    add_count("grandstand_previews", "Lobbies that show a room live.", &Counts::previews);
    add_count("grandstand_log_bytes", "Bytes of the logs in memory.", &Counts::log_bytes);
    metrics.add_gauge("grandstand_visits", "Sessions at /wt and /ws now.",
                      [&visits] { return static_cast<double>(visits.size()); });

    using Inputs = netcode::InputCounters;
    const auto add_inputs = [&](std::string_view result, std::uint64_t Inputs::* member) {
        metrics.add_counter("grandstand_inputs_total",
                            "Inputs of players by what became of them; missing are ticks without.",
                            [&rooms, member] { return static_cast<double>(rooms.input_counters().*member); },
                            {{.name = "result", .value = std::string(result)}});
    };
    add_inputs("used", &Inputs::used);
    add_inputs("late", &Inputs::late);
    add_inputs("missing", &Inputs::missing);
    add_inputs("too_early", &Inputs::too_early);
    add_inputs("out_of_range", &Inputs::out_of_range);

    using Sent = rooms::SentBytes;
    const auto add_sent = [&](std::string_view kind, std::uint64_t Sent::* member) {
        metrics.add_counter("grandstand_room_bytes_sent_total",
                            "Payload that went to viewers, by what it was for; without messages.",
                            [&rooms, member] { return static_cast<double>(rooms.counters().sent.*member); },
                            {{.name = "kind", .value = std::string(kind)}});
    };
    add_sent("heads", &Sent::heads);
    add_sent("entries", &Sent::entries);
    add_sent("entries_again", &Sent::entries_again);
    add_sent("spectators", &Sent::spectators);
    add_sent("keyframes", &Sent::keyframes);
    add_sent("repairs", &Sent::repairs);

    metrics.add_histogram("grandstand_tick_seconds", "Time of one room's tick with what it sends to players.",
                          [&rooms] { return seconds_of(rooms.counters().tick_time); });
}

void add_talk_counters(const TalkCounters& counters, Metrics& metrics) {
    metrics.add_counter("grandstand_chat_said_total", "Messages in rooms.", counters.said);
    metrics.add_counter("grandstand_chat_refused_total",
                        "Messages that were too many, too long, repeated, of muted people or nothing.",
                        counters.refused);
    metrics.add_counter("grandstand_reactions_total", "Reactions in rooms.", counters.reactions);
    metrics.add_counter("grandstand_reactions_refused_total", "Reactions that were too many.",
                        counters.reactions_over_rate);
    metrics.add_counter("grandstand_chat_sends_lost_total", "Messages that a viewer's queue did not take.",
                        counters.sends_lost);
}

void add_visitor_counters(const RoomServices& services, Metrics& metrics, HostileWatch& watch) {
    const accounts::Guests::Counters& guests = services.visitors.counters();
    metrics.add_counter("grandstand_guests_made_total", "Visitors who came without a good cookie.",
                        guests.made);
    const auto add = [&](std::string_view kind, std::string_view message, const std::uint64_t& counter) {
        metrics.add_counter("grandstand_refused_total", "", counter,
                            {{.name = "kind", .value = std::string(kind)}});
        watch.add(kind, message, counter);
    };
    add("guest_cookies", "cookies refused: not ours, damaged, or too old", guests.cookies_refused);
    add("ticket_rate", "tickets refused: too many from one address", services.ticket_rate.refused());
    add("room_rate", "rooms refused: made too fast from one address", services.room_rate.refused());
    add("say_rate", "forms of chat refused: too many from one address", services.say_rate.refused());
    add("tickets_full", "tickets refused: there are as many as there may be",
        services.tickets.counters().refused_full);
}

}  // namespace gs::app
