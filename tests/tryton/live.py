"""Work orders and parts of the sandbox CMMS against a real Tryton, with the programs of this build.

    live.py BUILD [--cache FOLDER] [--orders 12] [--kills 6] [--seed 1] [--keep] [--sabotage NAME]

Prints a line per claim: "ok   what" or "FAIL what", with figures below it. Exit code 0 only where each is ok.
"""
import argparse
import os
import random
import sys
import time

import books
import reckon
from tryton import Refused

from plant import Killer, Plant, date, day, prepare, world

PART = "P-2011"
FLOWS = "all flows end to end with kill -9 of either side in the middle"
EQUAL = "ledger and stock read back through its API equal the hub's to the cent and the piece"
MENDED = "a closed period and a missing account become exceptions and replay well after they are mended there"
RIGHTS = "the hub has exactly the rights that the README lists, and the check names one that is taken away"
# What turns a claim red on purpose.
SABOTAGES = {"cent": "the reckoning expects a cent more", "piece": "the reckoning expects a piece less",
             "twice": "an entry is posted once more in Tryton, behind the hub's back",
             "stray": "a piece is taken from stock in Tryton, behind the hub's back",
             "unmended": "the closed period stays closed", "no_kill": "nothing is killed",
             "all_rights": "no right is taken away"}


class Failed(Exception):
    """A claim that does not hold; the message says why."""


def say(started, text):
    print(f"     {time.monotonic() - started:6.1f} s  {text}", flush=True)


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
    """Used, below the reorder point, requested, approved, ordered, delivered, used and given back; after each cause one
    side is killed before the effect is there."""
    wonum = plant.job(PART, 2, "APPR")
    plant.strike("hub")
    plant.awaited("reservation.booked", lambda data: wonum in str(data))
    say(started, "reservation booked")
    for status in ("RELEASED", "INPRG"):
        plant.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": status})
    plant.use(wonum, PART, 3, line="P1")
    plant.strike("trytond")
    issued = plant.awaited("issue.booked")
    say(started, f"issue booked as {issued['data']['document']}")
    plant.strike("hub")
    asked = plant.awaited("requisition.booked")["data"]["document"]
    say(started, f"below the reorder point: requisition {asked}")
    order, number = plant.approve_and_order(asked)
    plant.strike("trytond")
    plant.awaited("purchase_order.changed", lambda data: data["purchase_order"] == number and data["status"] == "sent")
    say(started, f"approved and ordered as {number}, known to the hub")
    plant.receive(order, 10)
    plant.strike("hub")
    plant.awaited("delivery.received", lambda data: data["purchase_order"] == number and data["quantity"] == "10")
    plant.awaited("stock.changed", lambda data: data["part"] == PART and data["on_hand"] == "19")
    say(started, "10 delivered, known to the hub, stock 19")
    used = plant.use(wonum, PART, 2)
    plant.strike("trytond")
    plant.awaited("issue.booked", lambda data: used in str(data))
    plant.use(wonum, PART, 1, "RETURN", of=used)
    plant.strike("hub")
    plant.awaited("issue.booked", lambda data: data["echo"].get("returns") == used)
    say(started, "2 used, 1 given back")
    return wonum


def unneeded(plant, started):
    """A planned job is called off: its reservation is cancelled in Tryton."""
    wonum = plant.job("P-2012", 4, "APPR")
    number = plant.awaited("reservation.booked", lambda data: wonum in str(data))["data"]["document"]
    plant.cmms_asks("POST", f"/api/workorders/{wonum}/status", {"status": "CANC"})
    plant.strike("trytond")
    world.wait_until(f"reservation {number} to be cancelled", lambda: plant.buyer_tries(
        lambda buyer: buyer.one("stock.shipment.internal", [["number", "=", number]], ["state"])["state"])
        == "cancelled", 60, 0.2)
    say(started, f"job called off: reservation {number} cancelled")


def correct(plant, started, rng):
    """Reopened, corrected, completed again: reversed and posted anew. Another one reopened and cancelled: reversed."""
    at = "/api/workorders/"
    wonum, other = plant.completed(rng), plant.completed(rng)
    for one in (wonum, other):
        plant.awaited("cost.booked", lambda data, one=one: data["echo"].get("work_order") == one)
        plant.cmms_asks("POST", f"{at}{one}/status", {"status": "REOPEN"})
    plant.cmms_asks("POST", f"{at}{wonum}/labor", {"person": "E-1", "craft": "MECH", "hours": "1.25", "rate": "61.40",
                                                  "work_date": f"{day()}T08:30:00Z"})
    plant.cmms_asks("POST", f"{at}{wonum}/status", {"status": "COMP", "at": f"{day()}T09:00:00Z"})
    plant.strike("trytond")
    plant.awaited("reversal.booked", lambda data: data["echo"].get("work_order") == wonum)
    plant.awaited("reversal.booked", lambda data: data["echo"].get("work_order") == other)
    plant.strike("hub")
    world.wait_until(f"{wonum} to be posted anew; {plant.reasons()}", lambda: len(plant.events(
        "cost.booked", lambda data: data["echo"].get("work_order") == wonum)) == 2, 60, 0.2)
    say(started, f"{wonum} corrected: reversed and posted anew; {other} reopened: reversed")


def killed_at_random(plant, started, rng, options, wonum):
    killer = Killer(plant, rng, options.kills)
    killer.start()
    for number in range(options.orders):
        plant.completed(rng)
        if number % 2 == 0:
            plant.use(wonum, "P-2012", rng.randint(1, 3))
        time.sleep(0.4)
    killer.join()
    if killer.failure:
        raise Failed(killer.failure)
    say(started, f"{options.orders} jobs and {(options.orders + 1) // 2} issues between random kills")


def closed_period(plant, started, rng, spoilt):
    buyer = plant.buyer
    plant.settle(60)  # Tryton closes no period with drafts in it
    period = buyer.one("account.period", [["start_date", "<=", date(day())], ["end_date", ">=", date(day())]])["id"]
    buyer.model("account.period", "close", [period])
    wonum = plant.completed(rng)
    world.wait_until("the exception about the closed period", lambda: any(
        one["code"] == "period_closed" for one in plant.exceptions()), 60, 0.2)
    if spoilt != "unmended":
        buyer.model("account.period", "reopen", [period])
        # Tryton has closed the period for each journal too, and opens them one by one.
        journals = buyer.rows("account.journal.period", [["period", "=", period], ["state", "=", "close"]], ["id"])
        buyer.model("account.journal.period", "reopen", [row["id"] for row in journals])
    replayed(plant, wonum)
    say(started, "period closed: exception, opened, replayed")


def missing_account(plant, started, rng):
    buyer = plant.buyer
    account = buyer.one("account.account", [["code", "=", "610000"]])["id"]
    buyer.write("account.account", [account], code="610000-off")
    plant.strike("hub")  # ids of codes are kept in memory
    wonum = plant.completed(rng)
    world.wait_until("the exception about the missing account", lambda: any(
        one["code"] == "unknown_account" for one in plant.exceptions()), 60, 0.2)
    buyer.write("account.account", [account], code="610000")
    replayed(plant, wonum)
    say(started, "account missing: exception, made, replayed")


def replayed(plant, wonum):
    plant.replay_all(60, rounds=3)
    if not plant.events("cost.booked", lambda data: data["echo"].get("work_order") == wonum):
        raise Failed(f"{wonum} is not booked after it was mended and replayed: {plant.reasons()}")


def flows(plant, started, rng, options):
    plant.is_harmless = options.sabotage == "no_kill"
    begin(plant)
    say(started, "parts of Tryton are in the CMMS")
    wonum = purchase(plant, started)
    unneeded(plant, started)
    correct(plant, started, rng)
    killed_at_random(plant, started, rng, options, wonum)
    plant.settle(120)
    waiting = plant.exceptions()
    kills = f"kill -9: hub {plant.kills['hub']}, trytond {plant.kills['trytond']} times"
    if waiting:
        raise Failed(f"{kills}; open exceptions: {[one['reason'] for one in waiting]}")
    if min(plant.kills.values()) < 3:
        raise Failed(f"{kills}: too few to show anything")
    done = "reserved, issued, given back, requested, approved, ordered, delivered, called off, posted, reversed, again"
    return f"{kills}; {done}; 0 exceptions open"


def mend(plant, started, rng, options):
    plant.is_harmless = False
    closed_period(plant, started, rng, options.sabotage)
    missing_account(plant, started, rng)
    return "period_closed and unknown_account, one exception each; mended in Tryton, replayed, booked"


def equal(plant, started, _rng, options):
    plant.settle(120)
    if options.sabotage == "twice":
        books.post_once_more(plant)
    if options.sabotage == "stray":
        books.take_a_piece(plant, PART)
    orders = [plant.cmms_asks("GET", f"/api/workorders/{row['wonum']}") for row in all_of(plant, "/api/workorders")]
    transactions = all_of(plant, "/api/part-transactions")
    if options.sabotage == "cent":
        next(one for one in orders if one["status"] == "COMP")["services"].append({"cost": "0.01"})
    if options.sabotage == "piece":
        transactions.append({"type": "ISSUE", "item": PART, "base_quantity": "1"})
    location = plant.buyer.id_of("stock.location", ["code", "=", "MAIN"])
    faults, entries, total = reckon.ledger_faults(orders, plant.buyer)
    more, shipments = reckon.stock_faults({part: row[2] for part, row in prepare.PARTS.items()}, transactions,
                                          plant.buyer, location, date(day()))
    say(started, "reckoned from the CMMS and read back from Tryton")
    topics, differences = books.reconciled(plant)
    if faults or more or differences:
        raise Failed("; ".join(faults + more + differences)[:1500])
    drafts = [plant.buyer.model(model, "search_count", [["state", "=", "draft"]])
              for model in ("account.move", "stock.shipment.internal")]
    return f"{len(orders)} jobs, {entries} entries of {total} EUR cost, {shipments} shipments; 0 keys twice; " \
        f"{drafts[0]} + {drafts[1]} drafts left; tieline reconcile: {topics}, 0 differences"


def rights(plant, _started, _rng, options):
    code, words = books.checked(plant)
    if code != 0:
        raise Failed(f"the check fails with all rights of the README: {words}")
    group = plant.buyer.id_of("res.group", ["name", "=", "Stock"])
    user = plant.buyer.id_of("res.user", ["login", "=", prepare.HUB_USER])
    if options.sabotage != "all_rights":
        plant.buyer.write("res.user", [user], groups=[["remove", [group]]])
    code, words = books.checked(plant)
    plant.buyer.write("res.user", [user], groups=[["add", [group]]])
    wanted = "right to create stock.shipment.internal"
    if code == 0 or wanted not in words:
        raise Failed(f"the check ends with {code} and says: {words}")
    return f"without the group Stock it ends with {code}: missing: … {wanted} …"


def told(plant):
    try:
        return plant.story()
    except (KeyError, world.Unavailable, Refused) as error:
        return f"\n       more is not known: {error}"


def claims(options):
    """Each claim with how it came out: (holds, claim, figure)."""
    rng, started = random.Random(options.seed), time.monotonic()
    with Plant(options.build, options.cache, options.keep) as plant:
        plant.start()
        say(started, "trytond, CMMS and hub are up")
        for claim, work in ((FLOWS, flows), (MENDED, mend), (EQUAL, equal), (RIGHTS, rights)):
            try:
                yield True, claim, work(plant, started, rng, options)
            except (Failed, world.Unavailable, Refused) as error:
                yield False, claim, str(error) + told(plant)
        say(started, "done")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", nargs="?")
    parser.add_argument("--cache", default=os.path.join(world.ROOT, "build", "tryton-cache"))
    parser.add_argument("--orders", type=int, default=12)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--sabotage", choices=["", *SABOTAGES], default="",
                        help="; ".join(f"{name}: {what}" for name, what in SABOTAGES.items()))
    options = parser.parse_args()
    print(f"     seed {options.seed}", flush=True)
    failed = 0
    for holds, claim, figure in claims(options):
        failed += not holds
        print(f"     {figure}\n{'ok  ' if holds else 'FAIL'} {claim}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
