#include "flows/master_data.h"

#include "base/hash.h"
#include "base/json.h"
#include "flows/document.h"
#include "flows/latest_write.h"
#include "flows/master_record.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "master_data";
constexpr std::string_view again = "again";
constexpr Millis rest_first{5 * 1000};  ///< before a kit is tried again; doubled each time
constexpr std::int64_t rests_max = 5;
constexpr std::string_view noun = "master";
constexpr std::string_view timer = "validity";

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> published{
    {{"part.published", "part"},
     {"vendor.published", "vendor"},
     {"person.published", "person"},
     {"craft_rate.published", "craft"},
     {"cost_center.published", "cost_center"},
     {"internal_order.published", "internal_order"},
     {"equipment.published", "asset"}}};

std::string_view kind_published(std::string_view type) {
    for (const auto& [event, kind] : published) {
        if (event == type) return kind;
    }
    return {};
}

std::string notice_id(const UnknownCode& unknown) {
    return "unknown_code/" + unknown.table + "/" + short_key(unknown.code);
}

Notice notice_of(const UnknownCode& unknown, const MasterRecord& record) {
    const std::string object = std::string(record.kind()) + " " + std::string(record.code());
    const std::string table = "flows.master_data.xref." + unknown.table;
    Notice notice;
    notice.id = notice_id(unknown);
    notice.code = "unknown_code";
    notice.subject = record.code();
    notice.reason = object + " is not written to the CMMS: " + unknown.table + " \"" + unknown.code +
                    "\" of the ERP is not in the table " + table;
    if (!unknown.likely_from.empty()) {
        notice.reason +=
            "; perhaps \"" + unknown.likely_from + "\" is meant, which is \"" + unknown.likely + "\" there";
    } else if (!unknown.likely.empty()) {
        notice.reason += "; perhaps it is \"" + unknown.likely + "\" of the CMMS";
    }
    notice.fix =
        "Add \"" + unknown.code + "\" to " + table + ", or correct the code in the ERP. For this object only, choose ";
    Json choices = Json::array();
    if (!unknown.likely.empty()) {
        choices.push_back("use:" + unknown.likely);
        notice.fix += "use:" + unknown.likely + " or ";
    }
    choices.push_back("as_is");
    notice.fix += "as_is, which writes it as the ERP has it.";
    Json details = Json::object({{"kind", std::string(record.kind())},
                                 {"code", std::string(record.code())},
                                 {"table", unknown.table},
                                 {"unknown", unknown.code}});
    if (!unknown.likely.empty()) details.set("likely", unknown.likely);
    details.set("choices", std::move(choices));
    notice.details = details.dump();
    return notice;
}

/// One decision on one object.
class Step {
public:
    Step(const MasterDataConfig& config, std::string_view key, std::string_view site, Json state)
        : config_(config),
          record_(config, key, std::move(state)),
          write_(LatestWrite::from(record_.state.find("write"))),
          target_{flow_name, site, key, "put", config.connector, {}, noun} {}

    Result<void> take(const model::Envelope& envelope) {
        const std::string_view type = envelope.type;
        if (type == "timer.fired") {
            TIELINE_TRY(const Json fired, Json::parse(envelope.data));
            record_.state.erase(fired.text_or("name") == again ? "resting" : "wake");
            return {};
        }
        if (type.starts_with(noun)) {
            TIELINE_TRY(const Receipt receipt, read_receipt(envelope));
            const bool under_way = write_.stage.has_value();
            write_.take(target_, receipt);
            if (receipt.outcome == Outcome::booked) record_.state.erase("rests");
            if (under_way && write_.stage == CommandStage::rejected && receipt.code == "unknown_item") rest(receipt);
            return {};
        }
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope.json());
        const Json& data = *parsed;
        if (type == "notice.answered") {
            answer(data);
        } else if (type == "craft.joined") {
            record_.join(data, decision_);
        } else if (type == "craft.rates_told") {
            record_.take_rates(data);
        } else {
            return record_.publish(data, decision_);
        }
        return {};
    }

    Result<Decision> finish(std::string_view before, WallTime now) {
        TIELINE_TRY(const Date today, local_date(now, config_.zone));
        const Json* answers = record_.state.find("answers");
        const Json none = Json::object();
        CodeMapper codes(config_, answers == nullptr ? none : *answers);
        std::optional<MasterRecord::Put> put = record_.put(codes, today.str());
        if (put) {
            TIELINE_TRY_VOID(wake(put->changes));
            tell_unknown(codes.unknown());
            const bool resting = record_.state.find("resting") != nullptr;
            if (codes.unknown().empty() && !resting) send(std::move(*put));
        }
        if (rest_ != Millis{}) decision_.wakeups.push_back(Wakeup{std::string(again), now + rest_});
        record_.state.set("write", write_.json());
        std::string after = record_.state.dump();
        if (after != before) decision_.state = std::move(after);
        return std::move(decision_);
    }

private:
    /// A kit came before one of its parts, which are on their way: taken back at once, so that nobody is asked, and
    /// tried again a few times.
    void rest(const Receipt& receipt) {
        const std::int64_t rests = record_.state.int_or("rests", 0);
        if (rests == rests_max) return;
        decision_.withdrawals.push_back(receipt.key);
        write_.stage.reset();
        write_.pending.clear();
        record_.state.set("rests", rests + 1);
        record_.state.set("resting", true);
        rest_ = rest_first * (1 << rests);
    }

    /// "seen" and the like leave the notice answered; it opens again when it reads otherwise.
    void answer(const Json& data) {
        const std::string choice = data.text_or("choice");
        Json* open = record_.state.find("open");
        const Json* asked = open == nullptr ? nullptr : open->find(data.text_or("notice"));
        if (asked == nullptr) return;
        const std::string table = asked->text_or("table");
        const std::string code = asked->text_or("code");
        std::string answer = choice == "as_is" ? code : std::string();
        if (choice.starts_with("use:")) answer = choice.substr(4);
        if (answer.empty()) return;
        open->erase(data.text_or("notice"));  // the answer has closed it
        if (record_.state.find("answers") == nullptr) record_.state.set("answers", Json::object());
        record_.state.find("answers")->set(table + "/" + code, answer);
    }

    void tell_unknown(const std::vector<UnknownCode>& unknown) {
        Json open = Json::object();
        const Json* told = record_.state.find("open");
        for (const UnknownCode& each : unknown) {
            Notice notice = notice_of(each, record_);
            Json entry = Json::object({{"table", each.table}, {"code", each.code}, {"text", short_key(notice.reason)}});
            const Json* present = told == nullptr ? nullptr : told->find(notice.id);
            const bool same = present != nullptr && *present == entry;
            open.set(notice.id, std::move(entry));
            if (!same) decision_.notices.push_back(std::move(notice));
        }
        if (told != nullptr) {
            for (const auto& [id, ignored] : told->members()) {
                if (open.find(id) == nullptr) decision_.closed_notices.push_back(id);
            }
        }
        if (open.members().empty()) {
            record_.state.erase("open");
        } else {
            record_.state.set("open", std::move(open));
        }
    }

    /// A validity ends or begins without news from the ERP.
    Result<void> wake(const std::string& day) {
        if (day == record_.state.text_or("wake")) return {};
        if (day.empty()) {
            record_.state.erase("wake");
            decision_.wakeups.push_back(Wakeup{std::string(timer), std::nullopt});
            return {};
        }
        TIELINE_TRY(const Date date, parse_date(day));
        TIELINE_TRY(const WallTime due, start_of_day(date, config_.zone));
        record_.state.set("wake", day);
        decision_.wakeups.push_back(Wakeup{std::string(timer), due});
        return {};
    }

    void send(MasterRecord::Put put) {
        std::string content = short_key(put.kind + put.members);
        if (write_.may_send(content) && content == write_.written) {  // back to what it was; the refused one is over
            write_.settle(target_, content, decision_);
        }
        if (write_.may_send(content)) {
            target_.kind = put.kind;
            if (record_.seq() != 0) append_raw(put.members, "as_of", std::to_string(record_.seq()));
            write_.send(target_, std::move(content), std::move(put.members), decision_);
            return;
        }
        // Written as it should be: what it was made of comes again with the ERP's next news.
        const bool done = !write_.stage && put.changes.empty() && record_.state.find("answers") == nullptr;
        if (done && record_.kind() != "craft") record_.state.erase("pub");
    }

    const MasterDataConfig& config_;
    MasterRecord record_;
    LatestWrite write_;
    WriteTarget target_;
    Decision decision_;
    Millis rest_{};  ///< before it is tried again; zero: no rest begins
};

class MasterData final : public Flow {
public:
    explicit MasterData(MasterDataConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const std::string_view type = envelope.type;
        if (const std::string_view kind = kind_published(type); !kind.empty()) {
            const bool rates = kind == "craft" && config_.has("person");
            if (!config_.has(kind) && !rates) return {};
            return {std::string(kind) + "/" + envelope.subject};
        }
        if (type == "craft.joined") return {"craft/" + envelope.subject};
        if (type == "craft.rates_told") return {"person/" + envelope.subject};
        std::string key;
        if (type.starts_with(noun)) {
            key = receipt_key_of(envelope, flow_name);
        } else if (type == "timer.fired" || type == "notice.answered") {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (!data || data->text_or("flow") != flow_name) return {};
            key = data->text_or(type == "timer.fired" ? "key" : "flow_key");
        }
        return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime now) const override {
        TIELINE_TRY(Json before, state.empty() ? Result<Json>(Json::object()) : Json::parse(state));
        Step step(config_, key, event.envelope.site, std::move(before));
        TIELINE_TRY_VOID(step.take(event.envelope));
        return step.finish(state, now);
    }

private:
    MasterDataConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_master_data(MasterDataConfig config) {
    return std::make_unique<MasterData>(std::move(config));
}

}  // namespace tieline::flows
