// BodyReader: the bytes of a request's body, by length or in chunks (RFC 9112 sections 6 and 7.1). Strict:
// what is not exactly the grammar is refused, chunk extensions and trailers are skipped within a limit. Owned
// by a RequestParser; knows no I/O. Own code because the chunk reader of Boost.Beast 1.74 can be brought to
// fail an assertion by input that comes in small pieces.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace gs::http {

class BodyReader {
  public:
    enum class Status : std::uint8_t { more, complete, malformed, too_large };

    /// The next body has `size` bytes; it is within the caller's limit.
    void start_sized(std::size_t size);
    /// The next body comes in chunks, together at most `bytes_max` bytes.
    void start_chunked(std::size_t bytes_max);

    /// Takes bytes from the front of `input` and shortens it, never past the end of the body.
    [[nodiscard]] Status take(ByteView& input);

    /// The whole body, once, after `complete`.
    [[nodiscard]] std::string take_body();

  private:
    enum class Stage : std::uint8_t {
        sized,
        chunk_size,       // hex digits
        chunk_extension,  // up to the end of the line
        chunk_size_end,   // the LF of it
        chunk_data,
        chunk_data_end_cr,
        chunk_data_end_lf,
        trailer_start,  // the first byte of a line
        trailer,
        trailer_end,
        end,  // the LF of the empty line
    };

    Status take_data(ByteView& input);
    Status take_byte(char c);
    Status take_size_digit(char c);
    Status end_size_line();

    Stage stage_ = Stage::sized;
    std::size_t left_ = 0;  // of the body or the chunk
    std::size_t size_digits_ = 0;
    std::size_t skipped_ = 0;  // bytes of extensions and trailers
    std::size_t bytes_max_ = 0;
    std::string body_;
};

}  // namespace gs::http
