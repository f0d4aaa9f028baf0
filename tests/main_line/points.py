"""The six points that the main line must show, one list of lines each. A line holds only when its figure was measured
and reaches its target; what is not there or cannot run falls short."""
import glob
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import bad_input
import misbehaviour
import real_input
import runs
import world
from lines import Options, bench_lines, guarded, newest, progress, told

__all__ = ["POINTS", "SABOTAGES", "Options", "progress"]

# What turns a point red on purpose: (points it works on, what it does).
SABOTAGES = {
    "cent": ((1,), "one expected balance is a cent off"),
    "lost_document": ((1, 2, 3, 6), "the last document of the ERP is left out of the comparison"),
    "twice": ((1, 2, 3, 6), "the last document of the ERP is counted twice"),
    "lost_row": ((1,), "the broken row of the file is not known to be broken"),
    "spared": ((2,), "nothing is killed, though kills are demanded"),
    "peace": ((3,), "the ERP does not misbehave, though it is asked to"),
    "one_seed": ((4,), "planted bugs are looked for on one seed only"),
    "dead_hub": ((5,), "the hub to be measured ends at once"),
    "valid_among_bad": ((6,), "a valid order is among the requests that must be refused"),
}


def comparing(sabotage):
    return sabotage if sabotage in ("cent", "lost_document", "twice") else ""


def generated(point, options, done, target, orders, seed, policy, **more):
    def work():
        outcome = runs.run(orders, seed, policy, options.build, sabotage=comparing(options.sabotage),
                           keep=options.keep, **more)
        return outcome.figure(), not outcome.faults
    return lambda: guarded(point, done, target, work)


def several(options, jobs):
    """Small runs mostly wait: several at once, in the order given."""
    with ThreadPoolExecutor(4 if options.quick else 1) as pool:
        yield from pool.map(lambda job: job(), jobs)


def point_1(options):
    rows = options.sized(400, None) if options.quick or options.orders else None

    def real():
        figure, faults = real_input.run(options.build, rows, options.sabotage, options.keep)
        return figure, not faults
    jobs = [lambda: guarded(1, f"real input: {'all' if rows is None else rows} rows of excavators.csv through import, "
                            "CMMS and hub into the ERP",
                            "total and each asset's total exact, only the broken row refused", real)]
    orders = options.sized(100, 5000)
    for policy, what in (("journal", "all in journals"),
                         ("erp_valued", "parts and labor valued by the ERP, service receipts, vendors' invoices"),
                         ("accrual", "parts valued by the ERP, contractors accrued until the vendor's invoice")):
        jobs.append(generated(1, options, f"generated input, {what}", "no difference, each cost once on its receiver",
                              orders, 7, policy, invoices=0 if policy == "journal" else 70))

    def change_of_period():
        outcome = runs.run(options.sized(60, 1000), 17, "journal", options.build, closed="2026-10", keep=options.keep,
                           sabotage=comparing(options.sabotage))
        return outcome.figure(), not outcome.faults and outcome.replays > 0
    jobs.append(lambda: guarded(1, "generated input, the ERP's period closed meanwhile; a person opens it and replays",
                                "no difference", change_of_period))
    yield from several(options, jobs)


def point_2(options):
    orders = options.sized(120, 5000)
    spared = options.sabotage == "spared"
    jobs = []
    for program in ("hub", "erp"):
        def work(program=program):
            outcome = runs.run(orders, 11, "accrual", options.build, invoices=70, keep=options.keep,
                               kill="" if spared else program, sabotage=comparing(options.sabotage))
            return outcome.figure(), not outcome.faults and outcome.kills == 20
        jobs.append(lambda program=program, work=work: guarded(
            2, f"kill -9 of the {'ERP' if program == 'erp' else 'hub'} at 20 random moments while events flow",
            "20 kills, same totals, no document twice, none missing", work))
    yield from several(options, jobs)


def point_3(options):
    orders, away_ms = options.sized(50, 2000), 3000 if options.quick else 60_000
    jobs = []
    for name in misbehaviour.NAMES:
        def work(name=name):
            rules = [] if options.sabotage == "peace" else misbehaviour.rules_of(name, away_ms)
            outcome = runs.run(orders, 13, "accrual", options.build, rules=rules, invoices=70, keep=options.keep,
                               sabotage=comparing(options.sabotage))
            acted = outcome.fired > 0 and (outcome.replays > 0 or "reject" not in name)
            return outcome.figure(), not outcome.faults and acted
        jobs.append(lambda name=name, work=work: guarded(3, f"the ERP misbehaves: {name}", "same totals", work))
    yield from several(options, jobs)


def simulate(build, words, limit_s=3600):
    return told([newest(build, "asan", "release", "sim/tieline-simulation"), *words], limit_s)


def seeds_work(build, count):
    def work():
        code, text = simulate(build, ["--seeds", str(count)])
        match = re.search(r"(\d+) seeds x (\d+) orders, (\d+) crash-restarts \(least (\d+)\), (\d+) faults "
                          r"\(least (\d+)\).* in ([\d.]+)", text)
        passed = re.search(r"(\d+) passed, (\d+) failed", text)
        if not match or not passed:
            return f"exit code {code}, no result: {text.strip()[-300:]}", False
        holds = (code == 0 and int(match[1]) == count and int(match[2]) >= 50 and int(match[4]) >= 3
                 and int(match[6]) >= 20 and passed[2] == "0" and "cells never struck" not in text)
        never = re.search(r"cells never struck: .*", text)
        first = re.search(r"^seed \d+: .*", text, re.M)
        return "; ".join([match[0] + " s", passed[0]] + [m[0][:300] for m in (first, never) if m]), holds
    return work


def counted_work(build, words, at_least):
    """For modes that end with "N passed, M failed"."""
    def work():
        code, text = simulate(build, words)
        ends = re.findall(r"(\d+) passed, (\d+) failed", text)
        if not ends:
            return f"exit code {code}, no result: {text.strip()[-300:]}", False
        passed, failed = map(int, ends[-1])
        lines = [line.strip() for line in text.splitlines() if " found " in line or "NOT FOUND" in line]
        shown = "; ".join(re.sub(r"\s+", " ", line.split(": ")[0] if "after" in line else line) for line in lines)
        return f"{passed} of {passed + failed}" + (": " + shown if shown else ""), (
            code == 0 and failed == 0 and passed >= at_least)
    return work


def point_4(options):
    build = options.build
    seeds, planted = (100, 200) if options.quick else (1000, 200)
    if options.sabotage == "one_seed":
        planted = 1
    proofs, repeats = (20, 10) if options.quick else (200, 100)
    jobs = [(f"simulation, {seeds} seeds", seeds_work(build, seeds),
             "every invariant in each seed of >= 50 orders, >= 3 crash-restarts, >= 20 faults, no empty cell"),
            (f"simulation, planted bugs, at most {planted} seeds each",
             counted_work(build, ["--planted", "--seeds", str(planted)], 12), ">= 12 planted bugs, each found"),
            (f"simulation, proofs that the checker can fail, {proofs} seeds",
             counted_work(build, ["--proofs", "--seeds", str(proofs)], 2),
             "a peer that ignores the key and a disk that lies: found on nearly every seed"),
            (f"simulation, {repeats} seeds twice", counted_work(build, ["--repeat", "--seeds", str(repeats)], repeats),
             "same seed, same trace")]
    if options.sabotage == "one_seed":
        jobs = jobs[1:2]
    for done, work, target in jobs:
        yield guarded(4, done, target, work)


def point_5(options):
    words = ["--quick", "--phase", "connections"] if options.quick else []
    yield from bench_lines(5, options, words)


FUZZ_TARGETS = ("json_fuzz", "csv_fuzz", "decimal_fuzz", "yaml_fuzz", "map_fuzz", "work_order_fuzz", "config_fuzz",
                "http_request_fuzz")


def fuzz_work(name, seconds):
    def work():
        found = glob.glob(os.path.join(world.ROOT, "build", "fuzz", "**", name), recursive=True)
        found = [path for path in found if os.path.isfile(path) and os.access(path, os.X_OK)]
        if not found:
            raise world.Unavailable("it is not built: cmake --preset fuzz && ninja -C build/fuzz " + name)
        code, text = told([found[0], f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-seed=1"], seconds * 10 + 60)
        ran = re.search(r"Done (\d+) runs in (\d+) second", text)
        return (f"{ran[1]} inputs in {ran[2]} s" if ran else text.strip()[-300:]), code == 0 and ran is not None
    return work


def point_6(options):
    def work():
        figure, faults = bad_input.run(options.build, quick=options.quick, sabotage=options.sabotage,
                                       keep=options.keep)
        return figure, not faults
    yield guarded(6, "bad input: broken, hostile, slow and too many requests",
                  "a 4xx naming the field or a named exception, memory +64 MiB at most, nothing lost", work)
    if options.sabotage:
        return
    for name in FUZZ_TARGETS:
        yield guarded(6, f"fuzz smoke, {name}", "no crash, no leak", fuzz_work(name, 1 if options.quick else 30))


POINTS = {1: point_1, 2: point_2, 3: point_3, 4: point_4, 5: point_5, 6: point_6}
