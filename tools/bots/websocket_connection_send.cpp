#include "core/base/assert.h"
#include "server/http/websocket_frames.h"
#include "tools/bots/websocket_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace gs::bots {
namespace {

// Small enough that a datagram does not wait long behind a part.
constexpr std::size_t part_bytes_max = 16 * 1024;
// A buffer that a large message left behind is worth keeping up to here; thousands of clients have one each.
constexpr std::size_t kept_bytes_max = 4096;

}  // namespace

std::size_t WebSocketDialer::Connection::waiting_bytes() const {
    std::size_t total = out_.size() + kernel_.size();
    for (const Transfer& transfer : transfers_)
        total += transfer.bytes->size() - transfer.sent_bytes;
    return total;
}

net::SessionStats WebSocketDialer::Connection::stats() const {
    net::SessionStats stats = stats_;
    stats.send_queue_bytes = waiting_bytes();
    if (state_ != State::open) return stats;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        stats.rtt = std::chrono::microseconds(info.tcpi_rtt);
    return stats;
}

void WebSocketDialer::Connection::append(WebSocketOpcode opcode, std::initializer_list<ByteView> parts) {
    append_masked_frame(out_, opcode, parts, static_cast<std::uint32_t>(masks_.next()));
    wants_turn();
}

void WebSocketDialer::Connection::append_close(std::uint16_t code, std::string_view reason) {
    const std::byte head[2] = {static_cast<std::byte>(code >> 8), static_cast<std::byte>(code & 0xff)};
    append(WebSocketOpcode::close,
           {ByteView(head), bytes_of(http::cut_text(reason, wire::close_reason_bytes_max))});
}

net::DatagramResult WebSocketDialer::Connection::send_datagram(ByteView head, ByteView body) {
    if (state_ != State::open) return net::DatagramResult::closed;
    if (head.size() + body.size() > wire::datagram_bytes_max) return net::DatagramResult::too_large;
    const std::size_t payload_bytes = head.size() + body.size();
    const std::byte lane[1] = {static_cast<std::byte>(wire::Lane::now)};
    if (kernel_.empty() && (!network_ || network_->bytes_out < in_flight_bytes_max)) {
        append(WebSocketOpcode::binary, {ByteView(lane), head, body});
        count_datagram(payload_bytes);
        return net::DatagramResult::sent;
    }
    if (has_datagram_) ++stats_.datagrams_replaced;
    datagram_.clear();
    append_masked_frame(datagram_, WebSocketOpcode::binary, {ByteView(lane), head, body},
                        static_cast<std::uint32_t>(masks_.next()));
    has_datagram_ = true;
    datagram_payload_bytes_ = payload_bytes;
    return net::DatagramResult::held;
}

std::unexpected<net::SendRefusal> WebSocketDialer::Connection::refuse_full() {
    writable_owed_ = true;
    return std::unexpected(net::SendRefusal::full);
}

std::expected<void, net::SendRefusal> WebSocketDialer::Connection::send_message(std::string_view text) {
    if (state_ != State::open) return std::unexpected(net::SendRefusal::closed);
    if (text.size() > wire::message_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    if (waiting_bytes() + text.size() > wire::send_queue_bytes_max) return refuse_full();
    stats_.bytes_sent += text.size();
    append(WebSocketOpcode::text, {bytes_of(text)});
    return {};
}

std::expected<std::uint32_t, net::SendRefusal> WebSocketDialer::Connection::send_transfer(
    net::SharedBytes bytes) {
    GS_ASSERT(bytes && !bytes->empty(), "a transfer has at least one byte");
    if (state_ != State::open) return std::unexpected(net::SendRefusal::closed);
    if (bytes->size() > wire::transfer_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    // A server takes fewer at once (http::Limits::websocket_transfers_open), but they go one after the other.
    if (transfers_.size() >= wire::transfers_max || waiting_bytes() >= wire::send_queue_bytes_max)
        return refuse_full();
    stats_.bytes_sent += bytes->size();
    transfers_.push_back({.id = ++last_transfer_, .bytes = std::move(bytes), .sent_bytes = 0});
    wants_turn();
    return last_transfer_;
}

void WebSocketDialer::Connection::fill_parts() {
    while (!transfers_.empty() && out_.size() < part_bytes_max) {
        Transfer& transfer = transfers_.front();
        const ByteView rest = ByteView(*transfer.bytes).subspan(transfer.sent_bytes);
        const ByteView part = rest.first(std::min(rest.size(), part_bytes_max));
        std::array<std::byte, wire::bulk_head_bytes> head;
        wire::write_bulk_head(head, {.transfer_id = transfer.id,
                                     .total_bytes = static_cast<std::uint32_t>(transfer.bytes->size())});
        append_masked_frame(out_, WebSocketOpcode::binary, {ByteView(head), part},
                            static_cast<std::uint32_t>(masks_.next()));
        transfer.sent_bytes += part.size();
        if (transfer.sent_bytes == transfer.bytes->size()) transfers_.pop_front();
    }
}

/// Gives what waits to the kernel, or to the modelled network, as far as it is taken.
void WebSocketDialer::Connection::write_out() {
    while (fd_ >= 0 && kernel_.empty()) {
        if (std::exchange(has_datagram_, false)) {
            out_ += datagram_;
            count_datagram(datagram_payload_bytes_);
        }
        fill_parts();
        if (out_.empty()) break;
        if (network_) {
            if (network_->bytes_out >= in_flight_bytes_max) break;
            const net::Instant at = network_->out.stream(dialer_.loop_.now(), out_.size());
            network_->bytes_out += out_.size();
            dialer_.delay_line_.add(at, *this, channel_out, bytes_of(out_));
            out_.clear();
        } else {
            std::swap(out_, kernel_);
            give_to_kernel();
        }
        if (out_.capacity() > kept_bytes_max) out_.shrink_to_fit();
    }
}

void WebSocketDialer::Connection::give_to_kernel() {
    if (fd_ < 0) return kernel_.clear();
    const ssize_t size = ::send(fd_, kernel_.data(), kernel_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        kernel_.clear();
        // Reading shows why; what the server said before is still there.
        return;
    }
    ++wire_.packets_out;
    wire_.bytes_out += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    kernel_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    update_interest();
}

void WebSocketDialer::Connection::update_interest() {
    if (fd_ < 0) return;
    const bool full = network_ && network_->bytes_in >= in_flight_bytes_max;
    const Loop::Interest wanted{.read = receiving_ == Receiving::open && !full, .write = !kernel_.empty()};
    if (wanted.read == interest_.read && wanted.write == interest_.write) return;
    interest_ = wanted;
    dialer_.loop_.change(fd_, *this, interest_);
}

}  // namespace gs::bots
