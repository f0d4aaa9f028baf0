#include "sandbox/cmms/masters.h"

#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

#include <algorithm>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::size_t rates_max = 100;

/// "valid_from" and "valid_to" into `record`; "" is open.
void read_validity(Reader& reader, Json& record) {
    const std::string from = reader.date("valid_from"), to = reader.date("valid_to");
    record.set("valid_from", from);
    record.set("valid_to", to);
    if (!from.empty() && !to.empty() && to < from) {
        reader.fail(invalid("bad_date", reader.path_of("valid_to"), "the end (" + to + ") lies before the beginning"));
    }
}

Outcome<Json> read_rates(const Json::Array& input) {
    Json rates = Json::array();
    std::set<std::string> used;
    for (std::size_t index = 0; index < input.size(); ++index) {
        Reader reader(input[index], "rates[" + std::to_string(index) + "]",
                      {"craft", "rate", "currency", "valid_from", "valid_to"});
        const std::string craft = reader.code("craft", 12, Need::required);
        Json rate = Json::object({{"craft", craft}});
        rate.set("rate", number_of(reader.decimal("rate", Sign::not_negative, Need::required)));
        rate.set("currency", reader.currency("currency", "EUR"));
        read_validity(reader, rate);
        if (!used.insert(craft + " " + rate.text_or("valid_from")).second) {
            reader.fail(invalid("duplicate_rate", reader.path_of("valid_from"),
                                "craft " + craft + " has two rates from the same day; keep one"));
        }
        if (reader.failed()) return reader.problem();
        rates.push_back(std::move(rate));
    }
    return rates;
}

}  // namespace

const ObjectKind& person_kind() {
    static const ObjectKind kind{"person", "person", "person.changed", "unknown_person", "person"};
    return kind;
}

const ObjectKind& vendor_kind() {
    static const ObjectKind kind{"vendor", "vendor", "vendor.changed", "unknown_vendor", "vendor"};
    return kind;
}

std::optional<ObjectKind> code_kind(const std::string& kind) {
    static const std::vector<std::string_view> kinds = {"cost_center", "internal_order", "craft",   "account",
                                                        "tax_code",    "failure_code",   "location"};
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return std::nullopt;
    return ObjectKind{"code:" + kind, "code", "code.changed", "unknown_code", "code", kind + "/"};
}

Outcome<Json> Masters::put_person(const std::string& number, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"person", "name", "craft", "active", "valid_from", "valid_to", "rates", "external_ref",
                   "as_of_change", "version", "change", "updated_at"});
    check_key(reader, input, "person", number, 20);
    Json content = Json::object({{"person", number}});
    content.set("name", reader.text("name", 100, Need::required));
    content.set("craft", reader.code("craft", 12));
    content.set("active", reader.boolean("active", true));
    read_validity(reader, content);
    content.set("rates", Json::array());
    content.set("external_ref", reader.text("external_ref", 40));
    const Json::Array* rates = reader.array("rates", rates_max);
    const std::optional<std::int64_t> as_of = read_as_of(reader);
    if (reader.failed()) return reader.problem();
    if (rates != nullptr) {
        Outcome<Json> read = read_rates(*rates);
        if (!read) return read.error();
        content.set("rates", std::move(*read));
    }
    return objects_.put_mirrored(person_kind(), std::move(content), as_of, now);
}

Outcome<Json> Masters::put_vendor(const std::string& code, const Json& input, WallTime now) {
    Reader reader(
        input, "",
        {"vendor", "name", "currency", "active", "external_ref", "as_of_change", "version", "change", "updated_at"});
    check_key(reader, input, "vendor", code, 20);
    Json content = Json::object({{"vendor", code}});
    content.set("name", reader.text("name", 100, Need::required));
    content.set("currency", reader.currency("currency", "EUR"));
    content.set("active", reader.boolean("active", true));
    content.set("external_ref", reader.text("external_ref", 40));
    const std::optional<std::int64_t> as_of = read_as_of(reader);
    if (reader.failed()) return reader.problem();
    return objects_.put_mirrored(vendor_kind(), std::move(content), as_of, now);
}

Outcome<Json> Masters::put_code(const std::string& kind, const std::string& code, const Json& input, WallTime now) {
    const std::optional<ObjectKind> known = code_kind(kind);
    if (!known)
        return not_found("unknown_kind", "codes of kind " + kind + " are not kept here; API.md lists the kinds");
    Reader reader(input, "",
                  {"kind", "code", "description", "active", "valid_from", "valid_to", "external_ref", "as_of_change",
                   "version", "change", "updated_at"});
    check_key(reader, input, "code", code, 24);
    check_key(reader, input, "kind", kind, 24);
    Json content = Json::object({{"kind", kind}, {"code", code}});
    content.set("description", reader.text("description", 200));
    content.set("active", reader.boolean("active", true));
    read_validity(reader, content);
    content.set("external_ref", reader.text("external_ref", 40));
    const std::optional<std::int64_t> as_of = read_as_of(reader);
    if (reader.failed()) return reader.problem();
    return objects_.put_mirrored(*known, std::move(content), as_of, now);
}

}  // namespace tieline::sandbox::cmms
