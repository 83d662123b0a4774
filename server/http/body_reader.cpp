#include "server/http/body_reader.h"

#include <algorithm>
#include <utility>

namespace gs::http {
namespace {

// Extensions and trailers of all chunks together. Nobody sends them; a proxy's signature would fit.
constexpr std::size_t skipped_bytes_max = 4 * 1024;
// Seven hex digits are 256 MiB, over every limit, and fit any size_t; leading zeros have no use.
constexpr std::size_t size_digits_max = 7;

bool is_control(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

}  // namespace

void BodyReader::start_sized(std::size_t size) {
    body_.clear();
    stage_ = Stage::sized;
    left_ = size;
}

void BodyReader::start_chunked(std::size_t bytes_max) {
    body_.clear();
    stage_ = Stage::chunk_size;
    left_ = 0;
    size_digits_ = 0;
    skipped_ = 0;
    bytes_max_ = bytes_max;
}

std::string BodyReader::take_body() { return std::exchange(body_, std::string()); }

BodyReader::Status BodyReader::take(ByteView& input) {
    if (stage_ == Stage::sized && left_ == 0) return Status::complete;
    while (!input.empty()) {
        Status status = Status::more;
        if (stage_ == Stage::sized || stage_ == Stage::chunk_data) {
            status = take_data(input);
        } else {
            const char c = static_cast<char>(input.front());
            input = input.subspan(1);
            status = take_byte(c);
        }
        if (status != Status::more) return status;
    }
    return Status::more;
}

BodyReader::Status BodyReader::take_data(ByteView& input) {
    const std::size_t count = std::min(left_, input.size());
    body_ += text_of(input.first(count));
    input = input.subspan(count);
    left_ -= count;
    if (left_ > 0) return Status::more;
    if (stage_ == Stage::sized) return Status::complete;
    stage_ = Stage::chunk_data_end_cr;
    return Status::more;
}

BodyReader::Status BodyReader::take_byte(char c) {
    const auto expect = [&](char wanted, Stage next) {
        stage_ = next;
        return c == wanted ? Status::more : Status::malformed;
    };
    switch (stage_) {
        case Stage::chunk_size:
            return take_size_digit(c);
        case Stage::chunk_extension:
        case Stage::trailer:
            if (c == '\r') {
                stage_ = stage_ == Stage::trailer ? Stage::trailer_end : Stage::chunk_size_end;
                return Status::more;
            }
            if (is_control(c)) return Status::malformed;
            return ++skipped_ > skipped_bytes_max ? Status::too_large : Status::more;
        case Stage::chunk_size_end:
            return c == '\n' ? end_size_line() : Status::malformed;
        case Stage::chunk_data_end_cr:
            return expect('\r', Stage::chunk_data_end_lf);
        case Stage::chunk_data_end_lf:
            size_digits_ = 0;
            return expect('\n', Stage::chunk_size);
        case Stage::trailer_start:
            if (c == '\r') return expect('\r', Stage::end);
            stage_ = Stage::trailer;
            // Folded lines and empty names are no trailers.
            return is_control(c) || c == ' ' || c == '\t' || c == ':' ? Status::malformed : Status::more;
        case Stage::trailer_end:
            return expect('\n', Stage::trailer_start);
        case Stage::end:
            return c == '\n' ? Status::complete : Status::malformed;
        case Stage::sized:
        case Stage::chunk_data:
            break;
    }
    return Status::malformed;
}

BodyReader::Status BodyReader::take_size_digit(char c) {
    if (size_digits_ > 0 && (c == '\r' || c == ';')) {
        stage_ = c == ';' ? Stage::chunk_extension : Stage::chunk_size_end;
        return Status::more;
    }
    std::size_t digit = 0;
    if (c >= '0' && c <= '9') {
        digit = static_cast<std::size_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<std::size_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<std::size_t>(c - 'A') + 10;
    } else {
        return Status::malformed;
    }
    if (++size_digits_ > size_digits_max) return Status::too_large;
    left_ = left_ * 16 + digit;
    return Status::more;
}

BodyReader::Status BodyReader::end_size_line() {
    if (left_ > bytes_max_ - body_.size()) return Status::too_large;
    stage_ = left_ == 0 ? Stage::trailer_start : Stage::chunk_data;
    return Status::more;
}

}  // namespace gs::http
