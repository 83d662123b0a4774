// The sending half of Connection: datagrams at once, streams in bursts, both straight into the PacketWriter.
#include "core/base/assert.h"
#include "server/quic/connection.h"
#include "server/quic/connection_callbacks.h"
#include "server/quic/wire_ids.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::quic {
namespace {

// Datagrams sent from inside events of one packet wait in the host's buffer; a packet carries at most a few
// hundred tiny ones, so this is reached by mischief only.
constexpr std::size_t deferred_bytes_max = 64 * 1024;
// Pieces of a stream offered to ngtcp2 at once; one packet seldom takes more than two.
constexpr std::size_t views_max = 8;

std::size_t total_size(std::span<const ByteView> parts) {
    std::size_t total = 0;
    for (const ByteView part : parts)
        total += part.size();
    return total;
}

template <std::size_t count_max>
std::size_t to_vectors(std::span<const ByteView> parts, std::array<ngtcp2_vec, count_max>& vectors) {
    std::size_t count = 0;
    for (const ByteView part : parts) {
        // ngtcp2 takes a mutable pointer and does not write.
        auto* base = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(part.data()));
        if (!part.empty()) vectors[count++] = {.base = base, .len = part.size()};
    }
    return count;
}

}  // namespace

void Connection::commit(const Path& path, std::size_t size) {
    ++host_.counters.packets_sent;
    host_.counters.bytes_sent += size;
    host_.writer->commit(path, size);
}

// Datagrams

net::DatagramResult Connection::send_datagram(std::span<const ByteView> parts) {
    if (state_ != State::established) return net::DatagramResult::closed;
    if (in_callback_) {
        // Whether the path takes it shows only when the packet has been read.
        defer(parts);
        return net::DatagramResult::held;
    }
    // What is older must not overtake; what is newer replaces it.
    if (std::exchange(has_held_, false)) count_replaced();
    return write_datagram(parts);
}

net::DatagramResult Connection::write_datagram(std::span<const ByteView> parts) {
    std::array<ngtcp2_vec, 4> vectors;
    GS_ASSERT(parts.size() <= vectors.size(), "a datagram has at most four parts");
    const std::size_t count = to_vectors(parts, vectors);
    last_datagram_sent_ = host_.now;
    host_.wants_turn(*this);
    // Control frames may fill a packet or two first, as right after the handshake; more than that never.
    for (int attempt = 0; attempt < 3; ++attempt) {
        const MutableBytes room = host_.writer->begin();
        Path to = path_;
        ngtcp2_path native = to_ngtcp2(to);
        ngtcp2_pkt_info info;
        int accepted = 0;
        const ngtcp2_ssize size = ngtcp2_conn_writev_datagram(
            conn_, &native, &info, reinterpret_cast<std::uint8_t*>(room.data()), room.size(), &accepted,
            NGTCP2_WRITE_DATAGRAM_FLAG_NONE, 0, vectors.data(), count, to_ngtcp2(host_.now));
        // The peer takes none, or none of this size.
        if (size == NGTCP2_ERR_INVALID_STATE || size == NGTCP2_ERR_INVALID_ARGUMENT) {
            return net::DatagramResult::too_large;
        }
        if (size < 0) {
            on_error(static_cast<int>(size));
            return net::DatagramResult::closed;
        }
        if (size > 0) commit(to, static_cast<std::size_t>(size));
        if (accepted != 0) {
            ++host_.counters.datagrams_sent;
            ++datagram_counts_.sent;
            datagram_counts_.sent_bytes += total_size(parts);
            return net::DatagramResult::sent;
        }
        if (size == 0) break;
    }
    hold(parts);
    return net::DatagramResult::held;
}

void Connection::hold(std::span<const ByteView> parts) {
    held_datagram_.clear();
    for (const ByteView part : parts)
        held_datagram_.insert(held_datagram_.end(), part.begin(), part.end());
    has_held_ = true;
}

void Connection::count_replaced() {
    ++host_.counters.datagrams_replaced;
    ++datagram_counts_.replaced;
}

void Connection::defer(std::span<const ByteView> parts) {
    std::vector<std::byte>& out = host_.deferred_datagrams;
    const std::size_t size = total_size(parts);
    if (out.size() + 4 + size > deferred_bytes_max) {
        for (ByteView rest(out); !rest.empty(); rest = rest.subspan(4 + load_u32_le(rest.data())))
            count_replaced();
        out.clear();
    }
    const std::size_t at = out.size();
    out.resize(at + 4);
    store_u32_le(out.data() + at, static_cast<std::uint32_t>(size));
    for (const ByteView part : parts)
        out.insert(out.end(), part.begin(), part.end());
}

void Connection::send_deferred() {
    ByteView rest(host_.deferred_datagrams);
    while (!rest.empty() && state_ == State::established) {
        const std::size_t size = load_u32_le(rest.data());
        const std::array part{rest.subspan(4, size)};
        if (has_held_) {
            count_replaced();
            hold(part);
        } else {
            write_datagram(part);
        }
        rest = rest.subspan(4 + size);
    }
    host_.deferred_datagrams.clear();
}

void Connection::send_held() {
    if (!has_held_) return;
    has_held_ = false;
    // write_datagram() holds it again when it still does not go, so it must not read from held_datagram_
    // itself.
    std::vector<std::byte> datagram = std::exchange(held_datagram_, {});
    const std::array part{ByteView(datagram)};
    if (write_datagram(part) != net::DatagramResult::held) held_datagram_ = std::move(datagram);
}

// Streams

Connection::Stream* Connection::find(StreamId id) {
    const auto found = streams_.find(number(id));
    return found == streams_.end() ? nullptr : &found->second;
}

const Connection::Stream* Connection::find(StreamId id) const {
    const auto found = streams_.find(number(id));
    return found == streams_.end() ? nullptr : &found->second;
}

std::expected<StreamId, net::SendRefusal> Connection::open_stream(Direction direction) {
    if (state_ != State::established) return std::unexpected(net::SendRefusal::closed);
    std::int64_t id = 0;
    const int result = direction == Direction::unidirectional
                           ? ngtcp2_conn_open_uni_stream(conn_, &id, nullptr)
                           : ngtcp2_conn_open_bidi_stream(conn_, &id, nullptr);
    if (result != 0) return std::unexpected(net::SendRefusal::full);
    streams_[id].id = StreamId{id};
    return StreamId{id};
}

void Connection::set_priority(StreamId id, Priority priority) {
    Stream* stream = find(id);
    if (stream == nullptr) stream = &streams_[number(id)];
    stream->id = id;
    const bool was_ready = stream->ready;
    if (was_ready) remove_ready(*stream);
    stream->priority = priority;
    if (was_ready) make_ready(*stream);
}

void Connection::write(StreamId id, ByteView bytes, Fin fin) {
    if (state_ != State::established) return;
    Stream& stream = streams_[number(id)];
    stream.id = id;
    if (stream.fin_queued || stream.reset) return;
    stream.out.append(bytes);
    queue_fin_and_wake(stream, fin);
}

void Connection::write(StreamId id, net::SharedBytes bytes, Fin fin) {
    if (state_ != State::established) return;
    Stream& stream = streams_[number(id)];
    stream.id = id;
    if (stream.fin_queued || stream.reset) return;
    stream.out.append(std::move(bytes));
    queue_fin_and_wake(stream, fin);
}

void Connection::queue_fin_and_wake(Stream& stream, Fin fin) {
    if (fin == Fin::yes) stream.fin_queued = true;
    make_ready(stream);
    wants_write();
}

std::size_t Connection::queued_bytes(StreamId id) const {
    const Stream* stream = find(id);
    return stream == nullptr || stream->reset ? 0 : stream->out.unsent_bytes();
}

void Connection::reset_stream(StreamId id, std::uint64_t h3_code) {
    if (state_ != State::established) return;
    if (Stream* stream = find(id)) {
        remove_ready(*stream);
        // Blocks that are on their way stay until the stream is gone: ngtcp2 may still look at them.
        stream->reset = true;
    }
    ngtcp2_conn_shutdown_stream_write(conn_, 0, number(id), h3_code);
    wants_write();
}

void Connection::stop_sending(StreamId id, std::uint64_t h3_code) {
    if (state_ != State::established) return;
    ngtcp2_conn_shutdown_stream_read(conn_, 0, number(id), h3_code);
    wants_write();
}

void Connection::consumed(StreamId id, std::size_t bytes) {
    if (bytes == 0 || state_ != State::established) return;
    ngtcp2_conn_extend_max_stream_offset(conn_, number(id), bytes);
    ngtcp2_conn_extend_max_offset(conn_, bytes);
    control_due_ = true;
    if (!in_callback_) wants_write();
}

void Connection::make_ready(Stream& stream) {
    if (stream.ready) return;
    stream.ready = true;
    ready_[static_cast<int>(stream.priority)].push_back(stream.id);
}

void Connection::remove_ready(Stream& stream) {
    if (!stream.ready) return;
    stream.ready = false;
    std::erase(ready_[static_cast<int>(stream.priority)], stream.id);
}

Connection::Stream* Connection::next_ready() {
    for (auto& level : ready_) {
        for (const StreamId id : level) {
            Stream* stream = find(id);
            if (stream != nullptr && !stream->blocked) return stream;
        }
    }
    return nullptr;
}

// Packets

void Connection::flush() {
    if (state_ == State::closing && close_packet_.empty()) {
        const MutableBytes room = host_.writer->begin();
        Path to = path_;
        ngtcp2_path native = to_ngtcp2(to);
        const ngtcp2_ssize size = ngtcp2_conn_write_connection_close(
            conn_, &native, nullptr, reinterpret_cast<std::uint8_t*>(room.data()), room.size(), &error_,
            to_ngtcp2(host_.now));
        if (size > 0) {
            close_packet_.assign(room.begin(), room.begin() + size);
            commit(to, static_cast<std::size_t>(size));
        } else {
            state_ = State::finished;
        }
        return end(net::CloseInfo::By::us, error_.error_code);
    }
    if (state_ != State::handshaking && state_ != State::established) return;
    send_held();
    const bool alive = state_ == State::handshaking || state_ == State::established;
    if (alive && std::exchange(write_due_, false)) write_packets();
}

/// One packet, with as much of `stream` as fits (or of none). Returns what ngtcp2 does; `stream_bytes` is
/// what it took.
ngtcp2_ssize Connection::write_one(MutableBytes room, Path& path, Stream* stream, std::size_t& stream_bytes) {
    ngtcp2_path native = to_ngtcp2(path);
    ngtcp2_pkt_info info;
    std::array<ByteView, views_max> views;
    std::array<ngtcp2_vec, views_max> vectors;
    std::size_t count = 0;
    std::uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_NONE;
    if (stream != nullptr) {
        const std::size_t offered = stream->out.next(views);
        count = to_vectors(std::span(views).first(offered), vectors);
        flags = NGTCP2_WRITE_STREAM_FLAG_MORE;
        const bool all = total_size(std::span(views).first(offered)) == stream->out.unsent_bytes();
        if (stream->fin_queued && all) flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
    }
    ngtcp2_ssize taken = -1;
    const ngtcp2_ssize size = ngtcp2_conn_writev_stream(
        conn_, &native, &info, reinterpret_cast<std::uint8_t*>(room.data()), room.size(), &taken, flags,
        stream == nullptr ? -1 : number(stream->id), vectors.data(), count, to_ngtcp2(host_.now));
    stream_bytes = 0;
    if (stream != nullptr && taken >= 0) {
        stream_bytes = static_cast<std::size_t>(taken);
        stream->out.sent(stream_bytes);
        if (stream->out.unsent_bytes() == 0) {
            remove_ready(*stream);
        } else {
            // Round robin: behind the others of its priority.
            remove_ready(*stream);
            make_ready(*stream);
        }
        if (stream_bytes > 0) stream->writable_owed = true;
    }
    return size;
}

void Connection::write_packets() {
    control_due_ = false;
    const std::size_t burst = std::min(host_.limits.burst_bytes, host_.shared_burst_left);
    std::size_t budget = burst;
    MutableBytes room = host_.writer->begin();
    Path to = path_;
    while (budget > 0) {
        std::size_t stream_bytes = 0;
        Stream* stream = state_ == State::established ? next_ready() : nullptr;
        const ngtcp2_ssize size = write_one(room, to, stream, stream_bytes);
        if (size == NGTCP2_ERR_WRITE_MORE) continue;
        if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
            stream->blocked = any_blocked_ = true;
            continue;
        }
        if (size == NGTCP2_ERR_STREAM_NOT_FOUND || size == NGTCP2_ERR_STREAM_SHUT_WR) {
            // STOP_SENDING came; ngtcp2 has answered it and shows it only here.
            remove_ready(*stream);
            stream->reset = true;
            stopped_.push_back(stream->id);
            continue;
        }
        if (size < 0) return on_error(static_cast<int>(size));
        if (size == 0) break;
        commit(to, static_cast<std::size_t>(size));
        budget -= std::min(budget, static_cast<std::size_t>(size));
        room = host_.writer->begin();
        to = path_;
    }
    burst_spent_ = budget == 0;
    host_.shared_burst_left -= burst - budget;
    // Tell those who wait for room; outside of ngtcp2's writing, since they may write again.
    for (auto& [id, stream] : streams_) {
        if (std::exchange(stream.writable_owed, false)) writable_.push_back(stream.id);
    }
    for (const StreamId id : writable_)
        http3_.on_stream_writable(id);
    writable_.clear();
    for (const StreamId id : stopped_)
        http3_.on_stop_sending(id);
    stopped_.clear();
}

}  // namespace gs::quic
