#include "server/quic/stream_echo.h"

#include <algorithm>
#include <utility>

namespace gs::quic {

void StreamEcho::on_datagram(ByteView payload) { session_.send_datagram({}, payload); }

StreamEcho::Pair& StreamEcho::pair_of(StreamId in) {
    const auto found = std::ranges::find(pairs_, in, &Pair::in);
    if (found != pairs_.end()) return *found;
    const StreamId out = is_unidirectional(in) ? StreamId::none : in;
    return pairs_.emplace_back(Pair{.in = in, .out = out, .waiting = {}});
}

StreamEcho::Pair* StreamEcho::find_out(StreamId out) {
    const auto found = std::ranges::find(pairs_, out, &Pair::out);
    return found == pairs_.end() ? nullptr : &*found;
}

void StreamEcho::on_stream_data(StreamId stream, ByteView bytes, Fin fin) {
    Pair& pair = pair_of(stream);
    pair.owed_bytes += bytes.size();
    if (pair.out == StreamId::none) open_out(pair);
    if (pair.out != StreamId::none) {
        session_.write(pair.out, bytes, fin);
        return;
    }
    pair.waiting.insert(pair.waiting.end(), bytes.begin(), bytes.end());
    if (fin == Fin::yes) pair.waiting_fin = fin;
}

void StreamEcho::open_out(Pair& pair) {
    const auto stream = session_.open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    if (!stream) return;
    pair.out = *stream;
    const std::vector<std::byte> waiting = std::exchange(pair.waiting, {});
    if (!waiting.empty() || pair.waiting_fin == Fin::yes) session_.write(pair.out, waiting, pair.waiting_fin);
}

void StreamEcho::on_stream_writable(StreamId stream) {
    if (Pair* pair = find_out(stream)) pass_credit(*pair);
}

/// Asks the client for as many bytes as have left the queue since.
void StreamEcho::pass_credit(Pair& pair) {
    const std::size_t queued = std::min(session_.queued_bytes(pair.out), pair.owed_bytes);
    session_.consumed(pair.in, pair.owed_bytes - queued);
    pair.owed_bytes = queued;
}

void StreamEcho::on_stream_reset(StreamId stream, std::uint32_t code) {
    const auto found = std::ranges::find(pairs_, stream, &Pair::in);
    if (found == pairs_.end()) return;
    session_.consumed(stream, found->owed_bytes);
    if (found->out != StreamId::none) session_.reset_stream(found->out, code);
    pairs_.erase(found);
}

void StreamEcho::on_stop_sending(StreamId stream) {
    const Pair* pair = find_out(stream);
    if (pair == nullptr) return;
    session_.consumed(pair->in, pair->owed_bytes);
    session_.stop_sending(pair->in, 0);
    std::erase_if(pairs_, [stream](const Pair& each) { return each.out == stream; });
}

void StreamEcho::on_stream_closed(StreamId stream) {
    if (const Pair* pair = find_out(stream)) session_.consumed(pair->in, pair->owed_bytes);
    std::erase_if(pairs_, [stream](const Pair& pair) { return pair.out == stream; });
}

void StreamEcho::on_streams_allowed() {
    for (Pair& pair : pairs_) {
        if (pair.out == StreamId::none) open_out(pair);
    }
}

}  // namespace gs::quic
