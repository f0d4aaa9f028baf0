"""What all areas of tools/accept share: a line with its figure, its target and whether it holds; running a program."""
import glob
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import world


@dataclass
class Options:
    quick: bool = False
    build: str = None
    sabotage: str = ""
    keep: bool = False
    orders: int = 0  # instead of the mode's own number

    def sized(self, quick, full):
        return self.orders or (quick if self.quick else full)


@dataclass
class Line:
    point: int
    done: str
    figure: str
    target: str
    holds: bool

    def text(self):
        word = "holds" if self.holds else "falls short"
        return f"{self.point}. {self.done}\n   {self.figure}\n   target: {self.target}; {word}"


def guarded(point, done, target, work):
    """The line of `work`, which gives (figure, holds); an absence is a line that falls short."""
    try:
        figure, holds = work()
    except (world.Unavailable, OSError, subprocess.TimeoutExpired) as error:
        figure, holds = f"not measured: {str(error)[:500]}", False
    except Exception as error:  # a broken harness must not look like a passed point
        figure, holds = f"not measured: {type(error).__name__}: {str(error)[:500]}", False
    return Line(point, done, figure, target, holds)


def newest(build, *places):
    """The program to run: of the build asked for, else of these build folders in order, else the newest of any."""
    name = places[-1]
    for folder in [build] if build else [os.path.join(world.ROOT, "build", place) for place in places[:-1]]:
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    if build:
        raise world.Unavailable(f"{build} has no {name}; build it")
    found = sorted(glob.glob(os.path.join(world.ROOT, "build", "*", name)), key=os.path.getmtime)
    if not found:
        raise world.Unavailable(f"{name} is not built; ./test builds it, or: cmake --preset asan && "
                                f"ninja -C build/asan {os.path.basename(name)}")
    return found[-1]


def told(command, limit_s):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit_s)
    return done.returncode, done.stdout + done.stderr


def bench_lines(point, options, words):
    """A line per line of main_line_bench that is measured against a target."""
    try:
        command = [newest(options.build, "release", "bench/main_line_bench"), "--json", *words]
        command += ["--hub", "/bin/false"] if options.sabotage == "dead_hub" else []
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
        report = json.loads(done.stdout)
        lines = report["lines"]
    except (world.Unavailable, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        yield Line(point, "speed, by main_line_bench", f"not measured: {str(error)[:400]}", "see docs/bench.md", False)
        return
    if not lines:
        yield Line(point, "speed, by main_line_bench", "it measured nothing", "see docs/bench.md", False)
    for line in lines:
        if line["verdict"] != "shown":
            yield Line(point, f"speed, {line['phase']}: {line['what']}", line["figure"], line["target"] or "exact",
                       line["verdict"] == "holds")
    yield Line(point, "speed, the whole bench", f"{len(lines)} lines, exit code {done.returncode}",
               "every line holds", done.returncode == 0 and report.get("holds") is True)


def progress(text):
    print(text, file=sys.stderr, flush=True)
