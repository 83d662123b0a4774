#include "tools/bots/websocket_connection.h"

#include "server/http/websocket_frames.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

using std::chrono::seconds;

// A turn reads at most this often from one client, so that the others get theirs.
constexpr int reads_max = 4;
// Of an answer to an upgrade; ours has under 300 bytes.
constexpr std::size_t answer_bytes_max = 8 * 1024;
constexpr net::Duration dial_timeout = seconds(10);
// From our close frame to the server's answer.
constexpr net::Duration close_timeout = seconds(2);

std::string words_of_errno(const char* what, int code) {
    if (code == EMFILE || code == ENFILE)
        return "no file descriptors are left: raise the limit of open files";
    return std::string(what) + ": " + std::strerror(code);
}

}  // namespace

const http::Limits WebSocketDialer::Connection::lane_limits = [] {
    http::Limits limits;
    limits.websocket_transfers_open = wire::transfers_max;
    return limits;
}();

WebSocketDialer::Connection::Connection(WebSocketDialer& dialer, const DialTarget& target,
                                        ClientEvents& events)
    : dialer_(dialer), target_(target), events_(&events), masks_(target.seed), timer_(dialer.loop_, [this] {
          on_time();
      }) {
    if (target.conditions.none()) return;
    network_ = std::make_unique<Network>(Network{.in = Conditioner(target.conditions, 2 * target.seed),
                                                 .out = Conditioner(target.conditions, 2 * target.seed + 1)});
}

WebSocketDialer::Connection::~Connection() {
    std::erase(dialer_.turn_ends_, this);
    std::ranges::replace(dialer_.ending_, this, static_cast<Connection*>(nullptr));
    close_socket();
}

// ---- The dial

void WebSocketDialer::Connection::connect() {
    const int family = target_.address.is_v6() ? AF_INET6 : AF_INET;
    const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return give_up(words_of_errno("a TCP socket cannot be opened", errno));
    const int result = ::connect(fd, target_.address.data(), target_.address.size());
    if (result != 0 && errno != EINPROGRESS) {
        const int code = errno;
        ::close(fd);
        return give_up(words_of_errno("the server cannot be reached", code));
    }
    take_over(fd);
}

void WebSocketDialer::Connection::take_over(int fd) {
    fd_ = fd;
    const int on = 1;
    // Frames are whole when they are written; waiting for more would only make them late.
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    dialer_.loop_.watch(fd_, *this, interest_);
    timer_.set(dialer_.loop_.now() + dial_timeout);
}

void WebSocketDialer::Connection::on_connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return give_up(words_of_errno("the server cannot be reached", error));
    state_ = State::upgrading;
    // The key guards against caches that do not know WebSocket; nothing of ours is one, so any will do.
    out_ += "GET " + target_.path + " HTTP/1.1\r\nHost: " + target_.authority +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: Z3JhbmRzdGFuZC1ib3RzIQ==\r\n\r\n";
    wants_turn();
}

void WebSocketDialer::Connection::take_answer(ByteView& bytes) {
    const std::size_t before = answer_.size();
    answer_ += text_of(bytes);
    const std::size_t end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) {
        bytes = {};
        if (answer_.size() > answer_bytes_max) give_up("the server's answer to the upgrade is endless");
        return;
    }
    bytes = bytes.subspan(end + 4 - before);
    const std::string line = answer_.substr(0, answer_.find("\r\n"));
    answer_ = {};
    if (!line.starts_with("HTTP/1.1 101")) {
        return give_up("the server refuses the WebSocket: " + line.substr(0, 100));
    }
    open();
}

void WebSocketDialer::Connection::open() {
    state_ = State::open;
    timer_.set(net::never);
    handler_ = &std::exchange(events_, nullptr)->on_opened(*this);
}

void WebSocketDialer::Connection::give_up(std::string words) {
    if (state_ == State::over) return;
    state_ = State::over;
    words_ = std::move(words);
    close_socket();
    wants_turn();
}

// ---- Receiving

void WebSocketDialer::Connection::on_ready(bool readable, bool writable) {
    if (state_ == State::connecting && (writable || readable)) on_connected();
    if (readable && fd_ >= 0) receive();
    if (!writable || fd_ < 0) return;
    if (!kernel_.empty()) give_to_kernel();
    wants_turn();
}

void WebSocketDialer::Connection::receive() {
    for (int reads = 0; reads < reads_max && fd_ >= 0 && interest_.read; ++reads) {
        MutableBytes room(dialer_.received_);
        const ssize_t size = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
        if (size < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
            return on_stream_ended();
        }
        const ByteView bytes = room.first(static_cast<std::size_t>(size));
        wire_.bytes_in += bytes.size();
        ++wire_.packets_in;
        if (network_) {
            const net::Instant at = network_->in.stream(dialer_.loop_.now(), bytes.size());
            network_->bytes_in += bytes.size();
            dialer_.delay_line_.add(at, *this, size == 0 ? channel_end : channel_in, bytes);
            if (size == 0) interest_.read = false;
            update_interest();
        } else if (size == 0) {
            return on_stream_ended();
        } else {
            take(bytes);
        }
        if (static_cast<std::size_t>(size) < room.size()) return;
    }
}

void WebSocketDialer::Connection::on_arrived(int channel, ByteView bytes) {
    if (channel == channel_end) return on_stream_ended();
    if (channel == channel_out) {
        network_->bytes_out -= bytes.size();
        kernel_ += text_of(bytes);
        give_to_kernel();
        return wants_turn();
    }
    network_->bytes_in -= bytes.size();
    update_interest();
    take(bytes);
}

void WebSocketDialer::Connection::take(ByteView bytes) {
    if (state_ == State::upgrading) take_answer(bytes);
    if (state_ != State::open && state_ != State::closing) return;
    if (receiving_ == Receiving::paused || !kept_.empty()) {
        kept_.insert(kept_.end(), bytes.begin(), bytes.end());
        return;
    }
    deliver(bytes);
    kept_.assign(bytes.begin(), bytes.end());
}

void WebSocketDialer::Connection::deliver(ByteView& bytes) {
    delivering_ = true;
    while (!ended_by_ && receiving_ == Receiving::open) {
        const WebSocketReader::Event event = reader_.take(bytes);
        if (event == WebSocketReader::Event::more) break;
        take_event(event);
    }
    delivering_ = false;
    if (ended_by_) bytes = {};
}

void WebSocketDialer::Connection::take_event(WebSocketReader::Event event) {
    using Event = WebSocketReader::Event;
    using Fault = http::WebSocketLanes::Fault;
    Fault fault = Fault::none;
    switch (event) {
        case Event::text:
            fault = lanes_.receive_text(text_of(reader_.payload()), *this);
            break;
        case Event::binary:
            fault = lanes_.receive_binary(reader_.payload(), *this);
            break;
        case Event::ping:
            if (state_ == State::open) append(WebSocketOpcode::pong, {reader_.payload()});
            break;
        case Event::close:
            on_close_frame(reader_.payload());
            break;
        case Event::fault:
            append_close(1002, reader_.fault());
            end(net::CloseInfo::By::transport_error, 0, reader_.fault());
            break;
        case Event::more:
        case Event::pong:
            break;
    }
    if (fault == Fault::none) return;
    append_close(http::close_code_of(fault), http::sentence_of(fault));
    end(net::CloseInfo::By::transport_error, 0, http::sentence_of(fault));
}

void WebSocketDialer::Connection::on_close_frame(ByteView payload) {
    if (state_ == State::closing) return end(net::CloseInfo::By::us, end_code_, end_reason_);
    std::uint16_t code = 1005;
    std::string_view reason;
    if (payload.size() >= 2) {
        code = static_cast<std::uint16_t>(std::to_integer<unsigned>(payload[0]) << 8 |
                                          std::to_integer<unsigned>(payload[1]));
        reason = text_of(payload.subspan(2));
    }
    append_close(code == 1005 ? std::uint16_t{1000} : code, "");
    const auto application = http::application_code_from(code);
    end(application ? net::CloseInfo::By::peer : net::CloseInfo::By::transport_error, application.value_or(0),
        reason);
}

void WebSocketDialer::Connection::on_stream_ended() {
    if (state_ == State::connecting || state_ == State::upgrading)
        return give_up("the server ends the connection before it answers");
    const bool ours = state_ == State::closing;
    if (ours) return end(net::CloseInfo::By::us, end_code_, std::string(end_reason_));
    end(net::CloseInfo::By::transport_error, 0, "the connection broke off");
}

void WebSocketDialer::Connection::on_datagram(ByteView payload) {
    if (state_ != State::open) return;
    ++stats_.datagrams_received;
    stats_.bytes_received += payload.size();
    handler_->on_datagram(*this, payload);
}

void WebSocketDialer::Connection::on_message(std::string_view text) {
    if (state_ != State::open) return;
    stats_.bytes_received += text.size();
    handler_->on_message(*this, text);
}

void WebSocketDialer::Connection::on_transfer(std::uint32_t transfer_id, ByteView bytes,
                                              net::SessionHandler::TransferPart part) {
    if (state_ != State::open) return;
    stats_.bytes_received += bytes.size();
    handler_->on_transfer(*this, transfer_id, bytes, part);
}

void WebSocketDialer::Connection::set_receiving(Receiving receiving) {
    receiving_ = receiving;
    update_interest();
    if (delivering_ || receiving == Receiving::paused || kept_.empty()) return;
    const std::vector<std::byte> bytes = std::exchange(kept_, {});
    ByteView rest(bytes);
    deliver(rest);
    kept_.assign(rest.begin(), rest.end());
}

// ---- The end

void WebSocketDialer::Connection::close(std::uint32_t code, std::string_view reason) {
    if (state_ != State::open) return;
    transfers_.clear();
    has_datagram_ = false;
    append_close(http::close_code_from(code), reason);
    state_ = State::closing;
    end_code_ = code;
    end_reason_ = http::cut_text(reason, wire::close_reason_bytes_max);
    // A server that is busy or gone must not keep this end open.
    const net::Duration there_and_back = 4 * (target_.conditions.latency + target_.conditions.jitter);
    timer_.set(dialer_.loop_.now() + close_timeout + there_and_back);
    receiving_ = Receiving::open;
    update_interest();
    wants_turn();
}

void WebSocketDialer::Connection::on_time() {
    if (state_ == State::closing) return end(net::CloseInfo::By::us, end_code_, std::string(end_reason_));
    give_up("the server does not answer within 10 s");
}

/// The session is over; on_closed() follows at the end of the turn, after what is queued has had its chance.
void WebSocketDialer::Connection::end(net::CloseInfo::By by, std::uint32_t code, std::string_view reason) {
    if (ended_by_) return;
    ended_by_ = by;
    end_code_ = code;
    end_reason_ = std::string(reason.substr(0, wire::close_reason_bytes_max));
    wants_turn();
}

void WebSocketDialer::Connection::close_socket() {
    if (fd_ < 0) return;
    dialer_.loop_.unwatch(fd_, *this);
    dialer_.delay_line_.forget(*this);
    ::close(std::exchange(fd_, -1));
}

void WebSocketDialer::Connection::wants_turn() {
    if (std::exchange(has_turn_, true)) return;
    dialer_.turn_ends_.push_back(this);
}

void WebSocketDialer::Connection::on_turn_end() {
    has_turn_ = false;
    if (events_ != nullptr && state_ == State::over)
        return std::exchange(events_, nullptr)->on_failed(words_);
    if (state_ == State::over) return;
    write_out();
    if (ended_by_) {
        // A conditioned close frame would still be on its way; the server learns of the end all the same.
        state_ = State::over;
        close_socket();
        const std::string reason = std::exchange(end_reason_, {});
        return handler_->on_closed(*this, {.by = *ended_by_, .code = end_code_, .reason = reason});
    }
    if (writable_owed_ && waiting_bytes() < wire::send_queue_bytes_max / 2) {
        writable_owed_ = false;
        handler_->on_writable(*this);
    }
}

WireCounters WebSocketDialer::Connection::wire() const {
    WireCounters wire = wire_;
    if (network_) wire.lost = network_->in.counts().lost + network_->out.counts().lost;
    return wire;
}

}  // namespace gs::bots
