"""The closed loop over HTTP with real programs: used, issued, below the reorder point, requisition, approval, order,
confirmed date, partial delivery, availability. Each step's time from its cause to the hub's event is measured."""
import argparse
import os
import sys

from plant import FLOWS, Plant, day, world

PART, STOREROOM = "P-2011", "MAIN"
PLACE = f"{PART}/{STOREROOM}"


def prepare(plant):
    world.wait_until(f"{PART} in the CMMS's part master", lambda: world.call(
        plant.world.cmms.port, "GET", f"/api/items/{PART}", None, world.CMMS_TOKEN)[0] == 200, 60)
    plant.erp("PATCH", f"/api/materials/{PART}/planning/{STOREROOM}",
              {"reorderPoint": "10", "orderUpTo": "30", "lotSize": "5", "leadTimeDays": 5, "safetyStock": "2",
               "vendor": "V-203"})
    on_hand = float(plant.stock(PART)["onHand"]) if plant.stock(PART) else 0
    if on_hand < 12:
        plant.erp("POST", "/api/stock-movements",
                  {"companyCode": "1000", "postingDate": day(), "kind": "initial", "material": PART,
                   "quantity": str(int(12 - on_hand)), "unit": "PC", "storageLocation": STOREROOM})
    elif on_hand > 12:
        plant.erp("POST", "/api/stock-movements",
                  {"companyCode": "1000", "postingDate": day(), "kind": "count_difference", "material": PART,
                   "quantity": str(int(12 - on_hand)), "unit": "PC", "storageLocation": STOREROOM})
    plant.cmms("POST", f"/api/inventory/{STOREROOM}/{PART}/count", {"quantity": "12", "note": "start of the chain"})
    plant.world.settle(60)


def requisition_of(plant):
    rows = plant.erp("GET", f"/api/requisitions?material={PART}&storageLocation={STOREROOM}&open=true")["items"]
    reorders = [row for row in rows if not row["workOrders"]]
    if len(reorders) != 1:
        raise world.Unavailable(f"one reorder was expected for {PLACE}: {rows}")
    return reorders[0]


def buy(plant, faults):
    """Approval, order, confirmed date, partial delivery; each seen by the hub."""
    requisition = requisition_of(plant)
    number = requisition["requisition"]
    if requisition["status"] == "in_approval":
        plant.after("approved", lambda: plant.erp("POST", f"/api/requisitions/{number}/approve",
                                                  {"approver": requisition["approver"]}),
                    "requisition.approved", lambda data: data.get("requisition") == number)
    made, _ = plant.after("ordered", lambda: plant.erp("POST", f"/api/requisitions/{number}/order", {}),
                          "purchase_order.changed")
    order = made["document"]
    plant.after("sent", lambda: plant.erp("POST", f"/api/purchase-orders/{order}/send", {}), "purchase_order.changed",
                lambda data: data.get("status") == "sent")
    plant.after("confirmed", lambda: plant.erp("POST", f"/api/purchase-orders/{order}/confirm",
                                               {"item": "10", "confirmedDate": day(2)}), "purchase_order.changed",
                lambda data: any(item.get("confirmed_date") for item in data.get("items", [])))
    quantity = int(float(requisition["quantity"]))
    part = quantity // 2
    plant.after("part delivered", lambda: plant.erp(
        "POST", "/api/goods-receipts", {"companyCode": "1000", "postingDate": day(), "purchaseOrder": order,
                                        "item": "10", "quantity": str(part), "unit": "PC", "deliveryNote": "DN-1"}),
        "delivery.received", lambda data: data.get("purchase_order") == order)
    if quantity % 5:
        faults.append(f"requisition of {quantity} is no whole number of lots of 5")
    return part, quantity


def mirrored(plant):
    row = plant.cmms("GET", f"/api/inventory/{STOREROOM}/{PART}")
    return row if row.get("erp") and row["erp"]["on_hand"] == float(plant.stock(PART)["onHand"]) else None


def run(build=None, keep=False, sabotage="", limit_s=2.0):
    """(figure, faults): what each step took, and what was not as it must be."""
    faults = []
    with world.World(build, keep) as outside:
        outside.start_erp({})
        outside.erp_asks("POST", "/admin/seed?demo=true")
        outside.start_cmms()
        plant = Plant(outside)
        plant.cmms("POST", "/admin/seed", {})
        outside.start_hub(FLOWS, parts=True)
        prepare(plant)
        wonum = plant.order(PART, 2)
        plant.after("job approved", lambda: plant.status(wonum, "APPR"), "reservation.booked")
        plant.status(wonum, "RELEASED")
        plant.status(wonum, "INPRG")
        used = plant.head()
        _, issued = plant.after("part used", lambda: plant.use(wonum, PART, 3, line="P1"), "issue.booked")
        plant.then("issued", issued, "stock.changed", used, lambda data: float(data["on_hand"]) == 9)
        plant.then("below the reorder point", issued, "requisition.booked", used)
        second = plant.order(PART, 14)
        plant.status(second, "APPR")
        plant.after("job released, parts missing", lambda: plant.status(second, "RELEASED"), "availability.changed",
                    lambda data: data.get("work_order") == second and data.get("state") != "available")
        if sabotage != "no_delivery":
            delivered, _ = buy(plant, faults)
        else:
            delivered = 0
        check_end(plant, second, delivered, issued, faults)
        trace = plant.trace(wonum)
        if os.environ.get("CHAIN_TRACE"):
            print(trace)
        for word in ("part.consumed", "issue.booked", "requisition.booked", "delivery"):
            if word not in trace:
                faults.append(f"tieline trace {wonum} does not show {word}")
    slowest = max(plant.steps, key=lambda step: step[2])
    figure = "; ".join(f"{name} → {type_} {seconds:.2f} s" for name, type_, seconds in plant.steps)
    if slowest[2] >= limit_s:
        faults.append(f"{slowest[0]} took {slowest[2]:.2f} s")
    return figure, faults


def check_end(plant, wonum, delivered, issued, faults):
    expected = 12 - 3 + delivered
    if float(plant.stock(PART)["onHand"]) != expected:
        faults.append(f"ERP has {plant.stock(PART)['onHand']} of {PLACE}, {expected} was expected")
    try:
        world.wait_until("the stock in the CMMS", lambda: mirrored(plant), 40)
    except world.Unavailable as error:
        faults.append(str(error))
    order = plant.cmms("GET", f"/api/workorders/{wonum}")
    if not order.get("parts_state") or order["parts_state"]["state"] not in ("available", "partly", "due_on"):
        faults.append(f"parts state of {wonum} is {order.get('parts_state')}")
    if not issued["data"].get("document"):
        faults.append("the issue has no document")
    waiting = plant.world.exceptions()
    faults.extend(f"open exception {one['id']} {one['code']}: {one['reason'][:160]}" for one in waiting[:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", help="build folder with the programs")
    parser.add_argument("--limit", type=float, default=2.0, help="seconds that a step may take after its cause")
    parser.add_argument("--sabotage", default="", choices=["", "no_delivery"], help="must be found broken")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run behind")
    asked = parser.parse_args()
    text, wrong = run(asked.build, asked.keep, asked.sabotage, asked.limit)
    print(text.replace("; ", "\n"))
    print("\n".join(wrong))
    print("0 passed, 1 failed" if wrong else "1 passed, 0 failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
