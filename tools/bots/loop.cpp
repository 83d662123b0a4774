#include "tools/bots/loop.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

constexpr int events_max = 512;
// Without anything to time, the loop looks around after this.
constexpr net::Duration wait_longest = std::chrono::seconds(1);

timespec to_timespec(net::Duration wait) {
    return {.tv_sec = wait.count() / 1'000'000'000, .tv_nsec = wait.count() % 1'000'000'000};
}

std::uint32_t mask_of(Loop::Interest interest) {
    return (interest.read ? std::uint32_t{EPOLLIN} : 0U) | (interest.write ? std::uint32_t{EPOLLOUT} : 0U);
}

}  // namespace

void Timer::set(net::Instant at) {
    due_ = at;
    if (at != net::never) return loop_.wheel_.schedule(*this, at);
    // A wheel has no way out but time; run_timers() sees that it is not meant any more.
}

Loop::Loop(Options options)
    : options_(std::move(options)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(options_.clock()),
      wheel_(now_) {
    GS_ASSERT(epoll_ >= 0, "epoll works");
}

Loop::~Loop() { ::close(epoll_); }

void Loop::watch(int fd, Watcher& watcher, Interest interest) {
    epoll_event event{.events = mask_of(interest), .data = {.ptr = &watcher}};
    GS_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "a descriptor that can be polled");
}

void Loop::change(int fd, Watcher& watcher, Interest interest) {
    epoll_event event{.events = mask_of(interest), .data = {.ptr = &watcher}};
    GS_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0, "a descriptor that is watched");
}

void Loop::unwatch(int fd, Watcher& watcher) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    std::ranges::replace(ready_, &watcher, static_cast<Watcher*>(nullptr));
}

void Loop::wait(net::Duration wait_max) {
    if (busy_ && options_.gather.count() > 0) {
        const net::Duration since = options_.clock() - now_;
        if (since < options_.gather) {
            const timespec pause = to_timespec(options_.gather - since);
            ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        }
    }
    std::array<epoll_event, events_max> events;
    const net::Instant now = options_.clock();
    const net::Instant next = std::min(wheel_.next(), now + std::min(wait_max, wait_longest));
    const timespec timeout = to_timespec(std::max(next - now, net::Duration(0)));
    const int count = ::epoll_pwait2(epoll_, events.data(), events_max, &timeout, nullptr);
    now_ = std::max(now_, options_.clock());
    ready_.clear();
    masks_.clear();
    for (int i = 0; i < std::max(count, 0); ++i) {
        ready_.push_back(static_cast<Watcher*>(events[static_cast<unsigned>(i)].data.ptr));
        masks_.push_back(events[static_cast<unsigned>(i)].events);
    }
    busy_ = count > 0;
}

void Loop::run_timers() {
    while (quic::TimerNode* node = wheel_.take_due(now_)) {
        auto& timer = static_cast<Timer&>(*node);
        if (timer.due_ == net::never) continue;
        if (timer.due_ > now_) {
            wheel_.schedule(timer, timer.due_);
            continue;
        }
        timer.due_ = net::never;
        busy_ = true;
        timer.run_();
    }
}

void Loop::turn(net::Duration wait_max) {
    wait(wait_max);
    ++counts_.turns;
    counts_.events += ready_.size();
    for (std::size_t i = 0; i < ready_.size(); ++i) {
        // An error shows as readable: reading finds out what it is.
        const bool readable = (masks_[i] & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0;
        if (ready_[i] != nullptr) ready_[i]->on_ready(readable, (masks_[i] & EPOLLOUT) != 0);
    }
    ready_.clear();
    run_timers();
    for (TurnEnd* end : ends_)
        end->on_turn_end();
}

void Loop::run_until(const std::function<bool()>& done) {
    while (!done())
        turn(wait_longest);
}

}  // namespace gs::bots
