"""A plant whose ERP is Tryton: the sandbox CMMS, trytond and the hub as processes, and what its people do."""
import os
import random
import shutil
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import prepare
from tryton import DATABASE, Client, Refused, Server, date

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "main_line"))
import world  # noqa: E402

TEMPLATE = os.path.join(world.ROOT, "templates", "tryton.yaml")
ASSETS = {"FILLER-01": "CC-100", "LABELER-01": "CC-200", "PUMP-01": "CC-300"}


def day(days=0):
    return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%d")


class Plant(world.World):
    """Use it in a with statement."""

    def __init__(self, build, cache, keep=False):
        super().__init__(build, keep, poll_ms=500)
        self.database = prepare.prepared(cache)
        self.server = Server(self.path("tryton"))
        shutil.copyfile(self.database, os.path.join(self.server.folder, "db", DATABASE + ".sqlite"))
        self.buyer, self.is_harmless = None, False
        self.kills, self.kill_lock = {"hub": 0, "trytond": 0}, threading.Lock()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.server.stop()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.server.start()
        self.buyer = Client(self.server.port)
        self.buyer.preferences()
        self.start_cmms()
        self.cmms_asks("POST", "/admin/seed", {})
        with open(TEMPLATE, encoding="utf-8") as stream:
            text = stream.read()
        # The template as it is, but for addresses, secrets and times.
        for old, new in (("port: 8420", "port: 0\n  token: {env: ACCEPT_HUB_TOKEN}"),
                         ("log: info", "log: warn"), ("data_dir: data", f"data_dir: {self.path('data')}"),
                         ("http://127.0.0.1:8421", f"http://127.0.0.1:{self.cmms.port}"),
                         ("http://127.0.0.1:8000", f"http://127.0.0.1:{self.server.port}"),
                         ("{file: secrets/cmms.token}", "{env: ACCEPT_CMMS_TOKEN}"),
                         ("{file: secrets/webhook.secret}", "{env: ACCEPT_WEBHOOK}"),
                         ("{file: secrets/tryton.password}", "{env: ACCEPT_TRYTON_PASSWORD}"),
                         ("pace: {poll_every: 2s}", "pace: {poll_every: 300ms}"),
                         ("deadline: 60s, settle: 10s, poll_every: 2s",
                          "deadline: 20s, settle: 1s, poll_every: 500ms, follow_every: 300ms, breaker_pause: 500ms, "
                          "backoff_max: 2s")):
            if old not in text:
                raise world.Unavailable(f"the template has no '{old}' any more")
            text = text.replace(old, new)
        with open(self.path("tieline.yaml"), "w", encoding="utf-8") as stream:
            stream.write(text)
        self.hub = self.begin("hub", [self.tieline, "serve", "--config", self.path("tieline.yaml")], self.secrets())

    def strike(self, name, away_s=0.0):
        """kill -9, and started again on the same port."""
        if self.is_harmless:
            return
        with self.kill_lock:
            program = self.hub if name == "hub" else self.server
            program.kill()
            self.kills[name] += 1
            time.sleep(away_s)
            program.start()

    def buyer_tries(self, work):
        """The answer of Tryton, or None where it is away at the moment."""
        try:
            return work(self.buyer)
        except Refused:
            return None

    @staticmethod
    def secrets():
        return {"ACCEPT_HUB_TOKEN": world.HUB_TOKEN, "ACCEPT_CMMS_TOKEN": world.CMMS_TOKEN,
                "ACCEPT_WEBHOOK": world.WEBHOOK_SECRET, "ACCEPT_TRYTON_PASSWORD": prepare.HUB_PASSWORD}

    def cmms_asks(self, method, path, body=None):
        status, answer = world.call(self.cmms.port, method, path, body, world.CMMS_TOKEN)
        if not 200 <= status < 300:
            raise world.Unavailable(f"the sandbox CMMS answers {status} to {method} {path}: {answer}")
        return answer

    def events(self, type_, matches=lambda data: True):
        found, after = [], 0
        while True:
            status, page = self.hub_asks("GET", f"/api/v1/events?after={after}&limit=500")
            if status != 200:
                return found
            found += [event for event in page["events"] if event["type"] == type_ and matches(event.get("data") or {})]
            if len(page["events"]) < 500:
                return found
            after = page["events"][-1]["sequence"]

    def awaited(self, type_, matches=lambda data: True, limit_s=60):
        return world.wait_until(f"{type_}; exceptions: {self.reasons()}",
                                lambda: next(iter(self.events(type_, matches)), None), limit_s, 0.2)

    def reasons(self):
        try:
            return [one["reason"] for one in self.exceptions()]
        except world.Unavailable:
            return []

    def story(self):
        """For a claim that fails: what is still open of each work order, and what stands of it on either side."""
        told = []
        orders = self.cmms_asks("GET", "/api/workorders?after_change=0&limit=500")["items"]
        for wonum in (order["wonum"] for order in orders):
            status, trace = self.hub_asks("GET", f"/api/v1/trace/{wonum}")
            if status != 200:
                told.append(f"{wonum}: the hub answers {status}")
                continue
            told += [f"{wonum}: {one['kind']} {one['key']} {one['state']}, {one['attempts']} attempts: "
                     f"{one.get('last_error', '')}"
                     for one in trace["commands"] if one["state"] not in ("booked", "withdrawn")]
        for used in self.cmms_asks("GET", "/api/part-transactions?after_change=0&limit=500")["items"]:
            seen = self.events("part.consumed", lambda data, number=used["transaction"]: number in str(data))
            told += [] if seen or used["type"] != "ISSUE" else [f"{used['transaction']}: the hub has not read it"]
        shipments = self.buyer_tries(lambda buyer: buyer.rows(
            "stock.shipment.internal", [["state", "not in", ["done", "cancelled"]]], ["reference", "state"]))
        told += [f"Tryton: {one['reference']} is {one['state']}" for one in shipments or []]
        return "".join(f"\n       {line}" for line in told)

    # The technician.

    def completed(self, rng, **more):
        """A completed job with labor, parts typed by hand and a contractor."""
        asset = rng.choice(sorted(ASSETS))
        body = {"asset": asset, "summary": "Overhaul", "work_type": "CM", "status": "COMP",
                "actual_finish": f"{day()}T08:00:00Z",
                "labor": [{"person": "E-1", "craft": "MECH", "hours": f"{rng.randint(1, 32) / 4:.2f}",
                           "rate": f"{rng.randint(3000, 9000) / 100:.2f}", "work_date": f"{day()}T07:00:00Z"}],
                "materials": [{"item": "P-2001", "quantity": str(rng.randint(1, 9)), "uom": "PC",
                               "unit_cost": f"{rng.randint(100, 99999) / 1000:.3f}", "storeroom": "MAIN"}],
                "services": [{"description": "Crane", "vendor": "V-203",
                              "cost": f"{rng.randint(100, 90000) / 100:.2f}"}],
                **more}
        return self.cmms_asks("POST", "/api/workorders", body)["wonum"]

    def job(self, part, planned, *statuses):
        lines = [{"item": part, "quantity": str(planned), "storeroom": "MAIN", "needed_on": day(3)}] if planned else []
        wonum = self.cmms_asks("POST", "/api/workorders", {"asset": "FILLER-01", "summary": "Change a part",
                                                           "work_type": "CM", "planned_materials": lines})["wonum"]
        for status in statuses or ("APPR", "RELEASED", "INPRG"):
            self.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": status})
        return wonum

    def use(self, wonum, part, quantity, type_="ISSUE", **more):
        return self.cmms_asks("POST", "/api/part-transactions",
                              {"type": type_, "wonum": wonum, "item": part, "quantity": str(quantity),
                               "storeroom": "MAIN", **more})["transaction"]

    # The buyer, in Tryton itself.

    def approve_and_order(self, requisition):
        """Approved, made a purchase, confirmed; the purchase's id and number."""
        buyer = self.buyer
        row = buyer.one("purchase.requisition", [["number", "=", requisition]], ["id", "lines"])
        buyer.model("purchase.requisition", "approve", [row["id"]])
        buyer.model("purchase.requisition", "process", [row["id"]])
        request = buyer.one("purchase.request", [["origin", "=", f"purchase.requisition.line,{row['lines'][0]}"]],
                            ["id", "party"])
        vendor = buyer.id_of("party.party", ["code", "=", "V-203"])
        buyer.write("purchase.request", [request["id"]], party=vendor)
        buyer.wizard("purchase.request.create_purchase", (None, {}, "start"), active_model="purchase.request",
                     active_ids=[request["id"]], active_id=request["id"])
        line = buyer.one("purchase.request", [["id", "=", request["id"]]], ["purchase_line.purchase"])
        purchase = line["purchase_line."]["purchase"]
        address = buyer.id_of("party.address", ["party", "=", vendor])
        buyer.write("purchase.purchase", [purchase], invoice_method="manual", purchase_date=date(day()),
                    invoice_address=address)
        for button in ("quote", "confirm", "process"):
            buyer.model("purchase.purchase", button, [purchase])
        return purchase, buyer.one("purchase.purchase", [["id", "=", purchase]], ["number"])["number"]

    def receive(self, purchase, quantity):
        """Part of a purchase arrives and is put away."""
        buyer = self.buyer
        moves = buyer.rows("stock.move", [["origin.purchase.id", "=", purchase, "purchase.line"],
                                          ["state", "=", "draft"], ["shipment", "=", None]],
                           ["id", "company", "quantity", "product", "uom", "from_location", "to_location"])
        vendor = buyer.id_of("party.party", ["code", "=", "V-203"])
        shipment = buyer.create("stock.shipment.in", supplier=vendor, company=buyer.context["company"],
                                effective_date=date(day()), reference="DN-1",
                                incoming_moves=[["add", [moves[0]["id"]]]])
        buyer.write("stock.move", [moves[0]["id"]], quantity=quantity)
        for button in ("receive", "done"):
            buyer.model("stock.shipment.in", button, [shipment])
        return shipment


class Killer(threading.Thread):
    """kill -9 of the hub and of trytond by turns at random moments, each started again."""

    def __init__(self, plant, rng, count):
        super().__init__()
        self.plant, self.rng, self.count, self.failure = plant, rng, count, None

    def run(self):
        try:
            for number in range(self.count):
                time.sleep(0.3 + self.rng.random() * 2.0)
                self.plant.strike("hub" if number % 2 else "trytond", self.rng.random())
        except (world.Unavailable, Refused, OSError) as error:
            self.failure = f"{type(error).__name__}: {error}"
