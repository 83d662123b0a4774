#include "server/quic/send_buffer.h"

#include "core/base/assert.h"

#include <algorithm>

namespace gs::quic {
namespace {

// A block never grows past what was reserved, so that bytes on their way keep their address.
constexpr std::size_t block_bytes = 4096;

}  // namespace

void SendBuffer::append(ByteView bytes) {
    while (!bytes.empty()) {
        if (blocks_.empty() || blocks_.back().shared ||
            blocks_.back().own.size() == blocks_.back().own.capacity()) {
            Block block{.offset = end_offset_, .own = {}, .shared = {}};
            // Small messages get small blocks: an idle stream must not hold 4 KiB for 20 bytes.
            block.own.reserve(std::clamp(bytes.size(), std::size_t{64}, block_bytes));
            blocks_.push_back(std::move(block));
        }
        std::vector<std::byte>& own = blocks_.back().own;
        const std::size_t part = std::min(bytes.size(), own.capacity() - own.size());
        own.insert(own.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
        end_offset_ += part;
        bytes = bytes.subspan(part);
    }
}

void SendBuffer::append(net::SharedBytes bytes) {
    GS_ASSERT(bytes != nullptr, "shared bytes exist");
    if (bytes->empty()) return;
    const std::size_t size = bytes->size();
    blocks_.push_back({.offset = end_offset_, .own = {}, .shared = std::move(bytes)});
    end_offset_ += size;
}

std::size_t SendBuffer::next(std::span<ByteView> views) const {
    if (unsent_bytes() == 0) return 0;
    // The block that holds sent_offset_: the last one that starts at or before it.
    auto block = std::ranges::upper_bound(blocks_, sent_offset_, {}, &Block::offset);
    --block;
    std::size_t used = 0;
    for (; block != blocks_.end() && used < views.size(); ++block) {
        const std::size_t skip =
            sent_offset_ > block->offset ? static_cast<std::size_t>(sent_offset_ - block->offset) : 0;
        const ByteView rest = block->bytes().subspan(skip);
        if (!rest.empty()) views[used++] = rest;
    }
    return used;
}

void SendBuffer::sent(std::size_t bytes) {
    GS_ASSERT(bytes <= unsent_bytes(), "no more is sent than was appended");
    sent_offset_ += bytes;
}

void SendBuffer::acknowledged(std::uint64_t offset) {
    const auto done = std::ranges::find_if(
        blocks_, [offset](const Block& block) { return block.offset + block.bytes().size() > offset; });
    // A block that is still being filled stays; it costs at most block_bytes.
    blocks_.erase(blocks_.begin(), done);
    if (blocks_.empty()) blocks_.shrink_to_fit();
}

void SendBuffer::clear() {
    blocks_ = {};
    sent_offset_ = end_offset_;
}

}  // namespace gs::quic
