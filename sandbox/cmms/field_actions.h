#pragma once
// What technicians do in the field, one record per deed: started, paused, finished, hours, checklist values, parts,
// notes, pictures, signatures, failures, readings, requests. Each is put under a name of the sender's and done once.

#include "sandbox/cmms/meters.h"
#include "sandbox/cmms/objects.h"
#include "sandbox/cmms/transactions.h"
#include "sandbox/cmms/work_orders.h"

#include <string>

namespace tieline::sandbox::cmms {

class FieldActions {
public:
    FieldActions(Database& database, Objects& objects, WorkOrders& work_orders, Transactions& transactions,
                 Meters& meters)
        : database_(database),
          objects_(objects),
          work_orders_(work_orders),
          transactions_(transactions),
          meters_(meters) {}

    /// Does it, once per `ref`: the same content again gives the first answer (`repeated`), another one is 409.
    Outcome<Json> put(const std::string& ref, const Json& input, WallTime now, bool& repeated);
    Outcome<Json> read(const std::string& ref);
    /// Keeps the bytes of a picture under their SHA-256, until an ATTACH names them. The same again changes nothing.
    Outcome<Json> upload(const std::string& digest, const Json& input);
    /// An order's picture with its bytes.
    Outcome<Json> attachment(const std::string& number, const std::string& id);

private:
    struct Deed {
        std::string ref, kind, wonum, by, at;
    };
    Outcome<Json> carry_out(const Deed& deed, class Reader& reader, WallTime now);
    Outcome<Json> start(const Deed& deed, WallTime now);
    Outcome<Json> pause(const Deed& deed, WallTime now);
    Outcome<Json> finish(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> labor(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> step(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> part(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> note(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> attach(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> sign(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> failure(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> reading(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> request(const Deed& deed, Reader& reader, WallTime now);
    Outcome<Json> move(const std::string& number, const std::string& status, const std::string& at, WallTime now);
    /// Adds an entry to a list of the order.
    Outcome<Json> append(const Deed& deed, std::string_view list, Json entry, WallTime now);

    Database& database_;
    Objects& objects_;
    WorkOrders& work_orders_;
    Transactions& transactions_;
    Meters& meters_;
};

}  // namespace tieline::sandbox::cmms
