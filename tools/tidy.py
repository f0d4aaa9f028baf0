#!/usr/bin/env python3
"""Checks the house rules that no compiler checks; see CONTRIBUTING.md. Exit code 1 when anything is found.

    tools/tidy.py                  the whole repository
    tools/tidy.py --format changed also the layout of C++ files that differ from the last commit (or: all)
    tools/tidy.py --self-test      each rule must find what is planted for it
A line may carry "// tidy: allow WORD, reason" (clock, rand, sleep, detach, new, format, double, co_await).
"""
import argparse
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tidy_code  # noqa: E402
import tidy_files  # noqa: E402
from tidy_text import Repository  # noqa: E402

RULES = (tidy_code.check_arrows, tidy_code.check_banned, tidy_code.check_co_await, tidy_code.check_functions,
         tidy_files.check_sizes, tidy_files.check_readme, tidy_files.check_words, tidy_files.check_dead,
         tidy_files.check_links)


def check(repository):
    findings = []
    for rule in RULES:
        findings += rule(repository)
    return sorted(set(findings), key=lambda finding: (finding.path, finding.line, finding.rule))


def changed_files(root):
    answer = subprocess.run(["git", "-C", root, "status", "--porcelain", "-z"], capture_output=True, text=True,
                            check=True)
    return [entry[3:] for entry in answer.stdout.split("\0") if entry[:2].strip() and os.path.isfile(
        os.path.join(root, entry[3:]))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--format", choices=("none", "changed", "all"), default="none")
    parser.add_argument("--only", default="", help="only findings under this path")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        import tidy_self_test
        return tidy_self_test.run()
    repository = Repository.read(options.root)
    findings = check(repository)
    if options.format != "none":
        names = changed_files(options.root) if options.format == "changed" else [path for path, _ in repository.code()]
        findings += tidy_files.check_format(options.root, names)
    findings = [finding for finding in findings if finding.path.startswith(options.only)]
    for finding in findings:
        print(finding)
    print(f"tidy: {len(repository.files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
