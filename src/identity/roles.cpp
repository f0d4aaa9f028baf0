#include "identity/roles.h"

namespace tieline::identity {
namespace {

constexpr const char* role_names[role_count] = {"technician", "planner", "storekeeper", "controller",
                                                "quality",    "auditor", "integrator",  "administrator"};
constexpr const char* scope_names[scope_count] = {"read", "events", "exceptions"};

template <class Member, int count>
std::optional<Member> member_from(const char* const (&names)[count], std::string_view name) {
    for (int index = 0; index < count; ++index) {
        if (name == names[index]) return static_cast<Member>(index);
    }
    return std::nullopt;
}

template <class Member, int count>
std::vector<std::string> names_in(const char* const (&names)[count], SetOf<Member> set) {
    std::vector<std::string> found;
    for (int index = 0; index < count; ++index) {
        if (set.has(static_cast<Member>(index))) found.emplace_back(names[index]);
    }
    return found;
}

template <class Member, int count>
Result<SetOf<Member>> set_from(const char* const (&names)[count], const std::vector<std::string>& given,
                               const std::string& field, const std::string& word) {
    std::string known;
    for (const char* name : names) known += (known.empty() ? "" : ", ") + std::string(name);
    SetOf<Member> set;
    for (const std::string& name : given) {
        const std::optional<Member> member = member_from<Member>(names, name);
        if (!member) {
            return make_error(ErrorKind::invalid,
                              "There is no " + word + " '" + name.substr(0, 64) + "'. Known: " + known + ".",
                              "unknown_" + word, field);
        }
        set.add(*member);
    }
    if (!set.empty()) return set;
    return make_error(ErrorKind::invalid, "'" + field + "' needs at least one of: " + known + ".", "missing_field",
                      field);
}

}  // namespace

const char* to_string(Role role) { return role_names[static_cast<int>(role)]; }
std::optional<Role> role_from(std::string_view name) { return member_from<Role>(role_names, name); }
const char* to_string(Scope scope) { return scope_names[static_cast<int>(scope)]; }
std::optional<Scope> scope_from(std::string_view name) { return member_from<Scope>(scope_names, name); }

std::vector<std::string> names_of(Roles roles) { return names_in(role_names, roles); }
std::vector<std::string> names_of(Scopes scopes) { return names_in(scope_names, scopes); }

Result<Roles> roles_from(const std::vector<std::string>& names) {
    return set_from<Role>(role_names, names, "roles", "role");
}
Result<Scopes> scopes_from(const std::vector<std::string>& names) {
    return set_from<Scope>(scope_names, names, "scope", "scope");
}

}  // namespace tieline::identity
