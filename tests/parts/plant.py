"""A plant with real programs: what a technician, a storekeeper, an approver, a buyer and a vendor do in its CMMS and
its ERP, and the hub's events that follow."""
import os
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

# Last: both folders have modules of the same names.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "main_line"))
import world  # noqa: E402

ASSET = "FILLER-01"
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
    def __init__(self, outside):
        self.world, self.steps = outside, []

    def cmms_answers(self, method, path, body=None):
        """(status, body), whatever it is."""
        return world.call(self.world.cmms.port, method, path, body, world.CMMS_TOKEN)

    def cmms(self, method, path, body=None):
        status, answer = self.cmms_answers(method, path, body)
        if not 200 <= status < 300:
            raise world.Unavailable(f"the sandbox CMMS answers {status} to {method} {path}: {answer}")
        return answer

    def erp_answers(self, method, path, body=None):
        return world.call(self.world.erp.port, method, path, body, world.ERP_TOKEN)

    def erp(self, method, path, body=None):
        return self.world.erp_asks(method, path, body)

    def hub(self, path):
        status, answer = self.world.hub_asks("GET", "/api/v1/" + path)
        if status != 200:
            raise world.Unavailable(f"the hub answers {status} to GET {path}: {answer}")
        return answer

    # What the hub has said.

    def events(self, after):
        """Up to 500 of them: enough for what follows one cause."""
        status, page = self.world.hub_asks("GET", f"/api/v1/events?after={after}&limit=500")
        return page["events"] if status == 200 else []

    def all_events(self, after):
        found = []
        while True:
            page = self.events(after)
            found += page
            if len(page) < 500:
                return found
            after = page[-1]["sequence"]

    def head(self):
        site = self.world.site()
        return site["head"] if site else 0

    def awaited(self, name, type_, after, matches=lambda data: True, limit_s=40):
        def found():
            return next((event for event in self.events(after)
                         if event["type"] == type_ and matches(event.get("data") or {})), None)
        return world.wait_until(f"{type_} after {name}", found, limit_s, 0.02)

    def after(self, name, cause, type_, matches=lambda data: True, limit_s=40):
        """Does `cause`, waits for the event that must follow, and keeps the time between."""
        before, begun = self.head(), time.time()
        answer = cause()
        event = self.awaited(name, type_, before, matches, limit_s)
        self.steps.append((name, type_, max(0.0, recorded(event) - begun)))
        return answer, event

    def then(self, name, cause, type_, after, matches=lambda data: True, limit_s=40):
        """An event that follows another one by itself: the time between the two."""
        event = self.awaited(name, type_, after, matches, limit_s)
        self.steps.append((name, type_, max(0.0, recorded(event) - recorded(cause))))
        return event

    def trace(self, subject):
        done = subprocess.run([self.world.tieline, "trace", subject, "--url",
                               f"http://127.0.0.1:{self.world.hub.port}"], capture_output=True, text=True, check=False,
                              timeout=30, env={**os.environ, "TIELINE_TOKEN": world.HUB_TOKEN})
        return done.stdout + done.stderr

    # What stands in the books.

    def stock(self, part, storeroom="MAIN"):
        rows = self.erp("GET", f"/api/stock?material={part}&storageLocation={storeroom}")["items"]
        return rows[0] if rows else None

    def requisitions(self, part, query=""):
        return self.erp("GET", f"/api/requisitions?material={part}{query}")["items"]

    def movements(self, part):
        return self.erp("GET", f"/api/movements?material={part}&limit=1000")["items"]

    def balance(self, part, storeroom="MAIN"):
        return self.cmms("GET", f"/api/inventory/{storeroom}/{part}")

    # The technician.

    def order(self, part, planned, storeroom="MAIN", needed_in=3, **more):
        """A job that plans so many of the part (0: none)."""
        lines = [{"item": part, "quantity": str(planned), "storeroom": storeroom, "needed_on": day(needed_in)}]
        body = {"asset": ASSET, "summary": "Change a part", "work_type": "CM", **more}
        return self.cmms("POST", "/api/workorders", {**body, "planned_materials": lines if planned else []})["wonum"]

    def status(self, wonum, *statuses):
        for status in statuses:
            answer = self.cmms("POST", f"/api/workorders/{wonum}/status", {"status": status})
        return answer

    def job(self, part, planned=0, storeroom="MAIN"):
        """A job on which parts can be used."""
        wonum = self.order(part, planned, storeroom)
        self.status(wonum, "APPR", "RELEASED", "INPRG")
        return wonum

    @staticmethod
    def use_body(wonum, part, quantity, storeroom="MAIN", **more):
        return {"type": "ISSUE", "wonum": wonum, "item": part, "quantity": str(quantity), "storeroom": storeroom,
                **more}

    def use(self, wonum, part, quantity, storeroom="MAIN", **more):
        return self.cmms("POST", "/api/part-transactions", self.use_body(wonum, part, quantity, storeroom, **more))

    def count(self, part, quantity, storeroom="MAIN"):
        self.cmms("POST", f"/api/inventory/{storeroom}/{part}/count", {"quantity": str(quantity), "note": "stock take"})

    # Approver, buyer and vendor.

    def approve(self, number):
        row = self.erp("GET", f"/api/requisitions/{number}")
        if row["status"] == "in_approval":
            self.erp("POST", f"/api/requisitions/{number}/approve", {"approver": row["approver"]})

    def buy(self, number, **more):
        """An approved requisition becomes an order that is sent; its number."""
        order = self.erp("POST", f"/api/requisitions/{number}/order", more)["document"]
        self.erp("POST", f"/api/purchase-orders/{order}/send", {})
        return order

    @staticmethod
    def receipt_body(order, quantity, note="DN-1"):
        return {"companyCode": "1000", "postingDate": day(), "purchaseOrder": order, "item": "10",
                "quantity": str(quantity), "unit": "PC", "deliveryNote": note}

    def receive(self, order, quantity, note="DN-1"):
        return self.erp("POST", "/api/goods-receipts", self.receipt_body(order, quantity, note))["document"]

    def move(self, part, quantity, kind="count_difference", storeroom="MAIN"):
        self.erp("POST", "/api/stock-movements",
                 {"companyCode": "1000", "postingDate": day(), "kind": kind, "material": part,
                  "quantity": str(quantity), "unit": "PC", "storageLocation": storeroom})


def at_once(*requests):
    """Calls each function at the same moment; their answers in order."""
    barrier, answers = threading.Barrier(len(requests)), [None] * len(requests)

    def ask(place, request):
        barrier.wait()
        answers[place] = request()
    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
