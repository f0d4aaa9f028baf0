#pragma once
// Paths of the CMMS and what each does. Private to this room.

#include "net/http.h"
#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/faults.h"
#include "sandbox/cmms/field_actions.h"
#include "sandbox/cmms/masters.h"
#include "sandbox/cmms/preventive.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/suggestions.h"
#include "sandbox/cmms/transactions.h"
#include "sandbox/cmms/work_orders.h"

#include <string>
#include <vector>

namespace tieline::sandbox::cmms {

/// The parts that requests reach, in order of making.
struct Rooms {
    Database& database;
    Faults& faults;
    Webhooks& webhooks;
    Assets& assets;
    Objects& objects;
    Items& items;
    Inventory& inventory;
    Meters& meters;
    PmBook& plans;
    WorkOrders& work_orders;
    Preventive& preventive;
    Transactions& transactions;
    Suggestions& suggestions;
    Masters& masters;
    FieldActions& field_actions;
};

/// A request taken apart.
struct Call {
    std::string method;
    std::vector<std::string> path;  ///< segments below /api or /admin, decoded
    bool is_admin = false;
    net::Target target;
    Json body;
    WriteContext context;
    bool may_write = true;
};

/// Takes the request apart: 400 on what is no JSON, a bad escape, a bad If-Match.
Outcome<Call> read_call(const net::HttpRequest& request, WallTime now);
/// Carries the call out inside the caller's transaction.
Outcome<net::HttpResponse> route(Rooms& rooms, const Call& call);
/// The demo plant: assets, a storeroom, job plans and preventive plans; what is there stays.
void put_demo(Rooms& rooms, WallTime now);
void put_demo_plans(Rooms& rooms, WallTime now);

}  // namespace tieline::sandbox::cmms
