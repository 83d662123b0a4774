// What must not be foreseen or forged: random bytes, ids and tokens, and signatures with a key of our own.
// The only folder that includes libsodium. Called by accounts and rooms; no state, any thread. A token is a
// secret given to one visitor. Whoever waits for it to come back keeps only its digest, so that neither a
// look into memory nor the time of a comparison gives one away.
#pragma once

#include "core/base/bytes.h"
#include "core/base/short_id.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gs::crypto {

using Key = std::array<std::uint8_t, 32>;

// ---- Random

/// From the system's generator; never fails.
void fill_random(MutableBytes bytes);

/// Evenly one of 0 … limit − 1; `limit` is at least 1.
[[nodiscard]] std::uint32_t random_below(std::uint32_t limit);

/// A ShortId that nobody has.
template <class Id>
[[nodiscard]] Id random_id() {
    std::array<char, Id::length> characters;
    for (char& c : characters)
        c = Id::alphabet[random_below(Id::alphabet.size())];
    return *Id::parse({characters.data(), characters.size()});
}

// ---- Text

/// RFC 4648 section 5, without padding.
[[nodiscard]] std::string base64url(ByteView bytes);

/// Nothing when `text` is not what base64url() writes, byte for byte. As long as `text` at most.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

// ---- Signatures

using Signature = std::array<std::byte, 32>;

/// HMAC-SHA-512-256 (libsodium's crypto_auth).
[[nodiscard]] Signature sign(const Key& key, std::string_view text);

/// Compares in constant time. `signature` is hostile and may have any size.
[[nodiscard]] bool is_signed(const Key& key, std::string_view text, std::string_view signature);

// ---- Tokens

/// BLAKE2b with 32 bytes.
struct Digest {
    std::array<std::byte, 32> bytes = {};

    friend bool operator==(const Digest&, const Digest&) = default;
};

struct Token {
    std::string text;  // 43 characters of base64url, 32 random bytes
    Digest digest;     // of the text
};

[[nodiscard]] Token make_token();

/// The digest of what may be a token; nothing when it cannot be one by its length.
[[nodiscard]] std::optional<Digest> digest_of_token(std::string_view text);

}  // namespace gs::crypto

template <>
struct std::hash<gs::crypto::Digest> {
    std::size_t operator()(const gs::crypto::Digest& digest) const noexcept {
        // Every part of a digest is as good as random.
        std::size_t value = 0;
        std::memcpy(&value, digest.bytes.data(), sizeof value);
        return value;
    }
};
