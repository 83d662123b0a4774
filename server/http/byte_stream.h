// ByteStream: one TCP connection, with TLS or without, as a place to put bytes and to get bytes from.
// Output gathers in one buffer and leaves in one write when flush() is called, once per turn of the event
// loop; while the socket takes no more, the owner is told to wait. An HttpConnection owns it and hands it
// over to a WebSocketSession when the connection is upgraded. One thread; the owner is kept alive by pending
// operations. Not here: what the bytes mean, and timeouts.
#pragma once

#include "core/base/bytes.h"
#include "server/net/address.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace gs::http {

/// Who is told what happens on a ByteStream. Never called from inside a call of the stream.
class StreamOwner : public std::enable_shared_from_this<StreamOwner> {
  public:
    virtual ~StreamOwner() = default;

    enum class Handshake : std::uint8_t { done, failed };
    virtual void on_handshake(Handshake result) = 0;
    /// `count` bytes came into the buffer given to read(); never 0.
    virtual void on_read(std::size_t count) = 0;
    /// The client closed its direction, or the connection broke: nothing more to read.
    virtual void on_read_ended() = 0;
    /// Output that flush() left pending has gone.
    virtual void on_flushed() = 0;
    /// Writing failed; the socket is closed.
    virtual void on_write_failed() = 0;
    /// After end(): the client has closed too, or the connection broke.
    virtual void on_ended() = 0;
};

class ByteStream {
  public:
    using Executor = boost::asio::io_context::executor_type;
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
    using ErrorCode = boost::system::error_code;

    /// Sets the socket's options: no delay, and only 16 KiB not yet sent in the kernel, so that it is us who
    /// decide what is stale. `tls` may be null.
    ByteStream(Socket socket, boost::asio::ssl::context* tls);
    ~ByteStream();
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    [[nodiscard]] bool has_tls() const { return tls_ != nullptr; }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }
    [[nodiscard]] Executor get_executor() { return socket_.get_executor(); }

    void handshake(StreamOwner& owner);

    /// One read into `into`, which stays valid until on_read() or on_read_ended().
    void read(MutableBytes into, StreamOwner& owner);

    /// Bytes appended here go with the next flush().
    [[nodiscard]] std::string& output() { return output_; }
    /// Goes after the output of now; not copied. One at a time.
    void send_shared(std::shared_ptr<const std::string> content, std::size_t offset, std::size_t size);
    [[nodiscard]] std::size_t unsent_bytes() const;
    /// True while the socket takes nothing more: what is put in the output now would wait for the client.
    [[nodiscard]] bool is_blocked();
    /// True when the connection was reset; how somebody who does not read finds out.
    [[nodiscard]] bool is_broken();
    /// Bytes that the socket took, ever; shows whether a slow client makes progress.
    [[nodiscard]] std::uint64_t written_bytes() const { return written_; }
    /// Smoothed round trip as the kernel measures it; zero while unknown.
    [[nodiscard]] std::chrono::microseconds rtt();

    enum class Flush : std::uint8_t { done, pending, failed };
    Flush flush(StreamOwner& owner);

    /// Ends our direction after all output has gone, then reads and forgets until the client ends its own:
    /// closing with unread bytes would reset the connection and destroy our last answer. Once, when no read
    /// is under way.
    void end(StreamOwner& owner);

    /// Ends our direction only; TCP without TLS. For closing handshakes that go on reading.
    void shut_down_sending();

    /// Closes at once. Pending operations end with errors, in a later turn.
    void close();

    /// For composed operations of other libraries; same completion rules as a socket's.
    template <typename Buffers, typename ReadHandler>
    void async_read_some(const Buffers& buffers, ReadHandler&& handler) {
        if (tls_) {
            tls_->async_read_some(buffers, std::forward<ReadHandler>(handler));
        } else {
            socket_.async_read_some(buffers, std::forward<ReadHandler>(handler));
        }
    }

    /// Puts the bytes behind the output; the handler is called after a flush has sent them, or with an error
    /// after close(). One at a time. The caller asks for the flush.
    template <typename Buffers, typename WriteHandler>
    void async_write_some(const Buffers& buffers, WriteHandler&& handler) {
        const std::size_t before = output_.size();
        for (auto part = boost::asio::buffer_sequence_begin(buffers);
             part != boost::asio::buffer_sequence_end(buffers); ++part) {
            const boost::asio::const_buffer bytes(*part);
            output_.append(static_cast<const char*>(bytes.data()), bytes.size());
        }
        const std::size_t count = output_.size() - before;
        sent_handler_ = [h = std::forward<WriteHandler>(handler), count](ErrorCode error) mutable {
            h(error, error ? 0 : count);
        };
        if (!is_open()) post_sent(boost::asio::error::operation_aborted);
    }

  private:
    struct SharedPart {
        std::shared_ptr<const std::string> content;
        std::size_t offset = 0;
        std::size_t size = 0;
    };

    void set_socket_options();
    Flush write_plain(StreamOwner& owner);
    void write_tls(StreamOwner& owner);
    void wait_writable(StreamOwner& owner);
    void on_tls_written(StreamOwner& owner, ErrorCode error, std::size_t count);
    void consume(std::size_t count);
    void output_is_empty();
    void post_sent(ErrorCode error);
    void discard_input(StreamOwner& owner);

    Socket socket_;
    std::unique_ptr<boost::asio::ssl::stream<Socket&>> tls_;
    std::string output_;  // not yet given to the socket, from output_at_ on
    std::size_t output_at_ = 0;
    std::string in_flight_;  // what a TLS write reads from: must not move while it runs
    SharedPart shared_;
    std::move_only_function<void(ErrorCode)> sent_handler_;
    std::uint64_t written_ = 0;
    bool writing_ = false;  // from a flush() that was pending until on_flushed()
};

}  // namespace gs::http
