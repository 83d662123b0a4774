#include "tests/bench/server_process.h"

#include "core/base/assert.h"
#include "tests/bench/report.h"
#include "tools/bots/base64.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gs::bench {
namespace {

std::string http_get(const net::Address& address, const std::string& path) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, address.data(), address.size()) != 0) give_up("the server does not answer over HTTP");
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: " + address.to_string() + "\r\nConnection: close\r\n\r\n";
    (void)::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    std::string response;
    char part[4096];
    for (ssize_t size = 0; (size = ::recv(fd, part, sizeof part, 0)) > 0;) {
        response.append(part, static_cast<std::size_t>(size));
    }
    ::close(fd);
    return response.substr(std::min(response.find("\r\n\r\n"), response.size()) + 4);
}

}  // namespace

ServerProcess::ServerProcess() {
    char folder[] = "/tmp/grandstand-bench-XXXXXX";
    if (::mkdtemp(folder) == nullptr) give_up("no temporary folder for the server's data");
    data_folder_ = folder;
    const std::string ring = data_folder_ + "/ring";  // removed with it
    int out[2];
    GS_ASSERT(::pipe2(out, O_CLOEXEC) == 0, "a pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(out[1], STDOUT_FILENO);
        ::execl("build/release/grandstand", "grandstand", "serve", "--http", "127.0.0.1:0", "--quic",
                "127.0.0.1:0", "--data", folder, "--ring", ring.c_str(), "--log-level", "error", nullptr);
        ::_exit(127);
    }
    ::close(out[1]);
    std::string text;
    char part[512];
    constexpr std::string_view ready = "Grandstand is ready: ";
    std::size_t at = std::string::npos;
    while ((at = text.find(ready)) == std::string::npos || text.find('\n', at) == std::string::npos) {
        const ssize_t size = ::read(out[0], part, sizeof part);
        if (size <= 0) give_up("build/release/grandstand did not start: run ./gs build release");
        text.append(part, static_cast<std::size_t>(size));
    }
    std::string url = text.substr(at + ready.size(), text.find('\n', at) - at - ready.size());
    while (!url.empty() && (url.back() == '/' || url.back() == '\r'))
        url.pop_back();
    const std::size_t colon = url.rfind(':');
    http_ = *net::Address::parse("127.0.0.1" + url.substr(colon));
    read_transport();
}

void ServerProcess::read_transport() {
    const auto json = nlohmann::json::parse(http_get(http_, "/api/v1/transport"), nullptr, false);
    if (json.is_discarded()) give_up("/api/v1/transport is not JSON");
    const std::string url = json["webtransport"]["url"];
    const std::size_t colon = url.rfind(':');
    quic_ = *net::Address::parse("127.0.0.1:" + url.substr(colon + 1, url.find('/', colon) - colon - 1));
    const auto hash = bots::from_base64(json["webtransport"]["certificate_hashes"][0].get<std::string>());
    if (!hash || hash->size() != hash_.size()) give_up("/api/v1/transport has no certificate hash");
    std::ranges::copy(*hash, hash_.begin());
}

ServerProcess::~ServerProcess() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(data_folder_, ignored);
}

}  // namespace gs::bench
