"""The five points that the console and the technician app must show, by the tests of web/ against real programs and
Debian's Chromium. A line holds only when its step ran and passed; what is not there or cannot run falls short."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "main_line"))
import world  # noqa: E402
from lines import Line, Options, guarded, newest, progress  # noqa: E402

__all__ = ["POINTS", "SABOTAGES", "Line", "Options", "progress"]

# What turns a point red on purpose: (points it works on, what it does).
SABOTAGES = {
    "keys": ((1,), "each repeat of a write carries a key of its own"),
    "outbox": ((1,), "the phone forgets what is unsent when it is loaded anew"),
    "wrong_fix": ((2,), "another unknown cost center is chosen as the fix"),
    "pale_words": ((3,), "each page of the console gets a line of too little contrast"),
    "small_budget": ((3,), "the pages may load 1 kB"),
    "slow_network": ((3,), "the network is five times slower than it is said to be"),
    "long_frame": ((3,), "each frame of scrolling is held up for 60 ms"),
    "deaf_board": ((3,), "the board hears nothing new"),
    "one_missing": ((4,), "one picture is not made"),
    "open_door": ((5,), "each hostile thing is done by somebody who may, or in a page that lets it"),
}
SIZES = ("desk-light", "desk-dark", "phone-light", "phone-dark")
README_PICTURES = ("exception-desk-light", "phone/order-number-light")


def node():
    found = shutil.which("node")
    if not found:
        raise world.Unavailable("there is no node; ./test installs it")
    return found


def program(options):
    return newest(options.build, "release", "asan", "src/app/tieline")


def dist(options):
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(program(options)))), "web", "dist")
    if not os.path.isdir(folder):
        raise world.Unavailable(f"there are no built pages in {folder}")
    return folder


def run(options, script, *args, limit_s=900):
    """(exit code, what it said) of a test of web/."""
    environment = {**os.environ, "TIELINE_SABOTAGE": options.sabotage}
    done = subprocess.run([node(), os.path.join("tests", script), *args], cwd=os.path.join(world.ROOT, "web"),
                          env=environment, capture_output=True, text=True, check=False, timeout=limit_s)
    return done.returncode, done.stdout + done.stderr


def steps(point, options, script, target, *args, limit_s=900):
    """A line per step of a test, by what it says of each."""
    try:
        code, text = run(options, script, *args, limit_s=limit_s)
    except (world.Unavailable, OSError, subprocess.TimeoutExpired) as error:
        yield Line(point, script, f"not measured: {str(error)[:300]}", target, False)
        return
    found, notes = [], []
    for line in text.splitlines():
        said = re.match(r"(ok|FAIL|found|red|seen)\s+(.*)", line)
        if said:
            found.append((said[1], said[2], " ".join(notes)))
            notes = []
        elif line.startswith("     "):
            notes.append(line.strip()[:160])
    for word, what, note in found:
        yield Line(point, f"{script}: {what[:110]}", f"{word}" + (f"; {note}" if note else ""), target, word == "ok")
    if not found or (code != 0 and all(word == "ok" for word, _, _ in found)):
        yield Line(point, script, f"exit code {code}: {text.strip()[-300:]}", target, False)


def whole(point, options, what, target, script, *args, limit_s=900):
    """One line for a test that says no steps: its last words."""
    def work():
        code, text = run(options, script, *args, limit_s=limit_s)
        last = "; ".join(line.strip() for line in text.strip().splitlines()[-4:])
        return f"exit code {code}: {last[:400]}", code == 0
    return guarded(point, what, target, work)


def point_1(options):
    planted = ["--sabotage", options.sabotage] if options.sabotage else []
    yield from steps(1, options, "tech/offline.mjs",
                     "completed in the CMMS, issued and booked in the ERP once, seen on the open cost page",
                     program(options), *planted)


def point_2(options):
    yield from steps(2, options, "exceptions.mjs", "mended and replayed, one journal per order", program(options))


def point_3(options):
    chosen = options.sabotage
    if chosen in ("", "small_budget"):
        planted = ["--limits", "1"] if chosen else []
        yield whole(3, options, "sizes of the first load, gzip",
                    "console <= 150 kB, technician <= 70 kB, fonts <= 65 kB", "gates.mjs", dist(options), *planted)
    if chosen in ("", "pale_words"):
        yield from steps(3, options, "pages.mjs", "no violation of WCAG 2.2 AA in light and dark, nothing "
                         "wider than the window at 320 px, empty, stale and failed told", program(options))
    if chosen == "":
        pictures = tempfile.mkdtemp(prefix="tieline-phone-")
        try:
            yield whole(3, options, "screens of the phone: axe in light, dark and sunlight, targets, 320 px",
                        "no violation", "tech/screens.mjs", dist(options), pictures)
        finally:
            shutil.rmtree(pictures, ignore_errors=True)
    if chosen in ("", "slow_network"):
        yield from steps(3, options, "load.mjs", "processor 4 times slower, 1.6 Mbit/s: largest paint <= 2,500 ms, "
                         "blocked <= 200 ms", program(options))
    if chosen in ("", "long_frame"):
        yield from steps(3, options, "rows.mjs", "no frame over 50 ms", program(options))
    if chosen in ("", "deaf_board"):
        yield from steps(3, options, "board.mjs", "within 2,000 ms", program(options))


def point_4(options):
    folder = tempfile.mkdtemp(prefix="tieline-pictures-")

    def work():
        code, text = run(options, "screenshots.mjs", program(options), folder, "--dist", dist(options))
        if code != 0:
            return f"exit code {code}: {text.strip()[-300:]}", False
        made = {os.path.relpath(os.path.join(at, name), folder)[:-5]: os.path.getsize(os.path.join(at, name))
                for at, _, names in os.walk(folder) for name in names if name.endswith(".webp")}
        if options.sabotage == "one_missing":
            made.pop(sorted(made)[0])
        pages = {name.rsplit("-", 2)[0] for name in made if not name.startswith("phone/")}
        missing = [f"{page}-{size}" for page in pages for size in SIZES if f"{page}-{size}" not in made]
        empty = [name for name, size in made.items() if size < 2000]
        kept = os.path.join(world.ROOT, "docs", "screenshots")
        unkept = [name for name in sorted({*made, *README_PICTURES})
                  if not os.path.exists(os.path.join(kept, name + ".webp"))]
        with open(os.path.join(world.ROOT, "README.md"), encoding="utf-8") as readme:
            words = readme.read()
        unshown = [name for name in README_PICTURES if f"docs/screenshots/{name}.webp" not in words]
        faults = [f"not made: {missing}"] * bool(missing) + [f"empty: {empty}"] * bool(empty)
        faults += [f"not in docs/screenshots: {unkept}"] * bool(unkept) + [f"not in README: {unshown}"] * bool(unshown)
        screens = sum(name.startswith("phone/") for name in made)
        return "; ".join([f"{len(pages)} pages in 4 ways, {screens} pictures of the phone's screens", *faults])[:600], (
            len(pages) >= 16 and screens >= 16 and not faults)
    try:
        yield guarded(4, "tools/screenshots makes every page, light and dark, desk and phone",
                      "all made, all kept, two in the README", work)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def point_5(options):
    planted = ["--self-test"] if options.sabotage else []
    yield from steps(5, options, "hostile.mjs", "refused, and nothing executed", program(options), *planted)


POINTS = {1: point_1, 2: point_2, 3: point_3, 4: point_4, 5: point_5}
