#include "core/wire/lanes.h"

#include "core/base/assert.h"

namespace gs::wire {

std::optional<BulkHead> read_bulk_head(ByteView frame) {
    if (frame.size() < bulk_head_bytes) return std::nullopt;
    return BulkHead{.transfer_id = load_u32_le(frame.data() + 1),
                    .total_bytes = load_u32_le(frame.data() + 5)};
}

void write_bulk_head(MutableBytes to, BulkHead head) {
    GS_ASSERT(to.size() >= bulk_head_bytes, "room for the head");
    to[0] = static_cast<std::byte>(Lane::bulk);
    store_u32_le(to.data() + 1, head.transfer_id);
    store_u32_le(to.data() + 5, head.total_bytes);
}

}  // namespace gs::wire
