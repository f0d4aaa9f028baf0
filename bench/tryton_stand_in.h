#pragma once
// What answers in Tryton's place while the speed of its connector is measured. No fake of Tryton: it knows none of its
// rules, keeps what it is given and lets every button work. What the connector does right is tested against the real
// one (tests/tryton), which takes 40 to 300 ms a request.

#include "contract/connector_contract.h"

namespace tieline::bench {

/// Takes journal.post and goods_issue.post; reads nothing.
contract::ConnectorUnderTest tryton_stand_in();

}  // namespace tieline::bench
