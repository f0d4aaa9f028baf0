"""Work orders and parts of the sandbox CMMS against a real Tryton, with the programs of this build.

    live.py BUILD [--cache FOLDER] [--orders 12] [--kills 6] [--seed 1] [--keep] [--sabotage ledger|stock]
"""
import argparse
import os
import random
import sys
import time

import reckon
from tryton import Refused

from plant import Killer, Plant, date, day, prepare, world

PART = "P-2011"


def say(started, text):
    print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)


def all_of(plant, path, name="items"):
    found, after = [], 0
    while True:
        page = plant.cmms_asks("GET", f"{path}?after_change={after}&limit=500")
        found += page[name]
        if not page["more"]:
            return found
        after = page["next_change"]


def begin(plant):
    """The parts of Tryton are in the CMMS, with the stock that Tryton has."""
    for part in prepare.PARTS:
        world.wait_until(f"{part} in the CMMS; {plant.reasons()}", lambda part=part: world.call(
            plant.cmms.port, "GET", f"/api/items/{part}", None, world.CMMS_TOKEN)[0] == 200, 60, 0.1)
        plant.cmms_asks("POST", f"/api/inventory/MAIN/{part}/count",
                        {"quantity": str(prepare.PARTS[part][2]), "note": "start"})


def purchase(plant, started):
    """Used, below the reorder point, requested, approved, ordered, delivered in two parts."""
    wonum = plant.job(PART, 2, "APPR")
    plant.awaited("reservation.booked", lambda data: wonum in str(data))
    say(started, "reservation booked")
    for status in ("RELEASED", "INPRG"):
        plant.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": status})
    plant.use(wonum, PART, 3, line="P1")
    issued = plant.awaited("issue.booked")
    say(started, f"issue booked as {issued['data']['document']}")
    asked = plant.awaited("requisition.booked")["data"]["document"]
    say(started, f"below the reorder point: requisition {asked}")
    order, number = plant.approve_and_order(asked)
    plant.awaited("purchase_order.changed", lambda data: data["purchase_order"] == number and data["status"] == "sent")
    say(started, f"approved and ordered as {number}, known to the hub")
    plant.receive(order, 10)
    plant.awaited("delivery.received", lambda data: data["purchase_order"] == number and data["quantity"] == "10")
    plant.awaited("stock.changed", lambda data: data["part"] == PART and data["on_hand"] == "19")
    say(started, "10 delivered, known to the hub, stock 19")
    used = plant.use(wonum, PART, 2)
    plant.awaited("issue.booked", lambda data: used in str(data))
    plant.use(wonum, PART, 1, "RETURN", of=used)
    plant.awaited("issue.booked", lambda data: data["echo"].get("returns") == used)
    say(started, "2 used, 1 given back")
    return wonum, order


def mend(plant, started, rng):
    """A closed period and a missing account: an exception each, mended in Tryton, replayed."""
    buyer = plant.buyer
    plant.settle(60)  # Tryton closes no period with drafts in it
    period = buyer.one("account.period", [["start_date", "<=", date(day())], ["end_date", ">=", date(day())]])["id"]
    buyer.model("account.period", "close", [period])
    plant.completed(rng)
    world.wait_until("the exception about the closed period", lambda: any(
        one["code"] == "period_closed" for one in plant.exceptions()), 60, 0.2)
    buyer.model("account.period", "reopen", [period])
    # Tryton has closed the period for each journal too, and opens them one by one.
    journals = buyer.rows("account.journal.period", [["period", "=", period], ["state", "=", "close"]], ["id"])
    buyer.model("account.journal.period", "reopen", [row["id"] for row in journals])
    plant.replay_all(60)
    say(started, "period closed: exception, opened, replayed")
    account = buyer.one("account.account", [["code", "=", "610000"]])["id"]
    buyer.write("account.account", [account], code="610000-off")
    plant.hub.kill()  # ids of codes are kept in memory
    plant.hub.start()
    plant.completed(rng)
    world.wait_until("the exception about the missing account", lambda: any(
        one["code"] == "unknown_account" for one in plant.exceptions()), 60, 0.2)
    buyer.write("account.account", [account], code="610000")
    plant.replay_all(60)
    say(started, "account missing: exception, made, replayed")


def correct(plant, started, rng):
    """Reopened, corrected, completed again: reversed and posted anew."""
    wonum = plant.completed(rng)
    plant.awaited("cost.booked", lambda data: data["echo"].get("work_order") == wonum)
    plant.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": "REOPEN"})
    plant.cmms_asks("POST", f"/api/workorders/{wonum}/labor", {"person": "E-1", "craft": "MECH", "hours": "1.25",
                                                               "rate": "61.40",
                                                               "work_date": f"{day()}T08:30:00Z"})
    plant.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": "COMP", "at": f"{day()}T09:00:00Z"})
    plant.awaited("reversal.booked", lambda data: data["echo"].get("work_order") == wonum)
    say(started, f"{wonum} corrected: reversed and posted anew")


def compare(plant, spoilt):
    orders = [plant.cmms_asks("GET", f"/api/workorders/{row['wonum']}") for row in all_of(plant, "/api/workorders")]
    transactions = all_of(plant, "/api/part-transactions")
    if spoilt == "ledger":
        orders[0]["services"].append({"cost": "0.01"})
        orders[0]["status"] = "COMP"
    if spoilt == "stock":
        transactions.append({"type": "ISSUE", "item": PART, "base_quantity": "1"})
    location = plant.buyer.id_of("stock.location", ["code", "=", "MAIN"])
    faults, entries, total = reckon.ledger_faults(orders, plant.buyer)
    more, shipments = reckon.stock_faults({part: row[2] for part, row in prepare.PARTS.items()}, transactions,
                                          plant.buyer, location, date(day()))
    drafts = [plant.buyer.model(model, "search_count", [["state", "=", "draft"]])
              for model in ("account.move", "stock.shipment.internal")]
    return faults + more, f"{len(orders)} jobs, {entries} entries posted of {total} EUR cost, {shipments} shipments, " \
        f"{drafts[0]} + {drafts[1]} drafts left"


def run(options):
    rng, started = random.Random(options.seed), time.monotonic()
    with Plant(options.build, options.cache, options.keep) as plant:
        plant.start()
        say(started, "trytond, CMMS and hub are up")
        begin(plant)
        say(started, "parts of Tryton are in the CMMS")
        wonum, order = purchase(plant, started)
        correct(plant, started, rng)
        mend(plant, started, rng)
        killer = Killer(plant, rng, options.kills)
        killer.start()
        for number in range(options.orders):
            plant.completed(rng)
            if number % 2 == 0:
                plant.use(wonum, "P-2012", rng.randint(1, 3))
            time.sleep(0.4)
        killer.join()
        if killer.failure:
            return [killer.failure], ""
        say(started, f"killed: {killer.kills}")
        plant.settle(120)
        plant.replay_all(60)
        waiting = plant.exceptions()
        say(started, "settled")
        faults, figure = compare(plant, options.sabotage)
        for spoilt in ("ledger", "stock"):  # a cent, or a piece, that is not there must be seen
            if not compare(plant, spoilt)[0]:
                faults.append(f"the comparison does not see a spoilt {spoilt}")
        faults += [f"open exception: {one['reason']}" for one in waiting]
        say(started, figure)
        return faults, figure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", nargs="?")
    parser.add_argument("--cache", default=os.path.join(world.ROOT, "build", "tryton-cache"))
    parser.add_argument("--orders", type=int, default=12)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--sabotage", choices=["", "ledger", "stock"], default="")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    try:
        faults, _ = run(options)
    except (world.Unavailable, Refused) as error:
        faults = [str(error)]
    for fault in faults:
        print("FAULT " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
