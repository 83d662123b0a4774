#include "server/http/router.h"

#include "core/base/assert.h"

#include <algorithm>

namespace gs::http {
namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

}  // namespace

Router& Router::add(Method method, std::string_view pattern, Handler handler) {
    GS_ASSERT(pattern.starts_with('/'), "a pattern starts with a slash");
    GS_ASSERT(method != Method::head && method != Method::options, "HEAD and OPTIONS answer by themselves");
    GS_ASSERT(handler != nullptr, "a route needs a handler");
    auto route = std::ranges::find(routes_, pattern, &Route::pattern);
    if (route == routes_.end()) {
        Route added{.pattern = std::string(pattern), .segments = {}, .methods = {}};
        for (const std::string_view text : split(pattern)) {
            const bool named = text.size() > 2 && text.front() == '{' && text.back() == '}';
            added.segments.push_back(
                named ? Segment{Segment::Kind::parameter, std::string(text.substr(1, text.size() - 2))}
                      : Segment{Segment::Kind::exact, std::string(text)});
        }
        route = routes_.insert(routes_.end(), std::move(added));
    }
    const bool known =
        std::ranges::any_of(route->methods, [method](const auto& entry) { return entry.first == method; });
    GS_ASSERT(!known, "a method is added to a pattern once");
    route->methods.emplace_back(method, std::move(handler));
    return *this;
}

const Router::Route* Router::find(const std::vector<std::string_view>& segments) const {
    const Route* best = nullptr;
    std::vector<bool> best_exact;
    for (const Route& route : routes_) {
        if (route.segments.size() != segments.size()) continue;
        std::vector<bool> exact;
        bool fits = true;
        for (std::size_t i = 0; fits && i < segments.size(); ++i) {
            const Segment& segment = route.segments[i];
            const bool is_exact = segment.kind == Segment::Kind::exact;
            fits = is_exact ? segment.text == segments[i] : !segments[i].empty();
            exact.push_back(is_exact);
        }
        // Compared from the left, true before false: "/rooms/new" goes before "/rooms/{id}".
        if (fits && (!best || exact > best_exact)) {
            best = &route;
            best_exact = std::move(exact);
        }
    }
    return best;
}

Router::Match Router::match(Method method, std::string_view path) const {
    Match result;
    const std::vector<std::string_view> segments = split(path);
    const Route* route = find(segments);
    if (!route) return result;
    const Method wanted = method == Method::head ? Method::get : method;
    for (const auto& [known, handler] : route->methods) {
        result.allow += name_of(known);
        result.allow += ", ";
        if (known == Method::get) result.allow += "HEAD, ";
        if (known == wanted) result.handler = &handler;
    }
    result.allow += "OPTIONS";
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (route->segments[i].kind == Segment::Kind::exact) continue;
        result.parameters.push_back({route->segments[i].text, std::string(segments[i])});
    }
    return result;
}

}  // namespace gs::http
