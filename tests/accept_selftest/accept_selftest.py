#!/usr/bin/env python3
"""A check that cannot fail shows nothing: each sabotage of tools/accept must turn its point red, for the right reason.

    accept_selftest.py --build FOLDER [--area AREA] [--only NAME]
"""
import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# By area: (sabotage, point, what the line that falls short must say, lines that it may say it on)
EXPECTED = {
    "main-line": [
        ("cent", 1, r"(?<!\d)-?0?\.01 off|in the ledger, .* in the file", 5),
        ("lost_document", 1, r" off|in the ledger, .* in the file", 5),
        ("twice", 1, r" off|booked 2 times|in the ledger, .* in the file", 5),
        ("lost_row", 1, r"was refused without need", 1),
        ("lost_document", 2, r" off", 2),
        ("spared", 2, r"0 differences", 2),
        ("lost_document", 3, r" off", 11),
        ("peace", 3, r"0 differences", 11),
        ("lost_document", 6, r"1 faults|[1-9]\d* faults", 1),
        ("valid_among_bad", 6, r"valid order: answered 202", 1),
        ("one_seed", 4, r"NOT FOUND", 1),
    ],
    "parts": [
        ("short_year", 1, r"\d+ orders, \d+ parts, \d+ days with work", 1),
        ("no_delivery", 2, r"does not show delivery", 1),
        ("third_taken", 3, r"issues of RACE-A1 is \[1, 1\], \[1\] was expected", 1),
        ("told_once", 3, r"news of the delivery is False, True was expected", 1),
        ("lost_issue", 6, r"[1-9]\d* divergences", 1),
        ("unmended", 5, r"unknown part: what the CMMS knows is refused, booked was expected", 1),
        ("unplanted", 7, r"1 planted differences were not found", 1),
        ("untold", 7, r"1 differences were named that were not planted", 1),
    ],
    "console": [
        ("keys", 1, r"found", 1),
        ("outbox", 1, r"found", 1),
        ("wrong_fix", 2, r"FAIL", 1),
        ("small_budget", 3, r"1 kB are allowed", 1),
        ("pale_words", 3, r"FAIL", 1),
        ("slow_network", 3, r"FAIL", 1),
        ("long_frame", 3, r"FAIL", 1),
        ("deaf_board", 3, r"FAIL", 5),
        ("one_missing", 4, r"not made", 1),
        ("open_door", 5, r"red|found|seen", 1),
    ],
    "connectors": [
        ("cent", 1, r"0\.01|cent", 1),
        ("piece", 1, r"piece|stock|moved", 1),
        ("twice", 1, r"[1-9]\d* keys twice|WO-\d+: CMMS", 1),
        ("stray", 1, r"stock of|moved|pieces", 1),
        ("unmended", 1, r"exception|closed", 1),
        ("no_kill", 1, r"too few to show anything", 1),
        ("all_rights", 1, r"the check ends with 0", 1),
        ("unknown_field", 2, r"[1-9]\d* failed", 1),
        ("other_length", 2, r"[1-9]\d* failed", 1),
        ("unspoilt", 3, r"1 not refused as they should be", 1),
        ("chatty", 3, r"[1-9]\d* connections to the systems", 1),
        ("forgets", 4, r"[1-9]\d* failed", 1),
        ("blind", 4, r"[1-9]\d* failed", 1),
        ("left_out", 4, r"without a suite: \['another'\]", 1),
        ("boast", 5, r"[1-9]\d* without proof", 1),
        ("slow_postings", 6, r"^(9\d|1[01]\d)/s", 1),
        ("over_limit", 6, r"at most (2[1-9]|[3-9])\d+ requests in a second", 1),
    ],
}
NEEDS = {(area, point): ("sim", "tieline-simulation")
         for area, point in (("main-line", 4), ("parts", 1), ("parts", 6))}


def run(area, case, build):
    """What is wrong; empty where the sabotage was seen."""
    sabotage, point, said, lines_least = case
    needed = NEEDS.get((area, point))
    if needed and not os.access(os.path.join(build, *needed), os.X_OK):
        return f"{needed[-1]} is not built"
    limit_s = 900 if area == "connectors" else 250  # a live Tryton takes its time
    try:
        done = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tools", "accept"), area, "--quick", "--orders",
                               "20", "--json", "--build", build, "--point", str(point), "--sabotage", sabotage],
                              capture_output=True, text=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"no end within {limit_s} s"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return f"no report, exit code {done.returncode}: {done.stderr.strip()[-300:]}"
    red = [line for line in report["lines"] if not line["holds"]]
    rightly = [line for line in red if re.search(said, line["figure"]) and "not measured" not in line["figure"]]
    if done.returncode == 1 and not report["holds"] and len(rightly) >= lines_least:
        return ""
    return (f"exit code {done.returncode}, {len(red)} lines fall short, {len(rightly)} of them for the right reason, "
            f"{lines_least} expected: " + "; ".join(line["figure"][:200] for line in report["lines"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--area", default="main-line", choices=sorted(EXPECTED))
    parser.add_argument("--only")
    options = parser.parse_args()
    cases = [case for case in EXPECTED[options.area] if options.only in (None, case[0])]
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for case, wrong in zip(cases, pool.map(lambda case: run(options.area, case, options.build), cases)):
            failed += bool(wrong)
            print(f"{case[0]}, point {case[1]}: " + (f"NOT SEEN: {wrong}" if wrong else "seen"), flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
