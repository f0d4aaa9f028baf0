// The demo plant: bottling and packaging, company 1000. Cost centers, numbers and codes are those of the sandbox ERP.

#include "sandbox/cmms/routes.h"

#include "base/log.h"

namespace tieline::sandbox::cmms {
namespace {

struct DemoAsset {
    const char* number;
    const char* description;
    const char* zone;
    const char* cost_center;
    const char* criticality;
};

constexpr DemoAsset demo_assets[] = {
    {"FILLER-01", "Filler, line 1, 48 valves", "LINE-1", "CC-100", "A"},
    {"FILLER-02", "Filler, line 2, 60 valves", "LINE-2", "CC-100", "A"},
    {"CAPPER-01", "Screw capper, line 1", "LINE-1", "CC-100", "A"},
    {"RINSER-01", "Bottle rinser, line 1", "LINE-1", "CC-100", "B"},
    {"LABELER-01", "Labeler with vision check, line 1", "LINE-1", "CC-200", "B"},
    {"PACKER-01", "Case packer, line 1", "LINE-1", "CC-200", "B"},
    {"PALLET-01", "Palletizer", "LINE-1", "CC-200", "B"},
    {"CONVEY-01", "Bottle conveyor, line 1", "LINE-1", "CC-200", "B"},
    {"COMP-01", "Screw compressor, 7.5 bar", "UTILITY", "CC-300", "A"},
    {"COMPR-01", "Standby compressor", "UTILITY", "CC-300", "C"},
    {"CHILLER-01", "Glycol chiller", "UTILITY", "CC-300", "A"},
    {"PUMP-01", "Process water pump", "UTILITY", "CC-300", "B"},
    {"BOILER-01", "Steam boiler", "UTILITY", "CC-300", "A"},
    {"CRANE-01", "Stacker crane", "WAREHOUSE", "CC-400", "B"},
    {"FORK-01", "Forklift, 2.5 t", "WAREHOUSE", "CC-400", "C"},
    {"FORKLIFT-01", "Forklift, 3.5 t", "WAREHOUSE", "CC-400", "C"},
};

}  // namespace

void put_demo(Rooms& rooms, WallTime now) {
    Assets& assets = rooms.assets;
    for (const DemoAsset& asset : demo_assets) {
        if (assets.find(asset.number)) continue;
        const Json body = Json::object({{"description", asset.description},
                                        {"company", "1000"},
                                        {"plant", "PLANT1"},
                                        {"zone", asset.zone},
                                        {"cost_center", asset.cost_center},
                                        {"criticality", asset.criticality}});
        const Outcome<Json> put = assets.put(asset.number, body, now);
        if (!put) log(LogLevel::error, "sandbox CMMS: a demo asset is refused", {{"why", put.error().message}});
    }
    put_demo_plans(rooms, now);
}

}  // namespace tieline::sandbox::cmms
