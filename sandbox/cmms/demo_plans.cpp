// The demo plant's preventive work. Parts and their stock come from the ERP through the hub; the plans name them by the
// ERP's numbers and know them once they are there.

#include "sandbox/cmms/routes.h"

#include "base/log.h"

namespace tieline::sandbox::cmms {
namespace {

struct DemoJob {
    const char* number;
    const char* body;
};

constexpr DemoJob demo_jobs[] = {
    {"JP-FILLER-SEALS", R"({"description":"Change the seals of a filler","priority":2,"duration_hours":4,
"tasks":[{"text":"Locked out and tagged","type":"CHECK","required":true},
{"text":"Valves changed","type":"NUMBER","unit":"pieces","min":"0","max":"60","required":true},
{"text":"Leak test","type":"CHOICE","choices":["tight","leaks"],"required":true}],
"labor":[{"craft":"MECH","hours":"3.5"}],
"planned_materials":[{"item":"P-2001","quantity":"2","storeroom":"MAIN","substitute_ok":true},
{"item":"P-2002","quantity":"12","storeroom":"MAIN"}]})"},
    {"JP-CAPPER-SPRINGS", R"({"description":"Springs and torque of the capping heads","duration_hours":2,
"tasks":[{"text":"Locked out and tagged","type":"CHECK","required":true},
{"text":"Torque","type":"NUMBER","unit":"Nm","min":"1","max":"3","required":true}],
"labor":[{"craft":"MECH","hours":"2"}],
"planned_materials":[{"item":"P-2005","quantity":"4","storeroom":"MAIN"}]})"},
    {"JP-COMPRESSOR", R"({"description":"Filters and oil of a compressor","duration_hours":3,
"tasks":[{"text":"Pressure released","type":"CHECK","required":true},
{"text":"Oil temperature after an hour","type":"NUMBER","unit":"C","min":"20","max":"110"}],
"labor":[{"craft":"MECH","hours":"2.5"},{"craft":"INST","hours":"0.5"}],
"planned_materials":[{"item":"P-2019","quantity":"1","storeroom":"MAIN"},
{"item":"P-2020","quantity":"1","storeroom":"MAIN"},{"item":"P-2012","quantity":"6","storeroom":"MAIN"}]})"},
    {"JP-CONVEYOR", R"({"description":"Chain, bearings and grease of a conveyor","duration_hours":3,
"tasks":[{"text":"Locked out and tagged","type":"CHECK","required":true},
{"text":"Chain","type":"CHOICE","choices":["good","stretched, changed"],"required":true}],
"labor":[{"craft":"MECH","hours":"3"}],
"planned_materials":[{"item":"P-2004","quantity":"1","storeroom":"MAIN"},
{"item":"P-2014","quantity":"2","storeroom":"MAIN"}]})"},
    {"JP-PUMP-SEAL", R"({"description":"Mechanical seal of a pump","duration_hours":5,
"tasks":[{"text":"Valves closed, pump drained","type":"CHECK","required":true},
{"text":"Alignment","type":"NUMBER","unit":"mm","min":"0","max":"0.1","required":true}],
"labor":[{"craft":"MECH","hours":"4"},{"craft":"ELEC","hours":"0.5"}],
"planned_materials":[{"item":"P-2021","quantity":"1","storeroom":"MAIN"}]})"},
    {"JP-SENSORS", R"({"description":"Clean and test photo sensors and switches","work_type":"INSP","duration_hours":1,
"tasks":[{"text":"Sensors cleaned","type":"CHECK","required":true},{"text":"Remarks","type":"TEXT"}],
"labor":[{"craft":"INST","hours":"1"}],"planned_materials":[]})"},
    {"JP-FORKLIFT", R"({"description":"Yearly safety inspection of a forklift","work_type":"INSP","priority":1,
"duration_hours":2,"tasks":[{"text":"Forks and chains measured","type":"CHECK","required":true},
{"text":"Verdict","type":"CHOICE","choices":["passed","withdrawn"],"required":true}],
"labor":[{"craft":"MECH","hours":"2"}],"planned_materials":[{"item":"P-2012","quantity":"2","storeroom":"MAIN"}]})"},
};

constexpr DemoJob demo_plans[] = {
    {"PM-FILLER-01", R"({"description":"Seals of filler 1","asset":"FILLER-01","job_plan":"JP-FILLER-SEALS",
"calendar":{"every_days":28},"schedule":"fixed","lead_days":14,"tolerance_days":3})"},
    {"PM-FILLER-02", R"({"description":"Seals of filler 2","asset":"FILLER-02","job_plan":"JP-FILLER-SEALS",
"calendar":{"every_days":35},"schedule":"floating","lead_days":14,"tolerance_days":3})"},
    {"PM-CAPPER-01", R"({"description":"Capping heads of line 1","asset":"CAPPER-01","job_plan":"JP-CAPPER-SPRINGS",
"calendar":{"every_days":30},"schedule":"floating","lead_days":10,"tolerance_days":5})"},
    {"PM-COMP-01", R"({"description":"Compressor, by running hours","asset":"COMP-01","job_plan":"JP-COMPRESSOR",
"meter":{"name":"HOURS","every":"500"},"schedule":"floating","lead_days":10,"tolerance_days":5})"},
    {"PM-CONVEY-01", R"({"description":"Conveyor of line 1","asset":"CONVEY-01","job_plan":"JP-CONVEYOR",
"calendar":{"every_days":60},"schedule":"floating","lead_days":14,"tolerance_days":7})"},
    {"PM-PUMP-01", R"({"description":"Process water pump","asset":"PUMP-01","job_plan":"JP-PUMP-SEAL",
"calendar":{"every_days":180},"schedule":"floating","lead_days":30,"tolerance_days":10})"},
    {"PM-LABELER-01", R"({"description":"Sensors of the labeler","asset":"LABELER-01","job_plan":"JP-SENSORS",
"calendar":{"every_days":7},"schedule":"fixed","lead_days":3,"tolerance_days":2})"},
    {"PM-FORK-01", R"({"description":"Safety inspection, forklift 2.5 t","asset":"FORK-01","job_plan":"JP-FORKLIFT",
"calendar":{"every_days":365},"schedule":"fixed","lead_days":30,"tolerance_days":0})"},
};

constexpr const char* demo_storeroom = R"({"description":"Main storeroom","plant":"PLANT1","negative_balance":true})";
constexpr const char* demo_cabinet =
    R"({"description":"Cabinet at the filling line","plant":"PLANT1","negative_balance":true})";

/// Puts one where it is not there yet; what people have changed since stays.
template <class Put>
void put_once(Rooms& rooms, const ObjectKind& kind, const DemoJob& one, const Put& put) {
    if (rooms.objects.find(kind, one.number)) return;
    const Result<Json> body = Json::parse(one.body);
    const Outcome<Json> made = body ? put(one.number, *body) : Outcome<Json>(invalid("bad_demo", "", "no JSON"));
    if (made) return;
    log(LogLevel::error, "sandbox CMMS: a demo plan is refused", {{"plan", one.number}, {"why", made.error().message}});
}

}  // namespace

void put_demo_plans(Rooms& rooms, WallTime now) {
    for (const DemoJob& storeroom : {DemoJob{"MAIN", demo_storeroom}, DemoJob{"LINE", demo_cabinet}}) {
        put_once(rooms, storeroom_kind(), storeroom,
                 [&](const std::string& code, const Json& body) { return rooms.items.put_storeroom(code, body, now); });
    }
    for (const DemoJob& job : demo_jobs) {
        put_once(rooms, job_plan_kind(), job, [&](const std::string& number, const Json& body) {
            return rooms.preventive.put_job_plan(number, body, now);
        });
    }
    for (const DemoJob& plan : demo_plans) {
        put_once(rooms, pm_kind(), plan, [&](const std::string& number, const Json& body) {
            return rooms.preventive.put_plan(number, body, now);
        });
    }
}

}  // namespace tieline::sandbox::cmms
