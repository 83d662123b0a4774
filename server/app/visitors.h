// Visitors: who sent an HTTP request, and the cookie that brings them back. The HTTP side of
// accounts::Guests; used by the handlers whose answer depends on the guest, which then is not for any cache
// (`no-store`). Owned by compose; the shard's thread.
#pragma once

#include "server/accounts/guests.h"
#include "server/app/clock.h"
#include "server/http/message.h"

#include <string_view>

namespace gs::app {

class Visitors {
  public:
    static constexpr std::string_view cookie_name = "grandstand_guest";

    Visitors(const crypto::Key& key, WallClock wall_clock);

    /// Everybody is somebody: without a good cookie a new guest.
    [[nodiscard]] accounts::Guests::Visit visit(const http::Request& request);

    /// Lets the answer bring `person` back: HttpOnly, SameSite=Lax, Secure on https, for a year.
    void give_cookie(const http::Request& request, const net::Person& person, http::Response& response) const;

    /// What most handlers do at their end: the cookie, if `visit` needs one.
    void finish(const http::Request& request, const accounts::Guests::Visit& visit,
                http::Response& response) const;

    [[nodiscard]] const accounts::Guests::Counters& counters() const { return guests_.counters(); }

  private:
    accounts::Guests guests_;
    WallClock wall_clock_;
};

}  // namespace gs::app
