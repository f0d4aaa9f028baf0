#!/usr/bin/env python3
"""Sums up one ctest run by label and ends with "N passed, N failed".

Counts single cases where a test program prints them (GoogleTest, Python's unittest), else one per program. A program
that failed without naming a failed case (crash, time-out, sanitizer) counts as one failed case.
"""
import argparse
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.seconds += other.seconds

    def text(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass
class Program:
    name: str
    counts: Counts
    failed_cases: list = field(default_factory=list)


def count_cases(output):
    """(Counts, names of failed cases) as the program's own output tells them; Counts() when it tells none."""
    counts, failed = Counts(), []
    counts.passed = len(re.findall(r"^\[       OK \] ", output, re.M))
    counts.skipped = len(re.findall(r"^\[  SKIPPED \] \S+ \(", output, re.M))
    failed = re.findall(r"^\[  FAILED  \] ([^\s,]+).* \(\d+ ms\)$", output, re.M)
    counts.failed = len(failed)
    for total, verdict in re.findall(r"^Ran (\d+) tests? in .*\n+(OK.*|FAILED.*)$", output, re.M):
        bad = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", verdict))
        skipped = sum(int(number) for number in re.findall(r"skipped=(\d+)", verdict))
        counts.passed += max(0, int(total) - bad - skipped)
        counts.failed += bad
        counts.skipped += skipped
        failed += re.findall(r"^(?:FAIL|ERROR): (\S+)", output, re.M)
    return counts, failed


def read_programs(report):
    programs = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        counts, failed_cases = count_cases(case.findtext("system-out") or "")
        status = case.get("status", "")
        if case.find("failure") is not None or status == "fail":
            if counts.failed == 0:
                counts.failed = 1
        elif case.find("skipped") is not None or status in ("notrun", "disabled"):
            # A test that ctest wanted to run and could not (program missing) is a failure, not a skip.
            reason = case.find("skipped")
            text = (reason.get("message") or "") if reason is not None else ""
            if "SKIP" in text or status == "disabled":
                counts.skipped += 1
            else:
                counts.failed += 1
        elif counts.passed + counts.failed + counts.skipped == 0:
            counts.passed = 1
        counts.seconds = float(case.get("time") or 0)
        programs.append(Program(case.get("name"), counts, failed_cases))
    return programs


def read_labels(build):
    answer = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True)
    labels = {}
    for test in json.loads(answer.stdout or "{}").get("tests", []):
        for prop in test.get("properties", []):
            if prop["name"] == "LABELS" and prop["value"]:
                labels[test["name"]] = prop["value"][0]
    return labels


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--report", required=True)
    parser.add_argument("--ctest-exit", type=int, required=True)
    options = parser.parse_args()
    try:
        programs = read_programs(options.report)
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test report came out of ctest ({error}); read the lines above")
        print("0 passed, 1 failed")
        return 1
    labels = read_labels(options.build)
    by_label, total = defaultdict(Counts), Counts()
    programs_of = defaultdict(int)
    for program in programs:
        label = labels.get(program.name, "unlabelled")
        by_label[label].add(program.counts)
        programs_of[label] += 1
        total.add(program.counts)
    print()
    for label in sorted(by_label):
        counts = by_label[label]
        print(f"{label:<12} {programs_of[label]:>3} programs  {counts.seconds:>7.1f} s  {counts.text()}")
    for program in programs:
        if program.counts.failed:
            print(f"failed: {program.name} {' '.join(program.failed_cases[:20])}".rstrip())
    if not programs:
        print("no test matched: check --label and --name")
    if options.ctest_exit != 0 and total.failed == 0 and programs:
        print(f"ctest ended with code {options.ctest_exit} though no case failed; read the lines above")
        total.failed = 1
    print(total.text())
    return 0 if programs and total.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
