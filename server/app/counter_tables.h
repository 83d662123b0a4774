// The counters of http/ and quic/ as metrics and as warnings: which number has which name at /metrics, and
// which of them mean hostile or garbled input. Called once by compose.
#pragma once

#include "server/app/hostile_watch.h"
#include "server/app/metrics.h"
#include "server/app/room_services.h"
#include "server/app/room_talk.h"
#include "server/http/counters.h"
#include "server/quic/counters.h"
#include "server/quic/udp_port.h"
#include "server/rooms/rooms.h"
#include "server/rooms/tickets.h"
#include "server/rooms/visits.h"

namespace gs::app {

/// The counters outlive `metrics` and `watch`.
void add_http_counters(const http::Counters& counters, Metrics& metrics, HostileWatch& watch);
void add_quic_counters(const quic::EndpointCounters& counters, const quic::UdpPort::Counters& port,
                       Metrics& metrics, HostileWatch& watch);

void add_room_counters(const rooms::Rooms& rooms, const rooms::Tickets& tickets, const rooms::Visits& visits,
                       Metrics& metrics, HostileWatch& watch);

void add_talk_counters(const TalkCounters& counters, Metrics& metrics);

/// Who comes over HTTP, and what the limits per address kept from them.
void add_visitor_counters(const RoomServices& services, Metrics& metrics, HostileWatch& watch);

}  // namespace gs::app
