// FakeTransport: a QuicTransport without QUIC, for tests and fuzzing of Http3Connection. It plays the peer
// with the same rules that ngtcp2 enforces (nothing after a stream's end, nothing after our STOP_SENDING, no
// data on our unidirectional streams), writes down what was sent, and counts every byte that is owed to flow
// control. Test support, not part of the server.
#pragma once

#include "core/base/assert.h"
#include "server/quic/http3_connection.h"
#include "server/quic/quic_transport.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gs::quic {

class FakeTransport final : public QuicTransport {
  public:
    struct Stream {
        std::string written;
        std::size_t sent_bytes = 0;  // of written; the rest waits for flush()
        bool fin = false;
        std::optional<std::uint64_t> reset;    // the code of our RESET_STREAM
        std::optional<std::uint64_t> stopped;  // the code of our STOP_SENDING
        Priority priority = Priority::normal;
        std::size_t delivered_bytes = 0;
        std::size_t consumed_bytes = 0;
        bool peer_done = false;  // the peer ended or reset its side
        bool closed = false;
        bool stop_untold = false;   // the peer sent STOP_SENDING and nobody knows
        bool stop_noticed = false;  // … but somebody has written since
    };

    explicit FakeTransport(Role role) : role_(role) {}

    /// Who gets the events; outlives all calls below.
    void attach(Http3Connection& http3) { http3_ = &http3; }

    // The peer

    /// False, and nothing happens, where ngtcp2 would not pass this on.
    bool receive(StreamId id, std::string_view bytes, Fin fin = Fin::no) {
        if (!may_receive(id)) return false;
        Stream& stream = streams[number(id)];
        stream.delivered_bytes += bytes.size();
        stream.peer_done = fin == Fin::yes;
        http3_->on_stream_data(id, bytes_of(bytes), fin);
        return true;
    }
    bool receive_reset(StreamId id, std::uint64_t code) {
        if (!may_receive(id)) return false;
        streams[number(id)].peer_done = true;
        http3_->on_stream_reset(id, code);
        return true;
    }
    /// As ngtcp2 does, answers with a reset at once; who writes finds out with the next flush().
    bool receive_stop_sending(StreamId id) {
        const auto found = streams.find(number(id));
        if (found == streams.end() || !sends(id)) return false;
        Stream& stream = found->second;
        if (stream.closed || stream.reset) return false;
        stream.reset = code_of_stop;
        stream.stop_untold = true;
        stream.stop_noticed = stream.sent_bytes < stream.written.size();
        return true;
    }
    void receive_datagram(std::string_view bytes) { http3_->on_datagram(bytes_of(bytes)); }

    /// The network takes everything that waits.
    void flush() {
        for (auto& [id, stream] : streams) {
            if (stream.stop_noticed && std::exchange(stream.stop_untold, false)) {
                http3_->on_stop_sending(StreamId{id});
            } else if (!stream.reset && stream.sent_bytes != stream.written.size()) {
                stream.sent_bytes = stream.written.size();
                http3_->on_stream_writable(StreamId{id});
            }
        }
    }
    /// What was sent has been acknowledged: streams that are over on both sides go.
    void close_finished_streams() {
        for (auto& [id, stream] : streams) {
            const bool whole = stream.fin && stream.sent_bytes == stream.written.size();
            const bool sending = sends(StreamId{id}) && !whole && !stream.reset;
            const bool receiving = receives(StreamId{id}) && !stream.peer_done;
            if (sending || receiving || std::exchange(stream.closed, true)) continue;
            http3_->on_stream_closed(StreamId{id});
        }
    }

    // What happened

    std::map<std::int64_t, Stream> streams;
    std::vector<std::string> datagrams;
    std::optional<std::uint64_t> close_code;
    std::string close_reason;
    /// Calls that make a real connection remember a stream which is gone.
    int calls_for_closed_streams = 0;
    net::Instant time = net::Instant(std::chrono::hours(1));
    /// Streams the peer lets us open, of each direction.
    std::size_t streams_allowed = 100;
    net::DatagramResult datagram_result = net::DatagramResult::sent;

    /// Bytes that were received and are still owed to the peer's flow control.
    [[nodiscard]] std::size_t owed_bytes() const {
        std::size_t owed = 0;
        for (const auto& [id, stream] : streams)
            owed += stream.delivered_bytes - stream.consumed_bytes;
        return owed;
    }
    [[nodiscard]] const Stream& at(std::int64_t id) const {
        static const Stream none;
        const auto found = streams.find(id);
        return found == streams.end() ? none : found->second;
    }

    // QuicTransport

    std::expected<StreamId, net::SendRefusal> open_stream(Direction direction) override {
        if (close_code) return std::unexpected(net::SendRefusal::closed);
        std::size_t& opened = opened_[direction == Direction::unidirectional ? 1 : 0];
        if (opened >= streams_allowed) return std::unexpected(net::SendRefusal::full);
        const std::size_t kind =
            (direction == Direction::unidirectional ? 2u : 0u) + (role_ == Role::server ? 1u : 0u);
        const auto id = static_cast<std::int64_t>(4 * opened++ + kind);
        streams[id];
        return StreamId{id};
    }
    void set_priority(StreamId id, Priority priority) override {
        if (Stream* stream = live(id)) stream->priority = priority;
    }
    void write(StreamId id, ByteView bytes, Fin fin) override {
        Stream* stream = live(id);
        if (stream == nullptr || close_code || stream->fin) return;
        stream->stop_noticed = stream->stop_noticed || stream->stop_untold;
        if (stream->reset) return;
        GS_ASSERT(sends(id), "nothing is written to the peer's unidirectional streams");
        stream->written += text_of(bytes);
        stream->fin = fin == Fin::yes;
    }
    void write(StreamId id, net::SharedBytes bytes, Fin fin) override { write(id, ByteView(*bytes), fin); }
    [[nodiscard]] std::size_t queued_bytes(StreamId id) const override {
        const Stream& stream = at(number(id));
        return stream.reset ? 0 : stream.written.size() - stream.sent_bytes;
    }
    void reset_stream(StreamId id, std::uint64_t h3_code) override {
        Stream& stream = streams[number(id)];
        if (stream.closed || close_code || stream.reset) return;
        GS_ASSERT(sends(id), "only what we send can be reset");
        stream.reset = h3_code;
    }
    void stop_sending(StreamId id, std::uint64_t h3_code) override {
        Stream& stream = streams[number(id)];
        if (stream.closed || close_code || stream.stopped) return;
        GS_ASSERT(receives(id), "only what we receive can be stopped");
        stream.stopped = h3_code;
    }
    void consumed(StreamId id, std::size_t bytes) override {
        Stream& stream = streams[number(id)];
        stream.consumed_bytes += bytes;
        GS_ASSERT(stream.consumed_bytes <= stream.delivered_bytes, "no byte is given back twice");
    }
    net::DatagramResult send_datagram(std::span<const ByteView> parts) override {
        if (close_code) return net::DatagramResult::closed;
        std::string whole;
        for (const ByteView part : parts)
            whole += text_of(part);
        ++counts_.sent;
        counts_.sent_bytes += whole.size();
        datagrams.push_back(std::move(whole));
        return datagram_result;
    }
    [[nodiscard]] const DatagramCounts& datagram_counts() const override { return counts_; }
    void close(std::uint64_t h3_code, std::string_view reason) override {
        if (close_code) return;
        close_code = h3_code;
        close_reason = reason;
    }
    [[nodiscard]] const net::Address& peer() const override { return peer_; }
    [[nodiscard]] net::Duration rtt() const override { return std::chrono::milliseconds(20); }
    [[nodiscard]] net::Instant now() const override { return time; }

  private:
    static constexpr std::uint64_t code_of_stop = 0;

    [[nodiscard]] bool sends(StreamId id) const { return !is_unidirectional(id) || opener(id) == role_; }
    [[nodiscard]] bool receives(StreamId id) const { return !is_unidirectional(id) || opener(id) != role_; }
    [[nodiscard]] bool may_receive(StreamId id) const {
        const auto found = streams.find(number(id));
        if (!receives(id)) return false;
        if (found == streams.end()) return opener(id) != role_;
        return !found->second.peer_done && !found->second.stopped && !found->second.closed;
    }
    Stream* live(StreamId id) {
        Stream& stream = streams[number(id)];
        if (!stream.closed) return &stream;
        if (!close_code) ++calls_for_closed_streams;
        return nullptr;
    }

    Role role_;
    Http3Connection* http3_ = nullptr;
    std::size_t opened_[2] = {};
    DatagramCounts counts_;
    net::Address peer_ = *net::Address::parse("192.0.2.7:4433");
};

}  // namespace gs::quic
