#include "server/http/websocket_session.h"

#include "core/base/assert.h"
#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/http/websocket_frames.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <utility>

namespace gs::http {
namespace {

namespace beast_http = boost::beast::http;
namespace beast_websocket = boost::beast::websocket;
using BeastError = boost::beast::error_code;

// What one turn gives to the socket before others have theirs.
constexpr std::size_t turn_bytes_max = 256 * 1024;
// How much is framed at once: what the kernel takes before it says that it is full.
constexpr std::size_t fill_bytes = 16 * 1024;
// Datagrams of one turn gather up to here; a caller that sends more than this at once is ahead of every path.
constexpr std::size_t gathered_bytes_max = 64 * 1024;
// A buffer that grew for a large message is given back; what datagrams need is kept.
constexpr std::size_t kept_buffer_bytes = 4 * 1024;

/// The ByteStream as the "next layer" of Beast's stream. All it writes (the handshake's answer, pongs, close
/// frames) goes into the same output as our own frames, each in one piece, so they never mix.
struct StreamLayer {
    using executor_type = ByteStream::Executor;

    ByteStream* stream;
    Connection* connection;

    [[nodiscard]] executor_type get_executor() const { return stream->get_executor(); }

    template <typename Buffers, typename Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        stream->async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <typename Buffers, typename Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        stream->async_write_some(buffers, std::forward<Handler>(handler));
        connection->request_flush();
    }
};

/// Beast asks for these where a connection ends. The session closes the socket itself, after it has lingered.
[[maybe_unused]] void beast_close_socket(StreamLayer& layer) { layer.stream->close(); }

template <typename Handler>
void async_teardown(boost::beast::role_type, StreamLayer& layer, Handler&& handler) {
    layer.stream->shut_down_sending();
    boost::asio::post(layer.get_executor(),
                      [h = std::forward<Handler>(handler)]() mutable { h(BeastError()); });
}

}  // namespace

struct WebSocketSession::Beast {
    beast_websocket::stream<StreamLayer, false> stream;
    boost::beast::flat_buffer buffer;
};

void WebSocketSession::start(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                             AddressCounter::Place place, Request request) {
    auto& to = *core;
    const std::shared_ptr<WebSocketSession> session(
        new WebSocketSession(std::move(core), std::move(stream), std::move(place), std::move(request)));
    to.add(session);
    session->accept();
}

WebSocketSession::WebSocketSession(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                                   AddressCounter::Place place, Request request)
    : Connection(std::move(core), std::move(stream), std::move(place)),
      peer_(request.peer),
      since_(this->core().coarse_now()),
      lanes_(this->core().limits()),
      queue_(this->core().limits().websocket_send_queue_bytes),
      request_(std::make_unique<Request>(std::move(request))),
      beast_(new Beast{.stream = beast_websocket::stream<StreamLayer, false>(
                           StreamLayer{.stream = &this->stream(), .connection = this}),
                       .buffer = {}}) {
    beast_->stream.read_message_max(this->core().limits().websocket_message_bytes + wire::bulk_head_bytes);
    beast_->stream.control_callback([this](beast_websocket::frame_type, auto&&) { heard(); });
}

WebSocketSession::~WebSocketSession() = default;

std::shared_ptr<WebSocketSession> WebSocketSession::self() {
    return std::static_pointer_cast<WebSocketSession>(shared_from_this());
}

// ---- Opening ----

void WebSocketSession::accept() {
    beast_http::request<beast_http::empty_body> upgrade(beast_http::verb::get, "/", 11);
    for (const char* name : {"host", "connection", "upgrade", "sec-websocket-key", "sec-websocket-version"}) {
        upgrade.set(name, request_->joined_header(name));
    }
    beast_->stream.async_accept(upgrade,
                                [keep = self()](const BeastError& error) { keep->on_accepted(!error); });
    // Beast names itself in the answer; nobody needs to know.
    std::string& answer = stream().output();
    const std::size_t line = answer.find("\r\nServer: ");
    if (line != std::string::npos) answer.erase(line, answer.find("\r\n", line + 2) - line);
}

void WebSocketSession::on_accepted(bool ok) {
    if (!ok || state_ == State::ended) {
        state_ = State::ended;
        leave();
        return;
    }
    count_response(core().counters(), 101);
    if (core().options().on_answered) core().options().on_answered(*request_, 101);
    open_session();
    request_.reset();
    if (state_ != State::ended && !reading_ && receiving_ == Receiving::open) read_message();
}

void WebSocketSession::open_session() {
    state_ = State::open;
    since_ = core().coarse_now();
    ++core().counters().websockets_accepted;
    ++core().counters().websockets_open;
    const net::SessionRequest asked{.transport = net::TransportKind::websocket,
                                    .path = request_->path,
                                    .authority = request_->host,
                                    .origin = request_->header("origin"),
                                    .peer = peer_};
    handler_ = core().acceptor().accept(asked, *this);
    GS_ASSERT(handler_, "an acceptor that serves a path has a handler for it");
}

// ---- Receiving ----

/// What Beast calls when a message is read. Brings its own memory, so that a datagram costs no allocation.
struct WebSocketSession::ReadHandler {
    using allocator_type = OperationAllocator<std::byte>;

    [[nodiscard]] allocator_type get_allocator() const { return allocator_type(session->read_memory_); }

    void operator()(const BeastError& error, std::size_t) const {
        session->reading_ = false;
        if (error) {
            session->on_read_failed(error);
        } else {
            session->on_message_read();
        }
    }

    std::shared_ptr<WebSocketSession> session;
};

void WebSocketSession::read_message() {
    reading_ = true;
    beast_->stream.async_read(beast_->buffer, ReadHandler{self()});
}

void WebSocketSession::on_read_failed(const boost::system::error_code& error) {
    net::CloseInfo info = our_ending();
    if (error == beast_websocket::error::closed && state_ == State::open) {
        const auto& reason = beast_->stream.reason();
        const auto code = application_code_from(reason.code);
        if (code) info = {.by = net::CloseInfo::By::peer, .code = *code, .reason = {}};
        info.reason = std::string_view(reason.reason.data(), reason.reason.size());
    }
    const bool broke_protocol = error != beast_websocket::error::closed &&
                                error.category() == BeastError(beast_websocket::error::closed).category();
    if (broke_protocol && state_ != State::ended) ++core().counters().websocket_protocol_errors;
    // The closing handshake reads too when nothing else does: it has to be over before the socket lingers.
    if (!shaking_hands_ || !stream().is_open()) finish(info);
}

void WebSocketSession::on_message_read() {
    heard();
    if (state_ == State::ended) return;
    if (state_ == State::open && receiving_ == Receiving::paused) {
        message_waits_ = true;
        return;
    }
    deliver();
}

void WebSocketSession::deliver() {
    auto& buffer = beast_->buffer;
    const ByteView bytes(static_cast<const std::byte*>(buffer.data().data()), buffer.size());
    // After close() nothing is reported any more.
    if (state_ == State::open) {
        stats_.bytes_received += bytes.size();
        const auto fault = beast_->stream.got_text() ? lanes_.receive_text(text_of(bytes), *this)
                                                     : lanes_.receive_binary(bytes, *this);
        if (fault != WebSocketLanes::Fault::none && state_ == State::open) {
            ++core().counters().websocket_lane_errors;
            ended_by_ = net::CloseInfo::By::transport_error;
            begin_closing(close_code_of(fault), sentence_of(fault));
        }
    }
    if (state_ == State::ended) return;
    buffer.clear();
    if (buffer.capacity() > kept_buffer_bytes) buffer.shrink_to_fit();
    // While closing, the closing handshake reads.
    if (state_ == State::open && receiving_ == Receiving::open) read_message();
}

void WebSocketSession::on_datagram(ByteView payload) {
    ++stats_.datagrams_received;
    ++core().counters().datagrams_received;
    handler_->on_datagram(*this, payload);
}

void WebSocketSession::on_message(std::string_view text) { handler_->on_message(*this, text); }

void WebSocketSession::on_transfer(std::uint32_t transfer_id, ByteView bytes,
                                   net::SessionHandler::TransferPart part) {
    handler_->on_transfer(*this, transfer_id, bytes, part);
}

void WebSocketSession::heard() {
    if (state_ != State::open) return;
    since_ = core().coarse_now();
    pinged_ = false;
}

void WebSocketSession::set_receiving(Receiving receiving) {
    if (receiving == receiving_) return;
    receiving_ = receiving;
    if (receiving == Receiving::paused || state_ != State::open) return;
    heard();
    if (!message_waits_) {
        if (!reading_) read_message();
        return;
    }
    boost::asio::post(stream().get_executor(), [keep = self()] {
        const bool wanted = keep->state_ == State::open && keep->receiving_ == Receiving::open;
        if (wanted && std::exchange(keep->message_waits_, false)) keep->deliver();
    });
}

// ---- Sending ----

bool WebSocketSession::can_send() const {
    const bool alive = state_ == State::open || (state_ == State::closing && !shaking_hands_);
    return alive && beast_->stream.is_open();
}

net::DatagramResult WebSocketSession::send_datagram(ByteView head, ByteView body) {
    if (state_ != State::open || !beast_->stream.is_open()) return net::DatagramResult::closed;
    const std::size_t size = head.size() + body.size();
    if (size > wire::datagram_bytes_max) return net::DatagramResult::too_large;
    std::string& output = stream().output();
    if (stream().is_blocked() || output.size() >= gathered_bytes_max) {
        if (queue_.hold_datagram(head, body) == WebSocketSendQueue::Held::in_place_of_older) {
            ++stats_.datagrams_replaced;
            ++core().counters().datagrams_replaced;
        }
        request_flush();
        return net::DatagramResult::held;
    }
    append_datagram_frame(output, head, body);
    ++stats_.datagrams_sent;
    ++core().counters().datagrams_sent;
    stats_.bytes_sent += size;
    request_flush();
    return net::DatagramResult::sent;
}

std::expected<void, net::SendRefusal> WebSocketSession::send_message(std::string_view text) {
    if (state_ != State::open) return std::unexpected(net::SendRefusal::closed);
    auto result = queue_.push_message(text);
    if (result) {
        stats_.bytes_sent += text.size();
    } else if (result.error() == net::SendRefusal::full) {
        ++core().counters().sends_refused_full;
    }
    request_flush();
    return result;
}

std::expected<std::uint32_t, net::SendRefusal> WebSocketSession::send_transfer(net::SharedBytes bytes) {
    if (state_ != State::open) return std::unexpected(net::SendRefusal::closed);
    const std::size_t size = bytes->size();
    auto result = queue_.push_transfer(std::move(bytes));
    if (result) {
        stats_.bytes_sent += size;
    } else if (result.error() == net::SendRefusal::full) {
        ++core().counters().sends_refused_full;
    }
    request_flush();
    return result;
}

void WebSocketSession::flush_now() {
    if (state_ == State::ended) return;
    std::size_t given = 0;
    while (true) {
        // While the socket takes nothing, what waits stays in the queue, where newer replaces older.
        if (can_send() && !stream().is_blocked()) {
            if (queue_.has_datagram()) {
                ++stats_.datagrams_sent;
                ++core().counters().datagrams_sent;
            }
            queue_.fill(stream().output(), fill_bytes);
        }
        given += stream().unsent_bytes();
        const ByteStream::Flush result = stream().flush(*this);
        if (result == ByteStream::Flush::failed) {
            break_off(net::CloseInfo::By::transport_error);
            return;
        }
        if (result == ByteStream::Flush::pending || queue_.empty() || !can_send()) break;
        if (given >= turn_bytes_max) {
            request_flush();
            break;
        }
    }
    after_flush();
}

void WebSocketSession::after_flush() {
    // The close frame goes behind the last message, wherever that waits now.
    if (state_ == State::closing && queue_.empty() && can_send()) start_close_handshake();
    if (state_ == State::open && queue_.take_writable_again()) handler_->on_writable(*this);
}

void WebSocketSession::on_flushed() { flush_now(); }

void WebSocketSession::on_write_failed() {
    if (state_ != State::ended) break_off(net::CloseInfo::By::transport_error);
}

net::SessionStats WebSocketSession::stats() const {
    net::SessionStats result = stats_;
    result.rtt = stream().rtt();
    result.send_queue_bytes = queue_.bytes();
    return result;
}

// ---- Ending ----

void WebSocketSession::close(std::uint32_t code, std::string_view reason) {
    if (state_ != State::open) return;
    ended_by_ = net::CloseInfo::By::us;
    application_code_ = code;
    begin_closing(close_code_from(code), reason);
}

void WebSocketSession::begin_closing(std::uint16_t close_code, std::string_view reason) {
    state_ = State::closing;
    since_ = core().coarse_now();
    close_code_ = close_code;
    close_reason_ = cut_text(reason, wire::close_reason_bytes_max);
    queue_.drop_transfers();
    request_flush();
}

void WebSocketSession::start_close_handshake() {
    shaking_hands_ = true;
    const beast_websocket::close_reason reason(static_cast<beast_websocket::close_code>(close_code_),
                                               {close_reason_.data(), close_reason_.size()});
    beast_->stream.async_close(reason,
                               [keep = self()](const BeastError&) { keep->on_close_handshake_over(); });
}

void WebSocketSession::on_close_handshake_over() {
    shaking_hands_ = false;
    // A read that is under way ends next and reports.
    if (!reading_) finish(our_ending());
}

net::CloseInfo WebSocketSession::our_ending() const {
    return {.by = ended_by_, .code = application_code_, .reason = close_reason_};
}

void WebSocketSession::break_off(net::CloseInfo::By by) {
    if (state_ == State::open) ended_by_ = by;
    stream().close();
    if (state_ == State::accepting) return;
    // Not left to Beast's operations: a client that breaks the protocol while we close can bring its read and
    // its close to wait for each other for good.
    boost::asio::post(stream().get_executor(), [keep = self()] { keep->finish(keep->our_ending()); });
}

void WebSocketSession::finish(net::CloseInfo info) {
    if (state_ == State::ended) return;
    lanes_.abort_open_transfers(*this);
    state_ = State::ended;
    since_ = core().coarse_now();
    queue_.clear();
    --core().counters().websockets_open;
    std::exchange(handler_, nullptr)->on_closed(*this, info);
    if (stream().is_open()) {
        stream().end(*this);
    } else {
        leave();
    }
}

void WebSocketSession::leave() {
    // Operations that wait inside Beast hold this session, which holds Beast.
    beast_.reset();
    retire();
}

void WebSocketSession::on_ended() { leave(); }

void WebSocketSession::drain(std::uint32_t code, std::string_view reason) {
    if (state_ == State::accepting) break_off(net::CloseInfo::By::us);
    close(code, reason);
}

void WebSocketSession::abort() {
    stream().close();
    if (state_ == State::open || state_ == State::closing) {
        ended_by_ = net::CloseInfo::By::us;
        finish(our_ending());
        return;
    }
    state_ = State::ended;
    leave();
}

void WebSocketSession::on_sweep() {
    const Limits& limits = core().limits();
    switch (state_) {
        case State::accepting:
            if (core().has_passed(since_, limits.request_timeout)) break_off(net::CloseInfo::By::timeout);
            return;
        case State::open:
            break;
        case State::closing:
            if (core().has_passed(since_, limits.websocket_close_timeout)) break_off(ended_by_);
            return;
        case State::ended:
            if (core().has_passed(since_, limits.linger)) leave();
            return;
    }
    // While we do not read we cannot hear; a reset shows nevertheless.
    if (receiving_ == Receiving::paused) {
        if (stream().is_broken()) break_off(net::CloseInfo::By::transport_error);
        return;
    }
    if (core().has_passed(since_, limits.websocket_silence)) {
        ++core().counters().timeouts_websocket;
        break_off(net::CloseInfo::By::timeout);
    } else if (!pinged_ && can_send() && core().has_passed(since_, limits.websocket_silence / 2)) {
        pinged_ = true;
        append_frame_head(stream().output(), Opcode::ping, 0);
        request_flush();
    }
}

}  // namespace gs::http
