#include "server/app/own_hosts.h"

#include <algorithm>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gs::app {
namespace {

std::string in_url(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// Host names may have capitals; Origins never do.
std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool is_usable(const ifaddrs& entry) {
    if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return false;
    if (entry.ifa_addr->sa_family == AF_INET) return true;
    if (entry.ifa_addr->sa_family != AF_INET6) return false;
    // Link-local addresses need a zone, which a URL cannot carry.
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
    return !IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr);
}

bool is_tls(const Config& config) { return config.http_tls() != HttpTls::plain; }

std::string origin(const Config& config, const std::string& host, std::uint16_t port) {
    const bool tls = is_tls(config);
    const std::string start = (tls ? "https://" : "http://") + host;
    return port == (tls ? 443 : 80) ? start : start + ":" + std::to_string(port);
}

}  // namespace

std::vector<std::string> own_hosts() {
    std::vector<std::string> hosts;
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) == 0 && name[0] != '\0') hosts.push_back(lower(name));
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return hosts;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (!is_usable(*entry)) continue;
        const socklen_t size =
            entry->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        const net::Address address(entry->ifa_addr, size);
        if (!address.is_loopback()) hosts.push_back(in_url(address.host()));
    }
    ::freeifaddrs(list);
    return hosts;
}

std::vector<std::string> default_origins(const Config& config, std::uint16_t http_port,
                                         const std::vector<std::string>& hosts) {
    std::vector<std::string> names = {"localhost", "127.0.0.1", "[::1]"};
    if (config.http.is_everywhere()) {
        names.insert(names.end(), hosts.begin(), hosts.end());
    } else if (!config.http.is_loopback()) {
        names = {in_url(config.http.addresses().front().host())};
    }
    std::vector<std::string> origins;
    for (const std::string& name : names) {
        origins.push_back(origin(config, name, http_port));
    }
    return origins;
}

std::vector<std::string> dev_origins(const std::string& dev_assets) {
    constexpr std::string_view names[] = {"http://localhost:", "http://127.0.0.1:"};
    std::vector<std::string> origins = {dev_assets};
    for (const std::string_view name : names) {
        if (!dev_assets.starts_with(name)) continue;
        const std::string_view other = names[name == names[0] ? 1 : 0];
        origins.push_back(std::string(other) + dev_assets.substr(name.size()));
        break;
    }
    return origins;
}

std::string public_url(const Config& config, std::uint16_t http_port, const std::vector<std::string>& hosts) {
    if (!config.origins.empty()) return config.origins.front();
    if (!config.http.is_everywhere()) {
        const std::string text = config.http.to_string();
        return origin(config, text.substr(0, text.rfind(':')), http_port);
    }
    // An address rather than the host name, which other machines may not know.
    return origin(config, hosts.size() > 1 ? hosts[1] : "localhost", http_port);
}

std::vector<net::Address> bindable(const std::vector<net::Address>& addresses) {
    if (addresses.size() < 2) return addresses;
    std::vector<net::Address> there;
    for (net::Address address : addresses) {
        const int probe = ::socket(address.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (probe < 0) continue;
        // On a port of the system's choice, so that a taken port does not look like a missing family.
        net::Address any_port = address;
        any_port.set_port(0);
        if (::bind(probe, any_port.data(), any_port.size()) == 0) there.push_back(address);
        ::close(probe);
    }
    return there.empty() ? addresses : there;
}

}  // namespace gs::app
