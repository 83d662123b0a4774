// The exact Origin allow-list: who may open sessions and send forms. Guards against pages of other sites
// driving a visitor's browser (cross-site WebSocket and WebTransport hijacking, CSRF). Used by http/ and
// quic/; set up by app/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gs::net {

class OriginPolicy {
  public:
    OriginPolicy() = default;
    /// Each is a serialized origin as browsers send it: "https://play.example.org:8443", lower case, no
    /// slash.
    explicit OriginPolicy(std::vector<std::string> allowed);

    /// An absent Origin is accepted (not a browser; browsers always send one on /ws, /wt and POST); "null"
    /// and everything that is not on the list, byte for byte, is not. RFC 6454 section 6.2.
    [[nodiscard]] bool allows(std::string_view origin) const;

    [[nodiscard]] const std::vector<std::string>& allowed() const { return allowed_; }

  private:
    std::vector<std::string> allowed_;
};

}  // namespace gs::net
