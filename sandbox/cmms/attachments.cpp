// Pictures of work orders: their bytes are kept as they came, what is known of them stands in the order.

#include "base/base64.h"
#include "base/hash.h"
#include "sandbox/cmms/field_actions.h"
#include "sandbox/cmms/reader.h"

namespace tieline::sandbox::cmms {

Outcome<Json> FieldActions::upload(const std::string& digest, const Json& input) {
    Reader reader(input, "", {"content_base64"});
    const std::string content = reader.text("content_base64", 1'500'000, Reader::Need::required);
    if (reader.failed()) return reader.problem();
    const Result<std::string> bytes = from_base64(content);
    if (!bytes) return invalid("bad_base64", "content_base64", bytes.error().message);
    if (hex(sha256(*bytes)) != digest) {
        return invalid("damaged", "content_base64", "the picture did not come whole: its SHA-256 differs");
    }
    database_.query("INSERT OR IGNORE INTO uploads(digest, bytes, content) VALUES(?, ?, ?)")
        .bind(std::string_view(digest))
        .bind(static_cast<std::int64_t>(bytes->size()))
        .bind(std::string_view(content))
        .run();
    return Json::object({{"sha256", digest}, {"bytes", static_cast<std::int64_t>(bytes->size())}});
}

Outcome<Json> FieldActions::attach(const Deed& deed, Reader& reader, WallTime now) {
    Json entry = Json::object({{"id", reader.code("id", 64, Reader::Need::required)},
                               {"name", reader.text("name", 100)},
                               {"caption", reader.text("caption", 200)},
                               {"type", reader.one_of("type", {"image/jpeg", "image/png", "image/webp"}, "image/jpeg")},
                               {"bytes", reader.integer("bytes", 1, 1 << 20, 0)}});
    if (reader.has("step")) entry.set("step", reader.integer("step", 1, 9'999, 0));
    const std::string digest = reader.code("sha256", 64, Reader::Need::required);
    if (reader.failed()) return reader.problem();
    {
        Rows rows = database_.query("SELECT bytes FROM uploads WHERE digest = ?");
        rows.bind(std::string_view(digest));
        if (!rows.next() || rows.integer(0) != entry.int_or("bytes", 0)) {
            return invalid("unknown_upload", "sha256",
                           "no picture of this SHA-256 and length was uploaded: PUT /api/uploads/{sha256} first");
        }
    }
    const std::string id = entry.text_or("id");
    database_.query("INSERT OR REPLACE INTO attachments(wonum, id, type, digest) VALUES(?, ?, ?, ?)")
        .bind(std::string_view(deed.wonum))
        .bind(std::string_view(id))
        .bind(std::string_view(entry.find("type")->string()))
        .bind(std::string_view(digest))
        .run();
    Outcome<Json> added = append(deed, "attachments", std::move(entry), now);
    if (!added) return added.error();
    return Json::object({{"document", deed.wonum + "/" + id}});
}

Outcome<Json> FieldActions::attachment(const std::string& number, const std::string& id) {
    Rows rows = database_.query(
        "SELECT a.type, u.content FROM attachments a JOIN uploads u ON u.digest = a.digest WHERE a.wonum = ? AND a.id "
        "= ?");
    rows.bind(std::string_view(number)).bind(std::string_view(id));
    if (!rows.next()) return not_found("unknown_attachment", "work order " + number + " has no picture " + id);
    return Json::object({{"wonum", number}, {"id", id}, {"type", rows.text(0)}, {"content_base64", rows.text(1)}});
}

}  // namespace tieline::sandbox::cmms
