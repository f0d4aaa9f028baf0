"""The closed loop over HTTP with real programs: used, issued, below the reorder point, requisition, approval, order,
confirmed date, partial delivery, availability. Each step's time from its cause to the hub's event is measured."""
import argparse
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "main_line"))
import world  # noqa: E402

PART, STOREROOM, ASSET = "P-2011", "MAIN", "FILLER-01"
PLACE = f"{PART}/{STOREROOM}"
FLOWS = {
    "companies": {"1000": {"zone": "Europe/Berlin"}}, "default_company": "1000",
    "accounts": {"labor": {"cost": "610000", "clearing": "181000"}, "part": {"cost": "620000", "clearing": "182000"},
                 "contractor": {"cost": "630000", "clearing": "183000"},
                 "other": {"cost": "640000", "clearing": "184000"}},
    "receivers": {"default": {"kind": "cost_center", "code": "CC-400"}},
    "cost_posting": {"labor": "journal", "part": "transaction", "part_without_transaction": "journal",
                     "contractor": "journal", "other": "journal"},
    "order_mirror": {}, "parts_issue": {}, "reservation": {"from": "approved"},
    "supply": {"company": "1000", "plan_lead_days": 14}, "parts_state": {}, "stock_mirror": {}, "suggestion": {},
    "master_data": {"company": "1000"}}


def day(days=0):
    return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%d")


def recorded(event):
    return datetime.fromisoformat(event["recorded"].replace("Z", "+00:00")).timestamp()


class Plant:
    """The world of one chain, and what a technician, an approver, a buyer and a vendor do in it."""

    def __init__(self, outside):
        self.world, self.steps, self.seen = outside, [], 0

    def cmms(self, method, path, body=None):
        status, answer = world.call(self.world.cmms.port, method, path, body, world.CMMS_TOKEN)
        if not 200 <= status < 300:
            raise world.Unavailable(f"the sandbox CMMS answers {status} to {method} {path}: {answer}")
        return answer

    def erp(self, method, path, body=None):
        return self.world.erp_asks(method, path, body)

    def events(self, after):
        status, page = self.world.hub_asks("GET", f"/api/v1/events?after={after}&limit=500")
        return page["events"] if status == 200 else []

    def head(self):
        site = self.world.site()
        return site["head"] if site else 0

    def after(self, name, cause, type_, matches=lambda data: True, limit_s=40):
        """Does `cause`, waits for the event that must follow, and keeps the time between."""
        before, begun = self.head(), time.time()
        answer = cause()

        def found():
            for event in self.events(before):
                if event["type"] == type_ and matches(event.get("data") or {}):
                    return event
            return None
        event = world.wait_until(f"{type_} after {name}", found, limit_s, 0.02)
        self.steps.append((name, type_, max(0.0, recorded(event) - begun)))
        return answer, event

    def then(self, name, cause, type_, after, matches=lambda data: True, limit_s=40):
        """An event that follows another one by itself: the time between the two."""
        def found():
            return next((event for event in self.events(after)
                         if event["type"] == type_ and matches(event.get("data") or {})), None)
        event = world.wait_until(f"{type_} after {name}", found, limit_s, 0.02)
        self.steps.append((name, type_, max(0.0, recorded(event) - recorded(cause))))
        return event

    def stock(self):
        rows = self.erp("GET", f"/api/stock?material={PART}&storageLocation={STOREROOM}")["items"]
        return rows[0] if rows else None

    def order(self, planned):
        made = self.cmms("POST", "/api/workorders", {
            "asset": ASSET, "summary": "Change the belt", "work_type": "CM",
            "planned_materials": [{"item": PART, "quantity": str(planned), "uom": "PC", "storeroom": STOREROOM,
                                   "needed_on": day(3)}]})
        return made["wonum"]

    def status(self, wonum, status):
        return self.cmms("POST", f"/api/workorders/{wonum}/status", {"status": status})

    def use(self, wonum, quantity, **more):
        return self.cmms("POST", "/api/part-transactions", {
            "type": "ISSUE", "wonum": wonum, "item": PART, "quantity": str(quantity), "storeroom": STOREROOM, **more})


def prepare(plant):
    world.wait_until(f"{PART} in the CMMS's part master", lambda: world.call(
        plant.world.cmms.port, "GET", f"/api/items/{PART}", None, world.CMMS_TOKEN)[0] == 200, 60)
    plant.erp("PATCH", f"/api/materials/{PART}/planning/{STOREROOM}",
              {"reorderPoint": "10", "orderUpTo": "30", "lotSize": "5", "leadTimeDays": 5, "safetyStock": "2",
               "vendor": "V-203"})
    on_hand = float(plant.stock()["onHand"]) if plant.stock() else 0
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
    return row if row.get("erp") and row["erp"]["on_hand"] == float(plant.stock()["onHand"]) else None


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
        wonum = plant.order(2)
        plant.after("job approved", lambda: plant.status(wonum, "APPR"), "reservation.booked")
        plant.status(wonum, "RELEASED")
        plant.status(wonum, "INPRG")
        used = plant.head()
        _, issued = plant.after("part used", lambda: plant.use(wonum, 3, line="P1"), "issue.booked")
        plant.then("issued", issued, "stock.changed", used, lambda data: float(data["on_hand"]) == 9)
        plant.then("below the reorder point", issued, "requisition.booked", used)
        second = plant.order(14)
        plant.status(second, "APPR")
        plant.after("job released, parts missing", lambda: plant.status(second, "RELEASED"), "availability.changed",
                    lambda data: data.get("work_order") == second and data.get("state") != "available")
        if sabotage != "no_delivery":
            delivered, _ = buy(plant, faults)
        else:
            delivered = 0
        check_end(plant, second, delivered, issued, faults)
        trace = trace_of(outside, wonum)
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
    if float(plant.stock()["onHand"]) != expected:
        faults.append(f"ERP has {plant.stock()['onHand']} of {PLACE}, {expected} was expected")
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


def trace_of(outside, wonum):
    done = subprocess.run([outside.tieline, "trace", wonum, "--url", f"http://127.0.0.1:{outside.hub.port}"],
                          capture_output=True, text=True, check=False, timeout=30,
                          env={**os.environ, "TIELINE_TOKEN": world.HUB_TOKEN})
    return done.stdout + done.stderr


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
