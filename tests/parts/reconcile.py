"""Reconciliation over real programs: a plant with booked history, differences planted into its CMMS and its ERP, and
`tieline reconcile` held against a list of its own: each must be named rightly, none besides. The month end must add
up."""
import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import differences
import history
from differences import Named, text
from plant import world

BREAKS = {"unplanted": "one expected difference was never planted", "untold": "one planted difference is not expected"}


class Book:
    """The reconcile command on one world."""

    def __init__(self, outside):
        self.outside = outside

    def told(self, *words):
        environment = {**os.environ, "TIELINE_TOKEN": world.HUB_TOKEN, "ACCEPT_HUB_TOKEN": world.HUB_TOKEN,
                       "ACCEPT_ERP_TOKEN": world.ERP_TOKEN, "ACCEPT_CMMS_TOKEN": world.CMMS_TOKEN,
                       "ACCEPT_WEBHOOK": world.WEBHOOK_SECRET}
        done = subprocess.run([self.outside.tieline, "reconcile", *words, "--config", self.outside.path("tieline.yaml"),
                               "--url", f"http://127.0.0.1:{self.outside.hub.port}"], capture_output=True, text=True,
                              check=False, timeout=120, env=environment)
        return done.returncode, done.stdout, done.stderr

    def report(self, today):
        """(exit code, report) of the days around today: a requisition's day is that of the clock."""
        first = date.fromisoformat(today)
        code, out, wrong = self.told("--from", str(first - timedelta(1)), "--to", str(first + timedelta(1)), "--json")
        try:
            return code, json.loads(out)
        except ValueError as error:
            raise world.Unavailable(f"tieline reconcile gives no report: {(out + wrong)[:300]}") from error


def named_of(report):
    found = []
    for topic in report["topics"]:
        for one in topic.get("differences", []):
            values = [one.get(name, "") for name in ("hub", "peer", "amount")]
            numbers = [text(value) if re.fullmatch(r"-?[\d.]+", value) else value for value in values]
            found.append(Named(topic["connector"], topic["topic"], one["code"], one["key"], one.get("document", ""),
                               *numbers))
            if one["key"] not in one["sentence"] or len(one["sentence"]) < 60:
                raise world.Unavailable(f"the sentence of {one['key']} says too little: {one['sentence']}")
    return found


def rows_of(report):
    return sum(topic["hub"]["rows"] for topic in report["topics"])


def amounts_of(report, topic):
    """(hub, peer, sum of the differences) in EUR."""
    one = next(each for each in report["topics"] if each["topic"] == topic)
    sides = [Decimal(one[side]["amounts"].get("EUR", "0")) for side in ("hub", "peer")]
    return (*sides, sum((Decimal(each.get("amount") or "0") for each in one["differences"]), Decimal()))


def plant_by_hand(plant, books, today, needed):
    for kind in differences.BY_HAND:
        for _ in range(needed[kind]):
            kind(plant, books, today)
            books.kinds[kind.__name__] += 1


def plant_in_files(outside, books, today, needed):
    """The peers are stopped meanwhile; the hub asks in vain and goes on."""
    before = str(date.fromisoformat(today) - timedelta(1))
    for program, name, kinds in ((outside.erp, "erp.db", differences.IN_THE_ERP),
                                 (outside.cmms, "cmms.db", differences.IN_THE_CMMS)):
        program.stop()
        with sqlite3.connect(outside.path(name)) as database:
            for kind in kinds:
                for _ in range(needed[kind]):
                    kind(database, books, before)
                    books.kinds[kind.__name__] += 1
        database.close()
        program.start()


def stock_of_the_erp(plant):
    return {f"{row['material']}/{row['storageLocation']}": row["onHand"]
            for row in plant.erp("GET", "/api/stock?limit=1000")["items"]}


def sheet_faults(book, plant, today, report, planted):
    """The month end on one sheet: sums of its own against what the ERP lists, and the numbers of the report."""
    _, sheet, wrong = book.told("--month", today[:7])
    faults = []

    def number_in(pattern, what):
        match = re.search(pattern, sheet, re.M)
        if not match:
            faults.append(f"the month end does not show {what}: {(sheet + wrong)[:400]}")
            return None
        return [Decimal(part) for part in match.groups()]

    def same(what, found, expected):
        if found is not None and found != expected:
            faults.append(f"{what} on the month end is {found}, {expected} was expected")
    ledger = number_in(r"^1000 EUR +(\S+) +(\S+) +(\S+) ", "the ledger")
    hub = Decimal(next(topic["hub"]["amounts"]["EUR"] for topic in report["topics"] if topic["topic"] == "postings"))
    same("the ledger (posted, reversed, net)", ledger, [hub, Decimal(0), hub])
    rows = [row for row in paged(plant, "/api/movements?") if row["postingDate"][:7] == today[:7]]
    issues = [row for row in rows if row["kind"] == "goods_issue" and "reverses" not in row]
    same("goods issues (count, value)", number_in(r"^goods_issue +(\d+) +(\S+) EUR", "goods issues"),
         [len(issues), sum((Decimal(row["value"]) for row in issues), Decimal())])
    stock = sum((Decimal(row["value"]) for row in plant.erp("GET", "/api/stock?limit=1000")["items"]), Decimal())
    same("stock value", number_in(r"^stock value now +(\S+) EUR", "the stock's value"), [stock])
    same("waiting exceptions", number_in(r"^Waiting for a person: (\d+) ", "what waits"), [0])
    same("unsettled orders", number_in(r"ledger: (\d+) work order", "what is not settled"), [0])
    for topic in report["topics"]:
        count = sum(one.connector == topic["connector"] and one.topic == topic["topic"] for one in planted)
        shown = number_in(rf"^{topic['connector']} {topic['topic']} +(\d+) +\d+ +\d+ +(\d+)$",
                          f"{topic['connector']} {topic['topic']}")
        same(f"{topic['connector']} {topic['topic']} (rows, differences)", shown, [topic["hub"]["rows"], count])
    if len(sheet.splitlines()) > 66:
        faults.append(f"the month end has {len(sheet.splitlines())} lines, more than a sheet")
    return faults


def paged(plant, path):
    found, after = [], ""
    while True:
        page = plant.erp("GET", f"{path}limit=500&after={after}")
        found += page["items"]
        if not page["more"]:
            return found
        after = page["next"]


def compared(found, expected):
    """Faults, a few of each sort."""
    missed, false = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    faults = [f"{sum(missed.values())} planted differences were not found or not rightly named"] if missed else []
    faults += [f"not found: {one}" for one in sorted(missed)[:12]]
    faults += [f"{sum(false.values())} differences were named that were not planted"] if false else []
    return faults + [f"not planted: {one}" for one in sorted(false)[:12]]


def run(build=None, keep=False, broken="", count=60, seed_number=3, rows_least=0):
    """(figure, faults) of one plant with about `count` planted differences."""
    begun, faults = time.monotonic(), []
    needed = differences.kinds_needed(count)
    each = max(needed.values())
    places = 6 * each
    with world.World(build, keep, poll_ms=200) as outside:
        plant, today, orders = history.make(outside, 7 * each + 6, 6 * each, seed_number, places)
        book = Book(outside)
        code, clean = book.report(today)
        if code != 0 or clean["different"] or clean["not_compared"]:
            faults += [f"before anything was planted: exit code {code}", *compared(named_of(clean), [])]
        faults += sheet_faults(book, plant, today, clean, [])
        books = differences.read(plant, today, orders, history.still(places), seed_number)
        plant_by_hand(plant, books, today, needed)
        outside.settle(60)
        told = stock_of_the_erp(plant)  # the hub follows the ERP's stock, whoever moved it
        plant_in_files(outside, books, today, needed)
        expected = books.expected + differences.stock_of_the_cmms(told, differences.rows_of_the_cmms(
            outside.path("cmms.db")))
        if broken == "unplanted":
            expected.append(Named("erp", "postings", "missing_there", "NOBODY", "1"))
        if broken == "untold":
            expected.pop(0)
        code, report = book.report(today)
        faults += compared(named_of(report), expected)
        faults += [f"exit code {code} after {len(expected)} differences"] if code != 1 else []
        faults += sheet_faults(book, plant, today, report, expected)
        ours, theirs, explained = amounts_of(report, "postings")
        if theirs - ours != explained:
            faults.append(f"the ledger is {theirs - ours} EUR off, the differences explain {explained}")
    if rows_of(clean) < rows_least:
        faults.append(f"the history has {rows_of(clean)} rows, {rows_least} are needed")
    if len(expected) < count:
        faults.append(f"only {len(expected)} of {count} differences were planted")
    figure = (f"{rows_of(clean)} rows, {len(expected)} differences of {len(books.kinds)} kinds planted, "
              f"{report['different']} named, {len(faults)} faults, {time.monotonic() - begun:.0f} s")
    return figure, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", help="build folder with the programs")
    parser.add_argument("--differences", type=int, default=60, help="how many to plant")
    parser.add_argument("--rows", type=int, default=0, help="the history must have so many rows")
    parser.add_argument("--seed", type=int, default=3, help="of the history")
    parser.add_argument("--break", dest="broken", default="", choices=["", *BREAKS], help="must be found broken")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run behind")
    asked = parser.parse_args()
    figure, faults = run(asked.build, asked.keep, asked.broken, asked.differences, asked.seed, asked.rows)
    print("\n".join([figure, *faults]))
    print("0 passed, 1 failed" if faults else "1 passed, 0 failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
