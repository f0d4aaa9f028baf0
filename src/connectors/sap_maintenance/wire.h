#pragma once
// Which command goes where, and how its effect is known again. Pure. Private to this room.

#include "base/json.h"
#include "base/result.h"
#include "connectors/connector.h"
#include "connectors/sap_maintenance/setup.h"
#include "model/command.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::sap_maintenance {

/// Kinds of commands that are taken.
std::span<const std::string_view> kinds();
/// Tables that a field map must have.
std::vector<std::string> needed_tables();

/// An order is named by its number, a notification as "notification:10000017": both are numbers of SAP.
struct Name {
    bool is_notification = false;
    std::string number;
};
Name name_of(const std::string& work_order);
std::string notification_name(const std::string& number);
/// Numbers come with or without zeros in front, by service.
std::string plain_number(std::string text);

/// What one command asks for.
struct Task {
    enum class Does { create, link, status } does = Does::create;
    Name about;           ///< create: its number is empty
    std::string table;    ///< of the field map
    std::string wanted;   ///< status: canonical
    Json source;          ///< what the map reads
    std::string payload;  ///< as it came
};
/// Kind unsupported for another kind; invalid where the payload is no object, or asks for what SAP has no step for.
Result<Task> task_of(const Setup& setup, const model::Command& command);
/// The wire request, without the headers of a session.
Result<net::HttpRequest> request_of(const Setup& setup, const Task& task);

/// Root of the service that a table writes to: "/sap/opu/odata/sap/API_X", and the set or function below it.
std::string service_of(const Setup& setup, const std::string& table);
std::string target_of(const Setup& setup, const std::string& table);
/// "…/MaintenanceOrder('4000017')".
std::string address_of(const Setup& setup, const Name& name);

/// The field that carries the command's key.
struct KeyField {
    std::string field;
    std::size_t max = 0;
};
/// Empty where the table writes no reference.
KeyField key_field(const FieldMap& map, std::string_view table);

/// How far a canonical status is; -1 for cancelled, and for one that is none.
int rank_of(std::string_view status);
/// Whether a job that stands so is where the command wants it: there, or further on the same way.
bool has_reached(const std::string& wanted, const std::string& present);

}  // namespace tieline::connectors::sap_maintenance
