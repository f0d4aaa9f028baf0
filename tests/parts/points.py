"""The seven points that parts must show, one list of lines each. A line holds only when its figure was measured and
reaches its target; what is not there or cannot run falls short."""
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import bad_input
import chain
import races
import reconcile
from plant import world  # first: it makes the modules of the main line known
from lines import Line, Options, bench_lines, guarded, newest, progress, told  # noqa: E402

__all__ = ["POINTS", "SABOTAGES", "Line", "Options", "progress"]

# What turns a point red on purpose: (points it works on, what it does).
SABOTAGES = {
    "short_year": ((1,), "the simulated year ends after two days"),
    "no_delivery": ((2,), "nothing is delivered in the chain"),
    "third_taken": ((3,), "a third piece is taken by hand in the ERP"),
    "told_once": ((3,), "the ERP tells of the delivery only once"),
    "dead_hub": ((4,), "the hub to be measured ends at once"),
    "unmended": ((5,), "one slip is not mended"),
    "lost_issue": ((6,), "one goods issue is missing from the dump that the model reads"),
    "unplanted": ((7,), "one expected difference was never planted"),
    "untold": ((7,), "one planted difference is not expected"),
}
YEAR = {"assets": 200, "materials": 2000, "orders": 20000, "days": 365, "poll": 60}
SMALL = {"assets": 8, "materials": 24, "orders": 60, "days": 60}
dumps = {}  # of this run of the acceptance: the model reads what point 1 has written


def simulation(options, words, limit_s=7200):
    return told([newest(options.build, "release", "asan", "sim/tieline-simulation"), "--parts", *words], limit_s)


def ended(code, text, at_least):
    """(figure, holds) of a mode that ends with "N passed, M failed"."""
    ends = re.findall(r"(\d+) passed, (\d+) failed", text)
    if not ends:
        return f"exit code {code}, no result: {text.strip()[-300:]}", False
    passed, failed = map(int, ends[-1])
    missed = "; ".join(line.strip()[:200] for line in text.splitlines() if "NOT FOUND" in line or "FAILS" in line)
    figure = f"{passed} of {passed + failed}" + (f": {missed}" if missed else "")
    return figure, code == 0 and failed == 0 and passed >= at_least


def dumped(options):
    """Plays the year and keeps its dump: (exit code, text, path)."""
    if "year" not in dumps:
        size = dict(SMALL if options.quick else YEAR)
        if options.sabotage == "short_year":
            size["days"] = 2
        folder = tempfile.mkdtemp(prefix="tieline-parts-")
        path = os.path.join(folder, "seed-1.jsonl")
        words = [word for name, value in size.items() for word in (f"--{name}", str(value))]
        code, text = simulation(options, ["--seeds", "1", "--first", "1", *words, "--dump", path])
        dumps["year"] = (code, text, path, size)
    return dumps["year"]


def forget():
    """Removes the dump; for the end of a run of the acceptance."""
    if "year" in dumps:
        path = dumps.pop("year")[2]
        if os.path.exists(path):
            os.remove(path)
        os.rmdir(os.path.dirname(path))


def counted(path):
    """Orders, parts and days that the dump shows."""
    orders, parts, days = set(), set(), set()
    with open(path, encoding="utf-8") as lines:
        for text in lines:
            line = json.loads(text)
            if line["line"] == "event" and line["type"].startswith("workorder.") and not line.get("own"):
                orders.add(line["subject"])
                days.add(line["recorded"][:10])
            elif line["line"] == "stock":
                parts.add(line["part"])
    return len(orders), len(parts), len(days)


def year(options):
    code, text, path, size = dumped(options)
    figure, holds = ended(code, text, 1)
    if not os.path.exists(path):
        return figure + "; it wrote no dump", False
    orders, parts, days = counted(path)
    asked = SMALL if options.quick else YEAR
    big = orders >= asked["orders"] * 0.95 and parts >= asked["materials"] * 0.9 and days >= asked["days"] * 0.7
    first = next((line.strip()[:200] for line in text.splitlines() if line.strip()), "")
    return f"{figure}; {orders} orders, {parts} parts, {days} days with work; {first}", holds and big


def point_1(options):
    size = SMALL if options.quick else YEAR
    what = f"{size['assets']} assets, {size['materials']} parts, {size['orders']} orders, {size['days']} days"
    yield guarded(1, f"simulated plant with faults and crashes: {what}",
                  "stock, issues, requisitions, approvals, deliveries and cost agree at the end", lambda: year(options))
    if options.sabotage:
        return
    seeds = "20" if options.quick else "60"
    yield guarded(1, f"planted bugs in the flows, at most {seeds} seeds each", "each found",
                  lambda: ended(*simulation(options, ["--planted", "--seeds", seeds]), 6))


def point_2(options):
    def work():
        figure, faults = chain.run(options.build, options.keep, options.sabotage)
        return "; ".join([figure, *faults]), not faults
    yield guarded(2, "used, below the reorder point, requisition, approval, order, part delivery, availability",
                  "each step < 2 s after its cause, and in tieline trace", work)


RACES = {"a": "two technicians take the last piece at the same moment",
         "b": "a delivery arrives while the requisition is being rejected",
         "c": "the ERP's answer is lost after it created the requisition",
         "d": "the same delivery is reported twice", "e": "a delivery is cancelled after the part was used"}


def point_3(options):
    chosen = [name for name in RACES if not options.sabotage or races.BREAKS[options.sabotage] == name]

    def line(name):
        def work():
            figure, faults = races.run(options.build, options.keep, options.sabotage, name)
            return "; ".join([figure, *faults[:5]]), not faults
        return guarded(3, f"race: {RACES[name]}", "ERP, CMMS and hub end exactly as written", work)
    with ThreadPoolExecutor(3 if options.quick else 1) as pool:
        yield from pool.map(line, chosen)


def reorder(options):
    """What a reorder decision costs at few and at many parts, measured in turn on one machine."""
    sizes = ["100", "5000"] if options.quick else ["100", "100000"]
    program = newest(options.build, "release", "bench/reorder_bench")
    folder = tempfile.mkdtemp(prefix="reorder-", dir=os.path.dirname(program))  # a real disk
    try:
        code, text = told([program, folder, *sizes], 3600)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return "; ".join(line.strip() for line in text.splitlines()), code == 0


def point_4(options):
    yield from bench_lines(4, options, ["--phase", "parts"] + (["--quick"] if options.quick else []))
    if not options.sabotage:
        yield guarded(4, "reorder decisions at 100 and at "
                      + ("5,000" if options.quick else "100,000") + " parts, in turn",
                      "at most 1.5 times the cost, each shortage one requisition", lambda: reorder(options))


def point_5(options):
    def work():
        figure, faults = bad_input.run(options.build, options.keep, options.sabotage)
        return "; ".join([figure, *faults[:5]]), not faults
    yield guarded(5, "unknown part, wrong unit, 0, 10^12, fractions, lots, serial numbers through a CMMS that checks "
                  "nothing", "a named exception with the likely fix, booked once mended", work)


def without_an_issue(path):
    """A copy of the dump that lacks its last goods issue."""
    with open(path, encoding="utf-8") as stream:
        lines = stream.readlines()
    last = max(number for number, line in enumerate(lines)
               if '"line":"movement"' in line and '"goods_issue"' in line)
    del lines[last]
    spoilt = path + ".spoilt"
    with open(spoilt, "w", encoding="utf-8") as stream:
        stream.writelines(lines)
    return spoilt


def point_6(options):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_model.py")

    def work():
        if not os.path.exists(script):
            raise world.Unavailable("there is no tests/parts/reference_model.py")
        path = dumped(options)[2]
        if not os.path.exists(path):
            raise world.Unavailable("the simulation wrote no dump")
        spoilt = without_an_issue(path) if options.sabotage == "lost_issue" else ""
        try:
            code, text = told([sys.executable, "-B", script, spoilt or path], 3600)
        finally:
            if spoilt:
                os.remove(spoilt)
        lines, checker = (len(open(file, encoding="utf-8").read().splitlines())
                          for file in (script, os.path.join(os.path.dirname(script), "reference_check.py")))
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        first = next((line[:200] for line in text.splitlines() if line.strip()), "")
        figure = (f"{last}; the model has {lines} lines, what holds a run against it {checker}"
                  + (f"; {first}" if code else ""))
        return figure, code == 0 and "0 divergences" in last and lines < 500
    yield guarded(6, "reference model: every requisition and stock of the simulated plant, reckoned from the peers' "
                  "events", "no divergence, model under 500 lines", work)


def point_7(options):
    count, rows = (60, 300) if options.quick else (500, 1000)

    def work():
        figure, faults = reconcile.run(options.build, options.keep, options.sabotage, count, rows_least=rows)
        return "; ".join([figure, *faults[:5]]), not faults
    yield guarded(7, f"tieline reconcile over booked history with {count} planted differences, and the month end",
                  "all found and rightly named, none false, sums equal", work)


POINTS = {1: point_1, 2: point_2, 3: point_3, 4: point_4, 5: point_5, 6: point_6, 7: point_7}
