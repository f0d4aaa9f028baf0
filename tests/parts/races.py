"""Races over HTTP with real programs, each schedule forced: two take the last piece; a delivery arrives while the
requisition is rejected; the ERP's answer is lost after it made the requisition; a delivery is told twice; a delivery is
cancelled after the part was used. What stands in the ERP, the CMMS and the hub at the end is compared exactly."""
import argparse
import sys
import time
from decimal import Decimal

from plant import FLOWS, Plant, at_once, day, world

BLIND = {"fault": "drop_before", "percent": "100", "method": "GET", "path": "/api/changes"}
# part, price, opening stock, planning (reorder point, order up to, lot), storeroom
PLACES = (("RACE-A1", "40.00", 1, (1, 2, 1), "CAGE"), ("RACE-A2", "40.00", 1, (1, 2, 1), "CAGE"),
          ("RACE-A3", "40.00", 1, None, "RACK"), ("RACE-B1", "100.00", 5, (10, 30, 5), "MAIN"),
          ("RACE-B2", "100.00", 5, (10, 30, 5), "MAIN"), ("RACE-C1", "20.00", 10, None, "MAIN"),
          ("RACE-C2", "10.00", 10, (8, 20, 1), "MAIN"), ("RACE-D", "20.00", 0, (10, 20, 10), "MAIN"),
          ("RACE-E1", "20.00", 0, (1, 2, 1), "MAIN"), ("RACE-E2", "20.00", 0, (1, 2, 1), "RACK"))
BREAKS = {"third_taken": "a", "no_delivery": "b", "answer_kept": "c", "told_once": "d", "not_cancelled": "e"}


class Races:
    def __init__(self, plant, broken):
        self.plant, self.broken, self.faults, self.race = plant, broken, [], ""

    def same(self, what, found, expected):
        if found != expected:
            self.faults.append(f"race {self.race}: {what} is {found}, {expected} was expected")

    def eventually(self, what, ask, expected, limit_s=15):
        """For what follows by itself: what stands there at last must be as expected."""
        give_up = time.monotonic() + limit_s
        while ask() != expected and time.monotonic() < give_up:
            time.sleep(0.05)
        self.same(what, ask(), expected)

    def books(self, part, storeroom="MAIN", **expected):
        """The ERP's stock row, the CMMS's mirror of it and the hub's own, in whole numbers."""
        row = self.plant.stock(part, storeroom)
        names = {"on_hand": "onHand", "on_order": "onOrder", "on_requisition": "onRequisition"}
        for name, value in expected.items():
            if name in names:
                self.same(f"{name} of {part} in the ERP", int(Decimal(row[names[name]])), value)
                self.eventually(f"{name} of {part} in the hub", lambda name=name: self.hub_stock(part, name), value)
        self.eventually(f"the ERP's stock of {part} in the CMMS", lambda: self.mirror(part, storeroom),
                        expected["on_hand"])
        if "balance" in expected:
            self.same(f"balance of {part} in the CMMS", self.balance(part, storeroom), expected["balance"])

    def hub_stock(self, part, name):
        rows = self.plant.hub(f"stock?part={part}")["stock"]
        return int(Decimal(rows[0].get(name, "0"))) if rows else None

    def mirror(self, part, storeroom):
        erp = self.plant.balance(part, storeroom).get("erp")
        return int(Decimal(erp["on_hand"])) if erp else None

    def balance(self, part, storeroom="MAIN"):
        return int(Decimal(self.plant.balance(part, storeroom)["balance"]))

    def issued(self, part):
        """What each goods issue took that still counts, in order."""
        rows = [row for row in self.plant.movements(part) if row["kind"] == "goods_issue"]
        return [int(-Decimal(row["quantity"])) for row in rows]

    def requisitions(self, part):
        return [(int(Decimal(row["quantity"])), row["status"]) for row in self.plant.requisitions(part)]

    def waiting(self, *subjects):
        """Codes of what waits for a person about these."""
        return sorted(one["code"] for one in self.plant.world.exceptions() if one["subject"] in subjects)

    def linked(self, transaction):
        return self.plant.cmms("GET", f"/api/part-transactions/{transaction}")["erp_status"]

    def erp_faults(self, *rules):
        self.plant.world.faults(list(rules))

    def cmms_faults(self, *rules):
        self.plant.cmms("POST", "/admin/faults", {"seed": 1, "rules": list(rules)})

    def peace(self):
        self.erp_faults()
        self.cmms_faults()

    def told(self, subject, *words):
        trace = self.plant.trace(subject)
        for word in words:
            if word not in trace:
                self.faults.append(f"race {self.race}: tieline trace {subject} does not show {word}")

    def settled(self):
        self.plant.world.settle(60)

    def reorder(self, part):
        """The one open requisition of the place; waits for it."""
        rows = world.wait_until(f"a requisition of {part}", lambda: self.plant.requisitions(part, "&open=true"), 30)
        self.same(f"open requisitions of {part}", len(rows), 1)
        return rows[0]["requisition"]


def last_piece(races):
    """a: the CMMS knows of one piece and refuses the second technician; it believes in two and the ERP refuses."""
    plant = races.plant
    jobs = [plant.job(part, storeroom="CAGE") for part in ("RACE-A1", "RACE-A1", "RACE-A2", "RACE-A2")]
    spot = [plant.job("RACE-A3", storeroom="RACK") for _ in range(2)]
    plant.count("RACE-A2", 2, "CAGE")
    races.settled()
    answers = at_once(*[lambda job=job: plant.cmms_answers(
        "POST", "/api/part-transactions", plant.use_body(job, "RACE-A1", 1, "CAGE")) for job in jobs[:2]])
    races.same("answers of the CMMS", sorted(status for status, _ in answers), [201, 409])
    races.same("why it refused one", [body["code"] for status, body in answers if status == 409],
               ["balance_too_small"])
    # Both transactions are there before the hub reads any, and both issues are at the ERP before it answers one.
    races.cmms_faults({"fault": "drop_before", "percent": "100", "method": "GET", "path": "/api/part-transactions"})
    races.erp_faults({"fault": "slow", "percent": "100", "ms": 400, "method": "POST", "path": "/api/goods-issues"})
    taken = at_once(*[lambda job=job: plant.use(job, "RACE-A2", 1, "CAGE") for job in jobs[2:]])
    spare = at_once(*[lambda job=job: plant.use(job, "RACE-A3", 1, "RACK") for job in spot])
    if races.broken == "third_taken":
        plant.move("RACE-A1", 1, "count_difference", "CAGE")
        plant.erp("POST", "/api/goods-issues", {
            "companyCode": "1000", "postingDate": day(), "material": "RACE-A1", "quantity": "1", "unit": "PC",
            "storageLocation": "CAGE", "costCenter": "CC-400"})
    races.cmms_faults()
    links = [one["transaction"] for one in taken]
    races.eventually("what the CMMS knows of both", lambda: sorted(map(races.linked, links)), ["booked", "refused"])
    races.erp_faults()
    races.eventually("what the CMMS knows of both in the rack",
                     lambda: [races.linked(one["transaction"]) for one in spare], ["booked", "booked"])
    races.settled()
    races.same("issues of RACE-A1", races.issued("RACE-A1"), [1])
    races.same("issues of RACE-A2", races.issued("RACE-A2"), [1])
    races.same("issues of RACE-A3", races.issued("RACE-A3"), [1, 1])
    races.same("requisitions of RACE-A1", races.requisitions("RACE-A1"), [(2, "approved")])
    races.same("requisitions of RACE-A2", races.requisitions("RACE-A2"), [(2, "approved")])
    races.books("RACE-A1", "CAGE", on_hand=0, on_requisition=2, balance=0)
    races.books("RACE-A2", "CAGE", on_hand=0, on_requisition=2, balance=0)
    races.books("RACE-A3", "RACK", on_hand=-1, balance=-1)
    races.same("what waits", races.waiting(*jobs, *spot), ["stock_insufficient"])
    # The goods come, a person replays: the second one has its issue too.
    order = plant.buy(races.reorder("RACE-A2"))
    plant.receive(order, 2)
    waits = [one for one in plant.world.exceptions() if one["code"] == "stock_insufficient"]
    plant.world.replay_all(60)
    races.eventually("what the CMMS knows of both", lambda: list(map(races.linked, links)), ["booked", "booked"])
    races.same("issues of RACE-A2", races.issued("RACE-A2"), [1, 1])
    races.books("RACE-A2", "CAGE", on_hand=1, on_order=0, on_requisition=0, balance=0)
    races.same("the difference that the CMMS shows of RACE-A2",
               int(Decimal(plant.balance("RACE-A2", "CAGE")["difference"])), -1)
    races.same("what waits", races.waiting(*jobs), [])
    for one in waits:
        races.told(one["subject"], "part.consumed", "issue.rejected", "issue.booked")


def delivery_and_rejection(races):
    """b: an earlier order's delivery and the rejection lie between two looks of the hub, in either order."""
    plant, orders, numbers = races.plant, {}, {}
    for part in ("RACE-B1", "RACE-B2"):
        numbers[part] = races.reorder(part)
        orders[part] = plant.erp("POST", "/api/purchase-orders", {
            "companyCode": "1000", "vendor": "V-203", "currency": "EUR", "items": [
                {"material": part, "quantity": "3", "unit": "PC", "price": "100.00", "deliveryDate": day(1),
                 "storageLocation": "MAIN", "overDeliveryPercent": "400"}]})["document"]
        plant.erp("POST", f"/api/purchase-orders/{orders[part]}/send", {})
    races.settled()
    races.erp_faults(BLIND)

    def reject(part):
        row = plant.erp("GET", f"/api/requisitions/{numbers[part]}")
        return plant.erp("POST", f"/api/requisitions/{numbers[part]}/reject",
                         {"approver": row["approver"], "reason": "no budget"})
    at_once(lambda: reject("RACE-B1"), lambda: plant.receive(orders["RACE-B1"], 3))
    reject("RACE-B2")
    if races.broken != "no_delivery":
        plant.receive(orders["RACE-B2"], 8)
    before = plant.head()
    races.erp_faults()
    for part in ("RACE-B1", "RACE-B2"):
        plant.awaited("the rejection", "requisition.rejected", before,
                      lambda data, part=part: data.get("requisition") == numbers[part])
    races.settled()
    races.books("RACE-B1", on_hand=8, on_order=0, on_requisition=0)
    races.books("RACE-B2", on_hand=13, on_order=0, on_requisition=0)
    for part in ("RACE-B1", "RACE-B2"):
        races.same(f"requisitions of {part}", [status for _, status in races.requisitions(part)], ["rejected"])
    # B1 is still below its reorder point: a person says so. B2 has recovered: the no no longer holds.
    notices = [one for one in plant.world.exceptions() if one["subject"].startswith("RACE-B")]
    races.same("what waits", [(one["subject"], one["code"]) for one in notices],
               [("RACE-B1/MAIN", "requisition_rejected")])
    for one in notices:
        plant.world.hub_asks("POST", f"/api/v1/exceptions/{one['id']}/answer",
                             {"actor": "planner", "choice": "order_again", "reason": "the budget is there"})
    plant.use(plant.job("RACE-B2"), "RACE-B2", 5)
    for part in ("RACE-B1", "RACE-B2"):
        races.eventually(f"requisitions of {part}", lambda part=part: races.requisitions(part),
                         [(25, "rejected"), (25, "in_approval")])
    races.settled()
    races.same("what waits", races.waiting("RACE-B1/MAIN", "RACE-B2/MAIN"), [])
    for part in ("RACE-B1", "RACE-B2"):
        races.books(part, on_hand=8, on_order=0, on_requisition=25)
        races.told(numbers[part], "requisition.requested", "requisition.rejected")
        races.told(orders[part], "delivery.received")


def lost_answer(races):
    """c: the answer is lost. C1: the look-up by reference finds it. C2: look-ups fail until the feed has told of it."""
    plant = races.plant
    lost = {"fault": "drop_after", "count": 1, "method": "POST", "path": "/api/requisitions"}
    deaf = {"fault": "drop_before", "percent": "100", "method": "GET", "path": "/api/documents"}
    for part, other, quantity in (("RACE-C1", BLIND, 3), ("RACE-C2", deaf, 13)):
        job = plant.order(part, 13) if part == "RACE-C1" else plant.job(part)
        races.settled()
        before = plant.head()
        races.erp_faults(*([other] if races.broken == "answer_kept" else [other, lost]))
        if part == "RACE-C1":  # the job lacks 3: the hub needs no news of the ERP to ask for them
            plant.status(job, "APPR", "RELEASED")
            plant.awaited("the look-up", "requisition.booked", before)
        else:
            plant.use(job, part, 3)
            plant.awaited("the ERP's news", "requisition.approved", before)
            early = [event["type"] for event in plant.events(before) if event["type"] == "requisition.booked"]
            races.same("receipts before the look-up", early, [])
        rules = plant.erp("GET", "/admin/faults")["rules"]
        races.same("answers lost", sum(row["fired"] for row in rules if row["fault"] == "drop_after"), 1)
        races.erp_faults()
        races.settled()
        number = plant.requisitions(part)[0]["requisition"]
        races.same(f"requisitions of {part}", races.requisitions(part), [(quantity, "approved")])
        receipts = [event["data"]["document"] for event in plant.events(before)
                    if event["type"] == "requisition.booked"]
        races.same(f"receipts of {part}", receipts, [number])
        story = job if part == "RACE-C1" else f"{part}/MAIN"  # one job's need belongs to that job's story
        sent = [(command["kind"], command["attempts"])
                for command in plant.hub("trace/" + story.replace("/", "%2F"))["commands"]
                if command["kind"].startswith("requisition.")]
        races.same(f"what was sent for {part}", sent, [("requisition.create", 1)])
        races.books(part, on_hand=10 if part == "RACE-C1" else 7, on_requisition=quantity)
        races.same("what waits", races.waiting(f"{part}/MAIN", job), [])
        races.told(story, "requisition.booked", number)


def told_twice(races):
    """d: the ERP's feed tells everything again, the delivery with it, before and after the part is used."""
    plant = races.plant
    number = races.reorder("RACE-D")
    plant.approve(number)
    order = plant.buy(number)
    races.settled()
    again = {"fault": "told_twice", "percent": "100", "method": "GET", "path": "/api/changes", "changes": 60}
    before = plant.head()
    races.erp_faults(*([] if races.broken == "told_once" else [again]))
    document = plant.receive(order, 4)
    told = lambda: len([event for event in plant.all_events(before) if event["type"] == "delivery.received"
                        and event["data"]["document"] == document])
    plant.awaited("the delivery", "delivery.received", before)
    job = plant.job("RACE-D", planned=2)
    plant.use(job, "RACE-D", 2, line="P1")
    races.eventually("news of the delivery", lambda: told() > 1, True)
    races.erp_faults()
    races.settled()
    races.same("deliveries in the ERP", [row["document"] for row in plant.movements("RACE-D")
                                         if row["kind"] == "goods_receipt"], [document])
    races.same("issues", races.issued("RACE-D"), [2])
    races.same("requisitions", races.requisitions("RACE-D"), [(20, "ordered")])
    races.books("RACE-D", on_hand=2, on_order=16, on_requisition=0)
    shown = plant.hub("stock?part=RACE-D")["stock"][0].get("compared", {"difference": "0"})
    races.same("the difference that the hub sees", shown["difference"], "0")
    races.same("what waits", races.waiting("RACE-D/MAIN", job), [])
    races.told(order, "delivery.received")


def cancelled_after_use(races):
    """e: the delivery was used, then it is cancelled: refused where stock may not be negative (E1), else below zero."""
    plant, orders, jobs = races.plant, {}, {}
    places = (("RACE-E1", "MAIN"), ("RACE-E2", "RACK"))
    documents = {}
    for part, storeroom in places:
        orders[part] = plant.buy(races.reorder(part))
        documents[part] = plant.receive(orders[part], 2)
        jobs[part] = plant.job(part, storeroom=storeroom)
    races.settled()
    # The issue and the cancellation lie between two looks of the hub.
    races.erp_faults(BLIND)
    taken = {part: plant.use(jobs[part], part, 2, storeroom)["transaction"] for part, storeroom in places}
    races.eventually("what the CMMS knows", lambda: [races.linked(one) for one in taken.values()], ["booked", "booked"])
    reverse = {"postingDate": day(), "reason": "wrong goods"}
    answers = [plant.erp_answers("POST", f"/api/documents/{documents[part]}/reverse", reverse)
               for part, _ in (places if races.broken != "not_cancelled" else places[:1])]
    races.erp_faults()
    races.same("answers of the ERP", [status for status, _ in answers], [422, 201])
    races.same("why it refused one", answers[0][1]["code"], "stock_insufficient")
    races.settled()
    races.books("RACE-E1", on_hand=0, on_order=0, on_requisition=2)
    # The order is open again, and what the hole needs besides is asked for once.
    races.books("RACE-E2", "RACK", on_hand=-2, on_order=2, on_requisition=2)
    races.same("requisitions of RACE-E1", races.requisitions("RACE-E1"), [(2, "closed"), (2, "approved")])
    races.same("requisitions of RACE-E2", races.requisitions("RACE-E2"), [(2, "ordered"), (2, "approved")])
    races.told(orders["RACE-E2"], "delivery.received", "delivery.cancelled")
    plant.receive(orders["RACE-E2"], 2, "DN-2")  # the right goods fill the hole
    races.settled()
    races.books("RACE-E2", "RACK", on_hand=0, on_order=0, on_requisition=2)
    races.same("issues", [races.issued(part) for part, _ in places], [[2], [2]])
    races.same("what waits", races.waiting("RACE-E1/MAIN", "RACE-E2/RACK", *jobs.values()), [])


RACES = {"a": last_piece, "b": delivery_and_rejection, "c": lost_answer, "d": told_twice, "e": cancelled_after_use}


def seed(plant):
    """Parts of their own, so that no race meets another one."""
    plant.erp("POST", "/admin/seed", {
        "storageLocations": [{"code": "CAGE", "companyCode": "1000", "name": "Locked cage"},
                             {"code": "RACK", "companyCode": "1000", "name": "Open rack", "negativeStock": True}],
        "materials": [{"code": part, "name": f"Part of {part}", "unit": "PC", "price": price, "currency": "EUR",
                       "valuation": "moving_average"} for part, price, _, _, _ in PLACES],
        "planning": [{"material": part, "storageLocation": storeroom, "reorderPoint": str(plan[0]),
                      "orderUpTo": str(plan[1]), "lotSize": str(plan[2]), "leadTimeDays": 5, "safetyStock": "0",
                      "vendor": "V-203"} for part, _, _, plan, storeroom in PLACES if plan],
        "stock": [{"material": part, "storageLocation": storeroom, "quantity": str(stock), "postingDate": day()}
                  for part, _, stock, _, storeroom in PLACES if stock]})
    for part, _, stock, plan, storeroom in PLACES:
        if not stock:  # a place that nothing has ever moved in is unknown
            plant.move(part, 1, storeroom=storeroom)
            plant.move(part, -1, storeroom=storeroom)
    plant.cmms("PUT", "/api/storerooms/CAGE", {"description": "Locked cage", "negative_balance": False})
    plant.cmms("PUT", "/api/storerooms/RACK", {"description": "Open rack", "negative_balance": True})


def run(build=None, keep=False, broken="", only=""):
    """(figure, faults) of the races."""
    begun = time.monotonic()
    with world.World(build, keep, poll_ms=200) as outside:
        outside.start_erp({})
        outside.erp_asks("POST", "/admin/seed?demo=true")
        outside.start_cmms()
        plant = Plant(outside)
        plant.cmms("POST", "/admin/seed", {})
        seed(plant)
        outside.start_hub(FLOWS, parts=True)
        world.wait_until("the parts in the CMMS", lambda: all(
            plant.cmms_answers("GET", f"/api/items/{place[0]}")[0] == 200 for place in PLACES), 60)
        for part, _, stock, _, storeroom in PLACES:
            if stock:
                plant.count(part, stock, storeroom)
        races = Races(plant, broken)
        chosen = BREAKS.get(broken) or only or "".join(RACES)
        for name in chosen:
            races.race = name
            try:
                RACES[name](races)
            except world.Unavailable as error:
                races.faults.append(f"race {name}: {error}")
                races.peace()
        figure = f"{len(chosen)} races, {len(races.faults)} faults, {time.monotonic() - begun:.0f} s"
    return figure, races.faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", help="build folder with the programs")
    parser.add_argument("--race", default="", choices=["", *RACES], help="only this one")
    parser.add_argument("--break", dest="broken", default="", choices=["", *BREAKS], help="must be found broken")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run behind")
    asked = parser.parse_args()
    figure, faults = run(asked.build, asked.keep, asked.broken, asked.race)
    print("\n".join([figure, *faults]))
    print("0 passed, 1 failed" if faults else "1 passed, 0 failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
