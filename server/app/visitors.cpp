#include "server/app/visitors.h"

#include <string>
#include <utility>

namespace gs::app {

using accounts::Guests;

Visitors::Visitors(const crypto::Key& key, WallClock wall_clock)
    : guests_(key), wall_clock_(std::move(wall_clock)) {}

Guests::Visit Visitors::visit(const http::Request& request) {
    return guests_.visit(request.cookie(cookie_name), wall_clock_());
}

void Visitors::give_cookie(const http::Request& request, const net::Person& person,
                           http::Response& response) const {
    std::string value(cookie_name);
    value += '=';
    value += guests_.cookie(person, wall_clock_());
    value += "; Path=/; Max-Age=" + std::to_string(Guests::max_age_s) + "; HttpOnly; SameSite=Lax";
    if (request.scheme == http::Scheme::https) value += "; Secure";
    response.set("Set-Cookie", std::move(value));
}

void Visitors::finish(const http::Request& request, const Guests::Visit& visit,
                      http::Response& response) const {
    response.set("Cache-Control", "no-store");
    if (visit.cookie == Guests::Visit::Cookie::give_new) give_cookie(request, visit.person, response);
}

}  // namespace gs::app
