#include "server/net/memory_session.h"

#include "core/base/assert.h"
#include "core/base/rng.h"
#include "core/wire/limits.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace gs::net {
namespace {

enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

/// Streams are cut into packets of this size, so that losses and the byte rate meet them as in real life.
constexpr std::size_t packet_bytes = 1200;

/// The path takes packets until it is this far behind; then datagrams are held and streams wait.
constexpr Duration path_backlog = std::chrono::milliseconds(2);

/// A packet that is lost more often in a row goes through, so that a loss of 1000 ‰ does not hang streams.
constexpr int losses_in_a_row_max = 10;

/// One message or one transfer that has not left completely.
struct Outgoing {
    enum class Kind : std::uint8_t { message, transfer };
    Kind kind;
    std::uint32_t id = 0;
    SharedBytes bytes;
    std::size_t sent_bytes = 0;
    Instant last_arrival = {};  // later packets of one stream do not overtake earlier ones
};

struct Segment {
    Outgoing::Kind kind;
    std::uint32_t id;
    SharedBytes bytes;
    std::size_t offset;
    std::size_t size_bytes;

    [[nodiscard]] ByteView view() const { return ByteView(*bytes).subspan(offset, size_bytes); }
    [[nodiscard]] bool last() const { return offset + size_bytes == bytes->size(); }
};

struct OwnClose {
    std::uint32_t code;
    std::string reason;
};

/// Cuts to the limit without splitting a UTF-8 character.
std::string_view cut_reason(std::string_view reason) {
    if (reason.size() <= wire::close_reason_bytes_max) return reason;
    std::size_t end = wire::close_reason_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) {
        --end;
    }
    return reason.substr(0, end);
}

std::uint64_t seed_of(std::uint64_t seed, Side side) {
    // Each direction has its own numbers: what one end sends does not change the other's luck.
    base::Rng rng(seed);
    const std::uint64_t first = rng.next();
    return side == Side::client ? first : rng.next();
}

}  // namespace

class MemoryLink::Network {
  public:
    class End;

    Network(const MemoryLinkOptions& options, Instant now);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    [[nodiscard]] End* end(Side side) const { return ends_[static_cast<std::size_t>(side)].get(); }
    void remove(Side side);

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const MemoryLinkOptions& options() const { return options_; }
    [[nodiscard]] const LinkConditions& conditions_from(Side side) const {
        return side == Side::client ? options_.to_server : options_.to_client;
    }
    [[nodiscard]] Instant next_event() const {
        return events_.empty() ? never : events_.begin()->first.first;
    }

    /// Runs `event` with the end of that side, if it still exists then.
    void at(Instant when, Side side, std::function<void(End&)> event);
    /// The same for what comes over the cable.
    void arrives_at(Instant when, Side side, std::function<void(End&)> event);

    void advance(Instant now);
    void pull_cable();

  private:
    MemoryLinkOptions options_;
    Instant now_;
    bool advancing_ = false;
    bool pulled_ = false;
    std::uint64_t next_sequence_ = 0;
    std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> events_;
    std::unique_ptr<End> ends_[2];
};

class MemoryLink::Network::End final : public Session {
  public:
    End(Network& network, Side side)
        : network_(network), side_(side), rng_(seed_of(network.options().seed, side)) {}

    [[nodiscard]] TransportKind transport() const override { return TransportKind::memory; }
    [[nodiscard]] const Address& peer() const override {
        const MemoryLinkOptions& options = network_.options();
        return side_ == Side::server ? options.client_address : options.server_address;
    }
    [[nodiscard]] SessionStats stats() const override;
    void set_handler(SessionHandler& handler) override { handler_ = &handler; }
    DatagramResult send_datagram(ByteView head, ByteView body) override;
    std::expected<void, SendRefusal> send_message(std::string_view text) override;
    std::expected<std::uint32_t, SendRefusal> send_transfer(SharedBytes bytes) override;
    void set_receiving(Receiving receiving) override;
    void close(std::uint32_t code, std::string_view reason) override;

    [[nodiscard]] bool has_handler() const { return handler_ != nullptr; }
    void on_datagram_arrived(const SharedBytes& bytes);
    void on_segment_arrived(Segment segment);
    void on_close_arrived(std::uint32_t code, const std::string& reason);
    void on_window_freed(std::size_t bytes);
    void finish(CloseInfo::By by, std::uint32_t code, std::string_view reason);

  private:
    enum class State : std::uint8_t { open, closing, closed };

    [[nodiscard]] bool path_takes_more() const;
    [[nodiscard]] bool window_is_open() const { return in_flight_bytes_ < network_.options().window_bytes; }
    [[nodiscard]] bool below_half() const {
        return queued_bytes_ < wire::send_queue_bytes_max / 2 && transfers_.size() <= wire::transfers_max / 2;
    }
    SendRefusal refuse_full() {
        refused_ = true;
        return SendRefusal::full;
    }
    SessionHandler& handler() {
        GS_ASSERT(handler_ != nullptr, "set_handler() comes before the first advance()");
        return *handler_;
    }

    Instant depart(std::size_t bytes);
    Instant travel(Instant departure);
    void transmit_datagram(SharedBytes bytes);
    void transmit_segment(std::deque<Outgoing>& queue);
    void pump();
    void schedule_wake();
    void send_close();
    void deliver();
    void deliver_segment(const Segment& segment);
    void abort_begun_transfers();

    Network& network_;
    Side side_;
    base::Rng rng_;
    SessionHandler* handler_ = nullptr;
    State state_ = State::open;
    SessionStats stats_;

    // What this end sends.
    Instant path_free_at_ = {};
    SharedBytes held_;
    std::deque<Outgoing> messages_;
    std::deque<Outgoing> transfers_;
    std::uint32_t next_transfer_id_ = 1;
    std::size_t queued_bytes_ = 0;
    std::size_t in_flight_bytes_ = 0;
    Instant last_message_arrival_ = {};
    bool refused_ = false;
    bool wake_scheduled_ = false;
    bool writable_scheduled_ = false;
    std::optional<OwnClose> close_;
    bool close_sent_ = false;

    // What arrived and waits for its handler.
    Receiving receiving_ = Receiving::open;
    std::deque<Segment> inbox_;
    std::set<std::uint32_t> begun_transfers_;
    bool heard_ = false;
};

// ---- Session

SessionStats MemoryLink::Network::End::stats() const {
    SessionStats stats = stats_;
    stats.send_queue_bytes = queued_bytes_;
    if (heard_) {
        for (const LinkConditions& way : {network_.options().to_server, network_.options().to_client}) {
            stats.rtt += way.delay + way.jitter / 2;
        }
    }
    return stats;
}

DatagramResult MemoryLink::Network::End::send_datagram(ByteView head, ByteView body) {
    if (state_ != State::open) return DatagramResult::closed;
    if (head.size() + body.size() > wire::datagram_bytes_max) return DatagramResult::too_large;
    auto bytes = std::make_shared<std::vector<std::byte>>(head.begin(), head.end());
    bytes->insert(bytes->end(), body.begin(), body.end());
    if (path_takes_more()) {
        transmit_datagram(std::move(bytes));
        return DatagramResult::sent;
    }
    if (held_) ++stats_.datagrams_replaced;
    held_ = std::move(bytes);
    schedule_wake();
    return DatagramResult::held;
}

std::expected<void, SendRefusal> MemoryLink::Network::End::send_message(std::string_view text) {
    if (state_ != State::open) return std::unexpected(SendRefusal::closed);
    if (text.size() > wire::message_bytes_max) return std::unexpected(SendRefusal::too_large);
    if (queued_bytes_ >= wire::send_queue_bytes_max) return std::unexpected(refuse_full());
    queued_bytes_ += text.size();
    messages_.push_back({.kind = Outgoing::Kind::message, .bytes = share(bytes_of(text))});
    pump();
    return {};
}

std::expected<std::uint32_t, SendRefusal> MemoryLink::Network::End::send_transfer(SharedBytes bytes) {
    GS_ASSERT(bytes != nullptr && !bytes->empty(), "a transfer has at least one byte");
    if (state_ != State::open) return std::unexpected(SendRefusal::closed);
    if (bytes->size() > wire::transfer_bytes_max) return std::unexpected(SendRefusal::too_large);
    if (queued_bytes_ >= wire::send_queue_bytes_max || transfers_.size() >= wire::transfers_max) {
        return std::unexpected(refuse_full());
    }
    const std::uint32_t id = next_transfer_id_++;
    queued_bytes_ += bytes->size();
    transfers_.push_back({.kind = Outgoing::Kind::transfer, .id = id, .bytes = std::move(bytes)});
    pump();
    return id;
}

void MemoryLink::Network::End::set_receiving(Receiving receiving) {
    receiving_ = receiving;
    if (receiving == Receiving::open && !inbox_.empty()) {
        network_.at(network_.now(), side_, [](End& end) { end.deliver(); });
    }
}

void MemoryLink::Network::End::close(std::uint32_t code, std::string_view reason) {
    if (state_ != State::open) return;
    state_ = State::closing;
    close_ = OwnClose{.code = code, .reason = std::string(cut_reason(reason))};
    for (const Outgoing& transfer : transfers_) {
        queued_bytes_ -= transfer.bytes->size() - transfer.sent_bytes;
    }
    transfers_.clear();
    held_.reset();
    inbox_.clear();
    const Instant now = network_.now();
    network_.at(now + network_.options().linger, side_, [](End& end) { end.send_close(); });
    network_.at(now + network_.options().timeout, side_,
                [](End& end) { end.finish(CloseInfo::By::us, end.close_->code, end.close_->reason); });
    pump();
}

// ---- Sending

bool MemoryLink::Network::End::path_takes_more() const {
    return network_.conditions_from(side_).bytes_per_s == 0 || path_free_at_ <= network_.now() + path_backlog;
}

Instant MemoryLink::Network::End::depart(std::size_t bytes) {
    const std::uint64_t rate = network_.conditions_from(side_).bytes_per_s;
    path_free_at_ = std::max(path_free_at_, network_.now());
    if (rate > 0) path_free_at_ += Duration(bytes * std::uint64_t{1'000'000'000} / rate);
    stats_.bytes_sent += bytes;
    return path_free_at_;
}

Instant MemoryLink::Network::End::travel(Instant departure) {
    const LinkConditions& way = network_.conditions_from(side_);
    const Duration jitter(
        static_cast<Duration::rep>(rng_.below(static_cast<std::uint64_t>(way.jitter.count()) + 1)));
    return departure + std::max<Duration>(way.delay, std::chrono::microseconds(1)) + jitter;
}

void MemoryLink::Network::End::transmit_datagram(SharedBytes bytes) {
    const LinkConditions& way = network_.conditions_from(side_);
    const Instant departure = depart(bytes->size());
    ++stats_.datagrams_sent;
    const int copies = rng_.chance(way.duplicate_permille) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        const bool lost = rng_.chance(way.loss_permille);
        const Instant arrival = travel(departure);
        if (lost) continue;
        network_.arrives_at(arrival, other(side_), [bytes](End& end) { end.on_datagram_arrived(bytes); });
    }
}

void MemoryLink::Network::End::transmit_segment(std::deque<Outgoing>& queue) {
    Outgoing stream = std::move(queue.front());
    queue.pop_front();
    const std::size_t size = std::min(packet_bytes, stream.bytes->size() - stream.sent_bytes);
    Instant arrival = travel(depart(size));
    const LinkConditions& way = network_.conditions_from(side_);
    for (int i = 0; i < losses_in_a_row_max && rng_.chance(way.loss_permille); ++i) {
        arrival += way.retransmission;
    }
    Instant& before = stream.kind == Outgoing::Kind::message ? last_message_arrival_ : stream.last_arrival;
    arrival = before = std::max(before, arrival);
    Segment segment{.kind = stream.kind,
                    .id = stream.id,
                    .bytes = stream.bytes,
                    .offset = stream.sent_bytes,
                    .size_bytes = size};
    network_.arrives_at(arrival, other(side_), [segment](End& end) { end.on_segment_arrived(segment); });
    stream.sent_bytes += size;
    queued_bytes_ -= size;
    in_flight_bytes_ += size;
    if (segment.last()) return;
    // A message goes on before the next one starts; transfers take turns.
    if (stream.kind == Outgoing::Kind::message) {
        queue.push_front(std::move(stream));
    } else {
        queue.push_back(std::move(stream));
    }
}

void MemoryLink::Network::End::pump() {
    while (path_takes_more()) {
        if (held_) {
            transmit_datagram(std::exchange(held_, nullptr));
        } else if (!messages_.empty() && window_is_open()) {
            transmit_segment(messages_);
        } else if (!transfers_.empty() && window_is_open()) {
            transmit_segment(transfers_);
        } else {
            break;
        }
    }
    schedule_wake();
    if (close_ && messages_.empty()) send_close();
    if (refused_ && !writable_scheduled_ && state_ == State::open && below_half()) {
        writable_scheduled_ = true;
        network_.at(network_.now(), side_, [](End& end) {
            end.writable_scheduled_ = false;
            if (end.state_ != State::open || !end.below_half()) return;
            end.refused_ = false;
            end.handler().on_writable(end);
        });
    }
}

void MemoryLink::Network::End::schedule_wake() {
    const bool waits_for_path =
        held_ || ((!messages_.empty() || !transfers_.empty()) && window_is_open() && !path_takes_more());
    if (!waits_for_path || wake_scheduled_) return;
    wake_scheduled_ = true;
    network_.at(std::max(network_.now(), path_free_at_ - path_backlog), side_, [](End& end) {
        end.wake_scheduled_ = false;
        end.pump();
    });
}

void MemoryLink::Network::End::send_close() {
    if (close_sent_ || state_ != State::closing) return;
    close_sent_ = true;
    const Instant arrival = std::max(travel(depart(close_->reason.size())), last_message_arrival_);
    network_.arrives_at(arrival, other(side_),
                        [close = *close_](End& end) { end.on_close_arrived(close.code, close.reason); });
}

// ---- Receiving

void MemoryLink::Network::End::on_datagram_arrived(const SharedBytes& bytes) {
    if (state_ != State::open) return;
    heard_ = true;
    ++stats_.datagrams_received;
    stats_.bytes_received += bytes->size();
    handler().on_datagram(*this, *bytes);
}

void MemoryLink::Network::End::on_segment_arrived(Segment segment) {
    if (state_ != State::open) return;
    heard_ = true;
    inbox_.push_back(std::move(segment));
    deliver();
}

void MemoryLink::Network::End::deliver() {
    while (receiving_ == Receiving::open && state_ == State::open && !inbox_.empty()) {
        const Segment segment = std::move(inbox_.front());
        inbox_.pop_front();
        stats_.bytes_received += segment.size_bytes;
        if (End* sender = network_.end(other(side_))) sender->on_window_freed(segment.size_bytes);
        deliver_segment(segment);
    }
}

void MemoryLink::Network::End::deliver_segment(const Segment& segment) {
    if (segment.kind == Outgoing::Kind::message) {
        if (segment.last()) handler().on_message(*this, text_of(*segment.bytes));
        return;
    }
    if (segment.last()) {
        begun_transfers_.erase(segment.id);
    } else {
        begun_transfers_.insert(segment.id);
    }
    handler().on_transfer(
        *this, segment.id, segment.view(),
        segment.last() ? SessionHandler::TransferPart::last : SessionHandler::TransferPart::more);
}

void MemoryLink::Network::End::on_window_freed(std::size_t bytes) {
    in_flight_bytes_ -= bytes;
    pump();
}

void MemoryLink::Network::End::on_close_arrived(std::uint32_t code, const std::string& reason) {
    const Side closer = other(side_);
    network_.arrives_at(travel(network_.now()), closer, [](End& end) {
        if (end.state_ == State::closing) end.finish(CloseInfo::By::us, end.close_->code, end.close_->reason);
    });
    if (state_ == State::closing) {
        finish(CloseInfo::By::us, close_->code, close_->reason);
    } else {
        finish(CloseInfo::By::peer, code, reason);
    }
}

void MemoryLink::Network::End::abort_begun_transfers() {
    for (const std::uint32_t id : std::exchange(begun_transfers_, {})) {
        handler().on_transfer(*this, id, {}, SessionHandler::TransferPart::aborted);
    }
}

void MemoryLink::Network::End::finish(CloseInfo::By by, std::uint32_t code, std::string_view reason) {
    // Whoever closed hears nothing but on_closed() any more.
    const bool told = state_ == State::closing;
    state_ = State::closed;
    if (!told) abort_begun_transfers();
    handler().on_closed(*this, {.by = by, .code = code, .reason = reason});
    network_.remove(side_);
}

// ---- Network

MemoryLink::Network::Network(const MemoryLinkOptions& options, Instant now) : options_(options), now_(now) {
    for (const Side side : {Side::client, Side::server}) {
        ends_[static_cast<std::size_t>(side)] = std::make_unique<End>(*this, side);
    }
}

MemoryLink::Network::~Network() {
    events_.clear();
    for (const Side side : {Side::client, Side::server}) {
        End* left = end(side);
        if (left != nullptr && left->has_handler()) left->finish(CloseInfo::By::transport_error, 0, {});
    }
}

void MemoryLink::Network::remove(Side side) { ends_[static_cast<std::size_t>(side)].reset(); }

void MemoryLink::Network::at(Instant when, Side side, std::function<void(End&)> event) {
    events_.emplace(std::pair(when, next_sequence_++), [this, side, event = std::move(event)] {
        if (End* alive = end(side)) event(*alive);
    });
}

void MemoryLink::Network::arrives_at(Instant when, Side side, std::function<void(End&)> event) {
    at(when, side, [this, event = std::move(event)](End& end) {
        if (!pulled_) event(end);
    });
}

void MemoryLink::Network::advance(Instant now) {
    GS_ASSERT(!advancing_, "advance() is not called from an event");
    advancing_ = true;
    while (!events_.empty() && events_.begin()->first.first <= now) {
        auto next = events_.extract(events_.begin());
        now_ = std::max(now_, next.key().first);
        next.mapped()();
    }
    now_ = std::max(now_, now);
    advancing_ = false;
}

void MemoryLink::Network::pull_cable() {
    if (std::exchange(pulled_, true)) return;
    for (const Side side : {Side::client, Side::server}) {
        at(now_ + options_.timeout, side, [](End& end) { end.finish(CloseInfo::By::timeout, 0, {}); });
    }
}

// ---- MemoryLink

MemoryLink::MemoryLink(const MemoryLinkOptions& options, Instant now)
    : network_(std::make_unique<Network>(options, now)) {}
MemoryLink::~MemoryLink() = default;

Session* MemoryLink::client() { return network_->end(Side::client); }
Session* MemoryLink::server() { return network_->end(Side::server); }
void MemoryLink::advance(Instant now) { network_->advance(now); }
Instant MemoryLink::next_event() const { return network_->next_event(); }
void MemoryLink::pull_cable() { network_->pull_cable(); }

}  // namespace gs::net
