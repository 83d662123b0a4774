#include "server/crypto/crypto.h"

#include "core/base/assert.h"

#include <sodium.h>

namespace gs::crypto {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_characters = 43;

static_assert(std::tuple_size_v<Key> == crypto_auth_KEYBYTES);
static_assert(std::tuple_size_v<Signature> == crypto_auth_BYTES);

/// Chooses implementations and opens the system's generator, once.
void prepare() {
    static const bool prepared = ::sodium_init() >= 0;
    GS_ASSERT(prepared, "libsodium finds random numbers on this system");
}

const unsigned char* raw(const void* bytes) { return static_cast<const unsigned char*>(bytes); }

Digest digest_of(std::string_view text) {
    prepare();
    Digest digest;
    ::crypto_generichash(reinterpret_cast<unsigned char*>(digest.bytes.data()), digest.bytes.size(),
                         raw(text.data()), text.size(), nullptr, 0);
    return digest;
}

}  // namespace

void fill_random(MutableBytes bytes) {
    prepare();
    ::randombytes_buf(bytes.data(), bytes.size());
}

std::uint32_t random_below(std::uint32_t limit) {
    GS_ASSERT(limit > 0, "there is no number below 0");
    prepare();
    return ::randombytes_uniform(limit);
}

std::string base64url(ByteView bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    // With the terminating zero that sodium writes.
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    ::sodium_bin2base64(text.data(), text.size(), raw(bytes.data()), bytes.size(), variant);
    text.pop_back();
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (::sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                            text.size(), nullptr, &size, &end,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != text.data() + text.size()) {
        return std::nullopt;
    }
    bytes.resize(size);
    return bytes;
}

Signature sign(const Key& key, std::string_view text) {
    prepare();
    Signature signature;
    ::crypto_auth(reinterpret_cast<unsigned char*>(signature.data()), raw(text.data()), text.size(),
                  key.data());
    return signature;
}

bool is_signed(const Key& key, std::string_view text, std::string_view signature) {
    if (signature.size() != crypto_auth_BYTES) return false;
    prepare();
    return ::crypto_auth_verify(raw(signature.data()), raw(text.data()), text.size(), key.data()) == 0;
}

Token make_token() {
    std::array<std::byte, token_bytes> bytes;
    fill_random(bytes);
    Token token{.text = base64url(bytes), .digest = {}};
    token.digest = digest_of(token.text);
    return token;
}

std::optional<Digest> digest_of_token(std::string_view text) {
    if (text.size() != token_characters) return std::nullopt;
    return digest_of(text);
}

}  // namespace gs::crypto
