"""A plant with booked history, made through its CMMS: completed jobs with labor and parts, and jobs that wait for
parts on requisitions. Everything on one day, so that any period can be asked for."""
import random
from concurrent.futures import ThreadPoolExecutor

from plant import FLOWS, Plant, day, world

USED = [f"REC-H{number:02}" for number in range(20)]  # parts that jobs use
SHORT = [f"REC-S{number:02}" for number in range(10)]  # parts that are out of stock


def still(count):
    """Parts that lie in MAIN and never move: each one a place to be spoilt."""
    return [f"REC-P{number:03}" for number in range(count)]


def flows():
    """The day of a posting is the day in UTC here, whatever the hour of the run."""
    return {**FLOWS, "companies": {"1000": {"zone": "Etc/UTC"}}}


def seed(plant, today, places):
    parts = USED + SHORT + still(places)
    plant.erp("POST", "/admin/seed", {
        "materials": [{"code": part, "name": f"Part {part}", "unit": "PC", "price": "10.00", "currency": "EUR",
                       "valuation": "moving_average"} for part in parts],
        "stock": [{"material": part, "storageLocation": "MAIN", "quantity": "1" if part in SHORT else "5000",
                   "postingDate": today} for part in parts]})
    for part in SHORT:
        plant.move(part, -1)
    plant.cmms("PUT", "/api/storerooms/LINE", {"description": "Line cabinet", "negative_balance": True})


def count_all(plant):
    """A stock take, so that both sides begin with the same."""
    rows = plant.erp("GET", "/api/stock?limit=1000")["items"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda row: plant.cmms(
            "POST", f"/api/inventory/{row['storageLocation']}/{row['material']}/count",
            {"quantity": row["onHand"], "note": "stock take"}), rows))


def order(rng, number, today, waits):
    crafts = (("MECH", "62.50"), ("ELEC", "71.33"), ("INST", "78.90"))
    craft, rate = rng.choice(crafts)
    body = {"wonum": f"WO-H{number:04}", "asset": "FILLER-01", "summary": "Overhaul", "work_type": "CM",
            "status": "INPRG", "currency": "EUR",
            "labor": [{"person": "T-01", "craft": craft, "hours": f"{rng.randint(1, 31) / 4:.2f}", "rate": rate,
                       "work_date": today + "T00:00:00Z"}]}
    if waits:
        body["planned_materials"] = [{"item": rng.choice(SHORT), "quantity": str(rng.randint(1, 9)),
                                      "storeroom": "MAIN", "needed_on": day(7)}]
    return body


def jobs(plant, done, waiting, seed_number, today):
    """Makes the jobs, uses a part on each, completes those that do not wait; the numbers of all."""
    rng = random.Random(seed_number)
    at = today + "T00:00:00Z"
    bodies = [order(rng, number, today, number >= done) for number in range(done + waiting)]
    for first in range(0, len(bodies), 100):
        answer = plant.cmms("POST", "/api/workorders:batch", {"items": bodies[first:first + 100]})
        if answer["refused"]:
            raise world.Unavailable(f"the sandbox CMMS refuses orders: {answer['results'][0]}")
    uses = [(body["wonum"], rng.choice(USED), rng.randint(1, 9)) for body in bodies]

    def play(number):
        wonum, part, quantity = uses[number]
        plant.use(wonum, part, quantity, at=at)
        if number < done:
            plant.cmms("POST", f"/api/workorders/{wonum}/status", {"status": "COMP", "at": at})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(play, range(len(bodies))))
    return [body["wonum"] for body in bodies]


def make(outside, done, waiting, seed_number, places):
    """(plant, day, jobs): booked, and nothing under way any more."""
    today = day()
    outside.start_erp({})
    outside.erp_asks("POST", "/admin/seed?demo=true")
    outside.start_cmms()
    plant = Plant(outside)
    plant.cmms("POST", "/admin/seed", {})
    seed(plant, today, places)
    outside.start_hub(flows(), parts=True)
    world.wait_until("the parts in the CMMS", lambda: all(
        plant.cmms_answers("GET", f"/api/items/{part}")[0] == 200 for part in (*USED, *SHORT, *still(places))), 120)
    count_all(plant)
    outside.settle(120)
    made = jobs(plant, done, waiting, seed_number, today)
    outside.settle(300)
    left = outside.exceptions()
    if left:
        raise world.Unavailable(f"{len(left)} exceptions wait, first {left[0]['code']}: {left[0]['reason']}")
    return plant, today, made
