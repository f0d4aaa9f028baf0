#pragma once
// What people and machines are allowed to be: roles of persons, scopes of tokens. Plain values.

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::identity {

enum class Role : std::uint8_t {
    technician,
    planner,
    storekeeper,
    controller,
    quality,
    auditor,
    integrator,
    administrator
};
inline constexpr int role_count = 8;
const char* to_string(Role role);
std::optional<Role> role_from(std::string_view name);

/// What a machine's token is good for.
enum class Scope : std::uint8_t { read, events, exceptions };
inline constexpr int scope_count = 3;
const char* to_string(Scope scope);
std::optional<Scope> scope_from(std::string_view name);

/// A set of roles or scopes.
template <class Member>
class SetOf {
public:
    constexpr SetOf() = default;
    constexpr SetOf(std::initializer_list<Member> members) {
        for (const Member member : members) add(member);
    }
    constexpr void add(Member member) { bits_ |= bit(member); }
    constexpr bool has(Member member) const { return (bits_ & bit(member)) != 0; }
    constexpr bool meets(SetOf other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool operator==(const SetOf&) const = default;

private:
    static constexpr std::uint32_t bit(Member member) { return 1U << static_cast<unsigned>(member); }
    std::uint32_t bits_ = 0;
};
using Roles = SetOf<Role>;
using Scopes = SetOf<Scope>;

std::vector<std::string> names_of(Roles roles);
std::vector<std::string> names_of(Scopes scopes);
/// At least one, each known. Kind invalid, code "unknown_role" or "missing_field", field "roles".
Result<Roles> roles_from(const std::vector<std::string>& names);
/// The same of scopes, field "scope".
Result<Scopes> scopes_from(const std::vector<std::string>& names);

}  // namespace tieline::identity
