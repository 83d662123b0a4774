// grandstand_send_floor udp|tcp DESTINATIONS MESSAGES_PER_S BYTES SECONDS: what it costs one thread to give
// the kernel that many messages for that many receivers on loopback, 60 times a second, with nothing of ours
// around it: sendmmsg with segmentation offload where one receiver gets several in a turn, or send() to each
// socket. Receivers read in a process of their own. Prints a JSON object; called by tests/bench/spectators.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int turns_per_s = 60;
constexpr std::size_t batch = 64;
constexpr std::size_t segments_max = 32;

struct Wish {
    bool is_udp = true;
    std::size_t destinations = 1;
    double messages_per_s = 0;
    std::size_t bytes = 0;
    double seconds = 0;
};

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

int checked(int result, const char* what) {
    if (result < 0) give_up(what);
    return result;
}

double own_cpu_s() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto in_seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

sockaddr_in bound_to_loopback(int fd) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
    socklen_t size = sizeof address;
    checked(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return address;
}

/// Reads whatever comes, until it is killed.
[[noreturn]] void receive(const std::vector<int>& fds) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int epoll = checked(::epoll_create1(0), "epoll");
    for (const int fd : fds) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
        checked(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
    std::vector<epoll_event> events(256);
    char bytes[64 * 1024];
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int at = 0; at < count; ++at) {
            while (::recv(events[static_cast<std::size_t>(at)].data.fd, bytes, sizeof bytes, MSG_DONTWAIT) >
                   0) {
            }
        }
    }
}

/// Gives `messages` to the kernel, from `destination` on round and round; how many it took.
class UdpSender {
  public:
    UdpSender(std::vector<sockaddr_in> to, std::size_t bytes)
        : fd_(checked(::socket(AF_INET, SOCK_DGRAM, 0), "socket")),
          to_(std::move(to)),
          bytes_(bytes),
          payload_(bytes * segments_max, 'x') {
        const int buffer = 4 * 1024 * 1024;
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    }
    std::uint64_t send(std::size_t messages) {
        std::uint64_t sent = 0;
        // What one receiver gets in a turn is one message of several segments.
        const std::size_t each = std::clamp<std::size_t>(messages / to_.size(), 1, segments_max);
        while (messages > 0) {
            std::size_t count = 0;
            std::uint64_t segments = 0;
            for (; count < batch && messages > 0; ++count) {
                const std::size_t now = std::min(each, messages);
                fill(count, now);
                messages -= now;
                segments += now;
            }
            if (::sendmmsg(fd_, headers_, static_cast<unsigned>(count), 0) == static_cast<int>(count))
                sent += segments;
        }
        return sent;
    }

  private:
    void fill(std::size_t at, std::size_t segments) {
        sockaddr_in& to = to_[next_];
        next_ = (next_ + 1) % to_.size();
        vectors_[at] = {payload_.data(), segments * bytes_};
        msghdr& message = headers_[at].msg_hdr;
        message = {};
        message.msg_name = &to;
        message.msg_namelen = sizeof to;
        message.msg_iov = &vectors_[at];
        message.msg_iovlen = 1;
        if (segments < 2) return;
        message.msg_control = controls_[at];
        message.msg_controllen = sizeof controls_[at];
        cmsghdr* control = CMSG_FIRSTHDR(&message);
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
        const auto size = static_cast<std::uint16_t>(bytes_);
        std::memcpy(CMSG_DATA(control), &size, sizeof size);
    }

    int fd_;
    std::vector<sockaddr_in> to_;
    std::size_t bytes_;
    std::vector<char> payload_;
    std::size_t next_ = 0;
    mmsghdr headers_[batch] = {};
    iovec vectors_[batch] = {};
    alignas(cmsghdr) char controls_[batch][CMSG_SPACE(sizeof(std::uint16_t))] = {};
};

class TcpSender {
  public:
    TcpSender(std::vector<int> fds, std::size_t bytes) : fds_(std::move(fds)), payload_(bytes, 'x') {}
    std::uint64_t send(std::size_t messages) {
        std::uint64_t sent = 0;
        for (; messages > 0; --messages) {
            const ssize_t result =
                ::send(fds_[next_], payload_.data(), payload_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (result == static_cast<ssize_t>(payload_.size())) ++sent;
            next_ = (next_ + 1) % fds_.size();
        }
        return sent;
    }

  private:
    std::vector<int> fds_;
    std::vector<char> payload_;
    std::size_t next_ = 0;
};

template <class Sender>
void measure(const Wish& wish, Sender& sender) {
    const auto begin = Clock::now();
    const double cpu = own_cpu_s();
    std::uint64_t asked = 0;
    std::uint64_t sent = 0;
    for (int turn = 1; turn <= static_cast<int>(wish.seconds * turns_per_s); ++turn) {
        const auto wanted = static_cast<std::uint64_t>(wish.messages_per_s * turn / turns_per_s);
        sent += sender.send(wanted - asked);
        asked = wanted;
        std::this_thread::sleep_until(begin + std::chrono::microseconds(1'000'000LL * turn / turns_per_s));
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::printf("{\"seconds\":%f,\"cpu_s\":%f,\"asked\":%llu,\"sent\":%llu}\n", seconds, own_cpu_s() - cpu,
                static_cast<unsigned long long>(asked), static_cast<unsigned long long>(sent));
}

void run_udp(const Wish& wish) {
    std::vector<int> fds;
    std::vector<sockaddr_in> to;
    for (std::size_t index = 0; index < wish.destinations; ++index) {
        fds.push_back(checked(::socket(AF_INET, SOCK_DGRAM, 0), "socket"));
        to.push_back(bound_to_loopback(fds.back()));
    }
    const int reader = checked(::fork(), "fork");
    if (reader == 0) receive(fds);
    UdpSender sender(std::move(to), wish.bytes);
    measure(wish, sender);
    ::kill(reader, SIGKILL);
    ::waitpid(reader, nullptr, 0);
}

void run_tcp(const Wish& wish) {
    const int listener = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
    const sockaddr_in address = bound_to_loopback(listener);
    checked(::listen(listener, 128), "listen");
    std::vector<int> senders;
    std::vector<int> receivers;
    for (std::size_t index = 0; index < wish.destinations; ++index) {
        receivers.push_back(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
        checked(::connect(receivers.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                "connect");
        senders.push_back(checked(::accept(listener, nullptr, nullptr), "accept"));
        const int on = 1;
        ::setsockopt(senders.back(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    const int reader = checked(::fork(), "fork");
    if (reader == 0) receive(receivers);
    TcpSender sender(std::move(senders), wish.bytes);
    measure(wish, sender);
    ::kill(reader, SIGKILL);
    ::waitpid(reader, nullptr, 0);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 6) {
        std::fprintf(stderr, "usage: %s udp|tcp DESTINATIONS MESSAGES_PER_S BYTES SECONDS\n", arguments[0]);
        return 2;
    }
    const Wish wish{.is_udp = std::string_view(arguments[1]) == "udp",
                    .destinations = static_cast<std::size_t>(std::max(1, std::atoi(arguments[2]))),
                    .messages_per_s = std::atof(arguments[3]),
                    .bytes = static_cast<std::size_t>(std::clamp(std::atoi(arguments[4]), 1, 1452)),
                    .seconds = std::atof(arguments[5])};
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    wish.is_udp ? run_udp(wish) : run_tcp(wish);
    return 0;
}
