#include "server/accounts/guests.h"

#include "server/names/nickname.h"

#include <array>
#include <charconv>
#include <utility>

namespace gs::accounts {
namespace {

constexpr std::string_view version = "v1";

/// A clock that was set right between two visits must not make everybody a stranger.
constexpr std::int64_t clock_step_s = 24 * 3600;

/// Cuts `text` at its dots; nothing when there are more or fewer than four.
std::optional<std::array<std::string_view, 5>> parts_of(std::string_view text) {
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t dot = text.find('.');
        if ((dot == text.npos) != (i + 1 == parts.size())) return std::nullopt;
        parts[i] = text.substr(0, dot);
        if (dot != text.npos) text.remove_prefix(dot + 1);
    }
    return parts;
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

Guests::Visit Guests::visit(std::string_view cookie, std::int64_t now_unix_s) {
    if (!cookie.empty()) {
        if (auto known = read(cookie, now_unix_s)) {
            return {.person = std::move(known->person),
                    .cookie = known->age_s < renew_age_s ? Visit::Cookie::fine : Visit::Cookie::give_new};
        }
        ++counters_.cookies_refused;
    }
    ++counters_.made;
    return {.person = {.id = crypto::random_id<net::AccountId>(),
                       .name = names::friendly_name(crypto::random_below(1 << 30))},
            .cookie = Visit::Cookie::give_new};
}

std::string Guests::cookie(const net::Person& person, std::int64_t now_unix_s) const {
    std::string text(version);
    text += '.';
    text += person.id.text();
    text += '.';
    text += std::to_string(now_unix_s);
    text += '.';
    text += crypto::base64url(bytes_of(person.name));
    const crypto::Signature signature = crypto::sign(key_, text);
    text += '.';
    text += crypto::base64url(signature);
    return text;
}

std::optional<Guests::Known> Guests::read(std::string_view cookie, std::int64_t now_unix_s) const {
    if (cookie.size() > cookie_bytes_max) return std::nullopt;
    const auto parts = parts_of(cookie);
    if (!parts) return std::nullopt;
    const auto& [version_text, id_text, issued_text, name_text, signature_text] = *parts;
    const auto signature = crypto::from_base64url(signature_text);
    // Before anything is read that somebody else may have written.
    if (!signature ||
        !crypto::is_signed(key_, cookie.substr(0, cookie.size() - signature_text.size() - 1), *signature)) {
        return std::nullopt;
    }
    const auto id = net::AccountId::parse(id_text);
    const auto issued = number_in(issued_text);
    const auto name = crypto::from_base64url(name_text);
    if (version_text != version || !id || !issued || *issued < 0 || !name) return std::nullopt;
    const std::int64_t age_s = now_unix_s - *issued;
    if (age_s > max_age_s || age_s < -clock_step_s) return std::nullopt;
    // The rules for names may be stricter now than when the cookie was issued.
    std::string clean = names::clean_name(*name, names::nickname_limits);
    if (clean.empty()) return std::nullopt;
    return Known{.person = {.id = *id, .name = std::move(clean)}, .age_s = age_s};
}

}  // namespace gs::accounts
