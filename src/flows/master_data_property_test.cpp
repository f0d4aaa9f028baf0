// Random news of parts, persons and craft rates, told late, out of order and in old versions, into a CMMS that refuses
// now and then: at the end it has the newest state of everything, with one write under way per object.
#include "base/random.h"
#include "flows/master_data.h"
#include "flows/testing_log.h"

namespace tieline::flows {
namespace {

using testing::FlowLog;
using State = FlowLog::Sent::State;

const char* const parts[] = {"SEAL-9", "BELT-2", "OIL-46"};
const char* const persons[] = {"E-1", "E-2"};
const char* const crafts[] = {"MECH", "ELEC"};

MasterDataConfig config() {
    MasterDataConfig config;
    config.company = "1000";
    config.zone = "Europe/Berlin";
    config.kinds = {"part", "person"};
    config.tables["craft"].codes = {{"MECH", "M1"}, {"ELEC", "E1"}};
    return config;
}

FlowSet flows() {
    FlowSet set;
    set.push_back(make_master_data(config()));
    return set;
}

class Plant {
public:
    explicit Plant(std::uint64_t seed) : random_(seed), log_(flows(), *parse_time("2026-11-25T10:00:00Z")) {}

    void random_step() {
        switch (random_.below(6)) {
            case 0:
                return change_part();
            case 1:
                return random_.below(2) == 0 ? change_person() : change_rate();
            case 2:
            case 3:
                return hear_one();
            case 4:
                return write_one(true);
            default:
                log_.decide_one();
                expect_one_under_way();
        }
    }

    void drain() {
        while (!unheard_.empty()) hear_one();
        for (bool moved = true; moved;) {
            moved = false;
            while (log_.decide_one()) moved = true;
            for (auto& each : log_.sent) {
                if (each.state == State::rejected) log_.replay(each), moved = true;
            }
            while (log_.decide_one()) moved = true;
            if (!log_.due().empty()) write_one(false), moved = true;
        }
    }

    void expect_newest() {
        for (const auto& [object, data] : newest_) {
            if (!object.starts_with("part/")) continue;
            const Json& put = written("item.put", data.text_or("part"));
            EXPECT_EQ(put.text_or("name"), data.text_or("name"));
            EXPECT_EQ(put.text_or("price"), data.text_or("price"));
            EXPECT_EQ(put.bool_or("active", true), data.bool_or("active", true));
        }
        for (const char* person : persons) expect_person(person);
    }

    std::size_t puts() const { return log_.sent.size(); }
    void tell_all_again() {
        for (const auto& [object, data] : newest_) unheard_.emplace_back(object, data);
    }

private:
    void publish(const std::string& object, Json data) {
        data.set("seq", ++seq_);
        newest_[object] = data;
        unheard_.emplace_back(object, data);
        if (random_.below(3) == 0) unheard_.emplace_back(object, data);  // told twice
    }

    void change_part() {
        const std::string part = parts[random_.below(3)];
        publish("part/" + part, Json::object({{"part", part},
                                              {"name", "Name " + std::to_string(random_.below(3))},
                                              {"unit", "PC"},
                                              {"price", std::to_string(random_.below(3)) + ".50"},
                                              {"active", random_.below(4) != 0}}));
    }

    void change_person() {
        const std::string person = persons[random_.below(2)];
        const std::string from = "2026-0" + std::to_string(1 + random_.below(3)) + "-01";
        publish("person/" + person + "/" + from, Json::object({{"person", person},
                                                               {"name", "Ada " + std::to_string(random_.below(2))},
                                                               {"craft", crafts[random_.below(2)]},
                                                               {"valid_from", from}}));
    }

    void change_rate() {
        const std::string craft = crafts[random_.below(2)];
        const std::string from = "2026-0" + std::to_string(1 + random_.below(3)) + "-01";
        publish("craft/" + craft + "/" + from, Json::object({{"craft", craft},
                                                             {"company_code", "1000"},
                                                             {"rate", std::to_string(40 + random_.below(3))},
                                                             {"currency", "EUR"},
                                                             {"valid_from", from}}));
    }

    void hear_one() {
        if (unheard_.empty()) return;
        const std::size_t which = random_.below(unheard_.size());  // any order: sequence numbers must do
        const auto [object, data] = unheard_[which];
        unheard_.erase(unheard_.begin() + static_cast<std::ptrdiff_t>(which));
        if (object.starts_with("part/")) return log_.add("part.published", data.text_or("part"), data.dump());
        if (object.starts_with("person/")) return log_.add("person.published", data.text_or("person"), data.dump());
        log_.add("craft_rate.published", data.text_or("craft"), data.dump());
    }

    void write_one(bool moody) {
        std::vector<FlowLog::Sent*> due = log_.due();
        if (due.empty()) return;
        FlowLog::Sent& each = *due[random_.below(due.size())];
        const bool refused = moody && random_.below(4) == 0;
        each.state = refused ? State::rejected : State::booked;
        if (!refused) {
            Json payload = *Json::parse(each.command.payload);
            for (const char* own : {"reference", "as_of"}) payload.erase(own);
            Json& kept = cmms_[each.command.flow_key];
            EXPECT_NE(kept.dump(), payload.dump()) << "equal content was sent twice";
            kept = std::move(payload);
        }
        log_.tell(each, refused ? "" : each.command.flow_key, Json::object());
    }

    void expect_one_under_way() {
        std::set<std::string> under_way;
        for (const auto& each : log_.sent) {
            const bool may_be_there = each.state == State::open || (each.state == State::booked && !each.told);
            if (may_be_there) EXPECT_TRUE(under_way.insert(each.command.flow_key).second) << each.command.flow_key;
        }
    }

    const Json& written(const std::string& kind, const std::string& code) {
        return cmms_[(kind == "item.put" ? "part/" : "person/") + code];
    }

    void expect_person(const std::string& person) {
        std::set<std::string> crafts_of;
        Json newest_row;
        for (const auto& [object, data] : newest_) {  // in order of the first day
            if (!object.starts_with("person/" + person + "/")) continue;
            crafts_of.insert(data.text_or("craft"));
            newest_row = data;
        }
        if (newest_row.is_null()) return;
        const Json& put = written("person.put", person);
        const std::string craft = newest_row.text_or("craft") == "MECH" ? "M1" : "E1";
        EXPECT_EQ(put.text_or("name"), newest_row.text_or("name"));
        EXPECT_EQ(put.text_or("craft"), craft);
        std::set<std::string> rates, wanted;
        if (const Json* list = put.find("rates")) {
            for (const Json& rate : list->items()) {
                rates.insert(rate.text_or("craft") + rate.text_or("valid_from") + "=" + rate.text_or("rate"));
            }
        }
        for (const auto& [object, data] : newest_) {
            if (!object.starts_with("craft/") || crafts_of.count(data.text_or("craft")) == 0) continue;
            const std::string code = data.text_or("craft") == "MECH" ? "M1" : "E1";
            wanted.insert(code + data.text_or("valid_from") + "=" + data.text_or("rate"));
        }
        EXPECT_EQ(rates, wanted) << person;
    }

    SeededRandom random_;
    FlowLog log_;
    std::map<std::string, Json> newest_, cmms_;
    std::vector<std::pair<std::string, Json>> unheard_;
    std::int64_t seq_ = 0;
};

TEST(MasterDataProperty, TheCmmsHasTheNewestOfEverything) {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Plant plant(seed);
        for (std::size_t step = 0; step < 30 + seed % 120; ++step) plant.random_step();
        plant.drain();
        plant.expect_newest();
        const std::size_t before = plant.puts();
        plant.tell_all_again();
        plant.drain();
        EXPECT_EQ(plant.puts(), before) << "equal content was sent again";
        if (HasFailure()) break;
    }
}

}  // namespace
}  // namespace tieline::flows
