// What a visitor sends before there is a session: the guest's cookie, a nickname, forms, bodies for rooms and
// tickets. Nobody becomes somebody else, names are clean and stay so, and every answer is one that was meant.
#include "core/base/assert.h"
#include "core/base/utf8.h"
#include "server/accounts/guests.h"
#include "server/app/room_api.h"
#include "server/app/room_http_rig.h"
#include "server/app/room_pages.h"
#include "server/names/look_alike.h"
#include "server/names/nickname.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace gs;

constexpr crypto::Key key = {4, 2};
constexpr std::int64_t now = 1'800'000'000;

bool is_clean(std::string_view name) {
    return !name.empty() && names::clean_name(name, names::nickname_limits) == name;
}

void try_name(std::string_view raw) {
    const std::string name = names::clean_name(raw, names::nickname_limits);
    GS_ASSERT(name.size() <= names::nickname_limits.bytes_max && is_utf8(name), "a name keeps its limits");
    GS_ASSERT(name.empty() || is_clean(name), "a clean name stays as it is");
    GS_ASSERT(names::clean_name(raw, names::title_limits).size() <= names::title_limits.bytes_max,
              "a title keeps its limits");
    if (name.empty()) return;
    const std::string look = names::skeleton(name);
    GS_ASSERT(!look.empty(), "every name looks like something");
    const std::string other = names::distinct_name(name, [&](std::string_view it) { return it == look; });
    GS_ASSERT(is_clean(other) && names::skeleton(other) != look, "a number tells namesakes apart");
}

void try_cookie(std::string_view cookie, std::string_view for_our_key) {
    accounts::Guests guests(key);
    GS_ASSERT(is_clean(guests.visit(cookie, now).person.name), "every guest has a clean name");
    GS_ASSERT(guests.counters().made == 1, "nobody can sign without the key");
    // Signed, as by an older version with other rules.
    std::string signed_cookie(for_our_key);
    signed_cookie += '.' + crypto::base64url(crypto::sign(key, for_our_key));
    const auto visit = guests.visit(signed_cookie, now);
    GS_ASSERT(is_clean(visit.person.name), "every guest has a clean name");
    const auto again = guests.visit(guests.cookie(visit.person, now), now);
    GS_ASSERT(again.person == visit.person, "a cookie of ours brings the same guest back");
}

/// Made once: the pages are compiled templates.
struct World {
    World() {
        api.add_routes(rig.site.router);
        room_pages.add_routes(rig.site.router);
        rig.directory.add("The Plaza");
    }
    app::RoomHttpRig rig;
    pages::Pages pages = *pages::Pages::load({.assets = pages::Options::Assets::dev_server});
    app::RoomApi api{rig.services};
    app::RoomPages room_pages{rig.services, pages, [] { return std::uint64_t{1}; }};
};

void try_request(http::Method method, std::string_view target, std::string_view body,
                 std::string_view cookie) {
    static World world;
    world.rig.directory.entries.resize(1);
    world.rig.now += std::chrono::seconds(1);
    const http::Response response = world.rig.send(
        method, target, {.cookie = "grandstand_guest=" + std::string(cookie), .body = std::string(body)});
    constexpr int meant[] = {200, 201, 303, 400, 403, 404, 429, 503};
    GS_ASSERT(std::ranges::find(meant, response.status) != std::end(meant), "the answer is one of ours");
    for (const auto& field : response.headers) {
        GS_ASSERT(field.value.find_first_of("\r\n") == field.value.npos,
                  "no answer has a second head inside");
    }
    GS_ASSERT(response.header("Location").empty() || response.header("Location").starts_with('/'),
              "every way leads to a place of ours");
    GS_ASSERT(response.body.find("<script>") == response.body.npos, "pages have no script inside");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::uint8_t kind = input.u8();
    const std::string_view text = text_of(input.bytes(size));
    const std::size_t line = std::min(text.find('\n'), text.size());
    const std::string_view first = text.substr(0, line);
    const std::string_view rest = text.substr(std::min(line + 1, text.size()));
    switch (kind) {
        case 'n':
            try_name(text);
            break;
        case 'c':
            try_cookie(text, text);
            break;
        case 't':
            try_request(http::Method::post, "/api/v1/tickets", rest, first);
            break;
        case 'r':
            try_request(http::Method::post, "/api/v1/rooms", rest, first);
            break;
        case 'p':
            try_request(http::Method::post, "/play", rest, first);
            break;
        case 'f':
            try_request(http::Method::post, "/rooms", rest, first);
            break;
        case 'i': {
            // One segment of a path, as the parser leaves it: decoded, without further slashes.
            std::string segment(first);
            std::erase_if(segment, [](char c) { return c == '/' || c == '?'; });
            if (segment.empty()) break;
            try_request(http::Method::get, "/i/" + segment, "", "");
            try_request(http::Method::get, "/rooms/" + segment, "", "");
            break;
        }
        default:
            break;
    }
    return 0;
}
