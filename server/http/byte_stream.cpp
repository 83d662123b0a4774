#include "server/http/byte_stream.h"

#include "core/base/assert.h"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace gs::http {
namespace {

// Stale datagrams are dropped by us as long as they are not in the kernel, so little may wait there: two
// full TLS records less than a round trip needs on fast links, and enough for every game's bit rate.
constexpr int notsent_lowat_bytes = 16 * 1024;

// A buffer that grew for one large answer is given back; what datagrams need is kept.
constexpr std::size_t kept_capacity_bytes = 4 * 1024;

// How much of a shared part is given to the socket at once.
constexpr std::size_t shared_piece_bytes = 64 * 1024;

template <typename Callback>
auto keeping(StreamOwner& owner, Callback callback) {
    return [self = owner.shared_from_this(), callback = std::move(callback)](auto... arguments) mutable {
        callback(*self, arguments...);
    };
}

}  // namespace

ByteStream::ByteStream(Socket socket, boost::asio::ssl::context* tls) : socket_(std::move(socket)) {
    if (tls) tls_ = std::make_unique<boost::asio::ssl::stream<Socket&>>(socket_, *tls);
    set_socket_options();
}

ByteStream::~ByteStream() = default;

void ByteStream::set_socket_options() {
    ErrorCode ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &notsent_lowat_bytes,
               sizeof notsent_lowat_bytes);
}

std::chrono::microseconds ByteStream::rtt() {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (!is_open() || getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return {};
    return std::chrono::microseconds(info.tcpi_rtt);
}

void ByteStream::handshake(StreamOwner& owner) {
    GS_ASSERT(tls_, "a handshake needs TLS");
    tls_->async_handshake(
        boost::asio::ssl::stream_base::server, keeping(owner, [](StreamOwner& to, const ErrorCode& error) {
            to.on_handshake(error ? StreamOwner::Handshake::failed : StreamOwner::Handshake::done);
        }));
}

void ByteStream::read(MutableBytes into, StreamOwner& owner) {
    async_read_some(boost::asio::mutable_buffer(into.data(), into.size()),
                    keeping(owner, [](StreamOwner& to, const ErrorCode& error, std::size_t count) {
                        if (error || count == 0) {
                            to.on_read_ended();
                        } else {
                            to.on_read(count);
                        }
                    }));
}

void ByteStream::send_shared(std::shared_ptr<const std::string> content, std::size_t offset,
                             std::size_t size) {
    GS_ASSERT(shared_.size == 0, "one shared part at a time");
    GS_ASSERT(offset <= content->size() && size <= content->size() - offset, "the part lies in the content");
    shared_ = {.content = std::move(content), .offset = offset, .size = size};
}

std::size_t ByteStream::unsent_bytes() const {
    return in_flight_.size() + output_.size() - output_at_ + shared_.size;
}

bool ByteStream::is_blocked() {
    if (!writing_ || !tls_) return writing_;
    // With TLS a write is always under way for a turn; only a full socket blocks.
    pollfd socket{.fd = socket_.native_handle(), .events = POLLOUT, .revents = 0};
    return ::poll(&socket, 1, 0) == 0;
}

bool ByteStream::is_broken() {
    pollfd socket{.fd = socket_.native_handle(), .events = 0, .revents = 0};
    return ::poll(&socket, 1, 0) != 0;
}

ByteStream::Flush ByteStream::flush(StreamOwner& owner) {
    if (!is_open()) return Flush::failed;
    if (writing_) return Flush::pending;
    if (!tls_) return write_plain(owner);
    if (unsent_bytes() == 0) return Flush::done;
    write_tls(owner);
    return Flush::pending;
}

ByteStream::Flush ByteStream::write_plain(StreamOwner& owner) {
    while (unsent_bytes() > 0) {
        std::array<boost::asio::const_buffer, 2> parts{
            boost::asio::buffer(output_.data() + output_at_, output_.size() - output_at_)};
        if (shared_.size > 0) {
            parts[1] = boost::asio::buffer(shared_.content->data() + shared_.offset,
                                           std::min(shared_.size, shared_piece_bytes));
        }
        ErrorCode error;
        const std::size_t count = socket_.write_some(parts, error);
        if (error == boost::asio::error::would_block || error == boost::asio::error::try_again) {
            wait_writable(owner);
            return Flush::pending;
        }
        if (error) {
            close();
            return Flush::failed;
        }
        consume(count);
    }
    output_is_empty();
    return Flush::done;
}

void ByteStream::wait_writable(StreamOwner& owner) {
    writing_ = true;
    socket_.async_wait(Socket::wait_write, keeping(owner, [this](StreamOwner& to, const ErrorCode& error) {
                           writing_ = false;
                           if (error) {
                               close();
                               to.on_write_failed();
                               return;
                           }
                           const Flush result = write_plain(to);
                           if (result == Flush::done) to.on_flushed();
                           if (result == Flush::failed) to.on_write_failed();
                       }));
}

void ByteStream::write_tls(StreamOwner& owner) {
    writing_ = true;
    if (in_flight_.empty()) {
        in_flight_.swap(output_);
        output_at_ = 0;
    }
    std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(in_flight_)};
    // The shared part goes after all output.
    if (shared_.size > 0 && output_.empty()) {
        parts[1] = boost::asio::buffer(shared_.content->data() + shared_.offset,
                                       std::min(shared_.size, shared_piece_bytes));
    }
    tls_->async_write_some(parts,
                           keeping(owner, [this](StreamOwner& to, const ErrorCode& error, std::size_t count) {
                               on_tls_written(to, error, count);
                           }));
}

void ByteStream::on_tls_written(StreamOwner& owner, ErrorCode error, std::size_t count) {
    writing_ = false;
    if (error || !is_open()) {
        close();
        owner.on_write_failed();
        return;
    }
    consume(count);
    if (unsent_bytes() > 0) {
        write_tls(owner);
        return;
    }
    output_is_empty();
    owner.on_flushed();
}

void ByteStream::consume(std::size_t count) {
    written_ += count;
    const std::size_t from_flight = std::min(count, in_flight_.size());
    in_flight_.erase(0, from_flight);
    count -= from_flight;
    if (!tls_) {
        const std::size_t from_output = std::min(count, output_.size() - output_at_);
        output_at_ += from_output;
        count -= from_output;
    }
    shared_.offset += count;
    shared_.size -= count;
    if (shared_.size == 0) shared_.content.reset();
}

void ByteStream::output_is_empty() {
    output_.clear();
    output_at_ = 0;
    if (output_.capacity() > kept_capacity_bytes) output_ = std::string();
    if (in_flight_.capacity() > kept_capacity_bytes) in_flight_ = std::string();
    if (sent_handler_) post_sent({});
}

void ByteStream::post_sent(ErrorCode error) {
    boost::asio::post(get_executor(),
                      [handler = std::exchange(sent_handler_, nullptr), error]() mutable { handler(error); });
}

void ByteStream::end(StreamOwner& owner) {
    if (tls_) {
        tls_->async_shutdown(keeping(owner, [this](StreamOwner& to, const ErrorCode&) {
            close();
            to.on_ended();
        }));
        return;
    }
    shut_down_sending();
    discard_input(owner);
}

void ByteStream::shut_down_sending() {
    ErrorCode ignored;
    if (!tls_) socket_.shutdown(Socket::shutdown_send, ignored);
}

void ByteStream::discard_input(StreamOwner& owner) {
    // One for all connections of the thread: nobody looks at what is in it.
    static thread_local std::array<char, 16 * 1024> bin;
    socket_.async_read_some(boost::asio::buffer(bin),
                            keeping(owner, [this](StreamOwner& to, const ErrorCode& error, std::size_t) {
                                if (!error) {
                                    discard_input(to);
                                    return;
                                }
                                close();
                                to.on_ended();
                            }));
}

void ByteStream::close() {
    ErrorCode ignored;
    socket_.close(ignored);
    if (sent_handler_) post_sent(boost::asio::error::operation_aborted);
}

}  // namespace gs::http
