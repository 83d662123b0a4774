// The bytes of one outgoing stream from write() until the peer has acknowledged them (QUIC repeats from
// here). Small writes are gathered into blocks, SharedBytes are kept by reference. Used by Connection only.
#pragma once

#include "core/base/bytes.h"
#include "server/net/shared_bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gs::quic {

class SendBuffer {
  public:
    void append(ByteView bytes);
    void append(net::SharedBytes bytes);

    /// Bytes that were appended and not yet given to the network.
    [[nodiscard]] std::size_t unsent_bytes() const {
        return static_cast<std::size_t>(end_offset_ - sent_offset_);
    }

    /// Fills `views` with the next unsent bytes in order and returns how many entries it used.
    [[nodiscard]] std::size_t next(std::span<ByteView> views) const;

    /// The first `bytes` of what next() showed are on their way.
    void sent(std::size_t bytes);

    /// The peer has everything before `offset`; blocks that end there are freed.
    void acknowledged(std::uint64_t offset);

    /// Drops all blocks: the stream was reset.
    void clear();

  private:
    struct Block {
        std::uint64_t offset;        // of its first byte in the stream
        std::vector<std::byte> own;  // either gathered bytes …
        net::SharedBytes shared;     // … or shared ones
        [[nodiscard]] ByteView bytes() const { return shared ? ByteView(*shared) : ByteView(own); }
    };

    std::vector<Block> blocks_;
    std::uint64_t sent_offset_ = 0;
    std::uint64_t end_offset_ = 0;
};

}  // namespace gs::quic
