// Tokens of machines. On the worker's thread.

#include "identity/parts.h"

namespace tieline::identity {
namespace {

constexpr std::size_t tokens_max = 500;

Json scope_json(Scopes scope) {
    Json list = Json::array();
    for (const std::string& name : names_of(scope)) list.push_back(name);
    return list;
}

}  // namespace

Result<Shown<Token>> Identity::Parts::make_token(const std::string& actor, Token token) {
    const WallTime now = clock.now();
    std::vector<std::string> expired;
    for (const auto& [id, kept] : content.tokens) {
        if (kept.token.expires <= now) expired.push_back(id);
    }
    if (content.tokens.size() - expired.size() >= tokens_max) {
        return make_error(ErrorKind::conflict, "A hub keeps 500 tokens at most: revoke some first.", "too_many_tokens");
    }
    const std::string secret = "tl_" + random_secret();
    token.id = "T-" + random_secret().substr(0, 10);
    token.created = now;
    token.created_by = actor;
    const KeptToken kept{token, digest_of(secret)};
    const Deed told = deed("token.created", token.id,
                           Json::object({{"actor", actor},
                                         {"name", token.name},
                                         {"scope", scope_json(token.scope)},
                                         {"expires", format_time(token.expires)}}));
    TIELINE_TRY_VOID(write(told, [&] {
        book.put(kept);
        for (const std::string& id : expired) book.drop_token(id);
    }));
    {
        const std::lock_guard lock(mutex);
        for (const std::string& id : expired) {
            token_ids.erase(content.tokens.at(id).digest);
            content.tokens.erase(id);
        }
        token_ids[kept.digest] = token.id;
        content.tokens.insert_or_assign(token.id, kept);
    }
    tell(told);
    return Shown<Token>{token, secret, token.expires};
}

Result<void> Identity::Parts::revoke_token(const std::string& actor, const std::string& id) {
    const auto found = content.tokens.find(id);
    if (found == content.tokens.end()) {
        return make_error(ErrorKind::not_found, "There is no token '" + id.substr(0, 64) + "' here.", "unknown_token");
    }
    const Deed told = deed("token.revoked", id, Json::object({{"actor", actor}, {"name", found->second.token.name}}));
    TIELINE_TRY_VOID(write(told, [&] { book.drop_token(id); }));
    {
        const std::lock_guard lock(mutex);
        token_ids.erase(found->second.digest);
        content.tokens.erase(found);
    }
    tell(told);
    return {};
}

}  // namespace tieline::identity
