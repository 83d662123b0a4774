// grandstand_http_load PORT PATH CONNECTIONS SECONDS: asks 127.0.0.1 for the same file again and again over
// connections that stay open, one question at a time on each, in one thread. Prints a JSON object with how
// many answers of status 200 came and how large the first one's body was. Called by tests/bench/spectators.
#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Asker {
    int fd = -1;
    std::string answer;
    std::size_t whole = 0;  // bytes of head and body; 0: not known yet
};

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        give_up("connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// Bytes of the whole answer, when its head is there.
std::size_t whole_size(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    constexpr std::string_view name = "\r\ncontent-length: ";
    for (std::size_t at = 0; at + name.size() < end; ++at) {
        if (::strncasecmp(&answer[at], name.data(), name.size()) != 0) continue;
        std::size_t body = 0;
        std::from_chars(&answer[at + name.size()], answer.data() + end, body);
        return end + 4 + body;
    }
    return end + 4;
}

struct Result {
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::size_t body_bytes = 0;
};

/// What there is to read. True: the answer is whole.
bool read_answer(Asker& asker) {
    char part[64 * 1024];
    const ssize_t size = ::recv(asker.fd, part, sizeof part, MSG_DONTWAIT);
    if (size == 0) give_up("the server has closed a connection");
    if (size < 0) return false;
    asker.answer.append(part, static_cast<std::size_t>(size));
    if (asker.whole == 0) asker.whole = whole_size(asker.answer);
    return asker.whole != 0 && asker.answer.size() >= asker.whole;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) {
        std::fprintf(stderr, "usage: %s PORT PATH CONNECTIONS SECONDS\n", arguments[0]);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
    const std::string question =
        "GET " + std::string(arguments[2]) + " HTTP/1.1\r\nHost: 127.0.0.1:" + arguments[1] + "\r\n\r\n";
    std::vector<Asker> askers(static_cast<std::size_t>(std::max(1, std::atoi(arguments[3]))));
    const int epoll = ::epoll_create1(0);
    for (Asker& asker : askers) {
        asker.fd = connect_to(port);
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &asker}};
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, asker.fd, &event);
        (void)::send(asker.fd, question.data(), question.size(), MSG_NOSIGNAL);
    }
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(std::atof(arguments[4])));
    Result result;
    std::vector<epoll_event> events(askers.size());
    while (Clock::now() < end) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
        for (int at = 0; at < ready; ++at) {
            Asker& asker = *static_cast<Asker*>(events[static_cast<std::size_t>(at)].data.ptr);
            if (!read_answer(asker)) continue;
            ++(asker.answer.starts_with("HTTP/1.1 200") ? result.good : result.bad);
            if (result.body_bytes == 0) result.body_bytes = asker.whole - asker.answer.find("\r\n\r\n") - 4;
            asker.answer.clear();
            asker.whole = 0;
            (void)::send(asker.fd, question.data(), question.size(), MSG_NOSIGNAL);
        }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::printf("{\"seconds\":%f,\"good\":%llu,\"bad\":%llu,\"body_bytes\":%zu}\n", seconds,
                static_cast<unsigned long long>(result.good), static_cast<unsigned long long>(result.bad),
                result.body_bytes);
    return 0;
}
