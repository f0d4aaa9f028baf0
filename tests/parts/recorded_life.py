"""A plant that lives for a while over real programs, written down as the dump that reference_model.py reads.

    tests/parts/recorded_life.py build/release --seconds 30 --seed 1 --dump life.jsonl"""
import argparse
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "main_line"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import reference_check  # noqa: E402
import world  # noqa: E402
from chain import FLOWS, day  # noqa: E402

ZONE, DUMP = "Europe/Berlin", "life.jsonl"
PARTS = ["P-2001", "P-2011", "P-2015", "P-2017", "P-2018", "P-2020", "P-2022", "P-2023"]
OWN = ("flow/", "hub")
PLACE_MASK = (1 << 40) - 1       # the upper bits name the site


def moment(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds").replace(
        "+00:00", "Z")


class Life:
    """What planners, technicians, approvers, buyers and vendors do, drawn from a seed."""

    def __init__(self, outside, seed, faults):
        self.world, self.draw, self.faults = outside, random.Random(seed), faults
        self.jobs, self.done, self.refused = {}, 0, 0

    def asks(self, system, method, path, body=None):
        """The answer, or None where the system says no: people hit walls too."""
        token, port = ((world.CMMS_TOKEN, self.world.cmms.port) if system == "cmms"
                       else (world.ERP_TOKEN, self.world.erp.port))
        status, answer = world.call(port, method, path, body, token)
        self.done += 1
        self.refused += not 200 <= status < 300
        return answer if 200 <= status < 300 else None

    def step(self):
        acts = [(5, self.plan), (6, self.move_on), (6, self.use), (3, self.reschedule), (2, self.drop),
                (5, self.approve), (5, self.order), (5, self.deliver), (1, self.count), (1, self.suggest),
                (1, self.give_back),
                (2, self.run_plans), (1, self.order_together), (0.5 if self.faults else 0, self.crash)]
        return self.draw.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def plan(self):
        parts = self.draw.sample(PARTS, self.draw.randint(1, 2))
        made = self.asks("cmms", "POST", "/api/workorders", {
            "asset": self.draw.choice(["FILLER-01", "CAPPER-01"]), "summary": "Work", "work_type": "CM",
            "planned_materials": [{"item": part, "quantity": str(self.draw.randint(1, 6)), "storeroom": "MAIN",
                                   "needed_on": day(self.draw.randint(1, 20))} for part in parts]})
        if made:
            self.jobs[made["wonum"]] = "REQ"

    def job(self, *states):
        found = [number for number, state in self.jobs.items() if state in states]
        return self.draw.choice(found) if found else None

    def move_on(self):
        number = self.job("REQ", "APPR", "RELEASED", "INPRG")
        if number is None:
            return
        state = {"REQ": "APPR", "APPR": "RELEASED", "RELEASED": "INPRG", "INPRG": "COMP"}[self.jobs[number]]
        if self.draw.random() < 0.08:
            state = "CANC"
        if state == "COMP" and self.draw.random() < 0.6:
            return
        if self.asks("cmms", "POST", f"/api/workorders/{number}/status", {"status": state}):
            self.jobs[number] = state

    def planned(self, number):
        order = self.asks("cmms", "GET", f"/api/workorders/{number}")
        return order["planned_materials"] if order else []

    def use(self):
        number = self.job("RELEASED", "INPRG")
        lines = self.planned(number) if number else []
        if not lines:
            return
        line = self.draw.choice(lines)
        named = {"line": line["line"]} if self.draw.random() < 0.7 else {}
        self.asks("cmms", "POST", "/api/part-transactions", {
            "type": "ISSUE", "wonum": number, "item": line["item"], "quantity": str(self.draw.randint(1, 3)),
            "storeroom": "MAIN", **named})

    def give_back(self):
        rows = self.asks("cmms", "GET", "/api/part-transactions?limit=500")
        issues = [row for row in (rows or {}).get("items", []) if row["type"] == "ISSUE"]
        if issues:
            one = self.draw.choice(issues)
            self.asks("cmms", "POST", "/api/part-transactions", {
                "type": "RETURN", "wonum": one["wonum"], "item": one["item"], "quantity": "1",
                "storeroom": one["storeroom"], "of": one["transaction"]})

    def reschedule(self):
        number = self.job("APPR", "RELEASED", "INPRG")
        lines = self.planned(number) if number else []
        if not lines:
            return
        changed = []
        for line in lines:
            change = {"line": line["line"], "item": line["item"], "quantity": str(line["quantity"]),
                      "uom": line["uom"], "storeroom": line["storeroom"], "needed_on": line["needed_on"]}
            if self.draw.random() < 0.5:
                change["needed_on"] = day(self.draw.randint(1, 25))
            else:
                change["quantity"] = str(max(int(line["issued"]), self.draw.randint(1, 8)))
            changed.append(change)
        self.asks("cmms", "PATCH", f"/api/workorders/{number}", {"planned_materials": changed})

    def drop(self):
        number = self.job("APPR", "RELEASED")
        if number and self.asks("cmms", "POST", f"/api/workorders/{number}/status", {"status": "CANC"}):
            self.jobs[number] = "CANC"

    def one_of(self, path, fits=lambda row: True):
        rows = [row for row in (self.asks("erp", "GET", path) or {}).get("items", []) if fits(row)]
        return self.draw.choice(rows) if rows else None

    def approve(self):
        row = self.one_of("/api/requisitions?status=in_approval&limit=200")
        if row is None:
            return
        how = "reject" if self.draw.random() < 0.12 else "approve"
        self.asks("erp", "POST", f"/api/requisitions/{row['requisition']}/{how}",
                  {"approver": row["approver"], **({"reason": "too many"} if how == "reject" else {})})

    def order(self):
        row = self.one_of("/api/requisitions?status=approved&limit=200")
        if row:
            self.asks("erp", "POST", f"/api/requisitions/{row['requisition']}/order",
                      {"vendor": row.get("vendor", "V-203")})

    def deliver(self):
        row = self.one_of("/api/purchase-orders?open=true&limit=200", lambda one: one.get("items"))
        if row is None:
            return
        path = f"/api/purchase-orders/{row['number'] if 'number' in row else row['purchaseOrder']}"
        if row["status"] == "held":
            self.asks("erp", "POST", path + ("/cancel" if self.draw.random() < 0.05 else "/send"), {})
            return
        item = row["items"][0]
        if self.draw.random() < 0.3:
            self.asks("erp", "POST", path + "/confirm",
                      {"item": item["item"], "confirmedDate": day(self.draw.randint(1, 12))})
            return
        left = float(item["open"])
        share = max(1, int(left * self.draw.choice([0.5, 1, 1])))
        self.asks("erp", "POST", "/api/goods-receipts", {
            "companyCode": "1000", "postingDate": day(), "purchaseOrder": path.rsplit("/", 1)[1],
            "item": item["item"],
            "quantity": str(share), "unit": item["unit"], "deliveryNote": f"DN-{self.done}"})

    def order_together(self):
        """Two requisitions on one purchase order."""
        rows = (self.asks("erp", "GET", "/api/requisitions?status=approved&limit=200") or {}).get("items", [])
        if len(rows) < 2:
            return
        self.asks("erp", "POST", "/api/purchase-orders", {
            "companyCode": "1000", "vendor": "V-203", "currency": "EUR", "items": [
                {"material": row["material"], "quantity": row["quantity"], "unit": row["unit"], "price": row["price"],
                 "deliveryDate": row["deliveryDate"], "storageLocation": row["storageLocation"],
                 "requisition": row["requisition"]} for row in self.draw.sample(rows, 2)]})

    def run_plans(self):
        """Due work becomes orders, further ahead each time."""
        made = self.asks("cmms", "POST", "/admin/pm-run", {"until": day(self.draw.randint(0, 40)), "limit": 2})
        for one in (made or {}).get("created", []):
            order = self.asks("cmms", "GET", f"/api/workorders/{one['wonum']}")
            self.jobs[one["wonum"]] = order["status"]

    def crash(self):
        """kill -9 of the hub or the ERP, and started again."""
        program = self.draw.choice([self.world.hub, self.world.erp])
        program.kill()
        for tries in range(5):
            try:
                return program.start()
            except world.Unavailable:       # somebody's connection has taken the port for a moment
                if tries == 4:
                    raise
                time.sleep(1)

    def count(self):
        self.asks("erp", "POST", "/api/stock-movements", {
            "companyCode": "1000", "postingDate": day(), "kind": "count_difference",
            "material": self.draw.choice(PARTS), "quantity": str(self.draw.choice([-2, -1, 1, 2])), "unit": "PC",
            "storageLocation": "MAIN", "reason": "counted"})

    def suggest(self):
        self.asks("cmms", "POST", "/api/reorder-suggestions", {
            "item": self.draw.choice(PARTS), "storeroom": "MAIN", "quantity": str(self.draw.randint(1, 9)),
            "reason": "low"})


def rows_of(outside, path):
    """All rows of an ERP list."""
    rows, after = [], ""
    while True:
        page = outside.erp_asks("GET", f"{path}{'&' if '?' in path else '?'}limit=1000{after}")
        rows += page["items"]
        if not page.get("more"):
            return rows
        after = f"&after={page['next']}"


def known_to_both(outside):
    """The CMMS has the parts before the hub starts: else its first mirrors are refused, and tried again later."""
    for row in rows_of(outside, "/api/materials"):
        status, answer = world.call(outside.cmms.port, "PUT", f"/api/items/{row['code']}", {
            "description": row["name"], "uom": row["unit"], "decimals": 3 if row["unit"] in ("M", "L", "KG") else 0,
            "unit_cost": str(row["price"]), "currency": row["currency"], "active": True}, world.CMMS_TOKEN)
        if not 200 <= status < 300:
            raise world.Unavailable(f"the sandbox CMMS answers {status} to part {row['code']}: {answer}")


def plans(outside):
    """Preventive work that will lack parts: due within the horizon, some of it within the lead time."""
    for number, (part, first) in enumerate(zip(PARTS[1:6], (4, 9, 14, 19, 24)), 1):
        for path, body in ((f"/api/job-plans/JP-{number}", {
                "description": "Round", "work_type": "PM", "active": True,
                "planned_materials": [{"item": part, "quantity": str(9 * number), "storeroom": "MAIN"}]}),
                           (f"/api/pms/PM-LIFE-{number}", {
                               "description": "Round", "asset": "FILLER-01", "job_plan": f"JP-{number}",
                               "calendar": {"every_days": 7}, "schedule": "fixed", "start_on": day(first),
                               "lead_days": 3, "active": True})):
            status, answer = world.call(outside.cmms.port, "PUT", path, body, world.CMMS_TOKEN)
            if not 200 <= status < 300:
                raise world.Unavailable(f"the sandbox CMMS answers {status} to {path}: {answer}")


def log_lines(folder):
    """Events in their order, each with the commands it caused behind it."""
    store = sqlite3.connect(os.path.join(folder, "data", "tieline.db"))
    store.row_factory = sqlite3.Row
    positions, commands = {}, {}
    for row in store.execute("SELECT pos, id FROM events"):
        positions[row["id"]] = row["pos"] & PLACE_MASK
    for row in store.execute("SELECT * FROM commands ORDER BY id"):
        cause = positions.get(row["cause"], 0)
        commands.setdefault(cause, []).append({
            "line": "command", "position": cause, "cause": cause, "kind": row["kind"], "key": row["key"],
            "flow": row["flow"], "flow_key": row["flow_key"], "payload": json.loads(row["payload"]),
            "echo": json.loads(row["echo"] or "{}")})
    for row in store.execute("SELECT * FROM events ORDER BY pos"):
        line = {"line": "event", "position": row["pos"] & PLACE_MASK, "type": row["type"], "subject": row["subject"],
                "correlation": row["correlation"], "at": moment(row["occurred"]), "recorded": moment(row["recorded"]),
                "data": json.loads(row["data"])}
        if row["source"].startswith(OWN) or row["type"] == "timer.fired" or "flow" in line["data"]:
            line["own"] = True
        yield line
        yield from commands.get(line["position"], [])


def rest_lines(outside):
    def canonical(row, **names):
        return {**row, "part": row["material"], "storeroom": row["storageLocation"],
                **{new: row[old] for new, old in names.items() if old in row}}
    for row in rows_of(outside, "/api/requisitions"):
        yield {"line": "requisition", **canonical(row, delivery_date="deliveryDate", work_orders="workOrders")}
    for row in rows_of(outside, "/api/movements"):
        yield {"line": "movement", **canonical(row, type="kind", base_quantity="quantity", work_order="workOrder")}
    for row in rows_of(outside, "/api/stock"):
        yield {"line": "stock", **canonical(row, on_hand="onHand", on_order="onOrder", on_requisition="onRequisition")}
    for row in transactions_of(outside):
        yield {**row, "line": "transaction", "part": row["item"]}


def transactions_of(outside):
    after, more = 0, True
    while more:
        status, page = world.call(outside.cmms.port, "GET", f"/api/part-transactions?limit=500&after_change={after}",
                                  None, world.CMMS_TOKEN)
        if status != 200:
            raise world.Unavailable(f"the sandbox CMMS answers {status} to its part transactions: {page}")
        yield from page["items"]
        after, more = page["next_change"], page["more"]


def default(value):
    return str(value)


FAULTS = [{"fault": "drop_after", "percent": "3"}, {"fault": "error_after", "percent": "2"},
          {"fault": "drop_before", "percent": "3"}, {"fault": "slow", "percent": "5", "ms": 300}]
FAULTY = ["/api/requisitions", "/api/reservations", "/api/goods-issues", "/api/purchase-orders"]


def record(build, seed, seconds, path, faults=False, keep=False):
    with world.World(build, keep) as outside:
        outside.start_erp({})
        outside.erp_asks("POST", "/admin/seed?demo=true")
        outside.start_cmms()
        world.call(outside.cmms.port, "POST", "/admin/seed", {}, world.CMMS_TOKEN)
        known_to_both(outside)
        plans(outside)
        outside.start_hub(FLOWS, parts=True, plan_horizon_days=40)
        world.wait_until("the part masters in the CMMS", lambda: world.call(
            outside.cmms.port, "GET", "/api/items/P-2023", None, world.CMMS_TOKEN)[0] == 200, 60)
        if faults:
            outside.faults([{**rule, "path": place, "method": method} for rule in FAULTS for place in FAULTY
                            for method in ("POST", "PATCH")])
        life, until = Life(outside, seed, faults), time.monotonic() + seconds
        while time.monotonic() < until:
            life.step()
            time.sleep(life.draw.choice([0, 0.05, 0.1]))
        if faults:
            outside.faults([])
        outside.settle(120)
        rest = list(rest_lines(outside))
        outside.hub.stop()
        with open(path, "w", encoding="utf-8") as stream:
            lines = [{"line": "plant", "seed": seed, "today": day(), "time_zone": ZONE, "settings": FLOWS["supply"]}]
            for line in lines + list(log_lines(outside.folder)) + rest:
                stream.write(json.dumps(line, default=default) + "\n")
        print(f"{life.done} acts of people, {life.refused} refused; {path}")


def too_quiet(path):
    """A life in which hardly anything happened shows nothing: says so; "" where there was enough."""
    with open(path, encoding="utf-8") as stream:
        lines = [json.loads(line) for line in stream]
    asked = sum(line["line"] == "command" and line["kind"] == "requisition.create" for line in lines)
    taken = sum(line["line"] == "event" and line["type"] == "part.consumed" for line in lines)
    return "" if asked >= 3 and taken >= 3 else (
        f"only {asked} requisitions asked for and {taken} parts taken in this life: let it last longer, or look why "
        "the hub heard of nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--dump", default=DUMP)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--faults", action="store_true", help="lost answers, errors, kill -9 of the hub and the ERP")
    parser.add_argument("--check", action="store_true",
                        help="hold it against the reference model; the dump stays where it diverges")
    asked = parser.parse_args()
    if not asked.check:
        record(asked.build, asked.seed, asked.seconds, asked.dump, asked.faults, asked.keep)
        return 0
    path = asked.dump if asked.dump != DUMP else os.path.join(tempfile.mkdtemp(prefix="tieline-life-"), DUMP)
    record(asked.build, asked.seed, asked.seconds, path, asked.faults, asked.keep)
    idle = too_quiet(path)
    if idle:
        print(idle)
    wrong = reference_check.main([path]) or bool(idle)
    print("0 passed, 1 failed" if wrong else "1 passed, 0 failed")
    if not wrong and asked.dump == DUMP:
        shutil.rmtree(os.path.dirname(path))
    return wrong


if __name__ == "__main__":
    sys.exit(main())
