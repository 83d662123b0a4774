// The HTTP side of rooms without sockets, for tests: requests go through dispatch(), so routes, the Origin
// check and error bodies are the real ones.
#pragma once

#include "server/app/fake_directory.h"
#include "server/app/room_services.h"
#include "server/http/dispatch.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gs::app {

/// "grandstand_guest=…" as a browser would send it back; empty when the answer set none.
inline std::string cookie_of(const http::Response& response) {
    const std::string_view set = response.header("Set-Cookie");
    return std::string(set.substr(0, set.find(';')));
}

/// What a browser on our own page sends, as far as a test does not say otherwise.
struct SentRequest {
    std::string cookie = {};
    std::string origin = "http://play.example";
    std::string body = {};
    std::string peer = "127.0.0.1:1";
    std::vector<http::HeaderField> headers = {};
    http::Scheme scheme = http::Scheme::http;
};

struct RoomHttpRig {
    RoomHttpRig() { site.options.origins = net::OriginPolicy({"http://play.example"}); }

    http::Response send(http::Method method, std::string_view target, SentRequest sent) {
        http::Request request;
        request.method = method;
        request.scheme = sent.scheme;
        request.path = std::string(target.substr(0, target.find('?')));
        if (target.find('?') != target.npos) request.query = std::string(target.substr(target.find('?') + 1));
        request.host = "play.example";
        request.peer = *net::Address::parse(sent.peer);
        request.headers = std::move(sent.headers);
        if (!sent.cookie.empty()) request.headers.push_back({"cookie", std::move(sent.cookie)});
        if (!sent.origin.empty()) request.headers.push_back({"origin", std::move(sent.origin)});
        request.body = std::move(sent.body);
        http::Response response = http::dispatch(site, request);
        http::finish_response(site, request, http::Hsts::off, response);
        return response;
    }
    http::Response get(std::string_view target, SentRequest sent = {}) {
        return send(http::Method::get, target, std::move(sent));
    }
    http::Response post(std::string_view target, SentRequest sent = {}) {
        return send(http::Method::post, target, std::move(sent));
    }
    static nlohmann::json json(const http::Response& response) {
        return nlohmann::json::parse(response.body, nullptr, false);
    }

    net::Instant now = net::Instant(std::chrono::seconds(1000));
    std::int64_t wall_clock = 1'800'000'000;
    FakeDirectory directory;
    rooms::Tickets tickets;
    Visitors visitors = Visitors(crypto::Key{1}, [this] { return wall_clock; });
    RoomServices services = {
        .directory = directory, .tickets = tickets, .visitors = visitors, .now = [this] { return now; }};
    http::Site site;
};

}  // namespace gs::app
