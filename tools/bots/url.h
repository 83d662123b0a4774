// The server's address as it is given on the command line: "http://HOST:PORT". Pure, but for resolve(), which
// asks the system and may block: called once, before anything runs.
#pragma once

#include "server/net/address.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gs::bots {

struct Url {
    std::string scheme;  // "http"
    std::string host;    // "localhost", "127.0.0.1", "::1"
    std::uint16_t port = 0;
    std::string path;  // "/wt"; "/" when there is none

    /// Host and port as a Host field has them.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string origin() const { return scheme + "://" + authority(); }
    /// What TLS may name: nothing for an address.
    [[nodiscard]] std::string server_name() const;
};

/// `text` with one of `schemes`; the port may be left out. What is wrong, in words.
[[nodiscard]] std::expected<Url, std::string> parse_url(std::string_view text,
                                                        const std::vector<std::string_view>& schemes);

/// All addresses of the host, with the port; in words why there are none.
[[nodiscard]] std::expected<std::vector<net::Address>, std::string> resolve(const Url& url);

}  // namespace gs::bots
