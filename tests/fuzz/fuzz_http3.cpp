// A peer that speaks HTTP/3 and WebTransport as the input says: bytes, ends, resets and stops on any stream,
// datagrams, time and a network that takes or keeps what is sent. The QUIC below is a fake that plays by
// QUIC's rules. Whatever comes: every byte is given back to flow control exactly once (unless the connection
// failed or the session is over), nothing is remembered of streams that are gone, no event follows the end,
// and every session ends with one on_closed().
#include "core/base/assert.h"
#include "core/base/utf8.h"
#include "core/wire/limits.h"
#include "server/quic/fake_transport.h"
#include "server/quic/http3_script.h"
#include "server/quic/lane_session.h"
#include "server/quic/stream_echo.h"
#include "tests/fuzz/fuzz_input.h"

#include <memory>

namespace {

using namespace gs;
using namespace gs::quic;

/// Stands before the handler under test and checks what every handler may rely on.
class Checked final : public WebTransportHandler {
  public:
    Checked(std::unique_ptr<WebTransportHandler> inner, const FakeTransport& transport, int& closes)
        : inner_(std::move(inner)), transport_(transport), closes_(closes) {}

    void on_datagram(ByteView payload) override {
        check_alive();
        GS_ASSERT(payload.size() <= wire::datagram_bytes_max, "datagrams are bounded");
        inner_->on_datagram(payload);
    }
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin) override {
        check_alive();
        inner_->on_stream_data(stream, bytes, fin);
    }
    void on_stream_reset(StreamId stream, std::uint32_t code) override {
        check_alive();
        inner_->on_stream_reset(stream, code);
    }
    void on_stop_sending(StreamId stream) override {
        check_alive();
        inner_->on_stop_sending(stream);
    }
    void on_stream_writable(StreamId stream) override {
        check_alive();
        inner_->on_stream_writable(stream);
    }
    void on_stream_closed(StreamId stream) override {
        check_alive();
        inner_->on_stream_closed(stream);
    }
    void on_streams_allowed() override {
        check_alive();
        inner_->on_streams_allowed();
    }
    void on_closed(const net::CloseInfo& info) override {
        GS_ASSERT(info.reason.size() <= wire::close_reason_bytes_max && is_utf8(info.reason),
                  "reasons are bounded");
        ++closes_;
        inner_->on_closed(info);
    }

  private:
    void check_alive() const {
        GS_ASSERT(!transport_.close_code, "no event follows a failure");
        GS_ASSERT(closes_ == 0, "no event follows on_closed()");
    }

    std::unique_ptr<WebTransportHandler> inner_;
    const FakeTransport& transport_;
    int& closes_;
};

/// Sends back what comes on the lanes.
class LaneEcho final : public net::SessionHandler {
  public:
    void on_datagram(net::Session& session, ByteView payload) override { session.send_datagram({}, payload); }
    void on_message(net::Session& session, std::string_view text) override {
        GS_ASSERT(is_utf8(text) && text.size() <= wire::message_bytes_max, "messages are bounded UTF-8");
        if (text == "close") session.close(7, text);
        if (text == "pause" && may_pause) session.set_receiving(net::Session::Receiving::paused);
        [[maybe_unused]] const auto sent = session.send_message(text);
    }
    void on_transfer(net::Session& session, std::uint32_t, ByteView bytes, TransferPart part) override {
        GS_ASSERT(part != TransferPart::aborted || bytes.empty(), "an aborted transfer brings nothing");
        if (bytes.empty()) return;
        [[maybe_unused]] const auto sent = session.send_transfer(net::share(bytes));
    }
    void on_writable(net::Session& session) override {
        [[maybe_unused]] const auto sent = session.send_message("more");
    }
    void on_closed(net::Session&, const net::CloseInfo&) override {}

    bool may_pause = true;
};

enum class Handler : std::uint8_t { echo, lanes };

class Peer final : public WebTransportAcceptor {
  public:
    Peer(Role role, Handler handler)
        : transport(role),
          options_{.role = role, .acceptor = this, .origins = &origins_, .authority = "a", .path = "/wt"},
          handler_(handler) {
        transport.attach(http3_);
        http3_.on_established();
    }

    [[nodiscard]] bool serves(const net::SessionRequest& request) const override {
        return request.path == "/wt";
    }
    [[nodiscard]] std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest&,
                                                              WebTransportSession& accepted) override {
        GS_ASSERT(!accepted_, "one session per connection");
        accepted_ = true;
        std::unique_ptr<WebTransportHandler> inner;
        if (handler_ == Handler::lanes) {
            auto session = std::make_unique<LaneSession>(accepted, options_.role);
            lanes_ = session.get();
            lanes_->set_handler(lane_echo_);
            inner = std::move(session);
        } else {
            inner = std::make_unique<StreamEcho>(accepted);
        }
        return std::make_unique<Checked>(std::move(inner), transport, closes_);
    }

    void open_session() {
        if (options_.role == Role::client) {
            transport.receive(StreamId{0}, text_of(encode_response(200)));
        } else {
            transport.receive(StreamId{2}, script::control_start());
            transport.receive(StreamId{0}, script::connect_request("/wt", ""));
        }
        GS_ASSERT(accepted_, "a proper request opens a session");
    }

    void step(fuzz::Input& input) {
        const std::uint8_t what = input.u8();
        switch (what % 16) {
            case 0:
            case 1:
            case 2:
            case 3: {
                const StreamId id = stream(input.u8());
                const ByteView bytes = input.bytes(input.u8());
                transport.receive(id, text_of(bytes), what & 0x10 ? Fin::yes : Fin::no);
                break;
            }
            case 4:
                transport.receive(stream(input.u8()), canned(input), what & 0x10 ? Fin::yes : Fin::no);
                break;
            case 5: {
                const StreamId id = stream(input.u8());
                transport.receive_reset(id,
                                        what & 0x10 ? h3_error::from_application(input.u8()) : input.u16());
                break;
            }
            case 6:
                transport.receive_stop_sending(stream(input.u8()));
                break;
            case 7: {
                const std::uint64_t session = what & 0x10 ? 0 : input.u16();
                transport.receive_datagram(script::varint(session) +
                                           std::string(text_of(input.bytes(input.u8()))));
                break;
            }
            case 8:
                transport.receive_datagram(text_of(input.bytes(input.u8())));
                break;
            case 9:
                transport.flush();
                break;
            case 10:
                transport.close_finished_streams();
                break;
            case 11:
                settle();
                break;
            case 12:
                transport.time += std::chrono::milliseconds(input.u16());
                if (transport.time >= http3_.deadline()) http3_.on_deadline();
                break;
            case 13:
                http3_.drain();
                break;
            case 14:
                transport.streams_allowed += input.u8() % 4;
                http3_.on_streams_allowed();
                break;
            default:
                act(input);
                break;
        }
    }

    void finish() {
        lane_echo_.may_pause = false;
        if (lanes_ != nullptr) lanes_->set_receiving(net::Session::Receiving::open);
        transport.streams_allowed = 1000;
        http3_.on_streams_allowed();
        transport.flush();
        const bool over = closes_ > 0 || (http3_.session() != nullptr && http3_.session()->closing());
        if (!over && !transport.close_code)
            GS_ASSERT(transport.owed_bytes() == 0, "every byte is given back");
        transport.close_finished_streams();
        if (!transport.close_code) http3_.on_connection_ended(net::CloseInfo::By::timeout, 0);
        settle();
        http3_.on_connection_ended(net::CloseInfo::By::us, 0);
        settle();
        GS_ASSERT(closes_ == (accepted_ ? 1 : 0), "every session ends once");
        GS_ASSERT(transport.calls_for_closed_streams == 0, "nothing is remembered of streams that are gone");
    }

    FakeTransport transport;

  private:
    /// Streams 0 to 63: each opener, each kind.
    static StreamId stream(std::uint8_t selector) { return StreamId{selector % 64}; }

    /// Parts of well-formed traffic, so that the input need not find them.
    static std::string canned(fuzz::Input& input) {
        const std::uint8_t which = input.u8();
        switch (which % 10) {
            case 0:
                return script::control_start();
            case 1:
                return script::connect_request("/wt", "");
            case 2:
                return script::unidirectional_head(which & 0x80 ? 0 : input.u8());
            case 3:
                return script::bidirectional_head(which & 0x80 ? 0 : input.u8());
            case 4:
                return script::data_frame(
                    script::close_capsule(input.u8(), text_of(input.bytes(input.u8()))));
            case 5:
                return script::data_frame(script::type_length_value(script::grease(input.u8()), "g"));
            case 6:
                return script::type_length_value(script::grease(input.u8()),
                                                 text_of(input.bytes(input.u8())));
            case 7:
                return std::string(text_of(encode_response(100 + input.u16() % 900)));
            case 8: {
                const std::string_view text = text_of(input.bytes(input.u8()));
                std::byte head[4];
                store_u32_le(head, static_cast<std::uint32_t>(text.size()));
                return std::string(text_of(ByteView(head))) + std::string(text);
            }
            default:
                return script::type_length_value(frame::headers, text_of(input.bytes(input.u8())));
        }
    }

    /// What the server itself may do at any time.
    void act(fuzz::Input& input) {
        WebTransportSession* session = http3_.session();
        const std::uint8_t what = input.u8();
        if (session == nullptr || transport.close_code) return;
        const auto ignore = [](const auto&) {};
        switch (what % 8) {
            case 0:
                return session->close(what, "we end it");
            case 1:
                return session->close_later(what, "soon");
            case 2:
                if (lanes_ != nullptr) lanes_->set_receiving(net::Session::Receiving::paused);
                break;
            case 3:
                if (lanes_ != nullptr) lanes_->set_receiving(net::Session::Receiving::open);
                break;
            case 4:
                if (lanes_ != nullptr) ignore(lanes_->send_message("hello"));
                break;
            case 5:
                if (lanes_ != nullptr) ignore(lanes_->send_transfer(net::share(bytes_of("transfer"))));
                break;
            default:
                if (lanes_ != nullptr) lanes_->send_datagram(bytes_of("da"), bytes_of("tagram"));
                break;
        }
    }

    void settle() {
        http3_.settle();
        if (closes_ > 0) lanes_ = nullptr;
    }

    EndpointCounters counters_;
    net::OriginPolicy origins_;
    Http3Options options_;
    Handler handler_;
    LaneEcho lane_echo_;
    LaneSession* lanes_ = nullptr;
    bool accepted_ = false;
    int closes_ = 0;
    Http3Connection http3_{transport, counters_, options_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::uint8_t setup = input.u8();
    Peer peer(setup & 1 ? Role::client : Role::server, setup & 2 ? Handler::lanes : Handler::echo);
    if (setup & 4) peer.open_session();
    if (setup & 8) peer.transport.streams_allowed = 3;
    while (!input.empty())
        peer.step(input);
    peer.finish();
    return 0;
}
