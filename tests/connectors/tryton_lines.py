"""What the live run against Tryton shows, as lines of the area connectors of tools/accept: one per claim. The run is
tests/tryton/live.py; a claim that was not reached falls short."""
import os
import re
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "main_line"))
import world  # noqa: E402
from lines import Line, newest  # noqa: E402

LIVE = os.path.join(world.ROOT, "tests", "tryton", "live.py")
CLAIMS = 4
SABOTAGES = ("cent", "piece", "twice", "stray", "unmended", "no_kill", "all_rights")


def tryton_lines(point, options, target="real trytond, no difference"):
    """Lines of a point; `options` as of tools/accept."""
    words = [sys.executable, "-B", LIVE]
    try:
        program = newest(options.build, "release", "asan", "src/app/tieline")
        build = os.path.dirname(os.path.dirname(os.path.dirname(program)))
        words += [build, "--orders", str(options.sized(4, 12)), "--kills", str(options.sized(2, 6))]
        words += ["--sabotage", options.sabotage] if options.sabotage in SABOTAGES else []
        words += ["--keep"] if options.keep else []
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
    except (world.Unavailable, OSError, subprocess.TimeoutExpired) as error:
        yield Line(point, "Tryton, live", f"not measured: {str(error)[:300]}", target, False)
        return
    found, figure = 0, ""
    for line in done.stdout.splitlines():
        said = re.match(r"(ok|FAIL)\s+(.*)", line)
        if said:
            found += 1
            yield Line(point, f"Tryton: {said[2]}", figure[:900], target, said[1] == "ok")
        figure = line.strip()
    if found < CLAIMS:
        yield Line(point, "Tryton, live", f"{found} of {CLAIMS} claims reached; exit code {done.returncode}: "
                   f"{(done.stdout + done.stderr).strip()[-300:]}", target, False)


if __name__ == "__main__":
    from lines import Options
    for one in tryton_lines(1, Options(build=sys.argv[1] if len(sys.argv) > 1 else None)):
        print(one.text())
