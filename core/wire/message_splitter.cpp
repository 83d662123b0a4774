#include "core/wire/message_splitter.h"

#include <algorithm>

namespace gs::wire {

MessageSplitter::Status MessageSplitter::take(ByteView& input) {
    if (complete_) {
        complete_ = false;
        head_filled_ = 0;
        body_.clear();
    }
    while (head_filled_ < sizeof head_) {
        if (input.empty()) return Status::more;
        head_[head_filled_++] = input.front();
        input = input.subspan(1);
        if (head_filled_ == sizeof head_) {
            length_ = load_u32_le(head_);
            if (length_ > message_bytes_max) return Status::too_large;
        }
    }
    if (length_ > message_bytes_max) return Status::too_large;
    const std::size_t wanted = std::min(length_ - body_.size(), input.size());
    body_.append(text_of(input.first(wanted)));
    input = input.subspan(wanted);
    if (body_.size() < length_) return Status::more;
    complete_ = true;
    return Status::message;
}

}  // namespace gs::wire
