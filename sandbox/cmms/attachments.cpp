// Pictures of work orders: their bytes are kept as they came, what is known of them stands in the order.

#include "base/base64.h"
#include "base/hash.h"
#include "sandbox/cmms/field_actions.h"
#include "sandbox/cmms/reader.h"

namespace tieline::sandbox::cmms {

Outcome<Json> FieldActions::attach(const Deed& deed, Reader& reader, WallTime now) {
    Json entry = Json::object({{"id", reader.code("id", 64, Reader::Need::required)},
                               {"name", reader.text("name", 100)},
                               {"caption", reader.text("caption", 200)},
                               {"type", reader.one_of("type", {"image/jpeg", "image/png", "image/webp"}, "image/jpeg")},
                               {"bytes", reader.integer("bytes", 1, 1 << 20, 0)}});
    if (reader.has("step")) entry.set("step", reader.integer("step", 1, 9'999, 0));
    const std::string digest = reader.code("sha256", 64, Reader::Need::required);
    const std::string content = reader.text("content_base64", 1'500'000, Reader::Need::required);
    if (reader.failed()) return reader.problem();
    const Result<std::string> bytes = from_base64(content);
    if (!bytes) return invalid("bad_base64", "content_base64", bytes.error().message);
    if (static_cast<std::int64_t>(bytes->size()) != entry.int_or("bytes", 0) || hex(sha256(*bytes)) != digest) {
        return invalid("damaged", "content_base64", "the picture did not come whole: its length or SHA-256 differs");
    }
    const std::string id = entry.text_or("id");
    database_.query("INSERT OR REPLACE INTO attachments(wonum, id, type, content) VALUES(?, ?, ?, ?)")
        .bind(std::string_view(deed.wonum))
        .bind(std::string_view(id))
        .bind(std::string_view(entry.find("type")->string()))
        .bind(std::string_view(content))
        .run();
    Outcome<Json> added = append(deed, "attachments", std::move(entry), now);
    if (!added) return added.error();
    return Json::object({{"document", deed.wonum + "/" + id}});
}

Outcome<Json> FieldActions::attachment(const std::string& number, const std::string& id) {
    Rows rows = database_.query("SELECT type, content FROM attachments WHERE wonum = ? AND id = ?");
    rows.bind(std::string_view(number)).bind(std::string_view(id));
    if (!rows.next()) return not_found("unknown_attachment", "work order " + number + " has no picture " + id);
    return Json::object({{"wonum", number}, {"id", id}, {"type", rows.text(0)}, {"content_base64", rows.text(1)}});
}

}  // namespace tieline::sandbox::cmms
