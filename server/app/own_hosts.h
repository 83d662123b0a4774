// How this machine is called: for the default list of Origins, the development certificate and the URL that
// is printed at the start. Asked once at start.
#pragma once

#include "server/app/config.h"
#include "server/net/address.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

/// The host name and the addresses of all interfaces that are up, as they stand in a URL ("[2001:db8::1]");
/// without loopback and link-local ones.
[[nodiscard]] std::vector<std::string> own_hosts();

/// The Origins that may open sessions when the operator named none: this machine under the names by which the
/// listening address can be reached, on the port that HTTP listens on.
[[nodiscard]] std::vector<std::string> default_origins(const Config& config, std::uint16_t http_port,
                                                       const std::vector<std::string>& hosts);

/// Where the development server of the pages may be opened: at its own origin, and as http://127.0.0.1 when
/// that is http://localhost, or the other way round. Browsers send the one that was typed.
[[nodiscard]] std::vector<std::string> dev_origins(const std::string& dev_assets);

/// The address to open in a browser: the first Origin that the operator named, else how one gets here.
[[nodiscard]] std::string public_url(const Config& config, std::uint16_t http_port,
                                     const std::vector<std::string>& hosts);

/// Of addresses that stand for both IP families, those whose family this machine has: containers often lack
/// IPv6. A single address comes back as it is, so that binding it says what is wrong.
[[nodiscard]] std::vector<net::Address> bindable(const std::vector<net::Address>& addresses);

}  // namespace gs::app
