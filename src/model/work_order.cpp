// Names of the work order's states and kinds.

#include "model/work_order.h"

#include <array>

namespace tieline::model {

namespace {

template <class Enum>
struct Name {
    Enum value;
    const char* text;
};

constexpr std::array<Name<WorkOrderStatus>, 8> status_names{{
    {WorkOrderStatus::requested, "requested"},
    {WorkOrderStatus::approved, "approved"},
    {WorkOrderStatus::released, "released"},
    {WorkOrderStatus::in_progress, "in_progress"},
    {WorkOrderStatus::completed, "completed"},
    {WorkOrderStatus::closed, "closed"},
    {WorkOrderStatus::cancelled, "cancelled"},
    {WorkOrderStatus::reopened, "reopened"},
}};

constexpr std::array<Name<LineKind>, 4> line_kind_names{{
    {LineKind::labor, "labor"},
    {LineKind::part, "part"},
    {LineKind::contractor, "contractor"},
    {LineKind::other, "other"},
}};

constexpr std::array<Name<ReceiverKind>, 3> receiver_kind_names{{
    {ReceiverKind::cost_center, "cost_center"},
    {ReceiverKind::internal_order, "internal_order"},
    {ReceiverKind::asset, "asset"},
}};

template <class Enum, std::size_t count>
const char* name_of(const std::array<Name<Enum>, count>& names, Enum value) {
    for (const auto& name : names) {
        if (name.value == value) return name.text;
    }
    check_failed("known enumerator", "a value of an enumeration is one of its names", __FILE__, __LINE__);
}

template <class Enum, std::size_t count>
std::optional<Enum> value_of(const std::array<Name<Enum>, count>& names, std::string_view text) {
    for (const auto& name : names) {
        if (name.text == text) return name.value;
    }
    return std::nullopt;
}

}  // namespace

const char* to_string(WorkOrderStatus status) { return name_of(status_names, status); }
std::optional<WorkOrderStatus> work_order_status_from(std::string_view text) { return value_of(status_names, text); }

std::string event_type_of(WorkOrderStatus status) {
    if (status == WorkOrderStatus::in_progress) return "workorder.started";
    return std::string("workorder.") + to_string(status);
}

const char* to_string(LineKind kind) { return name_of(line_kind_names, kind); }
std::optional<LineKind> line_kind_from(std::string_view text) { return value_of(line_kind_names, text); }

const char* to_string(ReceiverKind kind) { return name_of(receiver_kind_names, kind); }
std::optional<ReceiverKind> receiver_kind_from(std::string_view text) { return value_of(receiver_kind_names, text); }

}  // namespace tieline::model
