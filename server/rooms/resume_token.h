// ResumeToken: what gives a person's held seat back to the tab that had it. Part of a seat, so it is bound to
// that room and seat by where it is kept, and to the person by what it holds. The text is told once, in
// `entered`; only its digest stays. A new one replaces the one before: of two tabs with one token only the
// first is right, because coming back issues the next.
#pragma once

#include "server/crypto/crypto.h"
#include "server/net/person.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gs::rooms {

class ResumeToken {
  public:
    /// The text for `owner`, 43 characters of base64url.
    [[nodiscard]] std::string issue(const net::AccountId& owner) {
        crypto::Token token = crypto::make_token();
        issued_ = Issued{.owner = owner, .digest = token.digest};
        return std::move(token.text);
    }

    /// `text` is hostile and of any length.
    [[nodiscard]] bool accepts(const net::AccountId& person, std::string_view text) const {
        return issued_ && issued_->owner == person && crypto::digest_of_token(text) == issued_->digest;
    }

    void revoke() { issued_.reset(); }

    /// For who records it, so that the text stays good when the server starts again.
    [[nodiscard]] std::optional<crypto::Digest> digest() const {
        return issued_ ? std::optional(issued_->digest) : std::nullopt;
    }
    void bring_back(const net::AccountId& owner, const crypto::Digest& digest) {
        issued_ = Issued{.owner = owner, .digest = digest};
    }

  private:
    struct Issued {
        net::AccountId owner;
        crypto::Digest digest;
    };
    std::optional<Issued> issued_;
};

}  // namespace gs::rooms
