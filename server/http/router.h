// Router: which handler answers a method and a path. Filled by app/ while it composes, read by the server.
// Patterns are exact paths ("/healthz") or have whole segments in braces ("/rooms/{id}/watch"); an exact
// segment wins over one in braces. Handlers run on the server's thread and must not block.
#pragma once

#include "server/http/message.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::http {

using Handler = std::function<Response(const Request&)>;

class Router {
  public:
    /// `pattern` starts with '/'. Adding a method to a pattern twice is a mistake (asserted). HEAD is
    /// answered by the GET handler without its body, OPTIONS by the list of methods; neither is added.
    Router& add(Method method, std::string_view pattern, Handler handler);
    Router& get(std::string_view pattern, Handler handler) {
        return add(Method::get, pattern, std::move(handler));
    }
    Router& post(std::string_view pattern, Handler handler) {
        return add(Method::post, pattern, std::move(handler));
    }

    struct Match {
        const Handler* handler = nullptr;  // null when the path is known but the method is not
        std::vector<PathParameter> parameters;
        std::string allow;  // for Allow: "GET, HEAD, OPTIONS"; empty when the path is unknown
    };
    [[nodiscard]] Match match(Method method, std::string_view path) const;

  private:
    struct Segment {
        enum class Kind : std::uint8_t { exact, parameter };
        Kind kind;
        std::string text;  // what it must be, or the parameter's name
    };
    struct Route {
        std::string pattern;
        std::vector<Segment> segments;
        std::vector<std::pair<Method, Handler>> methods;
    };

    [[nodiscard]] const Route* find(const std::vector<std::string_view>& segments) const;

    std::vector<Route> routes_;
};

}  // namespace gs::http
