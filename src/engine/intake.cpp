#include "engine/intake.h"

#include "base/hash.h"
#include "base/json.h"
#include "engine/planted.h"

#include <charconv>

namespace tieline::engine {
namespace {

std::optional<std::uint64_t> counter(const std::string& peer_version) {
    std::uint64_t value = 0;
    const char* end = peer_version.data() + peer_version.size();
    const auto [stopped, failed] = std::from_chars(peer_version.data(), end, value);
    if (failed != std::errc{} || stopped != end || peer_version.empty()) return std::nullopt;
    return value;
}

/// Whether the peer's own counter says that `item` is older than what is stored: a late answer, not a change.
bool is_stale(const Ingest& item, const store::ObjectRevision& stored) {
    if (planted(PlantedBug::stale_snapshot_accepted)) return false;
    const std::optional<std::uint64_t> offered = counter(item.peer_version);
    const std::optional<std::uint64_t> known = counter(stored.peer_version);
    return offered && known && *offered < *known;
}

/// What is kept of an object's contents: the hash of the newest one that was taken, and, behind a "!", that of one that
/// was refused since.
constexpr char refused_mark = '!';

struct KnownContents {
    std::string taken, refused;
    bool was_refused = false;
};

KnownContents known_contents(const std::optional<store::ObjectRevision>& stored) {
    if (!stored) return {};
    const std::string& kept = stored->content_hash;
    const std::size_t mark = kept.find(refused_mark);
    if (mark == std::string::npos) return {kept, "", false};
    return {kept.substr(0, mark), kept.substr(mark + 1), true};
}

}  // namespace

std::string content_hash_of(const Ingest& item) { return hex(sha256(item.type + "\n" + item.data)).substr(0, 32); }

std::string forget_refused(const std::string& content_hash) {
    return content_hash.substr(0, content_hash.find(refused_mark)) + refused_mark;
}

bool is_forgotten(const std::string& content_hash) { return content_hash.ends_with(refused_mark); }

Result<std::optional<store::ObjectRevision>> Intake::newest(const Ingest& item, const std::string& name) {
    const auto found = in_batch_.find(name);
    if (found != in_batch_.end()) return std::optional(found->second);
    return site_.store.object(site_.setup.site, item.source, item.object);
}

Result<Ingested> Intake::add(Ingest item) {
    if (item.subject.empty()) item.subject = item.object;
    if (item.correlation.empty()) item.correlation = item.subject;
    const std::string name = item.source + ":" + item.object;
    TIELINE_TRY(const std::optional<store::ObjectRevision> stored, newest(item, name));
    std::string hash = item.content_hash.empty() ? content_hash_of(item) : std::move(item.content_hash);
    const KnownContents known = known_contents(stored);
    const bool same = stored && (hash == known.taken || (item.refused && hash == known.refused));
    const bool stale = stored && is_stale(item, *stored);
    const bool is_readable_again = same && !item.refused && known.was_refused && !stale;
    const bool is_known = (same || stale) && !planted(PlantedBug::repeat_not_recognised);
    if (is_known && !is_readable_again) {
        ++site_.metrics.repeated;
        return Ingested{name + ":" + std::to_string(stored->revision), stored->revision, 0, true};
    }
    if (item.refused) hash = known.taken + refused_mark + hash;
    store::ObjectRevision next{item.source, item.object, stored ? stored->revision + 1 : 1, std::move(hash),
                               item.peer_version};
    const std::uint64_t revision = next.revision;
    const std::string event_id = name + ":" + std::to_string(revision);
    in_batch_[name] = next;
    batch_.objects.push_back(std::move(next));
    ++site_.metrics.received;
    // As it was before it could not be read: nothing has happened.
    if (is_readable_again && is_known) return Ingested{event_id, revision, 0, true};
    if (item.refused) {
        refuse(item, revision);
        return Ingested{event_id, revision, site_.head + batch_.events.size(), false};
    }
    model::Envelope event = site_.new_event(event_id, std::move(item.type), std::move(item.subject),
                                            std::move(item.data), std::move(item.correlation), "");
    event.source = item.source;
    event.occurred = item.occurred;
    if (item.parsed) event.parsed.keep(event.data, std::move(item.parsed), std::move(item.order));
    batch_.events.push_back(std::move(event));
    return Ingested{event_id, revision, site_.head + batch_.events.size(), false};
}

void Intake::refuse(const Ingest& item, std::uint64_t revision) {
    store::Exception exception;
    exception.kind = "refused_input";
    exception.code = item.refused->code;
    exception.subject = item.subject;
    exception.key = item.object;
    exception.flow = "_intake/" + item.source;
    exception.reason = item.refused->message;
    exception.fix =
        "Correct " + item.object + " in " + item.source + " or its field map, then replay: it is read again.";
    exception.details = Json::object({{"field", item.refused->field},
                                      {"received", item.data},
                                      {"revision", static_cast<std::int64_t>(revision)}})
                            .dump();
    exception.correlation = item.correlation;
    open_exception(site_, batch_, std::move(exception), "");  // no event was made that could be its cause
}

}  // namespace tieline::engine
