#include "server/quic/capsule.h"

#include "core/base/utf8.h"
#include "core/wire/limits.h"
#include "server/quic/wire_ids.h"

#include <algorithm>

namespace gs::quic {
namespace {

// A close carries 4 bytes of code and at most 1,024 of reason (draft-ietf-webtrans-http3 section 5).
constexpr std::uint64_t close_value_bytes_max = 4 + 1024;

std::vector<std::byte> in_data_frame(std::uint64_t type, ByteView value) {
    const std::size_t capsule = varint_size(type) + varint_size(value.size()) + value.size();
    std::vector<std::byte> out(varint_size(frame::data) + varint_size(capsule) + capsule);
    MutableBytes rest(out);
    for (const std::uint64_t number :
         {frame::data, std::uint64_t{capsule}, type, std::uint64_t{value.size()}}) {
        rest = rest.subspan(put_varint(rest, number));
    }
    std::ranges::copy(value, rest.begin());
    return out;
}

}  // namespace

CapsuleReader::Status CapsuleReader::take(ByteView& input) {
    while (!input.empty()) {
        switch (step_) {
            case Step::type:
                if (const auto type = varint_.take(input)) {
                    type_ = *type;
                    step_ = Step::length;
                }
                break;
            case Step::length:
                if (const auto length = varint_.take(input)) {
                    left_ = *length;
                    if (const Status status = begin_value(); status != Status::more) return status;
                }
                break;
            case Step::value: {
                const std::size_t part =
                    static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
                if (type_ == capsule_type::close_session) {
                    kept_.insert(kept_.end(), input.begin(),
                                 input.begin() + static_cast<std::ptrdiff_t>(part));
                }
                input = input.subspan(part);
                left_ -= part;
                if (left_ == 0) {
                    if (const Status status = end_value(); status != Status::more) return status;
                }
                break;
            }
        }
    }
    return Status::more;
}

CapsuleReader::Status CapsuleReader::begin_value() {
    if (type_ == capsule_type::close_session && (left_ < 4 || left_ > close_value_bytes_max)) {
        return Status::malformed;
    }
    step_ = Step::value;
    return left_ == 0 ? end_value() : Status::more;
}

CapsuleReader::Status CapsuleReader::end_value() {
    step_ = Step::type;
    if (type_ == capsule_type::drain_session) return Status::drain;
    if (type_ != capsule_type::close_session) return Status::more;
    for (int i = 0; i < 4; ++i)
        code_ = code_ << 8 | std::to_integer<std::uint32_t>(kept_[static_cast<unsigned>(i)]);
    const std::string_view reason = text_of(ByteView(kept_).subspan(4));
    // Garbled text says nothing; the code still does.
    if (is_utf8(reason)) reason_.assign(utf8_prefix(reason, wire::close_reason_bytes_max));
    kept_ = {};
    return Status::close;
}

bool CapsuleReader::at_boundary() const { return step_ == Step::type && varint_.empty(); }

std::vector<std::byte> encode_close(std::uint32_t code, std::string_view reason) {
    reason = utf8_prefix(reason, wire::close_reason_bytes_max);
    std::vector<std::byte> value(4 + reason.size());
    for (unsigned i = 0; i < 4; ++i)
        value[i] = static_cast<std::byte>(code >> (8 * (3 - i)));
    std::ranges::copy(bytes_of(reason), value.begin() + 4);
    return in_data_frame(capsule_type::close_session, value);
}

std::vector<std::byte> encode_drain() { return in_data_frame(capsule_type::drain_session, {}); }

}  // namespace gs::quic
