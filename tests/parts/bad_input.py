"""Bad input of parts over HTTP with real programs: a CMMS that checks nothing lets through what people type; each slip
must become a named exception with the likely fix, book nothing, hold nobody else up, and book once it is mended."""
import argparse
import sys
import time
from dataclasses import dataclass, field
from decimal import Decimal

from plant import FLOWS, Plant, day, world

BREAKS = ("unmended", "strict")
PIECES, OIL, DRIVE = "BAD-10", "BAD-OIL", "BAD-DRIVE"


@dataclass
class Slip:
    """What somebody typed, what the hub must say to it, how it is mended, and what the ERP must have moved then."""
    name: str
    typed: dict  # part, quantity, and more
    code: str
    fix: str  # must stand in the exception's fix
    moved: tuple  # (part, storeroom, quantity taken)
    payload: dict = field(default_factory=dict)  # a person corrects these members and replays
    seed: dict = field(default_factory=dict)  # the master data of the ERP is mended, then replayed


SLIPS = (
    Slip("unknown part", {"part": "BAD-l0", "quantity": 1}, "unknown_material", "If part BAD-10 is meant",
         (PIECES, "MAIN", 1), {"part": PIECES}),
    Slip("part that the ERP does not have yet", {"part": "ZZ-NEW", "quantity": 1}, "unknown_material",
         "create part ZZ-NEW in the ERP", ("ZZ-NEW", "MAIN", 1),
         seed={"materials": [{"code": "ZZ-NEW", "name": "New part", "unit": "PC", "price": "5.00", "currency": "EUR",
                              "valuation": "moving_average"}],
               "stock": [{"material": "ZZ-NEW", "storageLocation": "MAIN", "quantity": "3", "postingDate": day()}]}),
    Slip("unit mistyped", {"part": PIECES, "quantity": 1, "uom": "BX"}, "unit_mismatch", "If unit BOX is meant",
         (PIECES, "MAIN", 100), {"unit": "BOX"}),
    Slip("unit that the part lacks", {"part": PIECES, "quantity": 2, "uom": "KG"}, "unit_mismatch",
         "Replay with the quantity in PC or BOX", (PIECES, "MAIN", 40), {"unit": "PC", "quantity": "40"}),
    Slip("quantity 0", {"part": PIECES, "quantity": 0}, "bad_amount", "Replay with the quantity that was taken",
         (PIECES, "MAIN", 3), {"quantity": "3"}),
    Slip("quantity 10^12", {"part": PIECES, "quantity": 10 ** 12}, "bad_amount", "No part has that many",
         (PIECES, "MAIN", 2), {"quantity": "2"}),
    Slip("quantity far beyond the stock", {"part": PIECES, "quantity": 44444444}, "stock_insufficient",
         "Check the quantity first, it looks like a slip", (PIECES, "MAIN", 4), {"quantity": "4"}),
    Slip("fraction of a piece", {"part": PIECES, "quantity": "1.5"}, "quantity_not_exact", "Replay with 1 or 2 PC",
         (PIECES, "MAIN", 2), {"quantity": "2"}),
    Slip("unknown storeroom", {"part": PIECES, "quantity": 1, "storeroom": "MAIM"}, "unknown_storage_location",
         "If storeroom MAIN is meant", (PIECES, "MAIN", 1), {"storeroom": "MAIN"}),
    Slip("no lot", {"part": OIL, "quantity": 2}, "lot_required", "on stock are LOT-7", (OIL, "MAIN", 2),
         {"lot": "LOT-7"}),
    Slip("unknown lot", {"part": OIL, "quantity": 2, "lot": "LOT-1"}, "lot_insufficient", "on stock are LOT-7",
         (OIL, "MAIN", 2), {"lot": "LOT-7"}),
    Slip("no serial number", {"part": DRIVE, "quantity": 1}, "serials_required", "on stock are SN-1 or SN-2",
         (DRIVE, "MAIN", 1), {"serials": ["SN-1"]}),
    Slip("unknown serial number", {"part": DRIVE, "quantity": 1, "serials": ["SN-9"]}, "serial_not_in_stock",
         "on stock are SN-1 or SN-2", (DRIVE, "MAIN", 1), {"serials": ["SN-2"]}),
)


class Desk:
    """The slips of one run, and the person who mends them."""

    def __init__(self, plant, broken):
        self.plant, self.broken, self.faults = plant, broken, []
        self.jobs, self.transactions = {}, {}

    def same(self, slip, what, found, expected):
        if found != expected:
            self.faults.append(f"{slip}: {what} is {found}, {expected} was expected")

    def enter(self, name, part, quantity, storeroom="MAIN", **more):
        self.jobs[name] = self.plant.job(part)
        status, answer = self.plant.cmms_answers("POST", "/api/part-transactions", self.plant.use_body(
            self.jobs[name], part, quantity, storeroom, **more))
        self.same(name, "the CMMS's answer", status, 201)
        self.transactions[name] = answer.get("transaction", "")

    def waiting(self):
        """Open exceptions by the job, or the transaction of a notice."""
        return {one["subject"]: one for one in self.plant.world.exceptions()}

    def known(self, name):
        """What the CMMS knows of the transaction: (status, reason)."""
        if not self.transactions[name]:
            return "", ""
        row = self.plant.cmms("GET", f"/api/part-transactions/{self.transactions[name]}")
        return row["erp_status"], row["erp_reason"]

    def moved(self, name):
        """What the ERP has moved for the job."""
        rows = self.plant.erp("GET", f"/api/movements?workOrder={self.jobs[name]}")["items"]
        return [(row["material"], row["storageLocation"], int(-Decimal(row["quantity"]))) for row in rows]

    def named(self, slip, waiting):
        """Before it is mended: named, with a fix, and nothing booked."""
        one = waiting.get(self.jobs[slip.name])
        self.same(slip.name, "the exception's code", one and one["code"], slip.code)
        if one and slip.fix not in one["fix"]:
            self.faults.append(f"{slip.name}: the fix does not say '{slip.fix}' but: {one['fix']}")
        status, reason = self.known(slip.name)
        self.same(slip.name, "what the CMMS knows", (status, bool(reason)), ("refused", True))
        self.same(slip.name, "what the ERP has moved", self.moved(slip.name), [])

    def mend(self, slip, one):
        if self.broken == "unmended" and slip.name == "unknown part":
            return
        if slip.seed:
            self.plant.erp("POST", "/admin/seed", slip.seed)
        body = {"actor": "storekeeper", "reason": slip.name}
        if slip.payload:
            body["payload"] = {**self.plant.hub(f"exceptions/{one['id']}")["payload"], **slip.payload}
            status, shown = self.plant.world.hub_asks("POST", f"/api/v1/exceptions/{one['id']}/preview",
                                                      {"payload": body["payload"]})
            self.same(slip.name, "the preview's answer", status, 200)
            sent = shown["body"] if status == 200 else {}
            wanted = str(next(iter(slip.payload.values())))
            if wanted not in map(str, sent.values()):
                self.faults.append(f"{slip.name}: the preview does not show {wanted}: {sent}")
        status, answer = self.plant.world.hub_asks("POST", f"/api/v1/exceptions/{one['id']}/replay", body)
        if status != 202:
            self.faults.append(f"{slip.name}: the replay answers {status}: {answer}")

    def negative(self, waiting):
        """Less than nothing taken is no return: a notice, nothing booked, and the return booked anew counts."""
        name = "negative quantity"
        one = waiting.get(self.transactions[name])
        self.same(name, "the notice's code", one and one["code"], "negative_quantity")
        self.same(name, "what the ERP has moved", self.moved(name), [])
        self.same(name, "what the CMMS knows", self.known(name)[0], "refused")
        if one and "book them as a return" not in one["reason"]:
            self.faults.append(f"{name}: the notice does not offer the return: {one['reason']}")
        if not one:
            return
        self.plant.world.hub_asks("POST", f"/api/v1/exceptions/{one['id']}/answer",
                                  {"actor": "storekeeper", "choice": "seen", "reason": "booked as a return"})
        self.plant.cmms("POST", "/api/part-transactions",
                        {**self.plant.use_body(self.jobs[name], PIECES, 2), "type": "RETURN"})

    def planned(self, waiting):
        """A plan of the CMMS names a part that nobody knows; corrected on the order it reserves the right one."""
        name, job = "planned part", self.jobs["planned part"]
        one = waiting.get(job)
        self.same(name, "the exception's code", one and one["code"], "missing_field")
        if one and "does not know the part: correct the part there" not in one["fix"]:
            self.faults.append(f"{name}: the fix does not say what to correct: {one['fix']}")
        self.plant.cmms("PATCH", f"/api/workorders/{job}", {"planned_materials": [
            {"item": PIECES, "quantity": "2", "storeroom": "MAIN", "needed_on": day(5)}]})

    def booked(self, slip):
        self.same(slip.name, "what the CMMS knows", self.known(slip.name)[0], "booked")
        self.same(slip.name, "what the ERP has moved", self.moved(slip.name), [slip.moved])


def seed(plant):
    def part(code, unit, **more):
        return {"code": code, "name": f"Part {code}", "unit": unit, "price": "10.00", "currency": "EUR",
                "valuation": "moving_average", **more}

    def stock(code, quantity, **more):
        return {"material": code, "storageLocation": "MAIN", "quantity": quantity, "postingDate": day(), **more}
    plant.erp("POST", "/admin/seed", {
        "materials": [part(PIECES, "PC", alternativeUnits=[{"unit": "BOX", "numerator": "100", "denominator": "1"}]),
                      part(OIL, "L", lotManaged=True), part(DRIVE, "PC", serialManaged=True)],
        "stock": [stock(PIECES, "500"), stock(OIL, "50", lot="LOT-7"), stock(DRIVE, "2", serials=["SN-1", "SN-2"])]})


def planned_by_plan(plant):
    """An order of a preventive plan whose job plan has a part mistyped."""
    plant.cmms("PUT", "/api/job-plans/JP-BAD", {"description": "Grease it", "planned_materials": [
        {"item": "BAD-1O", "quantity": "2", "storeroom": "MAIN"}]})
    plant.cmms("PUT", "/api/pms/PM-BAD", {"description": "Grease it", "asset": "FILLER-01", "job_plan": "JP-BAD",
                                          "calendar": {"every_days": 90}, "start_on": day(5), "lead_days": 10})
    made = plant.cmms("POST", "/admin/pm-run", {"until": day(1)})["created"]
    return next(one["wonum"] for one in made if one["pm"] == "PM-BAD")


def play(plant, broken):
    desk = Desk(plant, broken)
    for slip in SLIPS:
        desk.enter(slip.name, **slip.typed)
    desk.enter("negative quantity", PIECES, -2)
    desk.jobs["planned part"] = planned_by_plan(plant)
    desk.enter("nothing wrong", PIECES, 7)
    plant.world.settle(60)
    desk.same("nothing wrong", "what the ERP has moved", desk.moved("nothing wrong"), [(PIECES, "MAIN", 7)])
    waiting = desk.waiting()
    desk.same("all", "how many exceptions wait", len(waiting), len(SLIPS) + 2)
    for slip in SLIPS:
        desk.named(slip, waiting)
    for slip in SLIPS:
        if desk.jobs[slip.name] in waiting:
            desk.mend(slip, waiting[desk.jobs[slip.name]])
    desk.negative(waiting)
    desk.planned(waiting)
    plant.world.settle(60)
    for slip in SLIPS:
        desk.booked(slip)
    desk.same("negative quantity", "what the ERP has moved", desk.moved("negative quantity"), [(PIECES, "MAIN", -2)])
    rows = plant.erp("GET", f"/api/reservations?workOrder={desk.jobs['planned part']}")["items"]
    desk.same("planned part", "its reservations", [(row["material"], row["quantity"], row["status"]) for row in rows],
              [(PIECES, "2", "open")])
    desk.same("all", "what still waits", sorted(desk.waiting()), [])
    for row in plant.hub("stock?limit=1000")["stock"]:
        shown = row.get("compared", {}).get("difference", "0")
        if Decimal(shown) != 0:
            desk.faults.append(f"the hub expects {shown} less than the ERP has of {row['part']}/{row['storeroom']}")
    return desk.faults


def run(build=None, keep=False, broken=""):
    """(figure, faults)."""
    begun = time.monotonic()
    with world.World(build, keep, poll_ms=200) as outside:
        outside.start_erp({})
        outside.erp_asks("POST", "/admin/seed?demo=true")
        outside.start_cmms(*([] if broken == "strict" else ["--lenient"]))
        plant = Plant(outside)
        plant.cmms("POST", "/admin/seed", {})
        seed(plant)
        outside.start_hub(FLOWS, parts=True)
        world.wait_until("the parts in the CMMS", lambda: all(
            plant.cmms_answers("GET", f"/api/items/{part}")[0] == 200 for part in (PIECES, OIL, DRIVE)), 60)
        faults = play(plant, broken)
    return f"{len(SLIPS) + 2} slips, {len(faults)} faults, {time.monotonic() - begun:.0f} s", faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", help="build folder with the programs")
    parser.add_argument("--break", dest="broken", default="", choices=["", *BREAKS], help="must be found broken")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run behind")
    asked = parser.parse_args()
    figure, faults = run(asked.build, asked.keep, asked.broken)
    print("\n".join([figure, *faults]))
    print("0 passed, 1 failed" if faults else "1 passed, 0 failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
